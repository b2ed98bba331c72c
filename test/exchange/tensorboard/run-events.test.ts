/** What a dashboard is given of real runs, read by a reader that shares no code with what wrote it. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConfigSchema } from '../../../src/config/schema.ts';
import { listEventFiles } from '../../../src/exchange/tensorboard/event-files.ts';
import type { LogFormat } from '../../../src/exchange/tensorboard/run-events.ts';
import { silentProgress } from '../../../src/progress/progress-display.ts';
import { regimeNames } from '../../../src/regimes/registry.ts';
import { executeRun, type RunOptions } from '../../../src/run/run.ts';
import {
  electraLab,
  onlyRun,
  readCsv,
  temporaryFolder,
  tinyRunYaml,
  writeCorpus,
} from '../../end-to-end/program.ts';
import { onnx } from '../../helpers/engines.ts';
import { hasPython, keysIn, type ReadEvent, readEvents } from './read-events.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
let corpus: string;
beforeAll(() => {
  corpus = writeCorpus(join(folder, 'corpus'));
});

const training = { steps: 8, logEvery: 2, evaluateEvery: 4, checkpointEvery: 3 };

interface Changes {
  log?: LogFormat;
  existing?: RunOptions['existing'];
  /** Abort after this training step. */
  stopAt?: number;
}

/** @returns the run's folder */
async function run(name: string, { log, existing = 'refuse', stopAt }: Changes): Promise<string> {
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
  const config = runConfigSchema(known).parse(JSON.parse(tinyRunYaml(corpus, { training })));
  const controller = new AbortController();
  const advance = (step: number) => void (step === stopAt && controller.abort());
  await executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    ...{ existing, log, listen: () => controller.signal },
    progress: { ...silentProgress(), begin: () => ({ advance, end: () => {} }) },
  });
  return onlyRun(join(folder, name));
}

/** `step tag=value` of every scalar; as 32-bit numbers, which event files hold. */
function scalarsIn(events: readonly ReadEvent[]): string[] {
  const values = events.flatMap(({ step, values = [] }) => values.map((value) => ({ step, ...value })));
  const scalars = values.filter(({ scalar }) => scalar !== undefined);
  return scalars.map(({ step, tag, scalar }) => `${step} ${tag}=${scalar}`);
}

function curvesOf(path: string, arm: string): string[] {
  const rows = readCsv(join(path, 'curves.csv')).filter(({ value }) => value !== '');
  return rows.map(({ step, metric, value }) => `${step} ${arm}/${metric}=${Math.fround(Number(value))}`);
}

describe.runIf(hasPython)('a run with a log', () => {
  it('has every row of its curves as a scalar of its arm, in their order and at their time', async () => {
    const before = Date.now() / 1000;
    const path = await run('one', { log: 'tensorboard' });
    const events = readEvents(...listEventFiles(path));
    expect(scalarsIn(events)).toEqual(curvesOf(path, 'tiny'));
    const times = events.map(({ wallTime }) => wallTime);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('has the entropy at each masked position as a histogram, whose mean is the scalar', () => {
    const values = readEvents(...listEventFiles(onlyRun(join(folder, 'one')))).flatMap(
      ({ values = [] }) => values,
    );
    const histograms = values.filter(({ tag }) => tag === 'tiny/mlm_entropy_by_position');
    const means = values.filter(({ tag }) => tag === 'tiny/mlm_entropy').map(({ scalar }) => scalar!);
    expect(histograms).toHaveLength(3); // before step 1, at step 4, at step 8
    for (const [i, { histogram }] of histograms.entries()) {
      expect(histogram!.sum / histogram!.count).toBeCloseTo(means[i]!, 5);
      expect(histogram!.counts.reduce((a, b) => a + b)).toBe(histogram!.count);
      expect(histogram!.limits.at(-1)).toBe(histogram!.max);
      expect(histogram!.max).toBeLessThanOrEqual(Math.log(96) + 1e-4); // uniform over the vocabulary
    }
  });

  it('says once of each tag what it is and in which unit', () => {
    const events = readEvents(...listEventFiles(onlyRun(join(folder, 'one'))));
    const values = events.flatMap(({ values = [] }) => values);
    const entropies = values.filter(({ tag }) => tag === 'tiny/mlm_entropy').map(({ about }) => about);
    expect(entropies).toEqual(["entropy of the generator's distribution (nats)", undefined, undefined]);
  });

  it('that was interrupted has nothing twice, and says from where it goes on', async () => {
    await expect(run('broken', { log: 'tensorboard', stopAt: 5 })).rejects.toThrow(
      'interrupted after step 5',
    );
    const path = await run('broken', { log: 'tensorboard', existing: 'resume' });
    const events = readEvents(...listEventFiles(path));
    expect(scalarsIn(events)).toEqual(curvesOf(path, 'tiny'));
    expect(keysIn(events)).toEqual(keysIn(readEvents(...listEventFiles(onlyRun(join(folder, 'one'))))));
    expect(events.filter(({ session }) => session).map(({ step }) => step)).toEqual([6]);
  });

  it('that is asked for late has the rows of before', async () => {
    await expect(run('late', { stopAt: 5 })).rejects.toThrow('interrupted after step 5');
    const path = await run('late', { log: 'tensorboard', existing: 'resume' });
    const events = readEvents(...listEventFiles(path));
    expect(scalarsIn(events).toSorted()).toEqual(curvesOf(path, 'tiny').toSorted());
  });

  it('that is asked for after its end has all rows, once', async () => {
    const path = await run('after', {});
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.yaml', 'curves.csv', 'run.json']);
    for (const _ of [1, 2]) await run('after', { log: 'tensorboard' });
    expect(listEventFiles(path)).toHaveLength(1);
    expect(scalarsIn(readEvents(...listEventFiles(path)))).toEqual(curvesOf(path, 'tiny'));
  });

  it('begun anew leaves no event of before', async () => {
    const path = await run('late', { log: 'tensorboard', existing: 'overwrite' });
    expect(listEventFiles(path)).toHaveLength(1);
    expect(scalarsIn(readEvents(...listEventFiles(path)))).toEqual(curvesOf(path, 'tiny'));
  });
});

describe.runIf(hasPython)('a sweep with a log', () => {
  it('gives every cell one, with tags by arm: those that it runs and those that are finished', async () => {
    const { name: _, ...preset } = JSON.parse(tinyRunYaml(corpus, { training }));
    const file = join(folder, 'two.yaml');
    const arms = { joint: {}, 'bert 1/1': { regime: 'bert' } };
    writeFileSync(file, JSON.stringify({ seeds: [0, 1], common: preset, arms }));
    const results = join(folder, 'sweep');
    const rest = ['--out', results, '--cache', join(folder, 'cache'), '--engine', 'onnx'];
    const first = await electraLab(['sweep', file, ...rest, '--only', 'joint']);
    expect(first.code).toBe(0);
    const { code } = await electraLab(['sweep', file, ...rest, '--log', 'tensorboard']);
    expect(code).toBe(0);
    const runs = readdirSync(join(results, 'runs')).sort();
    expect(runs.map((run) => run.slice(0, -11))).toEqual(['bert-s0', 'bert-s1', 'joint-s0', 'joint-s1']);
    for (const id of runs) {
      const path = join(results, 'runs', id);
      const arm = id.startsWith('bert') ? 'bert 1-1' : 'joint';
      expect(scalarsIn(readEvents(...listEventFiles(path)))).toEqual(curvesOf(path, arm));
    }
  });
});
