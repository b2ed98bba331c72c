/**
 * Paraphrase-like: do two phrases define the same sense? WordNet words many definitions in two parts, of which the
 * second says the first again ("marked by low spirits; showing no enthusiasm") or adds to it. Half of the pairs are
 * such parts of one definition, half are of two senses of one supersense. 8,000 pairs to train on, 1,690 of other words
 * to be scored on; each definition gives its phrases to one pair, or to two that mismatch.
 */
import { RandomStream } from '../../../base/random.ts';
import { wordnetParts, wordnetSource } from '../../../data/corpora/reserved.ts';
import type { Synset } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';
import { matchedPairs } from './matched-pairs.ts';

const trainCount = 8000;
const devCount = 1700;

export const definitionPair: Task = {
  name: 'definition-pair',
  suite: 'offline',
  title: 'Do two phrases define the same sense?',
  source: `definitions from ${wordnetSource}, split in two`,
  labels: ['different', 'same'],
  metrics: ['accuracy', 'f1'],
  maxLength: 64,
  isUnordered: true,
  load() {
    const { open, reserved } = wordnetParts();
    const scored = reserved.flatMap(splitDefinition);
    const seen = new Set(scored.flatMap(({ parts }) => parts));
    const unseen = open.flatMap(splitDefinition).filter(({ parts }) => !parts.some((part) => seen.has(part)));
    return {
      train: examplesFrom(unseen, 'train', trainCount),
      dev: { dev: examplesFrom(scored, 'dev', devCount) },
    };
  },
};

interface TwoParts {
  supersense: number;
  parts: readonly [string, string];
}

/** The first two parts of a definition that are phrases of a few words; no more than one entry. */
export function splitDefinition({ definition, supersense }: Synset): TwoParts[] {
  const [first, second] = definition.split(/;\s+/).filter(isPhrase);
  return first && second ? [{ supersense, parts: [first, second] }] : [];
}

function isPhrase(part: string): boolean {
  const words = part.split(' ').length;
  return words >= 3 && words <= 25;
}

function examplesFrom(items: TwoParts[], part: string, count: number): TaskExample[] {
  const distinct = new Map(items.map((item) => [item.parts.join('; '), item]));
  const pairs = matchedPairs([...distinct.values()], {
    groupOf: ({ supersense }) => supersense,
    fits: (a, b) => a.parts[1] === b.parts[1],
    count,
    random: new RandomStream('definition-pair', part),
  });
  return pairs.map(({ first, second, isMatch }) => ({
    first: first.parts[0],
    second: second.parts[1],
    label: isMatch ? 1 : 0,
  }));
}
