/** Pilot runs: which they are, and what their records say of each measurement. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { finetuneHashOf, runIdOf } from '../../src/config/run-id.ts';
import { readPlan } from '../../src/experiment/experiment-file.ts';
import { type Pilot, pilotsOf } from '../../src/experiment/signal.ts';
import { doubtsAbout, signalRows, writeSignal } from '../../src/experiment/signal-table.ts';
import { trialsOf } from '../../src/experiment/tuning.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { detectableDifference } from '../../src/statistics/signal-to-noise.ts';
import { readCsv } from '../end-to-end/program.ts';
import { toyRow } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'signal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const results = join(folder, 'results');
beforeEach(() => rmSync(results, { recursive: true, force: true }));

const yaml = `
preset: smoke
arms: { a: {}, b: { regime: bert } }
common: { finetune: { tasks: [genre], at: [0.5] } }
signal:
  seeds: [900, 901]
  short: { training: { steps: 20 } }
  long: { training: { steps: 100 } }
  byArm: { b: { long: { training: { steps: 150 } } } }
  measure: { finetune: { tasks: [verb-form] } }
`;
function open(content = yaml, seeds?: number[]): Pilot[] {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, content);
  const plan = readPlan(path, { known, presetsFolder, results, seeds });
  return pilotsOf(plan, trialsOf(plan, results), results);
}

const step = 100;
/** Leaves a record as a finished pilot would. */
function finish({ cell }: Pilot, metrics: Record<string, number>, more: Partial<RunRecord> = {}): void {
  const runId = runIdOf(cell);
  const record = { runId, status: 'finished', progress: { step }, metrics, finetune: [], ...more };
  writeRecord(runFolder(results, runId), record as unknown as RunRecord);
}

describe('pilots', () => {
  it('are a short and a long run of every arm and seed, measured at their end by what is named', () => {
    const pilots = open();
    expect(pilots.map(({ arm, length, seed, cell }) => [arm, length, seed, cell.training.steps])).toEqual([
      ...['short', 'long'].flatMap((length, i) =>
        [900, 901].map((seed) => ['a', length, seed, [20, 100][i]]),
      ),
      ...['short', 'long'].flatMap((length, i) =>
        [900, 901].map((seed) => ['b', length, seed, [20, 150][i]]),
      ),
    ]);
    for (const { cell } of pilots) expect(cell.finetune).toMatchObject({ tasks: ['verb-form'], at: [] });
    expect(pilots[0]!.cell.name).toBe('a, short, seed 900');
  });

  it('are measured at checkpoints on the way where the primary measurement is a mean over several', () => {
    const ways = yaml.replace('at: [0.5]', 'at: [0.5, 0.8]').replace('tasks: [verb-form]', 'epochs: 1');
    const of = (checkpoints: number) =>
      `${ways}primary: { metric: task.genre, margin: 0.02, checkpoints: ${checkpoints} }`;
    expect(open(of(1))[0]!.cell.finetune.at).toEqual([]);
    expect(open(of(3))[0]!.cell.finetune).toMatchObject({ at: [0.5, 0.8], tasks: ['genre'] });
  });

  it('are of the arms that are named, or of all', () => {
    const only = open(yaml.replace('signal:', 'signal:\n  arms: [b]'));
    expect(new Set(only.map(({ arm }) => arm))).toEqual(new Set(['b']));
  });

  it('take the values that a search has found', () => {
    const tuned = `${yaml}tuning: { grid: { optimiser.learningRate: [0.003, 0.004] }, seeds: [100], metric: mlm_loss }`;
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, tuned);
    const plan = readPlan(path, { known, presetsFolder, results });
    for (const { cell, coordinates } of trialsOf(plan, results)) {
      const loss = Number(coordinates['optimiser.learningRate']); // the lower rate has the lower loss
      const record = { runId: runIdOf(cell), status: 'finished', metrics: { mlm_loss: loss }, finetune: [] };
      writeRecord(runFolder(results, runIdOf(cell)), record as unknown as RunRecord);
    }
    expect(new Set(open(tuned).map(({ cell }) => cell.optimiser.learningRate))).toEqual(new Set([0.003]));
  });

  it.each([
    ['seeds: [900, 901]', 'seeds: [0, 900]', 'signal.seeds: expected seeds that are not reported, got "0"'],
    ['seeds: [900, 901]', 'seeds: [900]', 'signal.seeds: expected a list of at least 2 values, got [900]'],
    ['seeds:', 'arms: [c]\n  seeds:', 'signal.arms: expected one of a, b, got "c"'],
    ['seeds:', 'arms: [a]\n  seeds:', 'signal.byArm: expected one of a, got "b"'],
    [
      'steps: 100',
      'steps: 20',
      'signal: expected a to have long runs that differ from its short ones, got "the same"',
    ],
    ['finetune: { tasks: [verb-form] }', 'probing: {}', 'a: probing: expected a known key'],
  ])('with %s made %s are refused in one line', (before, after, message) => {
    expect(() => open(yaml.replace(before, after))).toThrow(message);
  });

  it('of an arm that forks come with those of the arm that it forks from', () => {
    const forked = yaml.replace('{ regime: bert }', '{ regime: adversarial, fork: { from: a, at: 1 } }');
    expect(open(forked)).toHaveLength(8);
    const alone = forked.replace('signal:', 'signal:\n  arms: [b]');
    expect(() => open(alone)).toThrow(
      'signal.arms: expected a among them, whose runs those of b begin with, got "b"',
    );
  });
});

