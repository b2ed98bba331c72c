import { describe, expect, test } from 'vitest';
import { packageFolder } from '../../../../src/data/corpora/corpus.ts';
import {
  readSynsets,
  type Synset,
  supersenses,
  wordnetPackage,
} from '../../../../src/data/corpora/wordnet-files.ts';
import { examplesFrom, supersense } from '../../../../src/downstream/tasks/offline/supersense.ts';

const synset = (definition: string, label: number): Synset => ({
  id: `n${definition}`,
  supersense: label,
  words: [],
  hypernyms: [],
  definition,
  examples: [],
});

describe('the supersense task', () => {
  const {
    train,
    dev: { dev = [] },
  } = supersense.load({});

  test('has 8000 examples to train and 2000 to judge by', () => {
    expect([train.length, dev.length]).toEqual([8000, 2000]);
  });

  test('never has one definition on both sides, or twice on one', () => {
    const texts = [...train, ...dev].map(({ first }) => first);
    expect(new Set(texts).size).toBe(10_000);
  });

  test('labels every definition with the supersense of its synset', () => {
    const labels = new Map<string, number>();
    for (const { definition, supersense: label } of readSynsets(packageFolder(wordnetPackage))) {
      labels.set(definition, label);
    }
    for (const { first, label } of [...train, ...dev]) expect(label).toBe(labels.get(first));
    expect(supersense.labels).toEqual(supersenses);
  });

  test('is the same every time', () => {
    expect(supersense.load({})).toEqual({ train, dev: { dev } });
  });

  test('shows every supersense in training and most in dev', () => {
    expect(new Set(train.map(({ label }) => label)).size).toBe(45);
    expect(new Set(dev.map(({ label }) => label)).size).toBeGreaterThan(40);
  });

  test('keeps a definition once, and not at all where supersenses disagree', () => {
    const synsets = [
      synset('a', 1),
      synset('a', 1),
      synset('b', 1),
      synset('b', 2),
      synset('b', 1),
      synset('', 3),
    ];
    expect(examplesFrom(synsets)).toEqual([{ first: 'a', label: 1 }]);
  });
});
