/** A search over keys: which runs it is, and what it finds in their records. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { finetuneHashOf, runIdOf } from '../../src/config/run-id.ts';
import { experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';
import { candidatesOf, type Trial } from '../../src/experiment/trials.ts';
import { assertSearchedAlike, trialsOf, tunedChanges } from '../../src/experiment/tuning.ts';
import { recordTrials, writeTrials } from '../../src/experiment/tuning-table.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { type Row, readCsv } from '../end-to-end/program.ts';
import { toyRow } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuning-'));
afterAll(() => rmSync(folder, { recursive: true }));
const results = join(folder, 'results');
beforeEach(() => rmSync(results, { recursive: true, force: true }));

const yaml = `
preset: smoke
arms: { a: {}, b: { regime: bert }, c: { regime: electra-15, tunedAs: a } }
tuning: { grid: { optimiser.learningRate: [0.001, 0.002] }, seeds: [100, 101], changes: { training: { steps: 20 } } }
`;
const rateOf = ({ coordinates }: { coordinates: Trial['coordinates'] }) =>
  coordinates['optimiser.learningRate'];
const chosenOf = (trials: readonly Trial[], arm = 'a') =>
  candidatesOf(trials).find((candidate) => candidate.arm === arm && candidate.isChosen);

function open(content = yaml) {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, content);
  const plan = readPlan(path, { known, presetsFolder, results });
  return { plan, trials: trialsOf(plan, results) };
}

/** Leaves a record as a run of a search would that is over. @param score none where its answers define none */
function finish({ cell }: Trial, score: number | undefined, status: RunRecord['status'] = 'finished'): void {
  const runId = runIdOf(cell);
  const row = toyRow(runId, 'verb-form', 0, score, { settings: finetuneHashOf(cell), checkpointStep: 20 });
  const record = { runId, status, progress: { step: 20 }, metrics: {}, finetune: [row] };
  writeRecord(runFolder(results, runId), record as unknown as RunRecord);
}

/** Records of arm a: at 0.001 scores 0.5 and 0.1, at 0.002 0.4 and 0.3. */
function finishFirstArm(statuses: RunRecord['status'][] = []): void {
  const ofA = open().trials.filter(({ arm }) => arm === 'a');
  for (const [i, score] of [0.5, 0.1, 0.4, 0.3].entries()) finish(ofA[i]!, score, statuses[i]);
}

