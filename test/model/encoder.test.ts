import { describe, expect, it } from 'vitest';
import type { HostArray, Program } from '../../src/engine/program.ts';
import { type Tensor, tf } from '../../src/engine/tensors.ts';
import { encode } from '../../src/model/encoder.ts';
import { networksFrom, weightInputs } from '../../src/model/network-programs.ts';
import { float, int, onnx, relativeDifference, runOnce } from '../helpers/engines.ts';
import { jitter, type TinyModel, tinyModel, weightMemory } from '../helpers/tiny-model.ts';
import { referenceEncode } from './reference-encoder.ts';

/** A sequence; segment 1 begins at `second`. */
interface Sequence {
  ids: number[];
  second: number;
}
const long: Sequence = { ids: [2, 11, 12, 13, 3, 21, 22, 23, 3], second: 5 };
const short: Sequence = { ids: [2, 31, 32, 3], second: 4 };

function encoderProgram({ plans }: TinyModel, B: number, L: number): Program {
  return {
    name: 'encode',
    inputs: {
      tokenIds: int(B, L),
      segmentIds: int(B, L),
      attentionMask: float(B, L),
      ...weightInputs(plans),
    },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)('bert');
      return { hidden: encode(inputs as never, network.weights, network) };
    },
  };
}

/** Sequences in one batch of length L, the rest padding. */
function batchOf(sequences: Sequence[], L: number) {
  const size = sequences.length * L;
  const [tokenIds, segmentIds] = [new Int32Array(size), new Int32Array(size)];
  const attentionMask = new Float32Array(size);
  for (const [b, { ids, second }] of sequences.entries()) {
    tokenIds.set(ids, b * L);
    segmentIds.fill(1, b * L + second, b * L + ids.length);
    attentionMask.fill(1, b * L, b * L + ids.length);
  }
  return { tokenIds, segmentIds, attentionMask };
}

/** Hidden states of each sequence's own tokens, encoded in one batch of length L. */
async function hiddenStates(model: TinyModel, sequences: Sequence[], L: number): Promise<HostArray[]> {
  const compiled = await onnx.compile(encoderProgram(model, sequences.length, L), weightMemory(model.store));
  for (const [name, values] of Object.entries(batchOf(sequences, L))) compiled.inputs[name]!.set(values);
  await compiled.run();
  const D = model.sizes.hidden;
  const states = sequences.map(({ ids }, b) =>
    compiled.outputs.hidden!.slice(b * L * D, (b * L + ids.length) * D),
  );
  await compiled.dispose();
  return states;
}

type EncodeRows = (rows?: number[]) => Tensor;

/** Some of the states of a batch, and what every weight's gradient is where the loss is the sum of their squares. */
async function statesAndGradients(
  model: TinyModel,
  sequences: Sequence[],
  pick: (encodeRows: EncodeRows) => Tensor,
): Promise<Record<string, HostArray>> {
  const keys = model.store.parameters
    .map(({ key }) => `weights/${key}`)
    .filter((key) => !key.includes('/mlm.'));
  const batch = batchOf(sequences, long.ids.length);
  const program: Program = {
    name: 'encode rows',
    inputs: encoderProgram(model, sequences.length, long.ids.length).inputs,
    compute(inputs, noise) {
      const statesFrom = (weights: Tensor[]) => {
        const named = Object.fromEntries(keys.map((key, i) => [key, weights[i]!]));
        const network = networksFrom(model.plans, (key) => named[`weights/${key}`]!, noise, false)('bert');
        return pick((rows) =>
          encode(inputs as never, network.weights, network, rows ? { rows: tf.tensor1d(rows, 'int32') } : {}),
        );
      };
      const weights = keys.map((key) => inputs[key]!);
      const gradients = tf.grads((...changed) => tf.sum(tf.square(statesFrom(changed))))(weights);
      return {
        states: statesFrom(weights),
        ...Object.fromEntries(keys.map((key, i) => [`gradients/${key}`, gradients[i]!])),
      };
    },
  };
  const weights = model.store.parameters.map(({ key }) => [`weights/${key}`, model.store.value(key)]);
  return runOnce(onnx, program, { ...Object.fromEntries(weights), ...batch });
}

