/** Runs in process: what is repeated, what is refused, what is recorded. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import type { Task } from '../../src/downstream/tasks/task.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { runColumns } from '../../src/results/columns/run-columns.ts';
import { readRecord, writeRecord } from '../../src/results/run-folder.ts';
import { assembleTables } from '../../src/results/tables.ts';
import { executeRun, type RunOptions } from '../../src/run/run.ts';
import { onlyRun, readCsv, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

/** Fine-tuning reads the examples only once it has begun. */
const trainingSide = { isBroken: false };
const toy: Task = {
  ...{ name: 'supersense', suite: 'offline', title: 'toy', source: 'this test', labels: ['yes', 'no'] },
  ...{ metrics: ['accuracy'], maxLength: 16 },
  load: () => ({
    get train() {
      if (trainingSide.isBroken) throw new Error('out of memory');
      return Array.from({ length: 16 }, (_, i) => ({ first: i % 2 ? 'bas' : 'deb', label: i % 2 }));
    },
    dev: { dev: Array.from({ length: 4 }, (_, i) => ({ first: i % 2 ? 'bas' : 'deb', label: i % 2 })) },
  }),
};
vi.mock('../../src/downstream/tasks/registry.ts', () => ({
  taskNames: ['supersense'],
  taskChoices: ['supersense'],
  suites: { glue: [], offline: ['supersense'] },
  taskNamed: () => toy,
}));

const folder = mkdtempSync(join(tmpdir(), 'run-'));
afterAll(() => rmSync(folder, { recursive: true }));
let corpus: string;
beforeAll(() => {
  corpus = writeCorpus(join(folder, 'corpus'));
});

function configOf(more: Record<string, Record<string, unknown>> = {}): RunConfig {
  const training = { steps: 6, evaluateEvery: 0, checkpointEvery: 2, ...more.training };
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: ['supersense'] };
  return runConfigSchema(known).parse(JSON.parse(tinyRunYaml(corpus, { ...more, training })));
}

interface Changes extends Partial<RunOptions> {
  /** Abort after this training step. */
  stopAt?: number;
}

async function run(name: string, config: RunConfig, { stopAt, ...changes }: Changes = {}) {
  const notes: string[] = [];
  const controller = new AbortController();
  const advance = (step: number) => void (step === stopAt && controller.abort());
  const record = await executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    progress: {
      ...silentProgress(),
      note: (line) => void notes.push(line),
      begin: () => ({ advance, end: () => {} }),
    },
    listen: () => controller.signal,
    existing: 'refuse',
    ...changes,
  });
  return { record, notes };
}

