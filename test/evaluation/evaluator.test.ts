import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import type { Engine, Program } from '../../src/engine/program.ts';
import { createEvaluator, type EvaluationSubject } from '../../src/evaluation/evaluator.ts';
import { maskingVocabulary } from '../../src/objectives/batch-source.ts';
import { maskBatch } from '../../src/objectives/masking.ts';
import { javascript, onnx } from '../helpers/engines.ts';
import { tokenIdsOf } from '../helpers/examples.ts';
import { type TinyModel, tinyModel, weightMemory } from '../helpers/tiny-model.ts';
import { toyData } from '../helpers/toy-data.ts';

const data = toyData();
const V = data.vocabulary.size;

function subjectOf(model: TinyModel, changes: Partial<EvaluationSubject> = {}): EvaluationSubject {
  const { regime, plans, store } = model;
  return {
    regime,
    plans,
    data,
    engine: onnx,
    memory: weightMemory(store),
    examples: 8,
    batchSize: 4,
    ...changes,
  };
}

/** Metrics by name. */
async function evaluate(model: TinyModel, changes: Partial<EvaluationSubject> = {}) {
  const evaluator = await createEvaluator(subjectOf(model, changes));
  const metrics = await evaluator.evaluate();
  await evaluator.dispose();
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** The originals of the tokens that evaluation masks, worked out apart from it. @param ends of its first batches */
function maskedOriginals(...ends: number[]): number[] {
  const { heldOut, vocabulary } = data;
  const L = heldOut.sequenceLength;
  return ends.flatMap((end, i) => {
    const start = ends[i - 1] ?? 0;
    const B = end - start;
    const tokenIds = tokenIdsOf(heldOut).slice(start * L, end * L);
    const N = B * Math.ceil(0.15 * L);
    const arrays = {
      maskedTokenIds: new Int32Array(B * L),
      maskedPositions: new Int32Array(N),
      maskedWeights: new Float32Array(N),
    };
    const lengths = heldOut.lengths.slice(start, end);
    const options = { fraction: 0.15, style: 'all-mask', withReplacement: false } as const;
    const random = new RandomStream('evaluation', i).split('masking');
    maskBatch(tokenIds, lengths, arrays, maskingVocabulary(vocabulary), options, random);
    return [...arrays.maskedPositions].filter((_, n) => arrays.maskedWeights[n]).map((at) => tokenIds[at]!);
  });
}

function commonestWord(): number {
  const counts = new Map<number, number>();
  for (const id of tokenIdsOf(data.train)) if (id >= 5) counts.set(id, (counts.get(id) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return Math.min(...[...counts].filter(([, count]) => count === most).map(([id]) => id));
}

describe('an evaluation', () => {
  it('gives the same metrics each time, also from another evaluator', async () => {
    const model = tinyModel('joint');
    const evaluator = await createEvaluator(subjectOf(model));
    const first = await evaluator.evaluate();
    expect(await evaluator.evaluate()).toEqual(first);
    await evaluator.dispose();
    expect(Object.entries(await evaluate(model))).toEqual(first.map(({ name, value }) => [name, value]));
  });

  it('reads the weights as they are now', async () => {
    const model = tinyModel('joint');
    const evaluator = await createEvaluator(subjectOf(model));
    const before = await evaluator.evaluate();
    model.store.value('generator/mlm.outputBias')[7] = 3;
    expect(await evaluator.evaluate()).not.toEqual(before);
    await evaluator.dispose();
  });

  it('says the same on both engines', async () => {
    const [actual, expected] = [
      await evaluate(tinyModel('joint')),
      await evaluate(tinyModel('joint'), { engine: javascript }),
    ];
    for (const [name, value] of Object.entries(expected)) {
      if (value === undefined) expect(actual[name]).toBeUndefined();
      else expect(actual[name], name).toBeCloseTo(value, 4);
    }
  });

  it('without a detector says nothing of detection', async () => {
    const names = Object.keys(await evaluate(tinyModel('bert')));
    expect(names.filter((name) => name.startsWith('rtd'))).toEqual([]);
    expect(names).toContain('mlm_accuracy');
  });

  it('is of as many examples as it was asked for, if there are as many', async () => {
    const sizes: number[] = [];
    const engine: Engine = {
      ...onnx,
      compile: (program: Program, memory) => {
        sizes.push(program.inputs.tokenIds!.shape[0]!);
        return onnx.compile(program, memory);
      },
    };
    await evaluate(tinyModel('bert'), { engine, examples: 2, batchSize: 4 });
    await evaluate(tinyModel('bert'), { engine, examples: 10_000, batchSize: 10_000 });
    expect(sizes).toEqual([2, data.heldOut.count]);
  });

  it('of a last batch with rows to spare counts those that are left, and nothing in the others', async () => {
    const [model, one] = [tinyModel('joint'), { examples: 5, batchSize: 4 }];
    const seen: { mask: number[]; weights: number[] }[] = [];
    const engine: Engine = {
      ...onnx,
      async compile(program, memory) {
        const compiled = await onnx.compile(program, memory);
        const run = () => {
          const { attentionMask, maskedWeights } = compiled.inputs;
          seen.push({ mask: [...attentionMask!], weights: [...maskedWeights!] });
          return compiled.run();
        };
        return { ...compiled, run };
      },
    };
    const metrics = await evaluate(model, { ...one, engine });
    const L = data.heldOut.sequenceLength;
    const tokens = data.heldOut.lengths.slice(0, 5).reduce((sum, length) => sum + length);
    expect(seen.flatMap(({ mask }) => mask).filter((value) => value === 1)).toHaveLength(tokens);
    expect(seen[1]!.mask.slice(L).every((value) => value === 0)).toBe(true);
    // The second batch masks its first row as it would without the others.
    const originals = maskedOriginals(4, 5);
    expect(seen.flatMap(({ weights }) => weights).filter((value) => value === 1)).toHaveLength(
      originals.length,
    );
    const commonest = originals.filter((id) => id === commonestWord()).length / originals.length;
    expect(metrics.mlm_accuracy_commonest).toBeCloseTo(commonest, 12);
    for (const [name, value] of Object.entries(metrics)) expect(value, name).not.toBeNaN();
  });

  it('of a model of zeros shows that it knows nothing: ln V nats a token, ln 2 a label', async () => {
    const model = tinyModel('joint');
    model.store.values.fill(0);
    const metrics = await evaluate(model);
    expect(metrics.mlm_loss).toBeCloseTo(Math.log(V), 5);
    expect(metrics.mlm_entropy).toBeCloseTo(Math.log(V), 5);
    // Of equal logits the first is the best: [PAD], which is never right.
    expect(metrics.mlm_accuracy).toBe(0);
    expect(metrics.rtd_loss).toBeCloseTo(Math.log(2), 5);
    expect(metrics.rtd_common_loss).toBeCloseTo(Math.log(2), 5);
    // A logit of 0 predicts "original", and equal logits order nothing.
    expect(metrics.rtd_recall).toBe(0);
    expect(metrics.rtd_precision).toBeUndefined();
    expect(metrics.rtd_accuracy).toBe(metrics.rtd_majority_rate);
    expect(metrics.rtd_auc).toBe(0.5);
    expect(metrics.rtd_collapsed).toBe(1);
  });

  it('counts as replaced what was sampled and is not the original', async () => {
    const { replaced_fraction, mlm_accuracy_sampled } = await evaluate(tinyModel('joint'));
    expect(replaced_fraction).toBeCloseTo(1 - mlm_accuracy_sampled!, 12);
  });
});

describe('the accuracy of always guessing the commonest token', () => {
  const originals = maskedOriginals(4, 8);
  const share = originals.filter((id) => id === commonestWord()).length / originals.length;

  it('is the share of that token among those masked', async () => {
    expect(share).toBeGreaterThan(0);
    expect((await evaluate(tinyModel('bert'))).mlm_accuracy_commonest).toBeCloseTo(share, 12);
  });

  it('is the accuracy of a model that does just that', async () => {
    const model = tinyModel('bert');
    model.store.value('bert/mlm.outputBias')[commonestWord()] = 1000;
    const { mlm_accuracy, mlm_accuracy_sampled, mlm_entropy } = await evaluate(model);
    expect(mlm_accuracy).toBeCloseTo(share, 12);
    expect(mlm_accuracy_sampled).toBeCloseTo(share, 12);
    expect(mlm_entropy).toBeCloseTo(0, 6);
  });
});
