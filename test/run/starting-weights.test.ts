/** Continued pre-training: from a run and from an import, or refused with what does not fit. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig, resolveObject } from '../../src/config/resolve.ts';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { prepareData } from '../../src/data/preparation/prepared.ts';
import type { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { exportWeights } from '../../src/exchange/export-weights.ts';
import { importWeights } from '../../src/exchange/import-weights.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { readRecord } from '../../src/results/run-folder.ts';
import { executeRun } from '../../src/run/run.ts';
import { listCheckpoints, loadWeights, readNetwork } from '../../src/training/checkpoint.ts';
import { createRunModel } from '../../src/training/run-model.ts';
import { onlyRun, readCsv, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
afterAll(() => rmSync(folder, { recursive: true }));
const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
const options = { known, presetsFolder: folder };
let corpus: string;

function configOf(more: Record<string, Record<string, unknown>> = {}, regime = 'joint'): RunConfig {
  const training = { steps: 6, evaluateEvery: 0, ...more.training };
  return runConfigSchema(known).parse({
    ...JSON.parse(tinyRunYaml(corpus, { ...more, training })),
    regime,
  });
}

async function run(name: string, config: RunConfig) {
  const record = await executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    ...{ existing: 'refuse', progress: silentProgress(), listen: () => new AbortController().signal },
  });
  return { record, path: onlyRun(join(folder, name)) };
}

const newestIn = (path: string) => listCheckpoints(join(path, 'checkpoints')).at(-1)!;
/** The metrics of the first or the last evaluation. */
function evaluated(path: string, step: string) {
  const rows = readCsv(join(path, 'curves.csv')).filter((row) => row.step === step);
  const isMeasured = ({ metric }: { metric?: string }) => /^(mlm|rtd)_/.test(metric!);
  return rows.filter(isMeasured).map(({ metric, value }) => [metric, value]);
}

let source: string;
let imported: string;
beforeAll(async () => {
  corpus = writeCorpus(join(folder, 'corpus'));
  ({ path: source } = await run('source', configOf()));
  imported = await importOf(source);
});

/** The run, exported and imported. */
async function importOf(path: string): Promise<string> {
  const config = resolveConfig(join(path, 'config.yaml'), options);
  const record = readRecord(path)!;
  const vocabulary = await vocabularyOf(record.vocabularyHash);
  const { plans, store } = createRunModel(config, { vocabulary });
  const checkpoint = loadWeights(newestIn(path), plans, store);
  const out = join(folder, 'exported');
  exportWeights({ config, record, checkpoint, plans, store, vocabulary }, 'hf', out);
  const set = ['data.corpora=[]', `data.folder=${corpus}`, 'data.heldOutFraction=0.2'];
  return importWeights({
    ...{ source: out, name: 'mine', results: join(folder, 'imported') },
    resolve: (mapping, relativeTo) => resolveObject(mapping, out, { ...options, set, folder: relativeTo }),
  }).folder;
}

/** The vocabulary that the run has trained, by way of the cache. */
async function vocabularyOf(hash: string): Promise<Vocabulary> {
  const { vocabulary } = await prepareData(configOf().data, { cacheFolder: join(folder, 'cache') });
  expect(vocabulary.hash).toBe(hash);
  return vocabulary;
}

/** An import's own configuration with the tiny recipe. */
function onImport(changes: string[]): RunConfig {
  const recipe = ['optimiser.warmupSteps=3', 'training.steps=6', 'training.batchSize=8'];
  const evaluation = ['evaluation.examples=16', 'evaluation.batchSize=8', 'training.evaluateEvery=0'];
  const set = [...recipe, ...evaluation, ...changes];
  return resolveConfig(join(imported, 'config.yaml'), { ...options, set });
}

describe('a run that starts from another one', () => {
  it('begins at step 0 with what the other one ended with', async () => {
    const { record, path } = await run('continued', configOf({ training: { startFrom: source } }));
    expect(record).toMatchObject({ startedFrom: basename(source), progress: { step: 6 } });
    expect(evaluated(source, '6').length).toBeGreaterThan(10);
    expect(evaluated(path, '0')).toEqual(evaluated(source, '6'));
    expect(evaluated(path, '6')).not.toEqual(evaluated(source, '6'));
    expect(readFileSync(join(path, 'config.yaml'), 'utf8')).toContain(`startFrom: ${source}`);
  });

  it('begins with the same numbers where the other one is an import', async () => {
    const { record, path } = await run('on-import', onImport([`training.startFrom=${imported}`]));
    expect(record.startedFrom).toBe(basename(imported));
    expect(evaluated(path, '0')).toEqual(evaluated(source, '6'));
  });

  it('may become an adversary, whose baseline the other run has not: that one begins fresh', async () => {
    const { path } = await run('adversary', configOf({ training: { startFrom: source } }, 'adversarial'));
    expect(evaluated(path, '0')).toEqual(evaluated(source, '6'));
    const baseline = (run: string) => readNetwork(newestIn(run), 'generator').tensors.has('baseline.bias');
    expect([path, source].map(baseline)).toEqual([true, false]);
  });

  it('takes an import as the generator that stays as it is', async () => {
    const changes = ['regime=frozen-annealed', `generator.checkpoint=${imported}`];
    const { path } = await run('frozen', onImport(changes));
    const [frozen, original] = [path, imported].map((run) => readNetwork(newestIn(run), 'generator').tensors);
    for (const [name, { values }] of frozen!) expect(values, name).toEqual(original!.get(name)!.values);
    expect(frozen!.size).toBeGreaterThan(10);
  });

  it('keeps a frozen generator’s weights apart from those it starts from', async () => {
    const changes = [`generator.checkpoint=${imported}`, `training.startFrom=${imported}`];
    const { path } = await run('both', onImport(['regime=frozen-annealed', ...changes]));
    expect(evaluated(path, '0')).toEqual(evaluated(source, '6'));
  });

  it.each<[string, Record<string, Record<string, unknown>>, string, RegExp]>([
    [
      'a folder that is no run',
      { training: { startFrom: '/nowhere' } },
      'joint',
      /^training\.startFrom: expected the folder of a finished run, got "\/nowhere"; name a folder like/,
    ],
    [
      'weights of another shape',
      { generator: { size: 1 } },
      'joint',
      /^training\.startFrom: generator: layer\.0\.attention\.queryKeyValue\.weights: expected a weight \[16,48\], got "\[8,24\]"; make regime, model and generator those of the run that it starts from$/,
    ],
    [
      'networks that the other run has not',
      {},
      'bert',
      /^training\.startFrom: expected a run with a bert, got "joint-s0-\w{10} with discriminator and generator"; choose a regime with the same networks$/,
    ],
    [
      'another vocabulary',
      { data: { vocabularySize: 70 } },
      'joint',
      /^training\.startFrom: expected a run of this vocabulary \(\w{12}…\), got "\w{12}"; train both on the same data section, or name its file in data\.vocabularyFile$/,
    ],
  ])('refuses %s before training', async (what, more, regime, message) => {
    const training = { startFrom: source, ...more.training };
    await expect(run(what, configOf({ ...more, training }, regime))).rejects.toThrow(message);
  });

  it('refuses to share tables that differ in the other run', async () => {
    const { path } = await run('apart', configOf({ generator: { sharing: 'none' } }));
    await expect(run('joined', configOf({ training: { startFrom: path } }))).rejects.toThrow(
      'training.startFrom: generator: embeddings.token: expected the numbers of the discriminator, with which it is shared, got "others"; set generator.sharing to none',
    );
  });
});
