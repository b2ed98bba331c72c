import { describe, expect, test } from 'vitest';
import { brownDocuments } from '../../../src/data/corpora/brown.ts';
import { packageFolder } from '../../../src/data/corpora/corpus.ts';
import { corpusNamed } from '../../../src/data/corpora/registry.ts';
import { isReservedDocument, splitSynsets } from '../../../src/data/corpora/reserved.ts';
import { readSynsets, type Synset, wordnetPackage } from '../../../src/data/corpora/wordnet-files.ts';

const synset = (word: string, definition: string, ...examples: string[]): Synset => ({
  ...{
    id: `n${word}${definition}`,
    supersense: 3,
    words: [word, 'other'],
    hypernyms: [],
    definition,
    examples,
  },
});

describe('reserved documents', () => {
  test('are every eighth of a genre, by name alone', () => {
    const reserved = ['ca01', 'ca08', 'cj16', 'cr09', 'cg75', 'cj80'].filter(isReservedDocument);
    expect(reserved).toEqual(['ca08', 'cj16', 'cj80']);
  });

  test('are no part of the Brown corpus, and the others all are', () => {
    const names = [...brownDocuments()].map(({ name }) => name);
    const inCorpus = [...corpusNamed('brown').documents()].map(({ name }) => name);
    expect(inCorpus).toEqual(names.filter((name) => !isReservedDocument(name)));
  });
});

describe('WordNet in parts', () => {
  const all = [...readSynsets(packageFolder(wordnetPackage))];
  const { open, reserved, neither } = splitSynsets(all);
  const headsOf = (synsets: Synset[]) => new Set(synsets.map(({ words }) => words[0]!.toLowerCase()));
  const [openWord] = headsOf(open);
  const [reservedWord] = headsOf(reserved);

  test('has every synset in one', () => {
    expect([...open, ...reserved, ...neither].map(({ id }) => id).sort()).toEqual(
      all.map(({ id }) => id).sort(),
    );
  });

  test('reserves an eighth, and loses few for repeating it', () => {
    expect(reserved.length / all.length).toBeCloseTo(1 / 8, 2);
    expect(neither.length).toBeLessThan(0.01 * all.length);
  });

  test('keeps the senses that begin with a word together', () => {
    const heads = headsOf(reserved);
    expect([...headsOf(open)].filter((word) => heads.has(word))).toEqual([]);
  });

  test('leaves out what equals a reserved definition or example, or has five words or more of one in it', () => {
    const definition = 'a small grey bird; it sings all night long';
    const example = 'We heard the bird sing';
    const keptApart = [
      synset(openWord!, 'said of what sings: IT SINGS, all night long, alone'),
      synset(openWord!, 'of birds', 'when we heard the bird sing'),
      synset(openWord!, 'A tame bird'),
    ];
    const kept = [
      synset(openWord!, 'a small grey bird'),
      synset(openWord!, 'a tame bird, in a cage'),
      synset(openWord!, 'it sings all night'),
      synset(openWord!, 'we heard the birds sing'),
    ];
    const parts = splitSynsets([
      ...keptApart,
      synset(reservedWord!, definition, example),
      synset(reservedWord!, 'a tame bird'),
      ...kept,
    ]);
    expect(parts.neither).toEqual(keptApart);
    expect(parts.open).toEqual(kept);
  });

  test('is pre-trained on without the reserved part', () => {
    const text = [...corpusNamed('wordnet').documents()].flatMap(({ paragraphs }) => paragraphs).join('\n');
    const long = reserved.filter(({ definition }) => definition.split(' ').length >= 8);
    expect(long.length).toBeGreaterThan(5000);
    for (const { definition } of long.filter((_, i) => i % 50 === 0)) expect(text).not.toContain(definition);
  });
});
