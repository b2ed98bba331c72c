/** Minimal pairs of runs: which checkpoints and networks are scored, what is kept, what is missing. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { known } from '../../src/commands/command.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import type { PairsRow } from '../../src/downstream/pairs/pairs-table.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { type RunRecord, readRecord, runFolder } from '../../src/results/run-folder.ts';
import { assembleTables } from '../../src/results/tables.ts';
import { stateOf } from '../../src/run/finished-work.ts';
import { executeRun } from '../../src/run/run.ts';
import { readCsv, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeToyBlimp } from '../helpers/toy-blimp.ts';

vi.mock('../../src/downstream/pairs/offline/offline-set.ts', () => ({
  offlineSet: {
    ...{ name: 'offline', version: '1-toy' },
    paradigms: () => [
      { name: 'toy', field: 'syntax', term: 'order', pairs: [{ better: 'bas deb', worse: 'deb bas' }] },
    ],
  },
}));

const folder = temporaryFolder();
let corpus: string;
let blimpDir: string;
beforeAll(() => {
  corpus = writeCorpus(join(folder, 'corpus'));
  blimpDir = writeToyBlimp(join(folder, 'blimp'));
});

function configOf(pairs: object, more: object = {}): RunConfig {
  const written = JSON.parse(
    tinyRunYaml(corpus, { training: { steps: 6, evaluateEvery: 0, checkpointEvery: 2 } }),
  );
  const asked = { sets: ['blimp'], blimpDir, ...pairs };
  return runConfigSchema(known).parse({ ...written, pairs: asked, ...more });
}

interface Watch {
  /** Each phase that begins. */
  onBegin?(label: string, abort: () => void): void;
}

async function run(name: string, config: RunConfig, { onBegin }: Watch = {}): Promise<RunRecord> {
  const controller = new AbortController();
  return executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    progress: {
      ...silentProgress(),
      begin(label) {
        onBegin?.(label, () => controller.abort());
        return { advance() {}, end() {} };
      },
    },
    listen: () => controller.signal,
    existing: 'resume',
  });
}

const cellsOf = (rows: readonly PairsRow[]) => [
  ...new Set(
    rows.map(({ checkpointStep, set, network, scorer }) => `${checkpointStep} ${set} ${network} ${scorer}`),
  ),
];