describe('a search', () => {
  it('is every value and seed of every arm that is not tuned as another, with its own steps and task', () => {
    const { trials } = open();
    expect(trials.map((trial) => [trial.arm, rateOf(trial), trial.seed])).toEqual(
      ['a', 'b'].flatMap((arm) =>
        [0.001, 0.002].flatMap((value) => [100, 101].map((seed) => [arm, value, seed])),
      ),
    );
    for (const { cell, ...trial } of trials) {
      expect([cell.optimiser.learningRate, cell.training.steps, cell.finetune.tasks]).toEqual([
        rateOf(trial),
        20,
        ['verb-form'],
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
    expect(rateOf(chosenOf(open().trials)!)).toBe(0.001);
    finishFirstArm(['finished', 'finished', 'failed-to-learn', 'failed-to-learn']);
    expect(rateOf(chosenOf(open().trials)!)).toBe(0.002);
  });

  it('has found nothing while a run is missing', () => {
    finishFirstArm(['finished', 'training', 'finished', 'finished']);
    expect(open().trials.filter(({ isChosen }) => isChosen)).toEqual([]);
  });

  it('takes answers that define no score for the worst, and does not wait for another', () => {
    finishFirstArm();
    finish(open().trials[0]!, undefined);
    expect(rateOf(chosenOf(open().trials)!)).toBe(0.002);
  });

  it('that has found a value for one arm and not for another lets no arms be compared that differ in this', () => {
    const check = (only: string[] = []) => {
      const { plan, trials } = open();
      return () => assertSearchedAlike(plan, trials, only);
    };
    expect(check()).not.toThrow();
    finishFirstArm();
    expect(check()).toThrow(
      'mine: tuning: expected a search that has found values for every arm, or for none, got "none for b"; finish electra-lab tune mine; if no run of an arm has learned, give it other values (tuning.byArm) or another arm\'s (tunedAs)',
    );
    expect(check(['a', 'c'])).not.toThrow(); // c is tuned as a
    expect(check(['c', 'b'])).toThrow('none for b');
    for (const trial of open().trials.filter(({ arm }) => arm === 'b')) finish(trial, 0.5);
    expect(check()).not.toThrow();
  });

  it('is on seeds and on a task that are not reported', () => {
    expect(() => open(`${yaml}seeds: [0, 101]`)).toThrow(
      /mine\.yaml: tuning\.seeds: expected seeds that are not reported, got "101"; give `tuning`, or --seeds, others$/,
    );
    const reported = `${yaml}common: { finetune: { tasks: [verb-form] } }`;
    const { plan } = open(reported);
    expect(() => experimentOf(plan, () => ({}))).toThrow(
      /mine\.yaml: tuning\.metric: expected a task that a does not report, got "task\.verb-form"; let another decide/,
    );
  });

  it('is recorded in a table with what it found', () => {
    finishFirstArm();
    const rows = readCsv(writeTrials(results, open().trials));
    const rateIn = (row: Row) => row['optimiser.learningRate'];
    expect(rows).toHaveLength(8);
    expect(rows.slice(0, 4).map((row) => [row.arm, rateIn(row), row.seed, row.score, row.is_chosen])).toEqual(
      [
        ['a', '0.001', '100', '0.5', 'false'],
        ['a', '0.001', '101', '0.1', 'false'],
        ['a', '0.002', '100', '0.4', 'true'],
        ['a', '0.002', '101', '0.3', 'true'],
      ],
    );
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

  it('over two keys tries every pair of their values, and has a column for each key', () => {
    const two = yaml.replace(
      'grid: { optimiser.learningRate: [0.001, 0.002] }',
      'grid: { optimiser.learningRate: [0.001, 0.002], objective.discriminatorWeight: [5, 50] }',
    );
    const { plan, trials } = open(two);
    const ofA = trials.filter(({ arm }) => arm === 'a');
    const pairs = [
      [0.001, 5],
      [0.001, 50],
      [0.002, 5],
      [0.002, 50],
    ];
    expect(candidatesOf(ofA).map(({ coordinates }) => Object.values(coordinates))).toEqual(pairs);
    for (const [i, trial] of ofA.entries()) finish(trial, i === 2 ? 0.9 : 0.1); // one run of the pair [0.001, 50]
    const found = trialsOf(plan, results);
    expect(tunedChanges(plan, found)(plan.arms[0]!)).toEqual({
      optimiser: { learningRate: 0.001 },
      objective: { discriminatorWeight: 50 },
    });
    const [first] = readCsv(writeTrials(results, found));
    expect(Object.keys(first!).slice(0, 5)).toEqual([
      'experiment',
      'arm',
      'optimiser.learningRate',
      'objective.discriminatorWeight',
      'seed',
    ]);
  });

  it('gives an arm that lacks a key another grid, of as many points', () => {
    const own = (rates: string) =>
      yaml.replace(
        'grid: { optimiser.learningRate: [0.001, 0.002] }',
        `grid: { optimiser.learningRate: [0.001, 0.002], objective.discriminatorWeight: [5, 50] }, byArm: { b: { grid: { optimiser.learningRate: ${rates} } } }`,
      );
    const { trials } = open(own('[1e-4, 2e-4, 4e-4, 8e-4]'));
    const pointsOf = (arm: string) => candidatesOf(trials).filter((candidate) => candidate.arm === arm);
    expect(pointsOf('a')).toHaveLength(2 * 2);
    expect(pointsOf('b').map(rateOf)).toEqual([1e-4, 2e-4, 4e-4, 8e-4]);
    expect(() => open(own('[1e-4, 2e-4]'))).toThrow(
      /mine\.yaml: tuning: expected the same number of points for each arm, so that none is searched better, got "4 for a, 2 for b"; an arm without one of the keys may search another key as finely, in tuning\.byArm$/,
    );
  });

  it('of an arm that forks begins once the values of the arm that it forks from are chosen, and takes their run', () => {
    const forked = yaml.replace(
      'b: { regime: bert }',
      'b: { regime: adversarial, fork: { from: a, at: 0.5 } }',
    );
    expect(new Set(open(forked).trials.map(({ arm }) => arm))).toEqual(new Set(['a'])); // b has no grid of its own
    const searched = forked.replace(
      'seeds:',
      'byArm: { b: { grid: { optimiser.learningRate: [0.1, 0.2] } } }, seeds:',
    );
    expect(new Set(open(searched).trials.map(({ arm }) => arm))).toEqual(new Set(['a']));
    for (const [i, trial] of open(searched).trials.entries()) finish(trial, [0.5, 0.1, 0.4, 0.3][i]);
    const { trials } = open(searched);
    const chosen = trials.filter(({ arm, isChosen }) => arm === 'a' && isChosen); // 0.002, of seeds 100 and 101
    const ofB = trials.filter(({ arm }) => arm === 'b');
    expect(ofB.map(({ cell }) => cell.optimiser.learningRate)).toEqual([0.1, 0.1, 0.2, 0.2]);
    expect(ofB.slice(0, 2).map(({ cell }) => cell.training.fork?.run)).toEqual(
      chosen.map(({ cell }) => runFolder(results, runIdOf(cell))),
    );
    expect(chosen[0]!.cell.training.keepAt).toEqual([0.5]);
    const alone = forked.replace('arms: { a: {}', 'arms: { a: { tunedAs: c }').replace(', tunedAs: a', '');
    const own = alone.replace(
      'seeds:',
      'byArm: { b: { grid: { optimiser.learningRate: [0.1, 0.2] } } }, seeds:',
    );
    expect(() => open(own)).toThrow(
      'tuning.byArm: expected a to be searched too, as the runs of b begin with its',
    );
  });

  it('chooses nothing for an arm of which no run has learned, and lets no tuned arm run beside it', () => {
    finishFirstArm(['failed-to-learn', 'failed-to-learn', 'failed-to-learn', 'failed']);
    for (const trial of open().trials.filter(({ arm }) => arm === 'b')) finish(trial, 0.5);
    const { plan, trials } = open();
    expect([chosenOf(trials, 'a'), rateOf(chosenOf(trials, 'b')!)]).toEqual([undefined, 0.001]);
    expect(() => assertSearchedAlike(plan, trials, [])).toThrow('got "none for a"; finish');
  });

  it('by a loss takes the lowest, and asks its runs for no task', () => {
    const byLoss = yaml.replace('seeds:', 'metric: mlm_loss, seeds:');
    const { trials } = open(byLoss);
    const ofA = trials.filter(({ arm }) => arm === 'a');
    expect(ofA.flatMap(({ cell }) => cell.finetune.tasks)).toEqual([]);
    for (const [i, loss] of [7, 6, 6, 5].entries()) {
      const record = {
        runId: runIdOf(ofA[i]!.cell),
        status: 'finished',
        metrics: { mlm_loss: loss },
        finetune: [],
      };
      writeRecord(runFolder(results, record.runId), record as unknown as RunRecord);
    }
    expect(chosenOf(open(byLoss).trials)).toMatchObject({ score: (6 + 5) / 2 });
    expect(rateOf(chosenOf(open(byLoss).trials)!)).toBe(0.002);
  });

  it.each([
    [
      'metric: mlm_acuracy',
      'tuning.metric: expected downstream, task.<name>, probe.<task>, pairs.<set> or a measurement of runs.csv, got "mlm_acuracy"; did you mean "mlm_accuracy"?',
    ],
    ['byArm: { c: { grid: {} } }', 'tuning.byArm: expected one of a, b, got "c"'], // c is tuned as a
    ['byArm: { b: { grid: { x: 3 } } }', 'tuning.byArm.b.grid: x: expected a list of values, or names with'],
    ['values: [1, 2]', 'tuning.values: expected a known key, got "values"'],
  ])('with %s is refused in one line', (wrong, message) => {
    expect(() => open(yaml.replace('seeds:', `${wrong}, seeds:`))).toThrow(`mine.yaml: ${message}`);
  });
});
