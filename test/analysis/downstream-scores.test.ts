import { describe, expect, it } from 'vitest';
import { measure } from '../../src/analysis/metric-values.ts';
import type { PairsRow } from '../../src/downstream/pairs/pairs-table.ts';
import type { ProbeRow } from '../../src/downstream/probe/probe-table.ts';
import type { PrimaryReport } from '../../src/report/report-data.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';
import { toyRecord, toyRow } from '../helpers/toy-results.ts';

const last = 30;
const measurementOf = (record: RunRecord, metric: string, primary?: PrimaryReport) =>
  measure([record], primary).measurements.get(record.runId)!.get(metric);

describe('a score of a frozen probe', () => {
  const row = (score: number, more: Partial<ProbeRow> = {}) =>
    ({
      ...{ task: 'part-of-speech', part: 'dev', layers: 'all', metric: 'accuracy', checkpointStep: last },
      ...{ score, majorityScore: 0.4, wordIdentityScore: 0.5, bagOfWordsScore: 0.45, ...more },
    }) as ProbeRow;
  const probed = (probe: ProbeRow[]) => toyRecord('joint', 0, {}, { probe });

  it('is by all layers and the first metric, at the last checkpoint, with its floor', () => {
    const record = probed([
      row(0.6, { checkpointStep: 0 }),
      row(0.7, { checkpointStep: 15 }),
      row(0.9, { layers: '1' }),
      row(0.75),
      row(0.2, { metric: 'macro_f1' }),
    ]);
    expect(measurementOf(record, 'probe.part-of-speech')).toEqual({
      ...{ value: 0.75, untrained: 0.6, trivial: 0.5 },
    });
  });

  it('is not there where the last checkpoint was not measured', () => {
    expect(measurementOf(probed([row(0.7, { checkpointStep: 15 })]), 'probe.part-of-speech')).toBeUndefined();
  });

  it('is the mean over the last three checkpoints where the primary metric says so, and nothing of fewer', () => {
    const primary = { metric: 'probe.part-of-speech', margin: 0.02, checkpoints: 3 };
    const at = (steps: number[]) =>
      probed(steps.map((checkpointStep) => row(checkpointStep / 100, { checkpointStep })));
    expect(measurementOf(at([0, 5, 10, 20, 30]), primary.metric, primary)!.value).toBeCloseTo(
      (0.1 + 0.2 + 0.3) / 3,
      12,
    );
    expect(measurementOf(at([0, 20, 30]), primary.metric, primary)).toBeUndefined();
    expect(measurementOf(at([0, 20, 30]), primary.metric)!.value).toBe(0.3);
  });
});

describe('a score on minimal pairs', () => {
  const row = (accuracy: number, more: Partial<PairsRow> = {}) =>
    ({
      ...{ set: 'blimp', paradigm: 'all', field: 'all', term: 'all', network: 'generator' },
      ...{ scorer: 'pseudo-log-likelihood', accuracy, checkpointStep: last },
      ...{ unigramAccuracy: 0.53, bigramAccuracy: 0.8, ...more },
    }) as PairsRow;
  const paired = (pairs: PairsRow[]) => toyRecord('joint', 0, {}, { pairs });

  it("is the mean over a set and over each term, by the predictor, with the unigram model's or chance as its floor", () => {
    const record = paired([
      row(0.5, { checkpointStep: 0 }),
      row(0.6),
      row(0.61, { field: 'morphology' }),
      row(0.7, { field: 'morphology', term: 'agreement' }),
      row(0.9, { paradigm: 'one', field: 'morphology', term: 'agreement' }),
      row(0.2, { network: 'discriminator' }),
      row(0.52, {
        network: 'discriminator',
        scorer: 'original-log-probability',
        unigramAccuracy: 0.4,
      }),
    ]);
    const { measurements } = measure([record]);
    const metrics = [...measurements.get('joint-s0')!].filter(([name]) => name.startsWith('pairs'));
    expect(Object.fromEntries(metrics)).toEqual({
      'pairs.blimp': { value: 0.6, untrained: 0.5, trivial: 0.53 },
      'pairs.blimp.agreement': { value: 0.7, trivial: 0.53 },
      'pairs-rtd.blimp': { value: 0.52, trivial: 0.5 },
    });
  });
});

describe('a score of fine-tuning', () => {
  it('has the untrained control and the larger baseline of each task, and their means for the average', () => {
    const record = toyRecord('joint', 0, { rte: [0.6], cola: [0.2] });
    const floors: Record<string, [number, number, number]> = { rte: [0.5, 0.53, 0.55], cola: [0, 0.1, 0.05] };
    record.finetune = Object.entries(floors).flatMap(
      ([task, [majorityScore, bagOfWordsScore, untrained]]) => {
        const besides = { majorityScore, bagOfWordsScore };
        const trained = record.finetune.filter((row) => row.task === task);
        return [
          toyRow(record.runId, task, 0, untrained, { checkpointStep: 0, ...besides }),
          ...trained.map((row) => ({ ...row, ...besides })),
        ];
      },
    );
    expect(measurementOf(record, 'task.rte')).toMatchObject({ untrained: 0.55, trivial: 0.53 });
    const average = measurementOf(record, 'downstream')!;
    expect([average.value, average.untrained, average.trivial].map((value) => value!.toFixed(12))).toEqual(
      [(0.6 + 0.2) / 2, (0.55 + 0.05) / 2, (0.53 + 0.1) / 2].map((value) => value.toFixed(12)),
    );
  });
});