describe('a run', () => {
  it('records where its results come from', async () => {
    const { record } = await run('one', configOf());
    expect(record).toMatchObject({
      ...{
        name: 'tiny',
        regime: 'joint',
        seed: 0,
        status: 'failed-to-learn',
        engine: onnx.description,
        threads: 1,
      },
      progress: { step: 6 },
      finetune: [],
      provenance: { node: process.version, packages: { 'onnxruntime-node': '1.30.0' } },
    });
    expect(record.provenance.gitCommit).toMatch(/^[0-9a-f]{40}$/);
    expect(typeof record.provenance.gitIsDirty).toBe('boolean');
    expect(record.provenance.machine).toMatchObject({ cores: expect.any(Number), cpu: expect.any(String) });
    expect(Object.keys(record.parameters)).toEqual(['discriminator', 'generator']);
    expect(record.peakMemoryBytes).toBeGreaterThan(1e7);
    const path = onlyRun(join(folder, 'one'));
    expect(readRecord(path)).toEqual(JSON.parse(JSON.stringify(record)));
    expect(readdirSync(path).sort()).toEqual(['checkpoints', 'config.yaml', 'curves.csv', 'run.json']);
  });

  it('that is finished is not repeated, whatever is asked but --overwrite', async () => {
    const before = readFileSync(join(onlyRun(join(folder, 'one')), 'run.json'), 'utf8');
    for (const existing of ['refuse', 'resume'] as const) {
      const { notes } = await run('one', configOf(), { existing });
      expect(notes).toEqual([expect.stringMatching(/^tiny: already finished, /)]);
    }
    expect(readFileSync(join(onlyRun(join(folder, 'one')), 'run.json'), 'utf8')).toBe(before);
    const { record } = await run('one', configOf(), { existing: 'overwrite' });
    expect(record.startedAt > JSON.parse(before).startedAt).toBe(true);
  });

  it('that is to be trained anew keeps its weights where that is refused', async () => {
    await run('kept-weights', configOf());
    const path = join(onlyRun(join(folder, 'kept-weights')), 'checkpoints');
    const before = readdirSync(path);
    const broken = vi.spyOn(toy, 'load').mockImplementationOnce(() => {
      throw new Error('no such file');
    });
    const tasks = configOf({ finetune: { tasks: ['supersense'] } });
    await expect(run('kept-weights', tasks, { existing: 'overwrite' })).rejects.toThrow('no such file');
    broken.mockRestore();
    expect(readdirSync(path)).toEqual(before);
  });

  it('that is unfinished is refused with both ways out', async () => {
    await expect(run('two', configOf(), { stopAt: 3 })).rejects.toThrow('interrupted after step 3 of 6');
    const path = onlyRun(join(folder, 'two'));
    expect(readRecord(path)).toMatchObject({
      status: 'interrupted',
      reason: expect.stringContaining('step 3'),
    });
    await expect(run('two', configOf())).rejects.toThrow(
      `${path}: expected no run of tiny with these settings yet, got "${join(path, 'checkpoints', 'step-000000003')}"; add --resume to go on, or --overwrite to start again`,
    );
    expect(existsSync(join(path, 'lock'))).toBe(false);
    const { record } = await run('two', configOf(), { existing: 'resume' });
    expect(record).toMatchObject({ status: 'failed-to-learn', progress: { step: 6 } });
    expect(record.reason).toContain('unigram plateau');
  });

  it('does not go on with other text than it began with', async () => {
    await expect(run('three', configOf(), { stopAt: 3 })).rejects.toThrow('interrupted');
    writeFileSync(join(corpus, 'new.txt'), 'a text that was not there before.');
    const resumed = run('three', configOf(), { existing: 'resume' });
    await expect(resumed).rejects.toThrow(
      /expected the text that the run began with \(\w{12}…\), got "\w{12}"; the text has changed since; restore it, or start again with run --overwrite$/,
    );
    rmSync(join(corpus, 'new.txt'));
    expect((await run('three', configOf(), { existing: 'resume' })).record.status).toBe('failed-to-learn');
  });

  it('is stopped before training by text that is too short for a batch or for evaluation', async () => {
    const batch = { training: { batchSize: 5000 } };
    await expect(run('short', configOf(batch))).rejects.toThrow(
      /^data: expected at least one batch \(training\.batchSize 5000\) of training examples, got \d+; add text/,
    );
    const heldOut = {
      data: { heldOutFraction: 1e-9, sequenceLength: 512 },
      model: { maxPositions: 512 },
      training: { batchSize: 1 },
    };
    await expect(run('short', configOf(heldOut))).rejects.toThrow(
      'data: expected at least 2 held-out examples, got 1; add text, or shorten data.sequenceLength, or raise data.heldOutFraction',
    );
  });

  it('fine-tunes the (task, seed) pairs that are missing, and no others', async () => {
    const finetune = { tasks: ['supersense'], epochs: 1, seeds: 1 };
    const first = await run('tuned', configOf({ finetune }));
    const before = structuredClone(first.record.finetune);
    const two = configOf({ finetune: { ...finetune, seeds: 2 } });
    const { record } = await run('tuned', two, { existing: 'resume' });
    expect(record.finetune[0]).toEqual(before[0]); // its seconds too: it was not made again
    expect(record.finetune.map(({ task, finetuneSeed }) => [task, finetuneSeed])).toEqual([
      ['supersense', 0],
      ['supersense', 1],
    ]);
    expect(record.finetune[0]).toMatchObject({ checkpointStep: 6, metric: 'accuracy', majorityScore: 0.5 });
  });

  it('keeps where its weights come from when a later version only fine-tunes it', async () => {
    await run('later', configOf());
    const path = onlyRun(join(folder, 'later'));
    const trained = readRecord(path)!;
    const provenance = { ...trained.provenance, gitCommit: 'the commit that trained it' };
    writeRecord(path, { ...trained, provenance });
    const more = configOf({ finetune: { tasks: ['supersense'], epochs: 1, seeds: 1 } });
    const { record } = await run('later', more, { existing: 'resume' });
    expect(record.finetune.length).toBe(1);
    expect(record.provenance).toEqual(provenance);
  });

  it('that is done stays so, with what it cost, whatever becomes of scores that are added later', async () => {
    const { record: done } = await run('done', configOf());
    const path = onlyRun(join(folder, 'done'));
    const costly = { ...done, compileSeconds: 1234, peakMemoryBytes: 2 ** 50 };
    writeRecord(path, costly);
    const tasks = configOf({ finetune: { tasks: ['supersense'], epochs: 1 } });
    trainingSide.isBroken = true;
    await expect(run('done', tasks, { existing: 'resume' })).rejects.toThrow('out of memory');
    trainingSide.isBroken = false;
    const { status, reason, finishedAt } = readRecord(path)!;
    expect([status, reason, finishedAt]).toEqual([done.status, done.reason, done.finishedAt]);
    const { record } = await run('done', tasks, { existing: 'resume' });
    expect(record.finetune).toHaveLength(1);
    expect([record.compileSeconds, record.peakMemoryBytes]).toEqual([1234, 2 ** 50]);
  });

  it('fine-tunes what it kept on the way as well, and has the compute that each had cost', async () => {
    const finetune = { tasks: ['supersense'], epochs: 1, at: [0.25, 0.5] };
    const { record } = await run('kept', configOf({ finetune }));
    // 0.25 of 6 steps is reached with the second.
    expect(record.finetune.map(({ checkpointStep }) => checkpointStep)).toEqual([2, 3, 6]);
    const flops = record.finetune.map(({ trainFlops }) => trainFlops);
    for (const [i, step] of [2, 3, 6].entries()) expect(flops[i]! / flops[2]!).toBeCloseTo(step / 6, 12);
    expect(readdirSync(join(onlyRun(join(folder, 'kept')), 'checkpoints')).sort()).toEqual([
      ...['kept-0.25', 'kept-0.5', 'step-000000004', 'step-000000006'],
    ]);
    const { notes } = await run('kept', configOf({ finetune }), { existing: 'resume' });
    expect(notes).toEqual([expect.stringContaining('already finished')]);
  });

  it('scores the untrained encoder where the configuration asks for it, also later, and once', async () => {
    const finetune = { tasks: ['supersense'], epochs: 1, headFirst: true, read: 'mean' };
    await run('control', configOf({ finetune }));
    const asked = configOf({ finetune: { ...finetune, untrained: true } });
    const { record } = await run('control', asked, { existing: 'resume' });
    expect(record.finetune.map(({ checkpointStep }) => checkpointStep).sort()).toEqual([0, 6]);
    const control = record.finetune.find(({ checkpointStep }) => checkpointStep === 0)!;
    expect(control).toMatchObject({ trainFlops: 0, read: 'mean', headFirst: true });
    expect(control.name).toMatch(/, untrained$/);
    for (const { headOnlyScore } of record.finetune) expect(headOnlyScore).toBeGreaterThan(0);
    const { notes } = await run('control', asked, { existing: 'resume' });
    expect(notes).toEqual([expect.stringContaining('already finished')]);
  });

  it('fine-tunes two-stage only where its discriminator has begun: not where its generator ends', async () => {
    const finetune = { tasks: ['supersense'], epochs: 1, at: [0.25, 0.5, 0.75] };
    const twoStage = {
      ...configOf({ generator: { size: 1 }, finetune }),
      regime: 'two-stage' as const,
    };
    const { record } = await run('begun', twoStage);
    expect(record.status).not.toBe('failed');
    expect(record.finetune.map(({ checkpointStep }) => checkpointStep)).toEqual([9, 12]); // of 6 + 6
  });

  it('interrupted after a kept checkpoint keeps the same ones', async () => {
    const config = configOf({ finetune: { at: [0.5] } });
    await expect(run('kept-late', config, { stopAt: 4 })).rejects.toThrow('interrupted');
    await run('kept-late', config, { existing: 'resume' });
    expect(existsSync(join(onlyRun(join(folder, 'kept-late')), 'checkpoints', 'kept-0.5'))).toBe(true);
  });

  it('that kept no checkpoint where a score is asked for says so', async () => {
    const late = configOf({ finetune: { tasks: ['supersense'], epochs: 1, at: [0.25] } });
    await run('not-kept', configOf());
    const asked = run('not-kept', late, { existing: 'resume' });
    await expect(asked).rejects.toThrow(
      /^finetune\.at: 0\.25: expected a checkpoint \S+kept-0\.25, got none; it is kept while a run trains; train the run again with run --overwrite$/,
    );
    expect(readRecord(onlyRun(join(folder, 'not-kept')))!.status).not.toBe('failed');
  });

  it('whose training changed nothing is not fine-tuned', async () => {
    const still = { optimiser: { learningRate: 1e-38, weightDecay: 0 }, finetune: { tasks: ['supersense'] } };
    await expect(run('still', configOf(still))).rejects.toThrow(
      'discriminator/embeddings.token: expected pre-trained weights, got "freshly initialised ones"',
    );
    expect(readRecord(onlyRun(join(folder, 'still')))!.status).toBe('failed');
  });
});

