import { describe, expect, it } from 'vitest';
import { runConfigSchema } from '../../../src/config/schema.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../../src/data/vocabulary/wordpiece.ts';
import { encodeExamples } from '../../../src/downstream/batching/encoded-examples.ts';
import { fillBatch } from '../../../src/downstream/batching/programs-by-length.ts';
import { classifierProgram } from '../../../src/downstream/finetune/classifier-programs.ts';
import { createFinetuner, type FinetunerOptions } from '../../../src/downstream/finetune/finetuner.ts';
import type { Task, TaskExample } from '../../../src/downstream/tasks/task.ts';
import type { Engine, HostArray } from '../../../src/engine/program.ts';
import { scoreAccuracy, scorePearson } from '../../../src/metrics/classification.ts';
import { classifierPlan } from '../../../src/model/classifier.ts';
import type { NetworkPlan } from '../../../src/model/network.ts';
import { regimeNames } from '../../../src/regimes/registry.ts';
import { onnx, randomInputs, runOnce } from '../../helpers/engines.ts';
import { jitter, tinyModel } from '../../helpers/tiny-model.ts';

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

/** A head of three classes at [CLS]. */
function firstToken(plan: NetworkPlan) {
  return { plan: classifierPlan(plan, 3, 'first-token'), reading: 'first-token' as const };
}

const { train, dev } = { train: examples(64, 0), dev: examples(40, 64) };
const labelsOf = (rows: readonly TaskExample[]) => rows.map(({ label }) => label);

interface Changes extends Partial<Omit<FinetunerOptions, 'config'>> {
  config: FinetunerOptions['config'];
  seed?: number;
  signal?: AbortSignal;
  onStep?(step: number, total: number, loss: number): void;
}

