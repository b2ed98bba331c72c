import { expect, it } from 'vitest';
import { pairsSummary } from '../../src/commands/pairs-summary.ts';
import type { PairsRow } from '../../src/downstream/pairs/pairs-table.ts';

const row = (checkpointStep: number, accuracy: number, more: Partial<PairsRow> = {}): PairsRow => ({
  ...{ runId: 'bert-s0', name: 'bert', regime: 'bert', seed: 0, checkpointStep, set: 'offline' },
  ...{ paradigm: 'all', field: 'all', term: 'all', network: 'bert', scorer: 'pseudo-log-likelihood' },
  ...{ pairs: 8, accuracy, ties: 1, standardError: 0.02, unigramAccuracy: 0.5, bigramAccuracy: 0.75 },
  ...{ version: '1-1', trainFlops: 0, officialFlops: 0, elapsedSeconds: 1, ...more },
});

it('has a line per checkpoint and term, with the untrained network beside, and no field or paradigm', () => {
  const [table] = pairsSummary(
    [
      ...[row(0, 0.5), row(0, 0.4, { term: 'verb_form', field: 'morphology' })],
      ...[row(30, 0.875), row(30, 0.25, { term: 'verb_form', field: 'morphology' })],
      ...[row(30, 0.1, { field: 'morphology' }), row(30, 0.1, { paradigm: 'a', field: 'm', term: 't' })],
    ],
    { explains: false },
  );
  const [, , all, verbForm, ...rest] = table!.split('\n').map((line) => line.split(/ {2,}/));
  expect(all).toEqual([
    ...['bert', '30', 'offline', 'bert', 'PLL', 'all', '8', '87.5 %', '2.0 %', '1'],
    ...['50.0 %', '50.0 %', '75.0 %'],
  ]);
  expect(verbForm!.slice(5, 11)).toEqual(['verb_form', '8', '25.0 %', '2.0 %', '1', '40.0 %']);
  expect(rest).toEqual([]);
});