describe('the tables', () => {
  it('hold every run, with the columns in their order and empty cells for what is missing', async () => {
    await run('tables', configOf({ finetune: { tasks: ['supersense'], epochs: 1 } }));
    await expect(run('tables', { ...configOf(), seed: 1 }, { stopAt: 2 })).rejects.toThrow('interrupted');
    const results = join(folder, 'tables');
    assembleTables(results);
    const runs = readCsv(join(results, 'runs.csv'));
    const keys = ['finetune.tasks', 'finetune.epochs'];
    const columns = runColumns().map(({ name }) => name);
    expect(Object.keys(runs[0]!)).toEqual([...columns.slice(0, 4), ...keys, ...columns.slice(4)]);
    expect(columns.slice(0, 7)).toEqual(['run_id', 'arm', 'regime', 'seed', 'status', 'reason', 'warnings']);
    expect(runs.map((each) => each['finetune.tasks']).toSorted()).toEqual(['["supersense"]', '[]']);
    const [first, second] = [runs.find(({ seed }) => seed === '0')!, runs.find(({ seed }) => seed === '1')!];
    expect(first).toMatchObject({
      status: 'failed-to-learn',
      reason: expect.stringContaining('unigram plateau'),
      steps: '6',
    });
    expect(second).toMatchObject({ status: 'interrupted', steps: '', mlm_loss: '', finished_at: '' });
    expect(Number(first.mlm_loss)).toBeGreaterThan(0);
    const curves = readCsv(join(results, 'curves.csv'));
    expect(new Set(curves.map(({ run_id }) => run_id))).toEqual(new Set([first.run_id, second.run_id]));
    expect(curves.every(({ step }) => /^\d+$/.test(step!))).toBe(true);
    const finetune = readCsv(join(results, 'finetune.csv'));
    expect(Object.keys(finetune[0]!)).toEqual([
      ...[
        'run_id',
        'arm',
        'regime',
        'seed',
        'checkpoint_step',
        'train_flops',
        'official_flops',
        'task',
        'part',
      ],
      ...['finetune_seed', 'metric', 'is_main_metric', 'score', 'majority_score', 'bag_of_words_score'],
      ...['head_only_score', 'epochs', 'elapsed_seconds', 'learning_rate', 'read', 'head_first', 'settings'],
    ]);
    expect(finetune.map(({ is_main_metric }) => is_main_metric)).toEqual(['true']);
  });

  it('name a record that cannot be read, with a remedy that costs no weights', () => {
    const path = join(onlyRun(join(folder, 'one')), 'run.json');
    writeFileSync(path, '{');
    expect(() => assembleTables(join(folder, 'one'))).toThrow(
      `${path}:1: expected a run record in JSON, got "something else"; restore it; deleted, run --resume makes it again, without its fine-tuning scores`,
    );
  });
});
