import { describe, expect, it } from 'vitest';
import { detokenise, taggedBrownDocuments } from '../../../../src/data/corpora/brown.ts';
import { isReservedDocument } from '../../../../src/data/corpora/reserved.ts';
import { offlineSet } from '../../../../src/downstream/pairs/offline/offline-set.ts';

const paradigms = offlineSet.paradigms();
const pairsOf = (name: string) => paradigms.find((paradigm) => paradigm.name === name)!.pairs;

/** The words in which the sentences of a pair differ. */
function changeOf({ better, worse }: { better: string; worse: string }): [string, string] {
  const [right, wrong] = [better, worse].map((text) => text.split(' '));
  const at = right!.findIndex((word, i) => word !== wrong![i]);
  const bare = (word: string) => word.toLowerCase().replace(/^\W+|\W+$/g, '');
  return [bare(right![at]!), bare(wrong![at]!)];
}

describe('offline pairs', () => {
  it('are about 200 to 400 of each of ten paradigms', () => {
    const sizes = paradigms.map(({ term, name, pairs }) => `${term}: ${name}, ${pairs.length}`);
    expect(sizes).toMatchInlineSnapshot(`
      [
        "determiner_noun_agreement: determiner_swapped, 198",
        "determiner_noun_agreement: noun_swapped, 400",
        "subject_verb_agreement: auxiliary_swapped, 400",
        "subject_verb_agreement: auxiliary_swapped_after_pronoun, 262",
        "subject_verb_agreement: main_verb_swapped, 400",
        "verb_form: participle_swapped, 400",
        "verb_form: progressive_swapped, 276",
        "word_order: neighbours_swapped, 400",
        "word_order: adjective_and_noun_swapped, 400",
        "word_order: determiner_and_noun_swapped, 400",
      ]
    `);
  });

  it('are two different sentences, the better one of a reserved document and of no other', () => {
    const documents = [...taggedBrownDocuments()];
    const sentencesOf = (isReserved: boolean) =>
      documents
        .filter(({ name }) => isReservedDocument(name) === isReserved)
        .flatMap(({ sentences }) => sentences.map((words) => detokenise(words.map(({ word }) => word))));
    const [reserved, open] = [new Set(sentencesOf(true)), new Set(sentencesOf(false))];
    for (const { better, worse } of paradigms.flatMap(({ pairs }) => pairs)) {
      expect(reserved.has(better)).toBe(true);
      expect(open.has(better)).toBe(false);
      expect(worse).not.toBe(better);
    }
  });

  it.each(['determiner_swapped', 'auxiliary_swapped', 'auxiliary_swapped_after_pronoun'])(
    'of closed words have each word as often right as wrong, so that unigrams score at chance: %s',
    (name) => {
      const balance = new Map<string, number>();
      for (const pair of pairsOf(name)) {
        const [right, wrong] = changeOf(pair);
        balance.set(right, (balance.get(right) ?? 0) + 1);
        balance.set(wrong, (balance.get(wrong) ?? 0) - 1);
      }
      expect(balance.size).toBeGreaterThan(3);
      expect([...balance.values()].every((sum) => sum === 0)).toBe(true);
    },
  );

  it('go both ways equally often, from the first two pairs on', () => {
    const isPlural = (pair: { better: string; worse: string }) => {
      const [right, wrong] = changeOf(pair);
      return right.length > wrong.length;
    };
    const pairs = pairsOf('main_verb_swapped');
    for (const count of [2, 100, pairs.length]) {
      // The third person is the longer form: in half of the pairs it is right.
      expect(pairs.slice(0, count).filter(isPlural)).toHaveLength(count / 2);
    }
  });

  it('of word order have the same words', () => {
    const sorted = (text: string) =>
      text
        .match(/\w+|\S/g)!
        .sort()
        .join(' ');
    const moved = pairsOf('determiner_and_noun_swapped').filter(({ better, worse }) => {
      return sorted(better) === sorted(worse);
    });
    expect(moved).toHaveLength(pairsOf('determiner_and_noun_swapped').length);
  });
});
