import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/base/errors.ts';
import { sentencesOf } from '../../../src/downstream/pairs/accuracy.ts';
import { readBlimp } from '../../../src/downstream/pairs/blimp.ts';
import { selectPairSets } from '../../../src/downstream/pairs/registry.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { toyLine, writeLines, writeToyBlimp } from '../../helpers/toy-blimp.ts';

function folderWith(content: string): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, 'a.jsonl');
  writeFileSync(path, content);
  return { folder, path };
}

describe('a folder of BLiMP', () => {
  it('is a paradigm a file, with the field and term of its lines', () => {
    const paradigms = readBlimp(writeToyBlimp(temporaryFolder()), 100).paradigms();
    expect(paradigms.map(({ name, field, term, pairs }) => [name, field, term, pairs.length])).toEqual([
      ['binding_one', 'syntax', 'binding', 6],
      ['island_one', 'syntax', 'island_effects', 6],
      ['island_two', 'syntax', 'island_effects', 6],
    ]);
    expect(paradigms[0]!.pairs[1]).toEqual({ better: 'bas deb fit gov .', worse: 'deb bas fit 1.' });
  });

  it('gives the first pairs of each paradigm, and its version says how many and which', () => {
    const folder = writeToyBlimp(temporaryFolder());
    const [few, all] = [readBlimp(folder, 2), readBlimp(folder, 6)];
    expect(sentencesOf(few.paradigms())).toHaveLength(2 * 2 * 3);
    expect(few.version).toMatch(/^1-2-[0-9a-f]{10}$/);
    expect(all.version).toMatch(/^1-6-/);
    writeLines(join(folder, 'binding_one.jsonl'), [toyLine('binding_one', 'binding', 7)]);
    expect(readBlimp(folder, 2).version).not.toBe(few.version);
  });

  it('may have Windows line ends, empty lines at the end, and a slash in a field', () => {
    const line = JSON.stringify({ ...toyLine('a', 'binding', 0), field: 'syntax/semantics' });
    const [paradigm] = readBlimp(folderWith(`${line}\r\n${line}\r\n\n`).folder, 9).paradigms();
    expect(paradigm).toMatchObject({ field: 'syntax_semantics', pairs: { length: 2 } });
  });

  it('that holds something else is named with file and line', () => {
    const good = JSON.stringify(toyLine('a', 'binding', 0));
    const remedy = 'check that a.jsonl is as it was downloaded';
    const wrong: [line: string, message: string][] = [
      ['{"sentence_good"', `expected a pair of sentences in JSON, got "{\\"sentence_good\\""; ${remedy}`],
      ['[1]', `expected a pair of sentences in JSON, got [1]; ${remedy}`],
      ['{"sentence_good": "a"}', `: sentence_bad: expected a text, got nothing; ${remedy}`],
      [good.replace('"bas deb fit ."', '7'), `: sentence_good: expected a text, got 7; ${remedy}`],
      [
        good.replace('"UID":"a"', '"UID":"b"'),
        `: UID: expected a, as in line 1, got "b"; one file holds one paradigm`,
      ],
    ];
    for (const [line, message] of wrong) {
      const { folder, path } = folderWith(`${good}\n${line}\n`);
      const where = message.startsWith(':') ? `${path}:2` : `${path}:2: `;
      expect(() => readBlimp(folder, 1)).toThrow(new DataError(`${where}${message}`));
    }
  });

  it('is one where such files are, and no paradigm twice', () => {
    const folder = temporaryFolder();
    const missing = join(folder, 'none');
    expect(() => readBlimp(missing, 1)).toThrow(
      `${missing}: expected a folder that can be read, got no file; check the path`,
    );
    mkdirSync(missing);
    expect(() => readBlimp(missing, 1)).toThrow(
      `${missing}: expected BLiMP's .jsonl files, got none; name the folder that adjunct_island.jsonl is in, or get it with \`electra-lab data blimp\``,
    );
    for (const name of ['a', 'b']) writeLines(join(folder, `${name}.jsonl`), [toyLine('twin', 'binding', 0)]);
    expect(() => readBlimp(folder, 1)).toThrow(
      `${join(folder, 'b.jsonl')}: expected a paradigm of its own, got "twin"; keep one of the two files`,
    );
  });

  it('has to be named', () => {
    expect(() => selectPairSets({ sets: ['blimp'], at: [], most: 1 })).toThrow(
      "blimp: expected a folder with BLiMP's files, got none; name it with --blimp or pairs.blimpDir; `electra-lab data blimp` downloads it",
    );
  });
});

const official = process.env.BLIMP_DIR ?? 'blimp';

describe.skipIf(!existsSync(official))(
  `the official files in ${official}${existsSync(official) ? '' : ' (absent: set BLIMP_DIR)'}`,
  () => {
    it('are 67 paradigms of 1,000 pairs, 13 terms and 4 fields', () => {
      const paradigms = readBlimp(official, 1000).paradigms();
      expect(paradigms).toHaveLength(67);
      expect(paradigms.every(({ pairs }) => pairs.length === 1000)).toBe(true);
      expect(new Set(paradigms.map(({ term }) => term)).size).toBe(13);
      const fields = new Set(paradigms.map(({ field }) => field));
      expect([...fields].sort()).toEqual(['morphology', 'semantics', 'syntax', 'syntax_semantics']);
      const agreement = paradigms.filter(({ term }) => term === 'determiner_noun_agreement');
      expect(agreement).toHaveLength(8);
    });
  },
);
