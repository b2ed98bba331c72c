import { expect, test } from 'vitest';
import { groupBy } from '../../../../src/base/group.ts';
import type { Synset } from '../../../../src/data/corpora/wordnet-files.ts';
import { hypernymy } from '../../../../src/downstream/tasks/offline/hypernymy.ts';
import { wordnetParts } from '../../../../src/downstream/tasks/offline/wordnet-parts.ts';

const { open, reserved, neither } = wordnetParts();
const all = [...open, ...reserved, ...neither];
const byId = new Map(all.map((synset) => [synset.id, synset]));
const entryOf = ({ words, definition }: Synset) => `${words[0]}: ${definition}`;

/** Those above a synset at any distance in all of WordNet, and itself, as the task writes them. */
function entriesAbove(lower: Synset): Set<string> {
  const above = new Set([lower.id]);
  for (const id of above) for (const next of byId.get(id)!.hypernyms) above.add(next);
  return new Set([...above].map((id) => entryOf(byId.get(id)!)));
}

/** Some entries are those of several synsets. */
const byEntry = groupBy(all, entryOf);
const isKind = (lower: string, upper: string) =>
  byEntry.get(lower)!.some((synset) => entriesAbove(synset).has(upper));
const { train, dev } = hypernymy.load({});

test.each([
  ['training', train],
  ['dev', dev.dev!],
] as const)(
  'a %s pair is labelled a kind of the other if all of WordNet says so, and only then',
  (_, pairs) => {
    const wrong = pairs.filter(({ first, second, label }) => isKind(first, second!) !== (label === 1));
    expect(pairs.length).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
  },
);
