/**
 * Similarity: how near to each other are two nouns in WordNet, seen from their definitions? A regression, as STS-B. The
 * graph is people's work, the number is computed from it: with the chains of first hypernyms from each noun to the
 * root, twice what they share over their lengths (Wu and Palmer 1994), in (0, 1). Second nouns are drawn so that near
 * and far are about as frequent for every first. 6,000 pairs to train on, 1,500 of other words to be scored on.
 */
import { RandomStream } from '../../../base/random.ts';
import type { Synset } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';
import { wordnetParts, wordnetSource } from './wordnet-parts.ts';

const trainCount = 6000;
const devCount = 1500;

export const similarity: Task = {
  name: 'similarity',
  suite: 'offline',
  title: 'How near are two nouns in WordNet, from their definitions?',
  source: `Wu-Palmer similarity, computed from hypernyms of ${wordnetSource}`,
  labels: [],
  range: [0, 1],
  metrics: ['spearman', 'pearson'],
  maxLength: 96,
  isUnordered: true,
  load() {
    const { open, reserved, neither } = wordnetParts();
    const chains = chainsOf([...open, ...reserved, ...neither]);
    return {
      train: examplesFrom(open, chains, 'train', trainCount),
      dev: { dev: examplesFrom(reserved, chains, 'dev', devCount) },
    };
  },
};

/** From the root down to the noun itself, ids. */
type Chain = readonly string[];

/** Of every noun whose first hypernyms lead to the root. Chains may pass through words of the other part: ids, no text. */
function chainsOf(synsets: readonly Synset[]): Map<string, Chain> {
  const above = new Map(synsets.map(({ id, hypernyms }) => [id, hypernyms[0]]));
  const chains = new Map<string, Chain>();
  for (const { id } of synsets) {
    if (!id.startsWith('n')) continue;
    const chain: string[] = [];
    for (let at: string | undefined = id; at !== undefined; at = above.get(at)) chain.unshift(at);
    chains.set(id, chain);
  }
  return chains;
}

/** @source Wu and Palmer, Verb semantics and lexical selection (ACL 1994), on chains of first hypernyms */
export function wuPalmer(a: Chain, b: Chain): number {
  const length = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return (2 * shared) / (a.length + b.length);
}

interface Noun {
  text: string;
  chain: Chain;
}

function examplesFrom(
  synsets: readonly Synset[],
  chains: ReadonlyMap<string, Chain>,
  part: string,
  count: number,
): TaskExample[] {
  const random = new RandomStream('similarity', part);
  const nouns = random.shuffle(nounsIn(synsets, chains));
  const below = membersBelow(nouns);
  const used = new Set<Noun>();
  const examples: TaskExample[] = [];
  for (const first of nouns) {
    if (examples.length === count || used.has(first)) continue;
    const ancestor = first.chain[random.integer(first.chain.length - 1)]!;
    const candidates = below.get(ancestor)!;
    const second = candidates[random.integer(candidates.length)]!;
    if (second === first || used.has(second)) continue;
    used.add(first).add(second);
    examples.push({ first: first.text, second: second.text, label: wuPalmer(first.chain, second.chain) });
  }
  return examples;
}

function nounsIn(synsets: readonly Synset[], chains: ReadonlyMap<string, Chain>): Noun[] {
  const nouns = new Map<string, Noun>();
  for (const { id, definition } of synsets) {
    const chain = chains.get(id);
    if (chain && chain.length > 1) nouns.set(definition, { text: definition, chain });
  }
  return [...nouns.values()];
}

function membersBelow(nouns: readonly Noun[]): Map<string, Noun[]> {
  const members = new Map<string, Noun[]>();
  for (const noun of nouns) {
    for (const ancestor of noun.chain) {
      const found = members.get(ancestor) ?? [];
      members.set(ancestor, found);
      found.push(noun);
    }
  }
  return members;
}
