import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DataError } from '../../src/base/errors.ts';
import { readTexts, writeTexts } from '../../src/results/stored-text.ts';
import { messageOf } from '../config/scratch.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const folder = temporaryFolder();
const path = join(folder, 'text.json');

it('comes back as it was written, one run a line', () => {
  expect(readTexts(folder)).toEqual([]);
  const sample = { token: 'b', prob: 0.25 };
  const text = {
    version: 1,
    step: 6,
    sentences: [
      [
        { token: 'a', replaced: 0.5 },
        { token: 'b', sample, best: [sample] },
      ],
    ],
  };
  const texts = ['x', 'y'].map((runId) => ({ runId, ...text }));
  writeTexts(folder, texts);
  expect(readTexts(folder)).toEqual(texts);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2 + 2 + 1);
});

it('is named where it is broken, with the key', () => {
  writeFileSync(path, '[{"runId": "x", "version": 1, "step": "six", "sentences": []}]');
  expect(messageOf(() => readTexts(folder), DataError)).toBe(
    `${path}: expected sentences as runs read them with 0.step (number), got "six"; delete this file and write the report again`,
  );
});
