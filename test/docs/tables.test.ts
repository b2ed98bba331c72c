import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tablesPage } from '../../docs/tools/tables-page.ts';
import { writeVerdicts } from '../../src/analysis/verdicts.ts';
import { tables } from '../../src/results/columns/registry.ts';
import { writeTables } from '../../src/results/tables.ts';
import { hasPython, runPython } from '../helpers/python.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');

/** Committed run folders, with the tables that `report` makes of them, in `results/<as>` of a folder. */
function rebuilt(name: string, as = name): { folder: string; results: string } {
  const folder = temporaryFolder();
  const results = join(folder, 'results', as);
  cpSync(join(root, 'results', name), results, { recursive: true });
  writeTables(results);
  writeVerdicts(results);
  return { folder, results };
}

describe('docs/tables.md', () => {
  it('is up to date (else: npm run docs)', async () => {
    await expect(tablesPage(tables)).toMatchFileSnapshot(join(root, 'docs/tables.md'));
  });

  it('says of every column in a sentence what it is, and each once', () => {
    for (const { columns, key } of tables) {
      const names = columns.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(columns.filter(({ meaning }) => meaning.length < 5)).toEqual([]);
      expect(key.filter((name) => !names.includes(name))).toEqual([]);
    }
  });
});

describe.skipIf(!hasPython)('the tables', () => {
  it('load with the examples of docs/tables.md, in pandas, DuckDB and Frictionless', () => {
    const { folder } = rebuilt('figure3-training-algorithms', 'quickstart');
    const page = readFileSync(join(root, 'docs/tables.md'), 'utf8');
    const examples = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code!);
    const printed = examples.map((code) => runPython(['-c', code], { cwd: folder }));
    expect(printed.map((text) => /\bjoint\b|^True \{'run_id': 'string'/.test(text))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each(['figure3-training-algorithms', 'figure3-study', 'figure3-pilots'])(
    'of %s are what datapackage.json says of them, cell by cell',
    (name) => {
      const script = join(root, 'test/python/validate-package.py');
      const { results } = rebuilt(name);
      const report = JSON.parse(runPython([script, join(results, 'datapackage.json')]));
      expect(report.errors).toEqual([]);
      expect(report.tables).toEqual(expect.arrayContaining(['runs', 'curves', 'finetune', 'claims', 'arms']));
      expect(report.undeclared).toEqual([]);
    },
  );
});