/** Trains once and answers for dev. */
async function finetune({ seed = 0, signal = new AbortController().signal, onStep, ...changes }: Changes) {
  const rest = { task, train, tokenizer, engine: onnx, pretrained: pretrained() };
  const finetuner = createFinetuner({ ...rest, ...changes });
  const losses: number[] = [];
  try {
    await finetuner.train({
      ...{ seed, signal },
      onStep: (step, total, loss) => {
        losses.push(loss);
        onStep?.(step, total, loss);
      },
    });
    return { losses, answers: await finetuner.predict(dev) };
  } finally {
    await finetuner.dispose();
  }
}

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
    const config = configOf({ learningRate: 5e-3, epochs: 60, layerDecay: 1 });
    const { losses, answers } = await finetune({ pretrained: model, config });
    expect(losses).toHaveLength(60 * (64 / 16));
    expect(losses.at(-1)).toBeLessThan(0.2);
    expect(scoreAccuracy(answers, labelsOf(dev))).toBeGreaterThan(0.9);
    expect(model.store.values).toEqual(before);
  });

  it('learns numbers, and answers in the range of the task', async () => {
    // The words' own number, 1 to 4 in [0, 5]: 0.2 to 0.8 to the model, which at first answers anything.
    const numbers: Task = { ...task, labels: [], range: [0, 5], metrics: ['pearson'] };
    const asNumbers = (rows: TaskExample[]) =>
      rows.map((row) => ({ ...row, label: 1 + words.indexOf(row.second!) }));
    const config = configOf({ learningRate: 2e-3, epochs: 40, layerDecay: 1 });
    const { losses, answers } = await finetune({ task: numbers, train: asNumbers(train), config });
    const variance = (0.3 ** 2 + 0.1 ** 2) / 2; // of 0.2, 0.4, 0.6, 0.8: what the mean alone leaves
    expect(losses.at(-1)).toBeLessThan(variance / 5);
    const actual = labelsOf(asNumbers(dev));
    expect(scorePearson(answers, actual)).toBeGreaterThan(0.9);
    for (const [i, answer] of answers.entries()) expect(Math.abs(answer - actual[i]!)).toBeLessThan(1.5);
  });

  it("trains a task's own number of epochs", async () => {
    const counts = await Promise.all(
      [true, false].map(async (taskEpochs) => {
        const config = configOf({ epochs: 1, taskEpochs });
        return (await finetune({ task: { ...task, epochs: 2 }, config })).losses.length;
      }),
    );
    expect(counts).toEqual([2 * (64 / 16), 64 / 16]);
  });

  it('trains pairs without an order twice where asked to', async () => {
    const config = configOf({ epochs: 1, doubleUnordered: true });
    const { losses } = await finetune({ task: { ...task, isUnordered: true }, config });
    expect(losses).toHaveLength((2 * 64) / 16);
  });

  it('compiles one program a length, whatever the seeds', async () => {
    const compiled: string[] = [];
    const counting: Engine = {
      ...onnx,
      compile(program, memory) {
        compiled.push(`${program.name} ${program.inputs.tokenIds!.shape[1]}`);
        return onnx.compile(program, memory);
      },
    };
    const long = { first: Array(20).fill(words[0]).join(' '), label: 0 };
    const rest = { task: { ...task, maxLength: 20 }, tokenizer, engine: counting, pretrained: pretrained() };
    const finetuner = createFinetuner({ ...rest, train: [...train, long], config: configOf({ epochs: 1 }) });
    const { signal } = new AbortController();
    for (const seed of [0, 1]) await finetuner.train({ seed, signal });
    await finetuner.predict(dev);
    await finetuner.dispose();
    expect(compiled.sort()).toEqual(['classify 8', 'finetune-step 20', 'finetune-step 8']);
  });

  it('begins at the pre-trained weights and gives each layer decay^(distance from the head) of the rate', async () => {
    const [model, memory] = [pretrained(), {} as Record<string, { before: HostArray; now: HostArray }>];
    const config = configOf({ learningRate: 1e-3, layerDecay: 0.5, epochs: 1, batchSize: 64 });
    await finetune({ engine: watching(memory), pretrained: model, config });
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
    for (const { name } of classifierPlan(model.plan, 2, 'first-token').parameters.filter(
      ({ depth }) => depth <= 2,
    )) {
      const expected = model.store.value(`discriminator/${name}`);
      expect([...memory[`weights/discriminator/${name}`]!.before], name).toEqual([...expected]);
    }
  });

  it('is the same for the same seed, and another for another', async () => {
    const config = configOf({ epochs: 2, dropout: 0.1, learningRate: 1e-3 });
    const trace = async (seed: number) => (await finetune({ seed, config })).losses;
    const first = await trace(0);
    expect(await trace(0)).toEqual(first);
    expect(await trace(1)).not.toEqual(first);
  });

  it('stops on numbers that are not finite', async () => {
    const config = configOf({ learningRate: 1e30 });
    const failing = finetune({ config });
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
    await finetune({ signal: controller.signal, config, onStep });
    expect(steps).toBe(3);
  });
});

describe('padding', () => {
  it('never changes the logits', async () => {
    const model = firstToken(pretrained().plan);
    const [short, long] = [classifierProgram(model, 2, 6), classifierProgram(model, 2, 15)];
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

describe('a batch', () => {
  it('of two equals two batches of one', async () => {
    const model = firstToken(pretrained().plan);
    const program = classifierProgram(model, 2, 8);
    const values = randomInputs(program);
    const rows = encodeExamples(
      [
        { first: `${words[0]} ${words[1]}`, second: words[2]!, label: 0 },
        { first: words[3]!, label: 0 },
      ],
      tokenizer,
      8,
    );
    const logitsOf = async (B: number, batch: number[]) => {
      const bound = Object.fromEntries(
        Object.entries(values).filter(([name]) => name.startsWith('weights/')),
      );
      const { inputs, outputs, run, dispose } = await onnx.compile(classifierProgram(model, B, 8), bound);
      fillBatch(rows, { rows: batch, length: 8 }, inputs);
      await run();
      await dispose();
      return [...outputs.logits!];
    };
    const together = await logitsOf(2, [0, 1]);
    const apart = [...(await logitsOf(1, [0])), ...(await logitsOf(1, [1]))];
    expect(together).toHaveLength(2 * 3);
    for (const [i, logit] of together.entries()) expect(logit).toBeCloseTo(apart[i]!, 5);
  });
});
