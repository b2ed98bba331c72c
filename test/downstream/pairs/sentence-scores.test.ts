import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { specialTokens, Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import {
  originalLogProbability,
  pseudoLogLikelihood,
  type SentenceScorer,
} from '../../../src/downstream/pairs/sentence-scores.ts';
import { exportWeights } from '../../../src/exchange/export-weights.ts';
import { inferenceProgram } from '../../../src/model/inference-program.ts';
import type { NetworkName } from '../../../src/model/network.ts';
import { weightMemory } from '../../../src/optim/parameter-store.ts';
import { javascript, onnx } from '../../helpers/engines.ts';
import { jitter, type TinyModel, tinyModel } from '../../helpers/tiny-model.ts';
import { hasTorch } from '../../helpers/torch.ts';
import { toyRecord } from '../../helpers/toy-results.ts';

const [clsId, sepId, maskId] = [2, 3, 4];
const random = new RandomStream('sentence scores');

function moved(...model: Parameters<typeof tinyModel>): TinyModel {
  const made = tinyModel(...model);
  jitter(made.store);
  return made;
}

/** [CLS], words of the tiny vocabulary, [SEP]. */
function sentence(...words: number[]): Int32Array {
  return Int32Array.from([clsId, ...words, sepId]);
}

function randomSentence(words: number): Int32Array {
  return sentence(...Array.from({ length: words }, () => 5 + random.integer(35)));
}

/** More of one length than a batch takes, and some of others. */
const sentences = [
  ...Array.from({ length: 40 }, () => randomSentence(9)),
  ...[1, 2, 14, 5, 9].map(randomSentence),
];

type MakeScorer = typeof pseudoLogLikelihood;

function scorerOf(make: MakeScorer, model: TinyModel, network: NetworkName, engine = onnx): SentenceScorer {
  return make({ engine, plans: model.plans, network, memory: weightMemory(model.store), maskId });
}

async function logitsOf(model: TinyModel, network: NetworkName, ids: Int32Array): Promise<Float32Array> {
  const program = await onnx.compile(
    inferenceProgram(model.plans, network, 1, ids.length),
    weightMemory(model.store),
  );
  program.inputs.tokenIds!.set(ids);
  program.inputs.attentionMask!.fill(1);
  await program.run();
  const logits = program.outputs.logits!.slice() as Float32Array;
  await program.dispose();
  return logits;
}

function logSoftmaxAt(logits: ArrayLike<number>, at: number): number {
  const most = Math.max(...Array.from(logits));
  const sum = Array.from(logits).reduce((total, logit) => total + Math.exp(logit - most), 0);
  return logits[at]! - most - Math.log(sum);
}

describe('a pseudo-log-likelihood', () => {
  it('is the sum of log P(token), each with that token masked and no other', async () => {
    const model = moved('bert');
    const ids = sentence(7, 20, 9);
    let expected = 0;
    for (const at of [1, 2, 3]) {
      const masked = ids.slice();
      masked[at] = maskId;
      const logits = await logitsOf(model, 'bert', masked); // [5, V]
      expected += logSoftmaxAt(logits.subarray(40 * at, 40 * (at + 1)), ids[at]!);
    }
    const [score] = (await scorerOf(pseudoLogLikelihood, model, 'bert').score([ids]))!;
    expect(score).toBeCloseTo(expected, 4);
  });

  it.each([onnx, javascript])(
    'of a sentence does not depend on what is scored beside it: $name',
    async (engine) => {
      const scorer = scorerOf(pseudoLogLikelihood, moved('joint'), 'generator', engine);
      const some = sentences.slice(38);
      const together = (await scorer.score(some))!;
      for (const [i, ids] of some.entries())
        expect((await scorer.score([ids]))![0]).toBeCloseTo(together[i]!, 4);
    },
  );

  it('is the same to the last bit for the same tokens, wherever they stand', async () => {
    const scores = (await scorerOf(pseudoLogLikelihood, moved('bert'), 'bert').score([
      ...sentences,
      ...sentences.toReversed(),
    ]))!;
    for (let i = 0; i < sentences.length; i++) expect(scores[i]).toBe(scores[scores.length - 1 - i]);
  });

  it('of a table of frequencies is the sum of their logarithms, whatever the order', async () => {
    const model = tinyModel('joint', {}, { kind: 'unigram' });
    const scorer = scorerOf(pseudoLogLikelihood, model, 'generator');
    const [one, other] = (await scorer.score([sentence(5, 11, 30, 8), sentence(30, 8, 5, 11)]))!;
    const table = model.store.value('generator/logits');
    const expected = [5, 11, 30, 8].reduce((sum, id) => sum + logSoftmaxAt(table, id), 0);
    expect(one).toBeCloseTo(expected, 4);
    expect(other).toBe(one);
  });

  it('is not made to the end after a signal', async () => {
    const signal = AbortSignal.abort();
    const scorer = scorerOf(pseudoLogLikelihood, tinyModel('bert'), 'bert');
    expect(await scorer.score(sentences, { signal })).toBeUndefined();
  });
});

describe("a discriminator's score", () => {
  it('is the sum of log P(original) over the tokens between [CLS] and [SEP], none masked', async () => {
    const model = moved('joint');
    const ids = sentence(7, 20, 9, 33);
    const logits = await logitsOf(model, 'discriminator', ids); // [6]
    const expected = [1, 2, 3, 4].reduce((sum, at) => sum - Math.log(1 + Math.exp(logits[at]!)), 0);
    const [score] = (await scorerOf(originalLogProbability, model, 'discriminator').score([ids]))!;
    expect(score).toBeCloseTo(expected, 5);
  });
});

describe.skipIf(!hasTorch)('scores of exported networks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pairs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [bert, joint] = [moved('bert', { embedding: 16 }), moved('joint')];
  const cases = [
    { label: "BERT's pseudo-log-likelihood", model: bert, name: 'bert', make: pseudoLogLikelihood },
    { label: "a generator's", model: joint, name: 'generator', make: pseudoLogLikelihood },
    { label: "a discriminator's", model: joint, name: 'discriminator', make: originalLogProbability },
  ] as const;
  let theirs: number[][] = [];
  beforeAll(() => {
    const folders = { bert: exported(bert, 'bert'), joint: exported(joint, 'joint') };
    theirs = torchScores(
      cases.map(({ model, name }) => join(folders[model === bert ? 'bert' : 'joint'], name)),
    );
  }, 120_000);

  it.each(cases.map((one, at) => ({ ...one, at })))(
    'are those that PyTorch computes, within 1e-4 a sentence: $label',
    async ({ make, model, name, at }) => {
      const ours = (await scorerOf(make, model, name).score(sentences))!;
      const differences = ours.map((score, i) => Math.abs(score - theirs[at]![i]!));
      expect(theirs[at]!.length).toBe(sentences.length);
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      // Not because nothing is there: sentences of one length differ.
      const alike = [...ours.subarray(0, 40)];
      expect(Math.max(...alike) - Math.min(...alike)).toBeGreaterThan(1);
    },
  );

  function exported({ config, plans, store }: TinyModel, name: string): string {
    const words = Array.from({ length: 35 }, (_, i) => `word${i}`);
    const vocabulary = new Vocabulary([...specialTokens, ...words]);
    const machine = { system: '', cpu: 'a CPU', cores: 1, memoryBytes: 1 };
    const record = toyRecord(name, 0, {}, { provenance: { node: 'v20', packages: {}, machine } });
    const checkpoint = { step: 30, flops: 1000, officialFlops: 2000 };
    const out = join(folder, name);
    exportWeights({ config, record, checkpoint, plans, store, vocabulary }, 'hf', out);
    return out;
  }

  function torchScores(folders: readonly string[]): number[][] {
    const script = join(import.meta.dirname, 'torch-sentence-scores.py');
    const input = JSON.stringify({ maskId, sentences: sentences.map((ids) => [...ids]) });
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [script, ...folders], {
      input,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as number[][];
  }
});
