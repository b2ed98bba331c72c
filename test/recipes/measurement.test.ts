/** docs/extending.md, "Add a measurement", followed: the perplexity of masked tokens. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Row, readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const computed = `{ name: 'mlm_perplexity', value: Math.exp(sums.loss / total) },
    `;
const declared = `{
    name: 'mlm_perplexity',
    label: 'perplexity of masked tokens',
    unit: 'number',
    meaning: 'exponential of mlm_loss',
    better: 'lower',
    figure: 'diagnostics',
  },
  `;

describe('a measurement', () => {
  let tree: CopiedTree;
  let run: Row;
  const results = () => join(tree.folder, 'results');
  beforeAll(() => {
    tree = copyTree();
    tree.insert('src/evaluation/evaluator.ts', computed, "{ name: 'mlm_loss'");
    tree.insert('src/metrics/held-out-measurements.ts', declared, "{\n    name: 'mlm_loss'");
    tree.run('run', 'smoke', '--threads', '1', '--out', results(), '--quiet');
    tree.run('report', results());
    run = readCsv(join(results(), 'runs.csv'))[0]!;
  }, patience);

  it('is what computes it and its declaration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual(['src/evaluation/evaluator.ts', 'src/metrics/held-out-measurements.ts']);
  });

  it('has a column of runs.csv', () => {
    expect(Number(run.mlm_perplexity)).toBeCloseTo(Math.exp(Number(run.mlm_loss)), 6);
  });

  it('has a curve', () => {
    const rows = readCsv(join(results(), 'curves.csv')).filter(({ metric }) => metric === 'mlm_perplexity');
    expect(rows.at(-1)!.value).toBe(run.mlm_perplexity);
  });

  it('has a panel of the report under its label', () => {
    const panel = join(results(), 'figures', 'runs-diagnostics-mlm-perplexity.svg');
    expect(existsSync(panel)).toBe(true);
    expect(readFileSync(join(results(), 'report.html'), 'utf8')).toContain('perplexity of masked tokens');
  });
});