function livelyBert(changes: Parameters<typeof tinyModel>[1] = {}): TinyModel {
  const model = tinyModel('bert', changes);
  jitter(model.store, 0.2);
  return model;
}

describe.each(['absolute', 'relative-bias'] as const)('an encoder with %s positions', (positions) => {
  const model = livelyBert({ positions });

  it('computes what the equations say', async () => {
    const segments = long.ids.map((_, i) => (i < long.second ? 0 : 1));
    const weights = (name: string) => model.store.value(`bert/${name}`);
    const expected = referenceEncode(long.ids, segments, model.sizes, weights).flat();
    const [states] = await hiddenStates(model, [long], long.ids.length);
    expect(relativeDifference(states!, Float32Array.from(expected))).toBeLessThan(1e-5);
  });

  it('gives rows that are asked for the states, and weights the gradients, that they have among all', async () => {
    const [sequences, L] = [[long, short], long.ids.length];
    const rows = [5, 0, 5, L - 1, ...[1, 0, 3, 0].map((at) => L + at)]; // four of each sequence, in any order
    const asked = await statesAndGradients(model, sequences, (encodeRows) => encodeRows(rows));
    const all = await statesAndGradients(model, sequences, (encodeRows) =>
      tf.gather(encodeRows(), tf.tensor1d(rows, 'int32')),
    );
    expect(asked.states).toHaveLength(rows.length * model.sizes.hidden);
    for (const [name, values] of Object.entries(all)) {
      expect(relativeDifference(asked[name]!, values), name).toBeLessThan(2e-5);
    }
  });

  it('gives the same states with and without more padding', async () => {
    const [tight] = await hiddenStates(model, [short], 4);
    const [padded] = await hiddenStates(model, [short], 13);
    expect(relativeDifference(padded!, tight!)).toBeLessThan(1e-5);
  });

  it('gives the same states whatever tokens the padding holds', async () => {
    const [expected] = await hiddenStates(model, [short], 9);
    const compiled = await onnx.compile(encoderProgram(model, 1, 9), weightMemory(model.store));
    compiled.inputs.tokenIds!.set([...short.ids, 5, 6, 7, 8, 9]);
    compiled.inputs.segmentIds!.fill(1, 4);
    compiled.inputs.attentionMask!.fill(1, 0, 4);
    await compiled.run();
    const states = compiled.outputs.hidden!.subarray(0, expected!.length);
    expect(relativeDifference(states, expected!)).toBeLessThan(1e-5);
    await compiled.dispose();
  });

  it('gives a batch of two what it gives two batches of one', async () => {
    const [first, second] = await hiddenStates(model, [long, short], 9);
    const [firstAlone] = await hiddenStates(model, [long], 9);
    const [secondAlone] = await hiddenStates(model, [short], 9);
    expect(relativeDifference(first!, firstAlone!)).toBeLessThan(1e-5);
    expect(relativeDifference(second!, secondAlone!)).toBeLessThan(1e-5);
  });

  it('sees the order of tokens', async () => {
    const swapped = { ...short, ids: [2, 32, 31, 3] };
    const [one, other] = await hiddenStates(model, [short, swapped], 4);
    expect(
      relativeDifference(other!.subarray(0, model.sizes.hidden), one!.subarray(0, model.sizes.hidden)),
    ).toBeGreaterThan(1e-3);
  });

  it('sees segments', async () => {
    const [one, other] = await hiddenStates(model, [long, { ...long, second: 9 }], 9);
    expect(relativeDifference(other!, one!)).toBeGreaterThan(1e-3);
  });
});

