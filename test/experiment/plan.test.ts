/** What a run will cost, whatever its budget is in. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunConfig, runConfigSchema } from '../../src/config/schema.ts';
import { estimateCells } from '../../src/experiment/plan.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { temporaryFolder, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { onnx } from '../helpers/engines.ts';
import { writeToyBlimp } from '../helpers/toy-blimp.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
let corpus: string;
beforeAll(() => {
  corpus = writeCorpus(join(folder, 'corpus'));
});

function configOf(regime: string, training: Partial<RunConfig['training']>): RunConfig {
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
  const raw = JSON.parse(tinyRunYaml(corpus, { training, generator: { size: 1 } }));
  return runConfigSchema(known).parse({ ...raw, regime });
}

async function estimate(regime: string, training: Partial<RunConfig['training']>, more = {}) {
  const options = { results: join(folder, 'results'), cacheFolder: join(folder, 'cache'), engine: onnx };
  const [cell] = await estimateCells([{ ...configOf(regime, training), ...more }], {
    ...options,
    onMeasure() {},
  });
  return cell!;
}

describe('the estimate of a run', () => {
  it('takes a budget of tokens for the steps that read them, half of it in each of two stages', async () => {
    const { steps, tokens, seconds } = await estimate('two-stage', { budget: { tokens: 100_000 } });
    // A batch is 8 sequences of at most 16 tokens; each stage ends with the step that passes its half.
    expect(steps! % 2).toBe(0);
    expect(steps).toBeGreaterThanOrEqual(100_000 / (8 * 16));
    expect(tokens! - 100_000).toBeGreaterThanOrEqual(0);
    expect(tokens! - 100_000).toBeLessThanOrEqual(2 * 8 * 16);
    expect(seconds).toBeGreaterThan(0);
  });

  it('knows of a budget of seconds just those', async () => {
    const { steps, tokens, seconds } = await estimate('joint', { budget: { seconds: 40 } });
    expect([steps, tokens, seconds]).toEqual([undefined, undefined, 40]);
  });

  it('adds what minimal pairs take, untrained, on the way and in the end', async () => {
    const pairs = {
      sets: ['blimp'] as const,
      most: 100,
      at: [0.5],
      blimpDir: writeToyBlimp(join(folder, 'blimp')),
    };
    const { seconds, diskBytes, parameters } = await estimate('bert', { budget: { seconds: 40 } }, { pairs });
    expect(seconds).toBeGreaterThan(40);
    expect(diskBytes).toBe(parameters * 12 * (2 + 1)); // the one on the way stays
  });

  it.each([
    ['joint', 2],
    ['two-stage', 3], // its first stage's end stays, too
  ])('counts the checkpoints of %s that stay: %i', async (regime, count) => {
    const { parameters, diskBytes } = await estimate(regime, {});
    expect(diskBytes).toBe(parameters * 12 * count); // a weight and two moments, 4 bytes each
  });

  it('of a text that makes less than a batch says what the run would say', async () => {
    const rule =
      /^data: expected at least one batch \(training\.batchSize 5000\) of training examples, got \d+/;
    await expect(estimate('joint', { batchSize: 5000 })).rejects.toThrow(rule);
  });
});
