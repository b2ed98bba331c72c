/** Two runs that share a first stage: the second begins where the first one's ended, and ends where it would have. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIdOf } from '../../src/config/run-id.ts';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { isFirstStageTwin } from '../../src/run/first-stage.ts';
import { executeRun } from '../../src/run/run.ts';
import { listCheckpoints, readNetwork } from '../../src/training/checkpoint.ts';
import { tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'first-stage-'));
afterAll(() => rmSync(folder, { recursive: true }));
let [copied, fresh]: RunConfig[] = [];

function run(results: string, config: RunConfig) {
  const notes: string[] = [];
  const progress = { ...silentProgress(), note: (line: string) => void notes.push(line) };
  const record = executeRun(config, {
    ...{ results: join(folder, results), cacheFolder: join(folder, 'cache'), engine: onnx, threads: 1 },
    ...{ existing: 'resume', progress, listen: () => new AbortController().signal },
  });
  return record.then((done) => ({ record: done, notes }));
}

beforeAll(() => {
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
  const yaml = JSON.parse(tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training: { steps: 6 } }));
  [copied, fresh] = [true, false].map((initialiseDiscriminator) =>
    runConfigSchema(known).parse({
      ...{ ...yaml, regime: 'two-stage' },
      generator: { size: 1, initialiseDiscriminator },
    }),
  );
});

const curvesOf = (results: string, config: RunConfig) =>
  readFileSync(join(folder, results, 'runs', runIdOf(config), 'curves.csv'), 'utf8')
    .split('\r\n')
    .map((line) => line.split(',').filter((_, column) => column !== 5)); // elapsed_seconds

describe('two-stage training with and without the copied start', () => {
  it('shares its first stage, and with no other seed or regime', () => {
    expect(isFirstStageTwin(copied!, fresh!)).toBe(true);
    expect(isFirstStageTwin(copied!, { ...fresh!, seed: 1 })).toBe(false);
    expect(isFirstStageTwin({ ...copied!, regime: 'joint' }, { ...fresh!, regime: 'joint' })).toBe(false);
  });

  it('takes the stage from the other run, and ends as if it had trained it', async () => {
    await run('shared', copied!);
    const adopted = await run('shared', fresh!);
    const alone = await run('alone', fresh!);
    expect(adopted.notes.some((line) => line.includes('first stage from'))).toBe(true);
    expect(alone.notes.some((line) => line.includes('first stage from'))).toBe(false);
    expect(adopted.record.metrics).toEqual(alone.record.metrics);
    const spent = ({ step, tokens, flops, officialFlops }: NonNullable<typeof adopted.record.progress>) => [
      step,
      tokens,
      flops,
      officialFlops,
    ];
    expect(spent(adopted.record.progress!)).toEqual(spent(alone.record.progress!));
    expect(curvesOf('shared', fresh!)).toEqual(curvesOf('alone', fresh!));
    const weightsOf = (results: string) => {
      const checkpoints = join(folder, results, 'runs', runIdOf(fresh!), 'checkpoints');
      return readNetwork(listCheckpoints(checkpoints).at(-1)!, 'discriminator').tensors;
    };
    expect(weightsOf('shared')).toEqual(weightsOf('alone'));
  });
});
