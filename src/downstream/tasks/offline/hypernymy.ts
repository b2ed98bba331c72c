/**
 * Entailment-like: is the first thing a kind of the second? Half of the pairs are a noun or verb and what WordNet puts
 * directly above it, half are one and what stands above another of its supersense. 6,000 pairs to train on, 1,400 of
 * other words to be scored on.
 */
import { RandomStream } from '../../../base/random.ts';
import type { Synset } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';
import { matchedPairs } from './matched-pairs.ts';
import { wordnetParts, wordnetSource } from './wordnet-parts.ts';

const trainCount = 6000;
const devCount = 1400;

export const hypernymy: Task = {
  name: 'hypernymy',
  suite: 'offline',
  title: 'Is one thing a kind of another?',
  source: `hypernyms of ${wordnetSource}`,
  labels: ['no', 'yes'],
  metrics: ['accuracy'],
  maxLength: 96,
  version: '2',
  load() {
    const { open, reserved, neither } = wordnetParts();
    const all = byIdOf([...open, ...reserved, ...neither]);
    return {
      train: examplesFrom(open, all, 'train', trainCount),
      dev: { dev: examplesFrom(reserved, all, 'dev', devCount) },
    };
  },
};

interface Kind {
  lower: Synset;
  upper: Synset;
}

type ById = ReadonlyMap<string, Synset>;

function byIdOf(synsets: readonly Synset[]): ById {
  return new Map(synsets.map((synset) => [synset.id, synset]));
}

/** Pairs within one part of WordNet; of mismatches, those that are true further up are left out. */
function examplesFrom(synsets: readonly Synset[], all: ById, part: string, count: number): TaskExample[] {
  const byId = byIdOf(synsets);
  const kinds = synsets.flatMap((lower): Kind[] => {
    const upper = lower.hypernyms.map((id) => byId.get(id)).find((synset) => synset !== undefined);
    return upper ? [{ lower, upper }] : [];
  });
  const pairs = matchedPairs(kinds, {
    groupOf: ({ lower }) => lower.supersense,
    fits: ({ lower }, { upper }) => isBelow(lower, upper.id, all),
    count,
    random: new RandomStream('hypernymy', part),
  });
  return pairs.map(({ first, second, isMatch }) => ({
    first: entryOf(first.lower),
    second: entryOf(second.upper),
    label: isMatch ? 1 : 0,
  }));
}

/**
 * Whether a synset stands above another, at any distance: also by way of synsets of the other part, as ids, no text.
 * (Two verbs stand above each other.)
 */
function isBelow(lower: Synset, upper: string, byId: ById): boolean {
  const above = new Set([lower.id]);
  for (const id of above) for (const next of byId.get(id)?.hypernyms ?? []) above.add(next);
  return above.has(upper);
}

function entryOf({ words, definition }: Synset): string {
  return `${words[0]}: ${definition}`;
}