describe('positions', () => {
  /** Moves one row of a table; tells whether the states of a sequence notice. */
  async function notices(model: TinyModel, key: string, row: number, sequence: Sequence): Promise<boolean> {
    const [before] = await hiddenStates(model, [sequence], sequence.ids.length);
    const parameter = model.store.parameters.find((candidate) => candidate.key === key)!;
    const columns = parameter.spec.shape[1]!;
    const view = model.store.value(key).subarray(row * columns, (row + 1) * columns);
    const kept = view.slice();
    // Not the same for all columns: layer norm and softmax would not see a common shift.
    view.forEach((value, i) => {
      view[i] = value + i + 1;
    });
    const [after] = await hiddenStates(model, [sequence], sequence.ids.length);
    view.set(kept);
    return relativeDifference(after!, before!) > 1e-4;
  }

  it('that are absolute read one row each, and only as many as there are tokens', async () => {
    const model = livelyBert({ positions: 'absolute' });
    const rows = [0, 1, 2, 3, 4, 10, 19];
    const noticed: boolean[] = [];
    for (const row of rows) noticed.push(await notices(model, 'bert/embeddings.position', row, short));
    expect(rows.filter((_, i) => noticed[i])).toEqual([0, 1, 2, 3]);
  });

  it('that are relative read the rows of the distances that occur', async () => {
    const model = livelyBert({ positions: 'relative-bias', relativeDistance: 4 });
    const rows = Array.from({ length: 2 * 4 + 1 }, (_, row) => row);
    const noticed: boolean[] = [];
    for (const row of rows) {
      noticed.push(await notices(model, 'bert/layer.0.attention.relativeBias', row, short));
    }
    // Four tokens: distances −3 … 3, and row = distance + 4.
    expect(rows.filter((_, i) => noticed[i])).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('that are relative depend on nothing but the distance: a sequence moved in a window looks the same', async () => {
    const model = livelyBert({ positions: 'relative-bias' });
    const L = 9;
    const compiled = await onnx.compile(encoderProgram(model, 2, L), weightMemory(model.store));
    const { tokenIds, attentionMask } = compiled.inputs as Record<string, HostArray>;
    tokenIds!.set([2, 31, 32, 3], 0);
    attentionMask!.fill(1, 0, 4);
    tokenIds!.set([2, 31, 32, 3], L + 5);
    attentionMask!.fill(1, L + 5, L + 9);
    await compiled.run();
    const D = model.sizes.hidden;
    const hidden = compiled.outputs.hidden!;
    const [first, moved] = [hidden.slice(0, 4 * D), hidden.slice((L + 5) * D, (L + 9) * D)];
    expect(relativeDifference(moved, first)).toBeLessThan(1e-5);
    await compiled.dispose();
  });

  it('that are relative are clipped: beyond the largest distance all are one', async () => {
    const tokens = { ids: Array.from({ length: 12 }, (_, i) => 5 + i), second: 12 };
    const clipped = livelyBert({ positions: 'relative-bias', relativeDistance: 2, layers: 1 });
    const wide = livelyBert({ positions: 'relative-bias', relativeDistance: 5, layers: 1 });
    const key = 'bert/layer.0.attention.relativeBias';
    for (const { key: name } of wide.store.parameters) {
      if (name !== key) wide.store.value(name).set(clipped.store.value(name));
    }
    const H = wide.sizes.heads;
    const rows = clipped.store.value(key);
    for (let distance = -5; distance <= 5; distance++) {
      const row = Math.max(-2, Math.min(2, distance)) + 2;
      wide.store.value(key).set(rows.subarray(row * H, (row + 1) * H), (distance + 5) * H);
    }
    const [a] = await hiddenStates(clipped, [tokens], 12);
    const [b] = await hiddenStates(wide, [tokens], 12);
    expect(relativeDifference(b!, a!)).toBeLessThan(1e-5);
  });
});
