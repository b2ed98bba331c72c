import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/base/errors.ts';
import { encodeModel, type OnnxModel } from '../../src/engine/onnx/model-file.ts';
import { emitModel } from '../../src/engine/onnx/onnx-engine.ts';
import { record } from '../../src/engine/record/recorder.ts';
import { simplify } from '../../src/engine/record/simplify.ts';
import { tf } from '../../src/engine/tensors.ts';
import { float, programOf } from '../helpers/engines.ts';

/** A protocol-buffer message without a schema: field number → values, length-delimited ones as bytes. */
type Message = Record<number, (number | Uint8Array)[]>;

function decode(bytes: Uint8Array): Message {
  const message: Message = {};
  new PbfReader(bytes).readFields((field, _, pbf) => {
    message[field] ??= [];
    const wireType = pbf.type;
    if (wireType === 0) message[field].push(pbf.readVarint(true));
    else if (wireType === 5) message[field].push(pbf.readFloat());
    else message[field].push(pbf.readBytes());
  }, undefined);
  return message;
}
const inner = (message: Message, field: number) =>
  (message[field] ?? []).map((bytes) => decode(bytes as Uint8Array));
const text = (message: Message, field: number) =>
  (message[field] ?? []).map((bytes) => new TextDecoder().decode(bytes as Uint8Array));

const model: OnnxModel = {
  name: 'toy',
  nodes: [
    {
      operator: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: ['x', 'c0'],
      outputs: ['t0'],
      attributes: { transA: 1, alpha: { float: 0.5 } },
    },
    {
      operator: 'ScatterND',
      domain: '',
      inputs: ['t0'],
      outputs: ['y'],
      attributes: { perm: { ints: [1, 0] }, axis: -1, reduction: 'add' },
    },
  ],
  constants: [
    { name: 'c0', shape: [2], dtype: 'int64', data: new Uint8Array(BigInt64Array.of(-1n, 300n).buffer) },
  ],
  inputs: [{ name: 'x', shape: [4, 1000], dtype: 'float32' }],
  outputs: [{ name: 'y', shape: [], dtype: 'int32' }],
};

describe('an encoded model', () => {
  const file = decode(encodeModel(model));
  const graph = inner(file, 7)[0]!;

  it('names its format, producer and operator sets', () => {
    expect(file[1]).toEqual([8]);
    expect(text(file, 2)).toEqual(['electra-lab']);
    expect(inner(file, 8).map((set) => [text(set, 1)[0], set[2]![0]])).toEqual([
      ['', 18],
      ['com.microsoft', 1],
    ]);
  });

  it('decodes to its nodes', () => {
    const nodes = inner(graph, 1);
    expect(nodes.map((node) => [text(node, 4)[0], text(node, 1), text(node, 2), text(node, 7)])).toEqual([
      ['FusedMatMul', ['x', 'c0'], ['t0'], ['com.microsoft']],
      ['ScatterND', ['t0'], ['y'], []],
    ]);
    const attributes = nodes.flatMap((node) => inner(node, 5));
    expect(attributes.map((attribute) => [text(attribute, 1)[0], attribute[20]![0]])).toEqual([
      ['transA', 2],
      ['alpha', 1],
      ['perm', 7],
      ['axis', 2],
      ['reduction', 3],
    ]);
    const [transA, alpha, perm, axis, reduction] = attributes as [
      Message,
      Message,
      Message,
      Message,
      Message,
    ];
    expect([transA[3], alpha[2], perm[8], axis[3], text(reduction, 4)]).toEqual([
      [1],
      [0.5],
      [1, 0],
      [-1],
      ['add'],
    ]);
  });

  it('decodes to its constants, inputs and outputs', () => {
    const [constant] = inner(graph, 5);
    expect([constant![1], constant![2], text(constant!, 8)]).toEqual([[2], [7], ['c0']]);
    const data = constant![9]![0] as Uint8Array;
    expect([...new BigInt64Array(data.slice().buffer)]).toEqual([-1n, 300n]);
    const describeValue = (value: Message) => {
      const type = inner(inner(value, 2)[0]!, 1)[0]!;
      const dimensions = inner(inner(type, 2)[0]!, 1).map((dimension) => dimension[1]![0]);
      return [text(value, 1)[0], type[1]![0], dimensions];
    };
    expect(inner(graph, 11).map(describeValue)).toEqual([['x', 1, [4, 1000]]]);
    expect(inner(graph, 12).map(describeValue)).toEqual([['y', 6, []]]);
  });
});

describe('emission', () => {
  it('stores a constant once, and a uniform one as a single number', () => {
    const program = programOf({ x: float(50, 50) }, ({ x }) => {
      const twos = tf.tensor(new Float32Array(50 * 50).fill(2), [50, 50]);
      return tf.add(tf.div(2, x!), tf.mul(tf.exp(tf.maximum(x!, twos)), twos));
    });
    const { constants } = emitModel('toy', simplify(record(program).graph));
    expect(constants.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual([
      { shape: [], dtype: 'float32' },
    ]);
  });

  it('refuses a kernel that it does not know, by name', () => {
    const { graph } = record(programOf({ x: float(2) }, ({ x }) => tf.exp(x!)));
    graph.outputs.get('result')!.node!.kernel = 'Fft';
    expect(() => emitModel('toy', graph)).toThrow(
      new ShapeError('onnx engine: expected a known kernel, got Fft'),
    );
  });
});
