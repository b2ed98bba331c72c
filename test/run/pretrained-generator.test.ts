/** A generator that another run trained: taken as it is, or refused with what is wrong. */
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { executeRun } from '../../src/run/run.ts';
import { listCheckpoints, readNetwork } from '../../src/training/checkpoint.ts';
import { onlyRun, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'generator-'));
afterAll(() => rmSync(folder, { recursive: true }));
let corpus: string;

function configOf(regime: string, more: Record<string, Record<string, unknown>> = {}): RunConfig {
  const training = { steps: 6, evaluateEvery: 0, ...more.training };
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
  const yaml = JSON.parse(tinyRunYaml(corpus, { ...more, training }));
  return runConfigSchema(known).parse({ ...yaml, regime });
}

function run(name: string, config: RunConfig) {
  return executeRun(config, {
    ...{ results: join(folder, name), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    ...{ existing: 'refuse', progress: silentProgress(), listen: () => new AbortController().signal },
  });
}

const newestIn = (path: string) => listCheckpoints(join(path, 'checkpoints')).at(-1)!;
let source: string;
beforeAll(async () => {
  corpus = writeCorpus(join(folder, 'corpus'));
  await run('source', configOf('bert'));
  source = onlyRun(join(folder, 'source'));
});

describe('a run with a frozen generator', () => {
  it.each(['frozen-annealed'])(
    '%s ends with the generator’s weights as the other run left them',
    async (regime) => {
      const generator = { size: 1, checkpoint: source };
      const record = await run(regime, configOf(regime, { generator }));
      expect(record.status).toBe('failed-to-learn');
      const [frozen, original] = [
        readNetwork(newestIn(onlyRun(join(folder, regime))), 'generator').tensors,
        readNetwork(newestIn(source), 'bert').tensors,
      ];
      for (const [name, { values }] of frozen) expect(values, name).toEqual(original.get(name)!.values);
      expect(frozen.size).toBeGreaterThan(10);
    },
  );

  it.each<[string, Record<string, Record<string, unknown>>, RegExp]>([
    [
      'a folder that is no run',
      { generator: { size: 1, checkpoint: '/nowhere' } },
      /^generator\.checkpoint: expected the folder of a finished run, got "\/nowhere"; name a folder like results\/<name>\/runs\/<id> that holds checkpoints$/,
    ],
    [
      'a generator of another size',
      { generator: { size: 0.5 } },
      /^generator\.checkpoint: embeddings\.project\.weights: expected a weight \[16,8\], got none; make model and generator\.size those of the run that trained it$/,
    ],
    [
      'a generator of another vocabulary',
      { generator: { size: 1 }, data: { vocabularySize: 70 } },
      /^generator\.checkpoint: expected a run of this vocabulary \(\w{12}…\), got "\w{12}"; train both on the same data section, or name its file in data\.vocabularyFile$/,
    ],
  ])('refuses %s before training', async (what, more, message) => {
    const generator = { checkpoint: source, ...more.generator };
    await expect(run(what, configOf('frozen-annealed', { ...more, generator }))).rejects.toThrow(message);
  });

  it('refuses a run that goes by another name, as the name says what it is', async () => {
    const renamed = join(dirname(source), 'mine');
    cpSync(source, join(folder, 'copy'), { recursive: true });
    renameSync(join(folder, 'copy'), renamed);
    const config = configOf('frozen-annealed', { generator: { size: 1, checkpoint: renamed } });
    await expect(run('renamed', config)).rejects.toThrow(
      `generator.checkpoint: expected a folder called ${basename(source)}, got "mine"; give the folder its own name back: it says what the weights are`,
    );
  });
});
