/** The training loop in process, on made-up text and a tiny model. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { InterruptedError } from '../../src/base/errors.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { type PreparedData, prepareData } from '../../src/data/preparation/prepared-data.ts';
import { optimiserNames } from '../../src/optim/registry.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNamed, regimeNames } from '../../src/regimes/registry.ts';
import { costOf } from '../../src/training/cost.ts';
import { createRunModel } from '../../src/training/run-model.ts';
import { isDue, train } from '../../src/training/trainer.ts';
import type { TrainingState } from '../../src/training/training-state.ts';
import { tinyRunYaml, withoutTimes, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'trainer-'));
afterAll(() => rmSync(folder, { recursive: true }));
let data: PreparedData;
beforeAll(async () => {
  data = await prepareData(configOf().data, { cacheFolder: join(folder, 'cache') });
});

function configOf(more: Record<string, Record<string, unknown>> = {}, regime = 'joint'): RunConfig {
  const corpus = writeCorpus(join(folder, 'corpus'));
  const known = { regimes: regimeNames, corpora: ['gutenberg', 'sotu', 'brown'], tasks: [] };
  // Dropout stays on: its noise has to be the same after a resume.
  const generator = { size: regime === 'two-stage' ? 1 : 0.5, checkpoint: 'runs/none' };
  return runConfigSchema(known).parse({ ...JSON.parse(tinyRunYaml(corpus, { ...more, generator })), regime });
}

/** Trains in `<folder>/<name>`; stops after `stopAt` steps where that is given; `between` runs after each. */
async function trainIn(
  name: string,
  config: RunConfig,
  { resume = false, stopAt = Number.POSITIVE_INFINITY, until = 1, between = () => {} } = {},
) {
  const controller = new AbortController();
  const model = createRunModel(config, data);
  let steps = 0; // a phase counts the steps of its stage
  const advance = () => {
    between();
    if (++steps === stopAt) controller.abort();
  };
  const progress = {
    ...silentProgress(),
    begin: () => ({ advance, end: () => {} }),
  };
  const path = join(folder, name);
  const options = {
    runId: runIdOf(config),
    config,
    ...model,
    data,
    engine: onnx,
    folder: path,
    resume,
    progress,
  };
  const result = await train({ ...options, until, signal: controller.signal });
  return { ...result, values: model.store.values };
}

const curvesOf = (name: string) =>
  parse(readFileSync(join(folder, name, 'curves.csv')), { columns: true }) as Record<string, string>[];
const stepsOf = (name: string, metric: string) =>
  curvesOf(name)
    .filter((row) => row.metric === metric)
    .map(({ step }) => Number(step));

/** The configuration asks for 96 vocabulary entries; the corpus has fewer. */
function withRealVocabulary(config: RunConfig): RunConfig {
  return { ...config, data: { ...config.data, vocabularySize: data.vocabulary.size } };
}

function withoutClock({ elapsedSeconds: _, stage, ...state }: TrainingState) {
  const { elapsedSeconds: __, ...stageStart } = stage;
  return { ...state, stage: stageStart };
}

describe('isDue', () => {
  it('is true at multiples and at the end', () => {
    expect([1, 2, 3, 4, 5].filter((step) => isDue(step, 2, step === 5))).toEqual([2, 4, 5]);
  });
  it('is true at the end only, where the cadence is 0', () => {
    expect([1, 2, 3, 4, 5].filter((step) => isDue(step, 0, step === 5))).toEqual([5]);
  });
  it('is true at the end only, where the cadence is longer than the run', () => {
    expect([1, 2, 3].filter((step) => isDue(step, 100, step === 3))).toEqual([3]);
  });
});

describe.each(optimiserNames)('training by %s', (kind) => {
  it('stopped and resumed is as unbroken, bit for bit', async () => {
    const config = configOf({ optimiser: { kind, learningRate: 0.001, warmupSteps: 3 } });
    const unbroken = await trainIn(`${kind}-whole`, config);
    await expect(trainIn(`${kind}-broken`, config, { stopAt: 16 })).rejects.toThrow(InterruptedError);
    const resumed = await trainIn(`${kind}-broken`, config, { resume: true });
    expect(resumed.values).toEqual(unbroken.values);
    expect(withoutTimes(curvesOf(`${kind}-broken`))).toEqual(withoutTimes(curvesOf(`${kind}-whole`)));
  });
});

