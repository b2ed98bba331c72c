/** Forks: a run that goes on from another's checkpoint, with its weights, moments and place in the data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { executeRun } from '../../src/run/run.ts';
import { listCheckpoints, readNetwork } from '../../src/training/checkpoint.ts';
import { onlyRun, readCsv, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'fork-'));
afterAll(() => rmSync(folder, { recursive: true }));
const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
const learningRate = 0.01;
let corpus: string;

type Changes = Record<string, Record<string, unknown>>;

function configOf(more: Changes = {}, regime = 'joint', seed = 0): RunConfig {
  const training = { steps: 6, evaluateEvery: 3, logEvery: 1, ...more.training };
  const optimiser = { learningRate, warmupSteps: 0, ...more.optimiser };
  const yaml = JSON.parse(tinyRunYaml(corpus, { ...more, training, optimiser }));
  return runConfigSchema(known).parse({ ...yaml, regime, seed });
}

async function run(
  name: string,
  config: RunConfig,
  existing: 'refuse' | 'resume' = 'refuse',
  signal: AbortSignal = new AbortController().signal,
) {
  const record = await executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    ...{ existing, progress: silentProgress(), listen: () => signal },
  });
  return { record, path: onlyRun(join(folder, name)) };
}

function rowsAt(path: string, step: number, metrics: RegExp) {
  const rows = readCsv(join(path, 'curves.csv')).filter((row) => row.step === String(step));
  return rows.filter(({ metric }) => metrics.test(metric!)).map(({ metric, value }) => [metric, value]);
}

function weightsOf(path: string): Map<string, Float32Array> {
  const newest = listCheckpoints(join(path, 'checkpoints')).at(-1)!;
  const { tensors } = readNetwork(newest, 'discriminator');
  return new Map([...tensors].map(([name, { values }]) => [name, values]));
}

let parent: string;
beforeAll(async () => {
  corpus = writeCorpus(join(folder, 'corpus'));
  ({ path: parent } = await run('parent', configOf({ training: { keepAt: [0.5] } })));
});

const forkAt = (at: number, more: Record<string, unknown> = {}) => ({
  training: { steps: 3, fork: { run: parent, at }, ...more },
});

describe('a run that forks from another one', () => {
  it('begins with what the other one had at that fraction, and counts its steps, tokens and cost', async () => {
    const { record, path } = await run('begins', configOf(forkAt(0.5)));
    expect(rowsAt(path, 3, /^(mlm|rtd)_/)).toEqual(rowsAt(parent, 3, /^(mlm|rtd)_/));
    expect(rowsAt(path, 3, /^(mlm|rtd)_/).length).toBeGreaterThan(10);
    expect(record).toMatchObject({ startedFrom: basename(parent), forkedAt: 0.5, progress: { step: 3 + 3 } });
    const costs = (from: string) => readCsv(join(from, 'curves.csv')).at(-1)!;
    expect(costs(path).tokens).toBe(costs(parent).tokens);
    expect(costs(path).train_flops).toBe(costs(parent).train_flops);
  });

  it('goes on as the other one did where its rates are the same: moments and batches are the same too', async () => {
    // The parent's rate in its second half is r · (1 − (3 + i) / 6) = r / 2 · (1 − i / 3).
    const { path } = await run(
      'goes-on',
      configOf({ ...forkAt(0.5), optimiser: { learningRate: learningRate / 2 } }),
    );
    const [fork, whole] = [weightsOf(path), weightsOf(parent)];
    for (const [name, values] of whole) {
      const other = fork.get(name)!;
      const largest = Math.max(...values.map((value, i) => Math.abs(value - other[i]!)));
      expect(largest, name).toBeLessThan(1e-6);
    }
  });

  it('may change the regime: the adversary brings a baseline of its own', async () => {
    const { path } = await run('adversary', configOf(forkAt(0.5), 'adversarial'));
    expect(rowsAt(path, 3, /^(mlm|rtd)_/)).toEqual(rowsAt(parent, 3, /^(mlm|rtd)_/));
    expect(rowsAt(path, 4, /^train_(reward_of_wrong|policy_entropy|advantage_mean)$/)).toHaveLength(3);
  });

  it('has the same weights in the end where it was interrupted after each of its steps', async () => {
    const config = configOf(forkAt(0.5), 'adversarial');
    for (const _ of [1, 2]) {
      await expect(run('broken', config, 'resume', AbortSignal.abort())).rejects.toThrow(
        'interrupted after step',
      );
    }
    const { path } = await run('broken', config, 'resume');
    const { path: unbroken } = await run('unbroken', config);
    expect(weightsOf(path)).toEqual(weightsOf(unbroken));
  });

  it('begins with the last checkpoint where nothing else is said', async () => {
    const { path } = await run('last', configOf({ training: { steps: 2, fork: { run: parent } } }));
    expect(rowsAt(path, 6, /^mlm_/)).toEqual(rowsAt(parent, 6, /^mlm_/));
  });

  it.each<[string, () => RunConfig, RegExp]>([
    [
      'a checkpoint that was not kept',
      () => configOf(forkAt(0.25)),
      /^training\.fork\.at: expected a checkpoint .*kept-0\.25, got none; train joint-s0-\w{10} with training\.keepAt=\[0\.25\]$/,
    ],
    [
      'another seed',
      () => configOf(forkAt(0.5), 'joint', 1),
      /^seed: expected 0, as in the run of training\.fork, got 1$/,
    ],
    [
      'a regime of two stages',
      () => configOf({ ...forkAt(0.5), generator: { size: 1 } }, 'two-stage'),
      /^training\.fork: expected regimes of one stage on both sides of a fork, got "two-stage"; start from its weights with training\.startFrom$/,
    ],
    [
      'networks of another size',
      () => configOf({ ...forkAt(0.5), generator: { size: 1 } }),
      /^training\.fork: generator\/[\w.]+: expected a weight \[\d+(,\d+)?\], got "\[\d+(,\d+)?\]"; make regime, model and generator those of the run that it forks from$/,
    ],
    [
      'another text',
      () => configOf({ ...forkAt(0.5), data: { sequenceLength: 12 } }),
      /^training\.fork: expected the text of joint-s0-\w{10} \(\w{12}…\), got "\w{12}"; give both runs the same data section$/,
    ],
  ])('refuses %s before training', async (what, config, message) => {
    await expect(run(what, config())).rejects.toThrow(message);
  });

  it('refuses training.startFrom beside it', () => {
    expect(() => configOf(forkAt(0.5, { startFrom: parent }))).toThrow('nothing beside training.fork');
  });
});
