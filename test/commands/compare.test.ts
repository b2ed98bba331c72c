/** `electra-lab compare` on two studies that are committed: table, JSON and page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { electraLab, temporaryFolder } from '../end-to-end/program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const cwd = process.cwd();
const studies = ['results/figure3-training-algorithms', 'results/figure3-study'];

it('prints tables of 80 columns, each measurement with its difference', async () => {
  const { code, stdout, stderr } = await electraLab(['compare', ...studies], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  const tables = stdout.split('\n').filter((line) => !line.startsWith('Each difference'));
  expect(tables.filter((line) => line.length > 80)).toEqual([]);
  expect(stdout).toContain('# joint');
  expect(stdout).toMatch(/mlm_accuracy +20\.2 % ± 0\.4 +\d/);
});

it('as JSON has every mean and interval, and a page has the curves of all runs', async () => {
  const page = join(folder, 'page.html');
  const args = ['compare', `${studies[0]}:joint`, `${studies[0]}:bert`, '--json', '--html', page];
  const { code, stdout } = await electraLab(args, { cwd });
  const { comparisons, page: written } = JSON.parse(stdout);
  expect([code, written]).toEqual([0, page]);
  const accuracy = comparisons[0].measurements.find(
    ({ metric }: { metric: string }) => metric === 'mlm_accuracy',
  );
  expect(accuracy.differences[1].interval.low).toBeGreaterThan(0);
  const text = readFileSync(page, 'utf8');
  const [, curves = ''] = /id="curve-data">(.*?)<\/script>/.exec(text) ?? [];
  const { runs, groups } = JSON.parse(curves);
  expect(runs).toHaveLength(10);
  expect(
    groups[0].arms.map(({ name, runs }: { name: string; runs: number[] }) => [name, runs.length]),
  ).toEqual([
    ['joint', 5],
    ['bert', 5],
  ]);
});
