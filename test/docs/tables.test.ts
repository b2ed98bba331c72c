import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimColumns } from '../../src/analysis/claims-table.ts';
import { summaryColumns } from '../../src/analysis/summary-table.ts';
import { finetuneColumns } from '../../src/downstream/finetune/finetune-table.ts';
import { pairsColumns } from '../../src/downstream/pairs/pairs-table.ts';
import { probeColumns } from '../../src/downstream/probe/probe-table.ts';
import { runColumns } from '../../src/results/tables.ts';
import { curveColumns } from '../../src/training/curve-rows.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/tables.md'), 'utf8');

const tables: Record<string, readonly { name: string }[]> = {
  'runs.csv': runColumns,
  'curves.csv': curveColumns,
  'finetune.csv': finetuneColumns,
  'probe.csv': probeColumns,
  'pairs.csv': pairsColumns,
  'summary.csv': summaryColumns,
  'claims.csv': claimColumns,
};

/** The text under one heading of the second level. */
function sectionOf(name: string): string {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${name}\n`));
  if (section === undefined) throw new Error(`docs/tables.md: expected a section ${name}, got none`);
  return section;
}

const namesIn = (text: string) => [...text.matchAll(/`([a-z0-9_]+)`/g)].map(([, name]) => name!);

describe('docs/tables.md', () => {
  it.each(Object.keys(tables))('describes every column of %s', (table) => {
    const described = namesIn(sectionOf(table));
    const columns = tables[table]!.map(({ name }) => name);
    expect(columns.filter((name) => !described.includes(name))).toEqual([]);
  });

  it('has a row for no column that is not written', () => {
    const written = new Set(Object.values(tables).flatMap((columns) => columns.map(({ name }) => name)));
    const first = Object.keys(tables).flatMap((table) =>
      [...sectionOf(table).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => namesIn(cell!)),
    );
    expect(first.filter((name) => !written.has(name) && !name.startsWith('train_'))).toEqual([]);
  });
});
