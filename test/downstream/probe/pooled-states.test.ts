import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specialTokens, Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../../src/data/vocabulary/wordpiece.ts';
import { createStateReader, type StateReader } from '../../../src/downstream/probe/pooled-states.ts';
import type { TaskExample } from '../../../src/downstream/tasks/task.ts';
import { type EncoderInput, encode } from '../../../src/model/encoder.ts';
import { sequenceInputs } from '../../../src/model/inference-program.ts';
import { networksFrom, weightInputs } from '../../../src/model/program-weights.ts';
import { weightMemory } from '../../../src/optim/parameter-store.ts';
import { onnx } from '../../helpers/engines.ts';
import { tinyModel } from '../../helpers/tiny-model.ts';

const pieces = ['the', 'cat', 'sat', 'un', '##like', '##ly', 'mat', '.'];
const filler = Array.from({ length: 40 - specialTokens.length - pieces.length }, (_, i) => `w${i}`);
const vocabulary = new Vocabulary([...specialTokens, ...pieces, ...filler]);
const tokenizer = new WordPieceTokenizer(vocabulary, { lowercase: true });
const { plans, store, regime, sizes } = tinyModel('bert');
const D = sizes.hidden;

/** The last layer's states of one unpadded text, as training computes them: [L][D]. */
async function lastStates(text: string): Promise<Float32Array[]> {
  const ids = [vocabulary.clsId, ...tokenizer.encode(text), vocabulary.sepId];
  const program = await onnx.compile(
    {
      name: 'last states',
      inputs: { ...sequenceInputs(1, ids.length), ...weightInputs(plans) },
      compute(inputs, noise) {
        const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(regime.encoder);
        return { states: encode(inputs as unknown as EncoderInput, network.weights, network) };
      },
    },
    weightMemory(store),
  );
  program.inputs.tokenIds!.set(ids);
  program.inputs.attentionMask!.fill(1);
  await program.run();
  const states = program.outputs.states as Float32Array;
  return ids.map((_, i) => states.slice(i * D, (i + 1) * D));
}

const meanOf = (rows: readonly Float32Array[]) =>
  Array.from({ length: D }, (_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length);

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4);
}

let reader: StateReader;
beforeAll(() => {
  reader = createStateReader(onnx, plans, regime.encoder, store, tokenizer);
});
afterAll(() => reader.dispose());

const read = (...examples: Partial<TaskExample>[]) =>
  reader.read(
    examples.map((one) => ({ label: 0, first: '', ...one })),
    20,
  );

describe('what a frozen encoder says', () => {
  it('of a word is the mean over its pieces, in its sentence', async () => {
    const text = 'The unlikely cat.';
    const { layers } = await read({ first: text, word: [4, 12] });
    const states = await lastStates(text);
    // [CLS] the un ##like ##ly cat . [SEP]
    expectClose(layers.at(-1)!, meanOf(states.slice(2, 5)));
  });

  it('of a text is the mean over its tokens, without [CLS] and [SEP]', async () => {
    const { layers } = await read({ first: 'the cat sat.' });
    const states = await lastStates('the cat sat.');
    expectClose(layers.at(-1)!, meanOf(states.slice(1, -1)));
  });

  it('begins with the embeddings, which know nothing of other words', async () => {
    const { layers, count } = await read(
      { first: 'the cat sat.', word: [4, 7] },
      { first: 'mat cat mat mat', word: [4, 7] },
    );
    expect(layers).toHaveLength(sizes.layers + 1);
    const [one, other] = [0, 1].map((n) => layers[0]!.subarray(n * D, (n + 1) * D));
    expect([...one!]).toEqual([...other!]);
    const last = [0, 1].map((n) => [...layers.at(-1)!.subarray(n * D, (n + 1) * D)]);
    expect(last[0]).not.toEqual(last[1]);
    expect(count).toBe(2);
  });

  it('is the same beside longer texts, whose length it is padded to', async () => {
    const long = 'the cat sat. the cat sat. the cat sat.';
    const alone = await read({ first: 'the cat' });
    const beside = await read({ first: long }, { first: 'the cat' }, { first: 'mat' });
    expectClose(beside.layers.at(-1)!.subarray(D, 2 * D), [...alone.layers.at(-1)!]);
  });

  it('of a pair are both texts apart, their distance and their product', async () => {
    const [u, v] = [await read({ first: 'the cat' }), await read({ first: 'sat.' })];
    const { layers, width } = await read({ first: 'the cat', second: 'sat.' });
    expect(width).toBe(4 * D);
    for (const [layer, states] of layers.entries()) {
      const [a, b] = [[...u.layers[layer]!], [...v.layers[layer]!]];
      const distance = a.map((value, d) => Math.abs(value - b[d]!));
      const product = a.map((value, d) => value * b[d]!);
      expectClose(states, [...a, ...b, ...distance, ...product]);
    }
  });

  it('of a text without a token is its [CLS]', async () => {
    const { layers } = await read({ first: '' });
    expectClose(layers.at(-1)!, [...(await lastStates(''))[0]!]);
  });
});
