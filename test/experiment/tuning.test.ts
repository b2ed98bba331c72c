/** A search over one key: which runs it is, and what it finds in their records. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { finetuneHashOf, runIdOf } from '../../src/config/run-id.ts';
import { experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/experiment/run-folder.ts';
import {
  assertSearchedAlike,
  recordTrials,
  type Trial,
  trialsOf,
  tunedChanges,
  writeTrials,
} from '../../src/experiment/tuning.ts';
import { readCsv } from '../end-to-end/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuning-'));
afterAll(() => rmSync(folder, { recursive: true }));
const results = join(folder, 'results');
beforeEach(() => rmSync(results, { recursive: true, force: true }));

const yaml = `
preset: smoke
arms: { a: {}, b: { regime: bert }, c: { regime: electra-15, tunedAs: a } }
tuning: { values: [0.001, 0.002], seeds: [100, 101], changes: { training: { steps: 20 } } }
`;
function open(content = yaml) {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, content);
  const plan = readPlan(path, { known, presetsFolder, results });
  return { plan, trials: trialsOf(plan, results) };
}

/** Leaves a record as a finished run of a search would. */
function finish({ cell }: Trial, score: number | undefined, status: RunRecord['status'] = 'finished'): void {
  const row = { task: 'verb-form', settings: finetuneHashOf(cell), checkpointStep: 20, score };
  const record = { runId: runIdOf(cell), status, finetune: score === undefined ? [] : [row] };
  writeRecord(runFolder(results, runIdOf(cell)), record as unknown as RunRecord);
}

/** Records of arm a: at 0.001 scores 0.5 and 0.1, at 0.002 0.4 and 0.3. */
function finishFirstArm(statuses: RunRecord['status'][] = []): void {
  const ofA = open().trials.filter(({ arm }) => arm === 'a');
  for (const [i, score] of [0.5, 0.1, 0.4, 0.3].entries()) finish(ofA[i]!, score, statuses[i]);
}

describe('a search', () => {
  it('is every value and seed of every arm that is not tuned as another, with its own steps and task', () => {
    const { trials } = open();
    expect(trials.map(({ arm, value, seed }) => [arm, value, seed])).toEqual(
      ['a', 'b'].flatMap((arm) =>
        [0.001, 0.002].flatMap((value) => [100, 101].map((seed) => [arm, value, seed])),
      ),
    );
    for (const { cell, value } of trials) {
      expect([cell.optimiser.learningRate, cell.training.steps, cell.finetune.tasks]).toEqual([
        ...[value, 20, ['verb-form']],
      ]);
    }
  });

  it('finds the value whose mean over seeds is best: (0.4 + 0.3) / 2 > (0.5 + 0.1) / 2', () => {
    finishFirstArm();
    const { plan, trials } = open();
    const changesOf = tunedChanges(plan, trials);
    expect(plan.arms.map(changesOf)).toEqual([
      { optimiser: { learningRate: 0.002 } },
      {},
      { optimiser: { learningRate: 0.002 } },
    ]);
    const { cells } = experimentOf(plan, changesOf);
    expect(cells.map(({ optimiser }) => optimiser.learningRate)).toEqual([0.002, 0.001, 0.002]);
  });

  it('takes a failed run for the worst, and one that failed to learn by its score', () => {
    finishFirstArm(['finished', 'finished', 'failed', 'failed']);
    expect(open().trials.find(({ isChosen }) => isChosen)!.value).toBe(0.001);
    finishFirstArm(['finished', 'finished', 'failed-to-learn', 'failed-to-learn']);
    expect(open().trials.find(({ isChosen }) => isChosen)!.value).toBe(0.002);
  });

  it('has found nothing while a run is missing', () => {
    finishFirstArm(['finished', 'training', 'finished', 'finished']);
    expect(open().trials.filter(({ isChosen }) => isChosen)).toEqual([]);
  });

  it('takes answers that define no score for the worst, and does not wait for another', () => {
    finishFirstArm();
    const [worst] = open().trials;
    const row = { task: 'verb-form', settings: finetuneHashOf(worst!.cell), checkpointStep: 20 };
    const record = { runId: runIdOf(worst!.cell), status: 'finished', finetune: [row] };
    writeRecord(runFolder(results, runIdOf(worst!.cell)), record as unknown as RunRecord);
    expect(open().trials.find(({ isChosen }) => isChosen)!.value).toBe(0.002);
  });

  it('that has found a value for one arm and not for another lets no arms be compared that differ in this', () => {
    const check = (only: string[] = []) => {
      const { plan, trials } = open();
      return () => assertSearchedAlike(plan, trials, only);
    };
    expect(check()).not.toThrow();
    finishFirstArm();
    expect(check()).toThrow(
      'mine: tuning: expected a search that has found a value for every arm, or for none, got "none for b"; finish electra-lab tune mine; where all runs of an arm failed, give `tuning` other values',
    );
    expect(check(['a', 'c'])).not.toThrow(); // c is tuned as a
    expect(check(['c', 'b'])).toThrow('none for b');
    for (const trial of open().trials.filter(({ arm }) => arm === 'b')) finish(trial, 0.5);
    expect(check()).not.toThrow();
  });

  it('is on seeds and on a task that are not reported', () => {
    expect(() => open(`${yaml}seeds: [0, 101]`)).toThrow(
      /mine\.yaml: tuning\.seeds: expected seeds that are not reported, got "101"; give the search, or --seeds, others$/,
    );
    const reported = `${yaml}common: { finetune: { tasks: [verb-form] } }`;
    const { plan } = open(reported);
    expect(() => experimentOf(plan, () => ({}))).toThrow(
      /mine\.yaml: tuning\.task: expected a task that a does not report, got "verb-form"; let another decide/,
    );
  });

  it('is recorded in a table with what it found', () => {
    finishFirstArm();
    const rows = readCsv(writeTrials(results, open().trials));
    expect(rows).toHaveLength(8);
    expect(rows.slice(0, 4).map((row) => [row.arm, row.value, row.seed, row.score, row.is_chosen])).toEqual([
      ['a', '0.001', '100', '0.5', 'false'],
      ['a', '0.001', '101', '0.1', 'false'],
      ['a', '0.002', '100', '0.4', 'true'],
      ['a', '0.002', '101', '0.3', 'true'],
    ]);
  });

  it('leaves the table of a search whose runs are not here, as a sweep elsewhere would find it', () => {
    finishFirstArm();
    const path = writeTrials(results, open().trials);
    rmSync(join(results, 'runs'), { recursive: true });
    recordTrials(results, open().trials);
    expect(readCsv(path).map(({ score }) => score)).toEqual(['0.5', '0.1', '0.4', '0.3', '', '', '', '']);
    finish(open().trials[0]!, 0.6);
    recordTrials(results, open().trials);
    expect(readCsv(path).map(({ score }) => score)).toEqual(['0.6', '', '', '', '', '', '', '']);
  });

  it("takes an arm's own rate from the file until it has found one", () => {
    const own = yaml.replace('a: {}', 'a: { optimiser: { learningRate: 0.004 } }');
    const { plan } = open(own);
    const rateOfA = () => {
      const { cells } = experimentOf(plan, tunedChanges(plan, trialsOf(plan, results)));
      return cells[0]!.optimiser.learningRate;
    };
    expect(rateOfA()).toBe(0.004);
    finishFirstArm();
    expect(rateOfA()).toBe(0.002);
  });
});
