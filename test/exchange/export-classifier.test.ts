/** A fine-tuned model outside: its file, its tokenizer and ONNX Runtime alone answer as our own evaluation does. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../src/data/vocabulary/wordpiece.ts';
import { createFinetuner } from '../../src/downstream/finetune/finetuner.ts';
import { findClassifier, keepClassifier } from '../../src/downstream/finetune/kept-classifier.ts';
import type { Task, TaskExample } from '../../src/downstream/tasks/task.ts';
import { exportClassifier } from '../../src/exchange/export-classifier.ts';
import { onnx } from '../helpers/engines.ts';
import { jitter, tinyModel } from '../helpers/tiny-model.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'classifier-'));
afterAll(() => rmSync(folder, { recursive: true }));
const words = Array.from({ length: 35 }, (_, i) => `${'abcdefg'[i % 7]}${'vwxyz'[i % 5]}`);
const vocabulary = new Vocabulary([...specialTokens, ...words]);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });

/** Texts and pairs of one to seven words; the label is the first word's number modulo 3. */
function examples(count: number, start: number): TaskExample[] {
  return Array.from({ length: count }, (_, i) => {
    const at = (k: number) => words[(3 * (i + start) + 11 * k) % 35]!;
    const first = Array.from({ length: 1 + (i % 4) }, (_, k) => at(k)).join(' ');
    const label = ((3 * (i + start)) % 35) % 3;
    return i % 2
      ? { first, label }
      : { first, second: Array.from({ length: 1 + (i % 3) }, (_, k) => at(k + 5)).join(' '), label };
  });
}
const dev = examples(24, 50);
const task: Task = {
  ...{ name: 'first-word', suite: 'own', title: 'toy', source: 'this test', labels: ['none', 'one', 'two'] },
  ...{ metrics: ['accuracy'], maxLength: 10 },
  load: () => ({ train: examples(50, 0), dev: { dev } }),
};
const number: Task = { ...task, name: 'number', labels: [], range: [-1, 4], metrics: ['pearson'] };
const cell = { task: task.name, checkpointStep: 30, settings: '0123456789', finetuneSeed: 0 };

/** Other examples than the texts and pairs of above, and another way to read them. */
interface Examined {
  train?: TaskExample[];
  asked?: TaskExample[];
  read?: 'first-token' | 'mean';
  headFirst?: boolean;
}

/** Fine-tunes a tiny model, keeps it and exports it. @returns what our evaluation answers, and the folder */
async function exported(out: string, changes: object, toy: Task, batch?: number, examined: Examined = {}) {
  const { train = examples(50, 0), asked = dev, read = 'first-token', headFirst = false } = examined;
  const { plans, store, config, regime } = tinyModel('joint', changes);
  jitter(store);
  const pretrained = plans.find(({ name }) => name === regime.encoder)!;
  const recipe = {
    ...config.finetune,
    epochs: 4,
    batchSize: 10,
    learningRate: 3e-3,
    dropout: 0.1,
    read,
    headFirst,
  };
  const finetuner = createFinetuner({
    ...{ task: toy, train, config: recipe, tokenizer, engine: onnx },
    pretrained: { plan: pretrained, store },
  });
  await finetuner.train({ seed: 0, signal: new AbortController().signal });
  const answers = await finetuner.predict(asked);
  const run = join(folder, `${out}-run`);
  const toyCell = { ...cell, task: toy.name };
  keepClassifier(run, toyCell, toy, finetuner.classifier);
  await finetuner.dispose();
  const path = findClassifier(run, 30, toy.name);
  exportClassifier(
    path,
    { config, record: toyRecord('joint', 0), pretrained, vocabulary, batch },
    join(folder, out),
  );
  return { answers, path: join(folder, out) };
}

/** Logits of each dev text from the exported folder alone, so many texts at once as it takes. */
async function outsideLogits(path: string, batch = 1, asked = dev): Promise<number[][]> {
  const read = (name: string) => JSON.parse(readFileSync(join(path, name), 'utf8'));
  const outside = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  const L: number = read('tokenizer_config.json').model_max_length;
  const session = await InferenceSession.create(join(path, 'model.onnx'), { logSeverityLevel: 3 });
  expect(session.outputNames).toEqual(['logits']);
  const padded = (rows: number[][]) =>
    new Tensor(
      'int64',
      BigInt64Array.from({ length: batch * L }, (_, i) => BigInt(rows[Math.floor(i / L)]![i % L] ?? 0)),
      [batch, L],
    );
  const rows: number[][] = [];
  for (let start = 0; start < asked.length; start += batch) {
    const part = asked.slice(start, start + batch);
    const texts = part.map(({ first, second }) => {
      const pair = second === undefined ? {} : { text_pair: second };
      return outside.encode(first, { ...pair, return_token_type_ids: true });
    });
    for (const { ids } of texts) expect(ids.length).toBeLessThanOrEqual(L);
    const { logits } = await session.run({
      input_ids: padded(texts.map(({ ids }) => ids)),
      token_type_ids: padded(texts.map(({ token_type_ids }) => token_type_ids!)),
      attention_mask: padded(texts.map(({ ids }) => ids.map(() => 1))),
      ...(session.inputNames.includes('word_mask') && { word_mask: padded(part.map(wordMaskOf)) }),
    });
    const [data, K] = [logits!.data as Float32Array, logits!.dims[1]!];
    for (let b = 0; b < batch; b++) rows.push([...data.subarray(b * K, (b + 1) * K)]);
  }
  await session.release();
  return rows;
}