describe.each(regimeNames)('training with %s', (regime) => {
  const config = () => configOf({}, regime);
  const whole = `${regime}-whole`;
  const stages = [...regimeNamed(regime).stages.keys()];
  const total = 30 * stages.length;
  let unbroken: Awaited<ReturnType<typeof trainIn>>;
  beforeAll(async () => {
    unbroken = await trainIn(whole, config());
  });

  it('evaluates before the first step, at its cadence and once after the last', () => {
    const each = (steps: number[]) => stages.flatMap((stage) => steps.map((step) => 30 * stage + step));
    expect(stepsOf(whole, 'mlm_loss')).toEqual([0, ...each([10, 20, 30])]);
    // A row at every seventh step of the run, and one at the end of each stage.
    const atEnds = stages.map((stage) => 30 * (stage + 1));
    const sevenths = Array.from({ length: Math.floor(total / 7) }, (_, i) => 7 * (i + 1));
    expect(stepsOf(whole, 'train_loss')).toEqual([...sevenths, ...atEnds].sort((a, b) => a - b));
  });

  it('writes no row twice', () => {
    const keys = curvesOf(whole).map(({ step, metric }) => `${step} ${metric}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('gives the same bytes again', async () => {
    const again = await trainIn(`${regime}-again`, config());
    expect(again.values).toEqual(unbroken.values);
    expect(withoutTimes(curvesOf(`${regime}-again`))).toEqual(withoutTimes(curvesOf(whole)));
  });

  // Before, at and after rows of losses, evaluations and checkpoints; the loop is one, so one regime has them all.
  // Where there are stages: in each, at the switch and after it.
  it.each(regime === 'joint' ? [1, 6, 7, 10, 29] : stages.length > 1 ? [16, 30, 31, 46] : [16])(
    'stopped after step %i and resumed is as unbroken',
    async (stopAt) => {
      const name = `${regime}-at-${stopAt}`;
      await expect(trainIn(name, config(), { stopAt })).rejects.toThrow(
        new InterruptedError(`tiny: interrupted after step ${stopAt} of ${total}, all saved`),
      );
      const resumed = await trainIn(name, config(), { resume: true });
      expect(resumed.values).toEqual(unbroken.values);
      expect(withoutTimes(curvesOf(name))).toEqual(withoutTimes(curvesOf(whole)));
      expect(withoutClock(resumed.state)).toEqual(withoutClock(unbroken.state));
      expect(resumed.metrics).toEqual(unbroken.metrics);
    },
  );

  it.each(stages.length > 1 ? [0.1, 0.5, 0.7] : [0.1, 0.5])(
    'paused after %f of it and resumed is as unbroken, and is evaluated at the pause',
    async (until) => {
      const name = `${regime}-until-${until}`;
      const paused = await trainIn(name, config(), { until });
      expect([paused.isPaused, paused.state.step]).toEqual([true, Math.ceil(until * total - 1e-9)]);
      expect(paused.metrics.map(({ name }) => name)).toEqual(unbroken.metrics.map(({ name }) => name));
      const resumed = await trainIn(name, config(), { resume: true });
      expect(resumed.isPaused).toBe(false);
      expect(resumed.values).toEqual(unbroken.values);
      expect(withoutTimes(curvesOf(name))).toEqual(withoutTimes(curvesOf(whole)));
      expect(resumed.metrics).toEqual(unbroken.metrics);
    },
  );

  it('resumed after its end measures again and changes nothing', async () => {
    const before = curvesOf(whole);
    const { metrics } = await trainIn(whole, config(), { resume: true });
    expect(curvesOf(whole)).toEqual(before);
    expect(metrics.find(({ name }) => name === 'mlm_loss')!.value).toBe(
      Number(before.findLast(({ metric }) => metric === 'mlm_loss')!.value),
    );
  });
});

it('counts the seconds of steps as training, not those between them', async () => {
  const now = performance.now.bind(performance);
  let hour = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + hour * 3_600_000);
  const { state } = await trainIn('hours-between', configOf(), { between: () => void hour++ });
  clock.mockRestore();
  expect(hour).toBe(state.step);
  expect(state.elapsedSeconds).toBeGreaterThan(0);
  expect(state.elapsedSeconds).toBeLessThan(3600);
});

describe('numbers that are not finite', () => {
  it('stop the run, naming the steps and the last good checkpoint', async () => {
    const config = configOf({ optimiser: { learningRate: 1e30, warmupSteps: 0 } });
    await expect(trainIn('diverging', config)).rejects.toThrow(
      /^tiny: expected finite losses, gradients and weights, got others between steps 1 and \d; try a lower optimiser\.learningRate; last good checkpoint: none yet$/,
    );
    expect(stepsOf('diverging', 'mlm_loss')).toEqual([0]);
  });

  it('are found also when the very last step makes them', async () => {
    const training = { steps: 1, checkpointEvery: 1, evaluateEvery: 0 };
    const config = configOf({ optimiser: { learningRate: 1e38, warmupSteps: 0 }, training });
    await expect(trainIn('diverging-last', config)).rejects.toThrow('got others between steps ');
    expect(readdirSync(join(folder, 'diverging-last'))).toEqual(['curves.csv']);
  });
});

it('cadences of 0 leave the first and last evaluation, the last row and the last checkpoint', async () => {
  const config = configOf({ training: { steps: 4, logEvery: 0, evaluateEvery: 0, checkpointEvery: 0 } });
  await trainIn('silent', config);
  expect(stepsOf('silent', 'mlm_loss')).toEqual([0, 4]);
  expect(stepsOf('silent', 'train_loss')).toEqual([4]);
  expect(readdirSync(join(folder, 'silent', 'checkpoints'))).toEqual(['step-000000004']);
});

describe('a budget', () => {
  const trainWith = async (regime: string, budget: Record<string, number>) => {
    const config = configOf({ training: { budget }, optimiser: { warmupSteps: 0 } }, regime);
    return { config, ...(await trainIn(`${regime}-${JSON.stringify(budget)}`, config)) };
  };

  it('in operations ends with the first step that reaches it', async () => {
    const { flopsPerStep } = costOf(withRealVocabulary(configOf())).stages[0]!;
    const { state } = await trainWith('joint', { flops: 6.5 * flopsPerStep });
    expect([state.step, state.flops]).toEqual([7, 7 * flopsPerStep]);
  });

  it('in official operations is the same for two regimes, though their steps are not', async () => {
    const budget = { officialFlops: 2e7 };
    const [joint, bert] = [await trainWith('joint', budget), await trainWith('bert', budget)];
    for (const { state } of [joint, bert]) {
      expect(state.officialFlops).toBeGreaterThanOrEqual(2e7);
      expect(state.officialFlops).toBeLessThan(2e7 + 2 * (state.officialFlops / state.step));
    }
    expect(bert.state.step).toBeGreaterThan(joint.state.step);
  });

  it('in tokens is spent when so many were read', async () => {
    const { state } = await trainWith('bert', { tokens: 1000 });
    expect(state.tokens).toBeGreaterThanOrEqual(1000);
    expect(state.tokens).toBeLessThan(1000 + 8 * 16);
  });

  it('in seconds ends by the clock', async () => {
    const { state } = await trainWith('bert', { seconds: 0.3 });
    expect(state.elapsedSeconds).toBeGreaterThanOrEqual(0.3);
    expect(state.step).toBeGreaterThan(0);
  });

  it('is divided evenly among the stages', async () => {
    const { state } = await trainWith('two-stage', { flops: 1e7 });
    expect(state.stage.index).toBe(1);
    expect(state.stage.flops).toBeGreaterThanOrEqual(5e6);
    expect(state.stage.flops).toBeLessThan(6e6);
    expect(state.flops - state.stage.flops).toBeGreaterThanOrEqual(5e6);
  });

  it('interrupted and resumed ends as if unbroken', async () => {
    const config = configOf({ training: { budget: { flops: 3e7 } } }, 'two-stage');
    const unbroken = await trainIn('budget-whole', config);
    await expect(trainIn('budget-broken', config, { stopAt: 9 })).rejects.toThrow(
      'tiny: interrupted after step 9, all saved',
    );
    const resumed = await trainIn('budget-broken', config, { resume: true });
    expect(resumed.values).toEqual(unbroken.values);
    expect(withoutTimes(curvesOf('budget-broken'))).toEqual(withoutTimes(curvesOf('budget-whole')));
  });
});

it.each(regimeNames)('costs %s what its training counts', async (regime) => {
  const config = configOf({ training: { steps: 2 }, optimiser: { warmupSteps: 0 } }, regime);
  const { state } = await trainIn(`${regime}-cost`, config);
  const total = (of: 'flopsPerStep' | 'officialFlopsPerStep') =>
    costOf(withRealVocabulary(config)).stages.reduce((sum, stage) => sum + 2 * stage[of], 0);
  expect(state.flops).toBe(total('flopsPerStep'));
  expect(state.officialFlops).toBeCloseTo(total('officialFlopsPerStep'), 3);
});