describe('a run that is asked for minimal pairs', () => {
  it('scores predictor and detector untrained, on the way and in the end', async () => {
    const { pairs } = await run('one', configOf({ at: [0.5] }));
    expect(cellsOf(pairs)).toEqual(
      [0, 3, 6].flatMap((step) => [
        `${step} blimp generator pseudo-log-likelihood`,
        `${step} blimp discriminator original-log-probability`,
      ]),
    );
    const last = pairs.filter(
      ({ checkpointStep, network }) => checkpointStep === 6 && network === 'generator',
    );
    expect(last.map(({ paradigm, field, term, pairs }) => [paradigm, field, term, pairs])).toEqual([
      ...[
        ['all', 'all', 'all', 18],
        ['all', 'syntax', 'all', 18],
      ],
      ...[
        ['all', 'syntax', 'binding', 6],
        ['all', 'syntax', 'island_effects', 12],
      ],
      ...['binding_one', 'island_one', 'island_two'].map((name) => [name, 'syntax', expect.any(String), 6]),
    ]);
    expect(pairs[0]).toMatchObject({ name: 'tiny, untrained', regime: 'joint', seed: 0, trainFlops: 0 });
    expect(last[0]).toMatchObject({ name: 'tiny', version: expect.stringMatching(/^1-100-/) });
    expect(last[0]!.trainFlops).toBeGreaterThan(0);
    expect(last[0]!.elapsedSeconds).toBeGreaterThan(0);
  });

  it('has them in pairs.csv, a row each', () => {
    const results = join(folder, 'one');
    const [record] = assembleTables(results);
    const rows = readCsv(join(results, 'pairs.csv'));
    expect(rows).toHaveLength(record!.pairs.length);
    const { accuracy, ties, unigramAccuracy, standardError } = record!.pairs[0]!;
    expect(rows[0]).toMatchObject({
      ...{ run_id: record!.runId, checkpoint_step: '0', set: 'blimp', paradigm: 'all', network: 'generator' },
      ...{ accuracy: String(accuracy), ties: String(ties), standard_error: String(standardError) },
      unigram_accuracy: String(unigramAccuracy),
    });
  });

  it('is finished once it has all, and makes only what is missing', async () => {
    const config = configOf({ at: [0.5] });
    const results = join(folder, 'one');
    expect(stateOf(config, results)).toBe('finished');
    const before = readRecord(runFolder(results, runIdOf(config)))!.pairs;
    const began: string[] = [];
    const more = configOf({ at: [0.5], sets: ['blimp', 'offline'] });
    expect(runIdOf(more)).toBe(runIdOf(config));
    expect(stateOf(more, results)).toBe('partial');
    const { pairs } = await run('one', more, { onBegin: (label) => began.push(label) });
    expect(began.every((label) => label.includes('offline pairs'))).toBe(true);
    expect(began).toHaveLength(6);
    expect(pairs.filter(({ set }) => set === 'blimp')).toEqual(before);
    expect(stateOf(more, results)).toBe('finished');
  });

  it('puts scores of other pairs in the place of those before', async () => {
    const fewer = configOf({ at: [0.5], most: 2 });
    expect(stateOf(fewer, join(folder, 'one'))).toBe('partial');
    const { pairs } = await run('one', fewer);
    const blimp = pairs.filter(({ set }) => set === 'blimp');
    expect(new Set(blimp.map(({ version }) => version.slice(0, 4)))).toEqual(new Set(['1-2-']));
    expect(cellsOf(blimp)).toHaveLength(6);
  });

  it('goes on after an interruption with what is left', async () => {
    const config = configOf({});
    const stopped = run('two', config, {
      onBegin: (label, abort) => void (label.includes('discriminator') && abort()),
    });
    await expect(stopped).rejects.toThrow(
      'tiny, untrained, blimp pairs, discriminator: interrupted, finished scores are saved and will not be made again',
    );
    const path = runFolder(join(folder, 'two'), runIdOf(config));
    const before = readRecord(path)!;
    expect(cellsOf(before.pairs)).toEqual(['0 blimp generator pseudo-log-likelihood']);
    const began: string[] = [];
    const { pairs, status } = await run('two', config, { onBegin: (label) => began.push(label) });
    expect(began).toEqual([
      'tiny, untrained, blimp pairs, discriminator',
      ...['tiny, blimp pairs, generator', 'tiny, blimp pairs, discriminator'],
    ]);
    expect(pairs.slice(0, before.pairs.length)).toEqual(before.pairs);
    expect(status).toBe('failed-to-learn');
  });

  it('cannot score a checkpoint that it did not keep', async () => {
    const config = configOf({ at: [0.25] });
    expect(stateOf(config, join(folder, 'two'))).toBe('partial');
    const path = join(runFolder(join(folder, 'two'), runIdOf(config)), 'checkpoints', 'kept-0.25');
    await expect(run('two', config)).rejects.toThrow(
      `pairs.at: 0.25: expected a checkpoint ${path}, got none; it is kept while a run trains; train the run again with run --overwrite`,
    );
  });

  it('does not score a discriminator before its stage', async () => {
    const generator = { size: 1 };
    const { pairs } = await run('three', configOf({ at: [0.5] }, { regime: 'two-stage', generator }));
    expect(cellsOf(pairs).filter((cell) => cell.startsWith('6 '))).toEqual([
      '6 blimp generator pseudo-log-likelihood',
    ]);
    expect(cellsOf(pairs).filter((cell) => cell.startsWith('12 '))).toHaveLength(2);
  });

  it('has at step 0 the same scores as another run of its seed', async () => {
    const untrainedOf = ({ pairs }: RunRecord) =>
      pairs.filter(({ checkpointStep }) => checkpointStep === 0).map(({ accuracy }) => accuracy);
    const [two, longer] = [
      await run('two', configOf({})),
      await run(
        'four',
        configOf({}, { training: { steps: 8, batchSize: 8 }, optimiser: { warmupSteps: 3 } }),
      ),
    ];
    expect(longer.runId).not.toBe(two.runId);
    expect(untrainedOf(longer)).toEqual(untrainedOf(two));
  });

  it('is refused before its training where the files are broken', async () => {
    const broken = writeToyBlimp(join(folder, 'broken'));
    writeFileSync(join(broken, 'binding_one.jsonl'), '{}\n');
    const config = configOf({ blimpDir: broken });
    await expect(run('five', config)).rejects.toThrow('binding_one.jsonl:1: sentence_good: expected a text');
    expect(existsSync(join(runFolder(join(folder, 'five'), runIdOf(config)), 'checkpoints'))).toBe(false);
  });
});

it('reads a record of a version without minimal pairs as one without scores', () => {
  const path = join(runFolder(join(folder, 'two'), runIdOf(configOf({}))), 'run.json');
  const { pairs: _, ...older } = JSON.parse(readFileSync(path, 'utf8'));
  const copy = join(folder, 'older');
  rmSync(copy, { recursive: true, force: true });
  writeToyBlimp(copy); // any folder
  writeFileSync(join(copy, 'run.json'), JSON.stringify(older));
  expect(readRecord(copy)).toEqual({ ...older, pairs: [] });
});