describe('signalRows', () => {
  /** Losses of arm a 7 and 6.8, then 5 and 5.4; of arm b 6 and 6.4, then 5 and 5. */
  function finishAll(): Pilot[] {
    const losses = [7, 6.8, 5, 5.4, 6, 6.4, 5, 5];
    for (const [i, pilot] of open().entries())
      finish(pilot, { mlm_loss: losses[i]!, mlm_entropy: 3, rtd_auc: 0.6 });
    return open();
  }
  // Squares about the means of the four cells: 2 · 0.1², 2 · 0.2², 2 · 0.2², 0; one degree of freedom each.
  const sd = Math.sqrt((2 * 0.1 ** 2 + 2 * 0.2 ** 2 + 2 * 0.2 ** 2 + 0) / 4);

  it('have the gain for the better and the spread that is pooled over arms and lengths', () => {
    const [a, b] = signalRows(finishAll()).filter(({ metric }) => metric === 'mlm_loss');
    expect(a).toMatchObject({ arm: 'a', seeds: { short: 2, long: 2 }, failedToLearn: 0 });
    expect([a!.short, a!.long, a!.gainFromShort]).toEqual([6.9, 5.2, expect.closeTo(6.9 - 5.2, 12)]);
    expect(a!.spread).toEqual({ standardDeviation: expect.closeTo(sd, 12), degrees: 4 });
    expect(a!.signalFromShort).toBeCloseTo((6.9 - 5.2) / sd, 9);
    expect(b!.signalFromShort).toBeCloseTo((6.2 - 5) / sd, 9);
  });

  it('leave out costs and what has no better and worse, and give no signal where nothing spreads', () => {
    const rows = signalRows(finishAll());
    expect(new Set(rows.map(({ metric }) => metric))).toEqual(new Set(['mlm_loss', 'rtd_auc']));
    const auc = rows.find(({ metric }) => metric === 'rtd_auc')!;
    expect([auc.gainFromShort, auc.spread?.standardDeviation, auc.signalFromShort]).toEqual([
      0,
      0,
      undefined,
    ]);
  });

  it('are of the pilots that have ended: without short runs there is a value and no gain', () => {
    const longOfA = open().filter(({ arm, length }) => arm === 'a' && length === 'long');
    for (const [i, pilot] of longOfA.entries()) finish(pilot, { mlm_loss: 5 + i });
    expect(signalRows(open())).toEqual([
      {
        ...{ metric: 'mlm_loss', arm: 'a', seeds: { short: 0, long: 2 }, failedToLearn: 0, long: 5.5 },
        spread: { standardDeviation: expect.closeTo(Math.SQRT1_2, 12), degrees: 1 },
      },
    ]);
  });

  it('have the seconds that fine-tuning a run took, over its fine-tuning seeds', () => {
    const [pilot] = open().filter(({ length }) => length === 'long');
    const { cell } = pilot!;
    const more = { settings: finetuneHashOf(cell), checkpointStep: step };
    const rows = [0, 1].flatMap((seed) =>
      // Two metrics of one model have the time that the model took.
      (['accuracy', 'f1'] as const).map((metric) =>
        toyRow(runIdOf(cell), 'verb-form', seed, 0.5, { ...more, metric, elapsedSeconds: 10 + seed }),
      ),
    );
    finish(pilot!, {}, { finetune: rows as RunRecord['finetune'] });
    const [row] = signalRows(open()).filter(({ metric }) => metric === 'task.verb-form');
    expect(row).toMatchObject({ long: 0.5, seconds: 10 + 11 });
  });

  it('compare with the untrained encoders of the same seeds, and say where that is the floor', () => {
    const scores = { a: [0.7, 0.72], b: [0.6, 0.62] }; // long runs of seeds 900 and 901
    const untrained = [0.6, 0.62];
    for (const pilot of open()) {
      const i = pilot.seed - 900;
      const long = scores[pilot.arm as 'a' | 'b'][i]!;
      const of = { task: 'word', part: 'dev', layers: 'all', metric: 'accuracy', majorityScore: 0.5 };
      const rows = [
        { ...of, checkpointStep: 0, score: untrained[i]!, elapsedSeconds: 7 },
        { ...of, checkpointStep: step, score: pilot.length === 'long' ? long : 0.65, elapsedSeconds: 8 },
        { ...of, layers: '1', checkpointStep: step, score: 0.1, elapsedSeconds: 8 }, // not what the metric is of
      ];
      finish(pilot, {}, { probe: rows as unknown as NonNullable<RunRecord['probe']> });
    }
    const [a, b] = signalRows(open());
    expect(a).toMatchObject({ metric: 'probe.word', arm: 'a', isAboveFloor: true, seconds: 8 });
    expect([a!.untrained, a!.gainFromUntrained]).toEqual([0.61, expect.closeTo(0.71 - 0.61, 12)]);
    // Squares about the means of the long cells: 2 · 0.01² each; the short ones do not spread.
    const sd = Math.sqrt((4 * 0.01 ** 2) / 4);
    expect(a!.signalFromUntrained).toBeCloseTo((0.71 - 0.61) / sd, 6);
    expect(b).toMatchObject({ arm: 'b', isAboveFloor: false });
    expect(doubtsAbout('probe.word', 0.1, [a!, b!])).toEqual([
      'probe.word of b has a signal-to-noise of -4.0, below 0.1', // from 0.65 to 0.61
      'probe.word of b is at the floor after the long runs',
    ]);
  });

  it('are written with the differences that 3, 5, 8 and 10 seeds find', () => {
    const [a] = readCsv(writeSignal(results, 'mine', signalRows(finishAll())));
    expect(a).toMatchObject({
      metric: 'mlm_loss',
      arm: 'a',
      long_seeds: '2',
      degrees_of_freedom: '4',
      untrained: '',
    });
    for (const seeds of [3, 5, 8, 10])
      expect(Number(a![`detectable_${seeds}`])).toBeCloseTo(detectableDifference(sd, seeds), 9);
  });

  it('speak against a primary measurement that has too little signal in some arm, or no pilot has', () => {
    const rows = signalRows(finishAll()); // 1.7 / 0.212 = 8.0 of a, 1.2 / 0.212 = 5.7 of b
    expect(doubtsAbout('mlm_loss', 5, rows)).toEqual([]);
    expect(doubtsAbout('mlm_loss', 7, rows)).toEqual(['mlm_loss of b has a signal-to-noise of 5.7, below 7']);
    expect(doubtsAbout('probe.x', 2, rows)).toEqual(['no pilot has probe.x']);
  });
});
