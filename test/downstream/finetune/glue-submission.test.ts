import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAnswers } from '../../../src/downstream/finetune/answers-file.ts';
import { submissionPath, writeSubmission } from '../../../src/downstream/finetune/glue-submission.ts';
import { taskNamed } from '../../../src/downstream/tasks/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'submission-'));
afterAll(() => rmSync(folder, { recursive: true }));
const examples = [0, 1, 2].map((i) => ({ first: '', label: -1, ...(i > 0 && { id: String(10 * i) }) }));

function written(name: string, answers: number[], part = 'test'): string {
  const path = submissionPath(folder, taskNamed(name), part);
  writeSubmission(path, taskNamed(name), examples, Float64Array.from(answers));
  return readFileSync(path, 'utf8');
}

describe("a file in GLUE's submission format", () => {
  it('has the official name', () => {
    const names = [
      ['cola', 'test'],
      ['sst-2', 'test'],
      ['mnli', 'matched'],
      ['mnli', 'mismatched'],
    ].map(([name, part]) => submissionPath('.', taskNamed(name!), part!));
    expect(names).toEqual(['CoLA.tsv', 'SST-2.tsv', 'MNLI-m.tsv', 'MNLI-mm.tsv']);
  });

  it('spells classes as the official files do, and names rows by their ids or places', () => {
    expect(written('cola', [0, 1, 1])).toBe('index\tprediction\n0\t0\n10\t1\n20\t1\n');
    expect(written('rte', [0, 1, 1])).toBe(
      'index\tprediction\n0\tentailment\n10\tnot_entailment\n20\tnot_entailment\n',
    );
  });

  it('keeps numbers in the range of the task', () => {
    expect(written('sts-b', [-0.2, 2.5, 5.7])).toBe('index\tprediction\n0\t0.000\n10\t2.500\n20\t5.000\n');
  });
});

describe('a file of dev answers', () => {
  it('says what was answered and what is right, row by row', () => {
    const cell = { task: 'rte', checkpointStep: 30, settings: 'abc', finetuneSeed: 1 };
    const dev = { dev: [1, 0].map((label) => ({ first: 'text', label })) };
    const path = writeAnswers(folder, cell, taskNamed('rte'), dev, { dev: Float64Array.of(1, 1) });
    expect(path).toBe(join(folder, 'answers/rte/step-30-abc-seed-1.json'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      ...{ formatVersion: 1, task: 'rte', labels: ['entailment', 'not_entailment'] },
      parts: { dev: { predicted: [1, 1], actual: [1, 0] } },
    });
  });
});
