/** Encodes an ONNX model (the subset we write) as protocol buffers. @source onnx/onnx, onnx/onnx.proto */
import { PbfWriter } from 'pbf';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';
export type Attribute = number | { float: number } | { ints: number[] } | string;

export interface OnnxTensor {
  name: string;
  shape: readonly number[];
  dtype: ElementType;
  /** Little-endian, as ONNX's raw_data. */
  data: Uint8Array;
}
export interface OnnxNode {
  operator: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** How profiles call it. */
  name?: string;
}
export interface OnnxValue {
  name: string;
  shape: readonly number[];
  dtype: ElementType;
}
export interface OnnxModel {
  name: string;
  nodes: OnnxNode[];
  constants: OnnxTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** Operator set that the emitted nodes are written for. */
const opset = 18;
const irVersion = 8;
const elementTypes: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };

/** @returns the bytes of a `.onnx` file */
export function encodeModel(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, irVersion);
  pbf.writeStringField(2, 'electra-lab');
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, writeOpset, { domain: '', version: opset });
  pbf.writeMessage(8, writeOpset, { domain: 'com.microsoft', version: 1 });
  return pbf.finish();
}

function writeOpset({ domain, version }: { domain: string; version: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

function writeGraph({ name, nodes, constants, inputs, outputs }: OnnxModel, pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, name);
  for (const constant of constants) pbf.writeMessage(5, writeTensor, constant);
  for (const input of inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of outputs) pbf.writeMessage(12, writeValue, output);
}

function writeNode({ operator, domain, inputs, outputs, attributes, name }: OnnxNode, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  if (name) pbf.writeStringField(3, name);
  pbf.writeStringField(4, operator);
  for (const attribute of Object.entries(attributes)) pbf.writeMessage(5, writeAttribute, attribute);
  if (domain) pbf.writeStringField(7, domain);
}

function writeAttribute([name, value]: [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, attributeTypes.int);
  } else if (typeof value === 'string') {
    pbf.writeBytesField(4, new TextEncoder().encode(value));
    pbf.writeVarintField(20, attributeTypes.string);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, attributeTypes.float);
  } else {
    for (const element of value.ints) pbf.writeVarintField(8, element);
    pbf.writeVarintField(20, attributeTypes.ints);
  }
}

function writeTensor({ name, shape, dtype, data }: OnnxTensor, pbf: PbfWriter): void {
  for (const dimension of shape) pbf.writeVarintField(1, dimension);
  pbf.writeVarintField(2, elementTypes[dtype]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, data);
}

function writeValue({ name, shape, dtype }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, type) => type.writeMessage(1, writeTensorType, { shape, dtype }), undefined);
}

function writeTensorType({ shape, dtype }: Omit<OnnxValue, 'name'>, pbf: PbfWriter): void {
  pbf.writeVarintField(1, elementTypes[dtype]);
  pbf.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const dimension of shape) pbf.writeMessage(1, (size, d) => d.writeVarintField(1, size), dimension);
}

export function elementTypeNumber(dtype: ElementType): number {
  return elementTypes[dtype];
}
