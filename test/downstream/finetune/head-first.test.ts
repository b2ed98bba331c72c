/** Fine-tuning that begins with a fitted head, for each way of reading an encoder. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import type { FinetuneConfig } from '../../../src/config/schema.ts';
import * as sections from '../../../src/config/sections.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../../src/data/vocabulary/wordpiece.ts';
import { createFinetuner } from '../../../src/downstream/finetune/finetuner.ts';
import type { Task, TaskExample } from '../../../src/downstream/tasks/task.ts';
import { onnx } from '../../helpers/engines.ts';
import { jitter, tinyModel } from '../../helpers/tiny-model.ts';

const words = Array.from({ length: 35 }, (_, i) => `${'abcdefg'[i % 7]}${'vwxyz'[i % 5]}`);
const vocabulary = new Vocabulary(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });
const task: Task = {
  ...{ name: 'toy', suite: 'own', title: 'toy', source: 'this test', labels: ['no', 'yes'] },
  ...{ metrics: ['accuracy'], maxLength: 12 },
  load: () => ({ train: [], dev: {} }),
};

/** Whether the word in the middle is the second or fourth of four, among others of the same four on its sides. */
function examples(count: number, kind: 'text' | 'pair' | 'word', seed = 0): TaskExample[] {
  const random = new RandomStream(seed, 'toy');
  return Array.from({ length: count }, () => {
    const places = [0, 1, 2].map(() => Math.floor(4 * random.uniform()));
    const [before, word, after] = places.map((place) => words[place]!) as [string, string, string];
    const label = places[1]! % 2;
    if (kind === 'pair') return { first: word, second: `${before} ${after}`, label };
    const at: [number, number] = [before.length + 1, before.length + 1 + word.length];
    return { first: `${before} ${word} ${after}`, label, ...(kind === 'word' && { word: at }) };
  });
}

const recipe = { batchSize: 16, epochs: 2, warmupFraction: 0 };
function configOf(changes: Partial<FinetuneConfig>): FinetuneConfig {
  return { ...sections.finetune.parse({}), ...recipe, headFirst: true, ...changes } as FinetuneConfig;
}

function finetunerOf(changes: Partial<FinetuneConfig>, train: readonly TaskExample[], toy: Task = task) {
  const { plans, store } = tinyModel('joint');
  jitter(store);
  const pretrained = { plan: plans.find(({ name }) => name === 'discriminator')!, store };
  return createFinetuner({
    task: toy,
    train,
    config: configOf(changes),
    tokenizer,
    engine: onnx,
    pretrained,
  });
}

const ways = [
  { read: 'first-token', kind: 'text', reading: 'first-token' },
  { read: 'mean', kind: 'text', reading: 'mean' },
  { read: 'mean', kind: 'pair', reading: 'pair-means' },
  { read: 'first-token', kind: 'word', reading: 'word' },
  { read: 'mean', kind: 'word', reading: 'word' },
] as const;
const running = () => new AbortController().signal;

describe.each(ways)('a head on $kind by $read', ({ read, kind, reading }) => {
  const train = examples(64, kind);
  const dev = examples(40, kind, 1);

  it(`reads the encoder's ${reading}`, async () => {
    const finetuner = finetunerOf({ read }, train);
    expect(finetuner.classifier.reading).toBe(reading);
    await finetuner.dispose();
  });

  it('answers as it was fitted where the learning rate goes to 0, dropout or not', async () => {
    const finetuner = finetunerOf({ read, learningRate: 1e-12 }, train);
    const headOnly = await finetuner.predictHeadOnly(dev);
    await finetuner.train({ seed: 3, signal: running() });
    expect(await finetuner.predict(dev)).toEqual(headOnly);
    await finetuner.dispose();
  });

  it('has not been moved before the first step', async () => {
    const finetuner = finetunerOf({ read, learningRate: 0.1 }, train);
    const headOnly = await finetuner.predictHeadOnly(dev);
    const stopped = new AbortController();
    stopped.abort();
    await finetuner.train({ seed: 0, signal: stopped.signal });
    expect(await finetuner.predict(dev)).toEqual(headOnly);
    await finetuner.train({ seed: 0, signal: running() });
    expect(await finetuner.predict(dev)).not.toEqual(headOnly);
    await finetuner.dispose();
  });
});

describe('a fitted head', () => {
  it('is the same for every seed, and answers numbers in the range of the task', async () => {
    const numbers: Task = { ...task, labels: [], range: [0, 5], metrics: ['pearson'] };
    const train = examples(64, 'pair').map((row) => ({ ...row, label: 1 + 3 * row.label }));
    const finetuner = finetunerOf({ read: 'mean', learningRate: 1e-12 }, train, numbers);
    const headOnly = await finetuner.predictHeadOnly(train);
    for (const seed of [0, 1]) {
      await finetuner.train({ seed, signal: running() });
      expect(await finetuner.predict(train)).toEqual(headOnly);
    }
    const mean = headOnly.reduce((sum, answer) => sum + answer, 0) / 64;
    expect(mean).toBeCloseTo(train.reduce((sum, { label }) => sum + label, 0) / 64, 1);
    await finetuner.dispose();
  });
});