/** Every word of the toy is one piece: its place among the pieces is its place among the words, after [CLS]. */
function wordMaskOf({ first, word }: TaskExample): number[] {
  const before = first.slice(0, word![0]).split(' ').length - 1;
  return [0, ...Array.from({ length: before }, () => 0), 1];
}

const positions = [{}, { positions: 'relative-bias', relativeStart: 2 }];

describe('an exported classifier', () => {
  it.each(positions)('predicts the labels of our own evaluation: %o', async (changes) => {
    const { answers, path } = await exported(`labels-${Object.keys(changes).length}`, changes, task);
    const logits = await outsideLogits(path);
    expect(logits.map((row) => row.indexOf(Math.max(...row)))).toEqual([...answers]);
    expect(new Set(answers).size).toBeGreaterThan(1); // not one label for all
    const { id2label } = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    expect(id2label).toEqual({ 0: 'none', 1: 'one', 2: 'two' });
    expect(logits[0]).toHaveLength(3);
  });

  it('answers several texts at once as one by one', async () => {
    const { answers, path } = await exported('batch', positions[1]!, task, 4);
    const logits = await outsideLogits(path, 4);
    expect(logits.map((row) => row.indexOf(Math.max(...row)))).toEqual([...answers]);
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain('`logits` [4, 3]');
  });

  it.each([
    { read: 'mean', reading: 'mean', change: ({ first, label }: TaskExample) => ({ first, label }) },
    { read: 'mean', reading: 'pair-means', change: (row: TaskExample) => ({ second: 'av', ...row }) },
    {
      read: 'first-token',
      reading: 'word',
      change: ({ first, label }: TaskExample) => ({
        first,
        label,
        word: [first.length - 2, first.length] as const,
      }),
    },
  ] as const)(
    'answers the same by reading $reading, after a fitted head',
    async ({ read, reading, change }) => {
      const examined: Examined = {
        train: examples(50, 0).map(change),
        asked: dev.map(change),
        read,
        headFirst: true,
      };
      const { answers, path } = await exported(`reading-${reading}`, positions[1]!, task, 4, examined);
      const logits = await outsideLogits(path, 4, dev.map(change));
      expect(logits.map((row) => row.indexOf(Math.max(...row)))).toEqual([...answers]);
      expect(new Set(answers).size).toBeGreaterThan(1);
      expect(readFileSync(join(path, 'README.md'), 'utf8').includes('word_mask')).toBe(reading === 'word');
    },
  );

  it.each(positions)('answers in the range of a regression: %o', async (changes) => {
    const { answers, path } = await exported(`number-${Object.keys(changes).length}`, changes, number);
    const logits = await outsideLogits(path);
    for (const [i, [value]] of logits.entries()) expect(value).toBeCloseTo(answers[i]!, 4);
    expect(Math.max(...answers) - Math.min(...answers)).toBeGreaterThan(0.01);
  });

  it('is named in full where several are kept, and asked for where none is', () => {
    const run = join(folder, 'several');
    const { plans, store } = tinyModel('joint');
    for (const finetuneSeed of [0, 1]) {
      const none = { ...plans[0]!, parameters: [] };
      keepClassifier(run, { ...cell, finetuneSeed }, task, {
        plan: none,
        store,
        reading: 'first-token',
        maxLength: 8,
      });
    }
    const names = [0, 1].map((seed) => `first-word/step-30-0123456789-seed-${seed}`);
    expect(() => findClassifier(run, 30, 'first-word')).toThrow(
      `--task: expected one of ${names.join(', ')}, got "first-word"; name one of them in full`,
    );
    expect(findClassifier(run, 30, names[1]!)).toBe(join(run, 'classifiers', names[1]!));
    expect(() => findClassifier(run, 60, 'first-word')).toThrow(
      `--task: expected a fine-tuned model of step 60, got none; keep one: electra-lab finetune ${run} --tasks first-word --keep-weights`,
    );
  });
});
