import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { primaryNotes, untunedNotes } from '../../src/commands/execute-cells.ts';
import { openExperiment } from '../../src/commands/experiment-options.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { pilotsOf } from '../../src/experiment/signal.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'notes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const results = join(folder, 'results');

function open(more: string) {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, `preset: smoke\narms: { a: {} }\n${more}`);
  return openExperiment({ experiment: path, set: [], out: results });
}
const signal =
  'signal: { seeds: [900, 901], short: { training: { steps: 20 } }, long: { training: { steps: 90 } } }\n';
const primary = (metric: string) => `primary: { metric: ${metric}, margin: 0.1 }\n`;

describe('a sweep says first', () => {
  it('which keys could be searched and were not', () => {
    const grid = '{ optimiser.learningRate: [0.1, 0.2], generator.size: [0.25, 0.5] }';
    expect(untunedNotes(open(`tuning: { grid: ${grid}, seeds: [100] }`))).toEqual([
      'mine: not tuned: optimiser.learningRate, generator.size come from file and preset; electra-lab tune mine searches them',
    ]);
    expect(untunedNotes(open(''))).toEqual([]);
  });

  it('that the primary measurement has little signal, once there are pilots', () => {
    const opened = open(signal + primary('mlm_loss'));
    expect(primaryNotes(opened)).toEqual([]);
    const losses = [7, 6.8, 6.8, 6.6]; // gain 6.9 − 6.7; sd √(4 · 0.1² / 2)
    for (const [i, { cell }] of pilotsOf(opened.plan, [], results).entries()) {
      const record = {
        runId: runIdOf(cell),
        status: 'finished',
        metrics: { mlm_loss: losses[i] },
        finetune: [],
      };
      writeRecord(runFolder(results, record.runId), record as unknown as RunRecord);
    }
    expect(primaryNotes(opened)).toEqual([
      'mine: warning: primary: mlm_loss of a has a signal-to-noise of 1.4, below 2; see electra-lab signal mine --read',
    ]);
    expect(
      primaryNotes(open(signal.replace('signal: {', 'signal: { atLeast: 1.4,') + primary('mlm_loss'))),
    ).toEqual([]);
    expect(primaryNotes(open(signal + primary('rtd_auc')))[0]).toContain('primary: no pilot has rtd_auc');
    expect(primaryNotes(open(signal))).toEqual([]);
  });
});
