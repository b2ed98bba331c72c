import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConfigError,
  defineConfig,
  InterruptedError,
  loadModel,
  readResults,
  run,
  type TrainedModel,
} from '../src/api.ts';
import { WordPieceTokenizer } from '../src/data/vocabulary/wordpiece.ts';
import { createStateReader } from '../src/downstream/probe/pooled-states.ts';
import { checkpointOf, findRun, recordOf, vocabularyOf } from '../src/results/stored-run.ts';
import { loadWeights } from '../src/training/checkpoint.ts';
import { createRunModel } from '../src/training/run-model.ts';
import { temporaryFolder, writeCorpus } from './end-to-end/program.ts';
import { onnx } from './helpers/engines.ts';

const { folder, remove } = temporaryFolder();
const [results, cacheFolder] = ['results', 'cache'].map((name) => join(folder, name)) as [string, string];
const tiny = (steps: number) =>
  defineConfig({
    extends: 'smoke',
    name: 'tiny',
    data: {
      corpora: [],
      folder: writeCorpus(join(folder, 'texts')),
      vocabularySize: 96,
      sequenceLength: 16,
      heldOutFraction: 0.2,
    },
    model: { hidden: 16, heads: 2, feedForward: 16, embedding: 16 },
    training: { steps, evaluateEvery: 0, checkpointEvery: 0 },
    evaluation: { examples: 16 },
  });

let model: TrainedModel;
let path: string;
beforeAll(async () => {
  const { runId } = await run(tiny(3), { results, cacheFolder });
  path = join(results, 'runs', runId);
  model = await loadModel(path, { cacheFolder });
});
afterAll(async () => {
  await model.encoder.dispose();
  remove();
});

describe('the library', () => {
  it('completes a configuration as a file of the same keys would, and names a wrong key', () => {
    const { regime, training, optimiser } = tiny(3);
    expect([regime, training.steps, optimiser.learningRate]).toEqual(['joint', 3, 0.001]);
    const wrong = { extends: 'smoke', training: { step: 1 } } as never;
    expect(() => defineConfig(wrong)).toThrow(ConfigError);
    expect(() => defineConfig(wrong)).toThrow(/^defineConfig: training\.step: .*did you mean "steps"/);
  });

  it('runs a configuration once, and reads the same record from the folder', async () => {
    const again = await run(tiny(3), { results, cacheFolder });
    const { runs, claims } = readResults(results);
    expect(runs).toEqual([again]);
    expect(claims).toEqual([]);
    expect(again.progress?.step).toBe(3);
  });

  it('stops and saves when its signal says so', async () => {
    const stopped = run(tiny(1000), { results, cacheFolder, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(InterruptedError);
  });

  it('loads every weight of the checkpoint', () => {
    const { weights, record } = model;
    const count = Object.values(weights).reduce((sum, { length }) => sum + length, 0);
    const owned = Object.values(record.parameters).reduce((sum, size) => sum + size, 0);
    expect(count).toBe(owned);
  });

  it('encodes a text alone as it does among others, whatever the padding', async () => {
    const [long, short] = ['w1 w2 w3 w4 w5 w6 w7 w8 w9', 'w3'];
    const together = await model.encoder.encode([long!, short!]);
    const [alone] = await model.encoder.encode([short!]);
    expect(alone!.tokens).toEqual(together[1]!.tokens);
    expect(alone!.tokens.at(0)).toBe('[CLS]');
    for (const [i, value] of alone!.states.entries()) expect(together[1]!.states[i]).toBeCloseTo(value, 5);
  });

  it('gives the states whose means the probes read', async () => {
    const stored = findRun(path);
    const vocabulary = await vocabularyOf(model.config, recordOf(stored), { cacheFolder });
    const { plans, regime, store } = createRunModel(model.config, { vocabulary });
    loadWeights(
      checkpointOf(stored, () => {}),
      plans,
      store,
    );
    const tokenizer = new WordPieceTokenizer(vocabulary, model.config.data);
    const reader = createStateReader(onnx, plans, regime.encoder, store, tokenizer);
    const [text, { width }] = ['w1 w2 w3', model.encoder];
    const { layers } = await reader.read([{ first: text!, label: 0 }], 16);
    await reader.dispose();
    const [{ tokens, states }] = (await model.encoder.encode([text!])) as [
      { tokens: string[]; states: Float32Array },
    ];
    const inner = tokens.length - 2; // without [CLS] and [SEP]
    for (let d = 0; d < width; d++) {
      let sum = 0;
      for (let t = 1; t <= inner; t++) sum += states[t * width + d]!;
      expect(sum / inner).toBeCloseTo(layers.at(-1)![d]!, 5);
    }
  });

  it('says where there is no run', async () => {
    await expect(loadModel(join(folder, 'none'))).rejects.toThrow(
      `${join(folder, 'none', 'config.yaml')}: expected the configuration of a run, got no file; name a folder like results/<name>/runs/<id>`,
    );
  });
});
