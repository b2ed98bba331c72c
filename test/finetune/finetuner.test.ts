import { describe, expect, it } from 'vitest';
import { runConfigSchema } from '../../src/config/schema.ts';
import { Vocabulary } from '../../src/data/vocabulary.ts';
import { WordPieceTokenizer } from '../../src/data/wordpiece.ts';
import type { Engine, HostArray } from '../../src/engine/program.ts';
import { classifierProgram } from '../../src/finetune/classifier-programs.ts';
import { finetune } from '../../src/finetune/finetuner.ts';
import type { Task, TaskExample } from '../../src/finetune/task.ts';
import { classifierPlan } from '../../src/model/classifier.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { onnx, randomInputs, runOnce } from '../helpers/engines.ts';
import { jitter, tinyModel } from '../helpers/tiny-model.ts';

const words = Array.from({ length: 35 }, (_, i) => `${'abcdefg'[i % 7]}${'vwxyz'[i % 5]}`);
const vocabulary = new Vocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });

/** The label is whether the two texts begin with the same of four words. */
function examples(count: number, start: number): TaskExample[] {
  return Array.from({ length: count }, (_, i) => {
    const [one, two] = [(i + start) % 4, (i + start) % 2 ? (i + start) % 4 : (i + start + 1 + (i % 3)) % 4];
    return { first: `${words[one]} ${words[(i * 7) % 35]}`, second: words[two]!, label: Number(one === two) };
  });
}
const task: Task = {
  ...{ name: 'same word', suite: 'own', title: 'toy', source: 'this test', labels: ['no', 'yes'] },
  ...{ metrics: ['accuracy'], maxLength: 8 },
  load: () => ({ train: examples(64, 0), dev: { dev: examples(40, 64) } }),
};

function configOf(changes: object) {
  const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
  const rest = { dropout: 0, attentionDropout: 0, warmupFraction: 0, batchSize: 16, ...changes };
  return runConfigSchema(known).parse({
    name: 'x',
    regime: 'joint',
    data: { corpora: ['sotu'] },
    finetune: rest,
  }).finetune;
}

function pretrained() {
  const { plans, store } = tinyModel('joint');
  jitter(store);
  return { plan: plans.find(({ name }) => name === 'discriminator')!, store };
}

const rest = { task, tokenizer, seed: 0, signal: new AbortController().signal };

/** An engine that shows the arrays a training step is bound to. */
function watching(memory: Record<string, { before: HostArray; now: HostArray }>): Engine {
  return {
    ...onnx,
    compile(program, bound = {}) {
      if (program.name === 'finetune-step') {
        for (const [name, now] of Object.entries(bound)) memory[name] = { before: now.slice(), now };
      }
      return onnx.compile(program, bound);
    },
  };
}

describe('fine-tuning', () => {
  it('learns a toy task, and leaves the pre-trained weights as they were', async () => {
    const model = pretrained();
    const before = model.store.values.slice();
    const losses: number[] = [];
    const { score, majorityScore, metric } = await finetune({
      ...{
        ...rest,
        engine: onnx,
        pretrained: model,
        config: configOf({ learningRate: 5e-3, epochs: 60, layerDecay: 1 }),
      },
      onStep: (_, __, loss) => void losses.push(loss),
    });
    expect(metric).toBe('accuracy');
    expect(losses).toHaveLength(240);
    expect(losses.at(-1)).toBeLessThan(0.2);
    expect(score).toBeGreaterThan(0.9);
    expect(majorityScore).toBeLessThan(0.7);
    expect(model.store.values).toEqual(before);
  });

  it('begins at the pre-trained weights and gives each layer decay^(distance from the head) of the rate', async () => {
    const [model, memory] = [pretrained(), {} as Record<string, { before: HostArray; now: HostArray }>];
    const config = configOf({ learningRate: 1e-3, layerDecay: 0.5, epochs: 1, batchSize: 64 });
    await finetune({ ...rest, engine: watching(memory), pretrained: model, config });
    const largestStep = (name: string) => {
      const { before, now } = memory[`weights/discriminator/${name}`]!;
      return Math.max(...now.map((value, i) => Math.abs(value - before[i]!)));
    };
    // The first Adam step without bias correction: 0.1 g / (√0.001 |g|), times the rate.
    const unit = (1e-3 * 0.1) / Math.sqrt(0.001);
    for (const [name, distance] of [
      ['classifier.weights', 0],
      ['layer.1.feedForward.output.weights', 1],
      ['layer.0.feedForward.output.weights', 2],
      ['embeddings.segment', 3],
      ['embeddings.project.weights', 3],
    ] as const) {
      expect(largestStep(name) / (unit * 0.5 ** distance), name).toBeCloseTo(1, 1);
    }
    for (const { name } of classifierPlan(model.plan, 2).parameters.filter(({ depth }) => depth <= 2)) {
      const expected = model.store.value(`discriminator/${name}`);
      expect([...memory[`weights/discriminator/${name}`]!.before], name).toEqual([...expected]);
    }
  });

  it('is the same for the same seed, and another for another', async () => {
    const config = configOf({ epochs: 2, dropout: 0.1, learningRate: 1e-3 });
    const trace = async (seed: number) => {
      const losses: number[] = [];
      const onStep = (_: number, __: number, loss: number) => void losses.push(loss);
      await finetune({ ...rest, seed, engine: onnx, pretrained: pretrained(), config, onStep });
      return losses;
    };
    const first = await trace(0);
    expect(await trace(0)).toEqual(first);
    expect(await trace(1)).not.toEqual(first);
  });

  it('stops on numbers that are not finite', async () => {
    const config = configOf({ learningRate: 1e30 });
    const failing = finetune({ ...rest, engine: onnx, pretrained: pretrained(), config });
    await expect(failing).rejects.toThrow(
      /^same word: expected finite gradients, got others at step \d; try a lower finetune\.learningRate$/,
    );
  });

  it('stops after the step in which it was asked to', async () => {
    const controller = new AbortController();
    let steps = 0;
    const onStep = (step: number) => {
      steps = step;
      if (step === 3) controller.abort();
    };
    const config = configOf({ epochs: 3 });
    await finetune({
      ...rest,
      signal: controller.signal,
      engine: onnx,
      pretrained: pretrained(),
      config,
      onStep,
    });
    expect(steps).toBe(3);
  });
});

describe('padding', () => {
  it('never changes the logits', async () => {
    const plan = classifierPlan(pretrained().plan, 3);
    const [short, long] = [classifierProgram(plan, 2, 6), classifierProgram(plan, 2, 15)];
    const values = randomInputs(short);
    values.attentionMask!.fill(1);
    values.segmentIds!.fill(0);
    const padded = {
      ...values,
      ...randomInputs({
        ...long,
        inputs: { tokenIds: long.inputs.tokenIds!, segmentIds: long.inputs.segmentIds! },
      }),
    };
    padded.attentionMask = new Float32Array(30);
    for (const b of [0, 1]) {
      padded.tokenIds!.set(values.tokenIds!.slice(b * 6, b * 6 + 6), b * 15);
      padded.segmentIds!.fill(0, b * 15, b * 15 + 6).fill(1, b * 15 + 6, b * 15 + 15); // whatever stands in padding
      padded.attentionMask.fill(1, b * 15, b * 15 + 6);
    }
    const [expected, actual] = [await runOnce(onnx, short, values), await runOnce(onnx, long, padded)];
    actual.logits!.forEach((logit, i) => {
      expect(logit).toBeCloseTo(expected.logits![i]!, 5);
    });
  });
});
