/**
 * The arithmetic of AdamW in WebAssembly, with four numbers an instruction. WebAssembly sees one memory only: arrays
 * that `allocateForUpdates` made are updated where they are, others are copied in and out block by block.
 */
import { type Code, encodeModule, f32x4, f64x2, i32, local, v128, whileLoop } from './wasm.ts';

/** What one update does to all weights of a group. */
export interface UpdateScalars {
  clip: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  stepSize: number;
  /** The share of a weight that it loses. */
  decay: number;
}

/** Adam's running means of the gradient and of its square, laid out like the weights. */
export interface Moments {
  first: Float32Array;
  second: Float32Array;
}

/** All of one length. */
export interface UpdateArrays extends Moments {
  values: Float32Array;
  gradients: Float32Array;
}

export interface AdamWKernel {
  /** Σ gradient², in float64. */
  sumOfSquares(gradients: Float32Array, start: number, end: number): number;
  /** Updates values and moments in place; moments too small for a normal float32 become zero. */
  update(arrays: UpdateArrays, start: number, end: number, scalars: UpdateScalars): void;
}

/** Numbers in a block: four arrays of it fit a core's second-level cache. */
const blockLength = 4096;
const [blockBytes, pageBytes, largestMemory] = [4 * blockLength, 65536, 2 ** 32];
/** Where a memory's first four blocks hold what is copied in. */
const scratch = { values: 0, gradients: blockBytes, first: 2 * blockBytes, second: 3 * blockBytes };
const smallestNormal = 1.1754943508222875e-38;

/** From one index of an array up to another. */
type Span = readonly [from: number, to: number];

interface Memory {
  buffer: ArrayBuffer;
}
interface Exports {
  sumOfSquares(address: number, byteLength: number): number;
  update(values: number, gradients: number, first: number, second: number, ...rest: number[]): void;
}
/** What is used of WebAssembly, which TypeScript knows only together with the browser. */
interface WebAssemblyApi {
  Memory: new (size: { initial: number }) => Memory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: object };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
const module = new WebAssembly.Module(encodeModule([sumOfSquares(), update()]));
const memories = new WeakMap<ArrayBufferLike, Memory>();

/** Zeros, in a memory that the kernel works in if they fit into one. What is never touched takes no space. */
export function allocateForUpdates(length: number): UpdateArrays {
  const byteLength = 16 * Math.ceil(length / 4);
  const total = 4 * (blockBytes + byteLength);
  const buffer = total <= largestMemory ? createMemory(total).buffer : undefined;
  const array = (i: number) =>
    buffer ? new Float32Array(buffer, 4 * blockBytes + i * byteLength, length) : new Float32Array(length);
  return { values: array(0), gradients: array(1), first: array(2), second: array(3) };
}

function createMemory(byteLength: number): Memory {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(byteLength / pageBytes) });
  memories.set(memory.buffer, memory);
  return memory;
}

/** @param home the buffer that the arrays are likely to lie in */
export function createAdamWKernel(home: ArrayBufferLike): AdamWKernel {
  const memory = memories.get(home) ?? createMemory(4 * blockBytes);
  const { sumOfSquares, update } = new WebAssembly.Instance(module, { host: { memory } })
    .exports as unknown as Exports;
  const isInPlace = (array: Float32Array, [from, to]: Span) =>
    array.buffer === memory.buffer && (to - from) % 4 === 0;
  /** @returns the address of a span, or of its copy with zeros up to a multiple of four */
  const lend = (array: Float32Array, span: Span, place: number) => {
    const [from, to] = span;
    if (isInPlace(array, span)) return array.byteOffset + 4 * from;
    const copy = new Float32Array(memory.buffer, place, blockLength);
    copy.fill(0, to - from).set(array.subarray(from, to));
    return place;
  };
  const takeBack = (array: Float32Array, span: Span, place: number) => {
    const [from, to] = span;
    if (!isInPlace(array, span)) array.set(new Float32Array(memory.buffer, place, to - from), from);
  };
  return {
    sumOfSquares(gradients, start, end) {
      let sum = 0;
      for (const span of blocksOf(start, end)) {
        sum += sumOfSquares(lend(gradients, span, scratch.gradients), 4 * (span[1] - span[0]));
      }
      return sum;
    },
    update({ values, gradients, first, second }, start, end, scalars) {
      const { clip, beta1, beta2, epsilon, stepSize, decay } = scalars;
      const inPlace = [values, gradients, first, second].every(({ buffer }) => buffer === memory.buffer);
      const rest = inPlace ? end - ((end - start) % 4) : start;
      for (const span of [[start, rest] as const, ...blocksOf(rest, end)]) {
        update(
          lend(values, span, scratch.values),
          lend(gradients, span, scratch.gradients),
          lend(first, span, scratch.first),
          lend(second, span, scratch.second),
          4 * (span[1] - span[0]),
          ...[clip, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, decay],
        );
        takeBack(values, span, scratch.values);
        takeBack(first, span, scratch.first);
        takeBack(second, span, scratch.second);
      }
    },
  };
}

function* blocksOf(start: number, end: number): Iterable<Span> {
  for (let at = start; at < end; at += blockLength) yield [at, Math.min(at + blockLength, end)];
}

/** (at: i32, byteLength: i32) → f64, in two sums, so that one addition need not wait for the other. */
function sumOfSquares() {
  const [at, byteLength, end, low, high, pair] = [0, 1, 2, 3, 4, 5];
  const addSquares = (sum: number, offset: number): Code => [
    ...local.set(pair, f64x2.promoteLow(v128.loadHalf(local.get(at), offset))),
    ...local.set(sum, f64x2.add(local.get(sum), f64x2.multiply(local.get(pair), local.get(pair)))),
  ];
  const body = [
    ...local.set(end, i32.add(local.get(at), local.get(byteLength))),
    ...whileLoop(i32.lessThan(local.get(at), local.get(end)), [
      ...addSquares(low, 0),
      ...addSquares(high, 8),
      ...advance(at),
    ]),
    ...local.set(low, f64x2.add(local.get(low), local.get(high))),
    ...f64x2.sumOfLanes(local.get(low)),
  ];
  return {
    name: 'sumOfSquares',
    parameters: ['i32', 'i32'],
    result: 'f64',
    locals: ['i32', 'v128', 'v128', 'v128'],
    body,
  } as const;
}

/**
 * (addresses of values, gradients, first, second: i32, byteLength: i32, clip, beta1, 1 − beta1, beta2, 1 − beta2,
 * epsilon, stepSize, decay: f32); both of a pair come from outside, as 1 − 0.999 in float32 is off in the fifth digit.
 */
function update() {
  const [values, gradients, firsts, seconds, byteLength] = [0, 1, 2, 3, 4];
  const [clip, beta1, rest1, beta2, rest2, epsilon, stepSize, decay] = [5, 6, 7, 8, 9, 10, 11, 12];
  const [end, gradient, first, second] = [13, 14, 15, 16];
  const all = (scalar: number) => f32x4.splat(local.get(scalar));
  const load = (address: number) => v128.load(local.get(address), 0);
  const store = (address: number, value: Code) => v128.store(local.get(address), 0, value);
  const blend = (beta: number, mean: Code, rest: number, sample: Code) =>
    f32x4.add(f32x4.multiply(all(beta), mean), f32x4.multiply(all(rest), sample));
  const step = f32x4.divide(
    f32x4.multiply(all(stepSize), local.get(first)),
    f32x4.add(f32x4.sqrt(local.get(second)), all(epsilon)),
  );
  // Not value · (1 − decay): a decay of 1e-5 has two digits in a float32 near one.
  const moved = f32x4.subtract(load(values), f32x4.add(step, f32x4.multiply(all(decay), load(values))));
  const square = f32x4.multiply(local.get(gradient), local.get(gradient));
  const loop = whileLoop(i32.lessThan(local.get(values), local.get(end)), [
    ...local.set(gradient, f32x4.multiply(load(gradients), all(clip))),
    ...local.set(first, blend(beta1, load(firsts), rest1, local.get(gradient))),
    ...local.set(second, blend(beta2, load(seconds), rest2, square)),
    ...store(firsts, withoutDenormals(local.get(first))),
    ...store(seconds, withoutDenormals(local.get(second))),
    ...store(values, moved),
    ...[values, gradients, firsts, seconds].flatMap(advance),
  ]);
  return {
    name: 'update',
    parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
    locals: ['i32', 'v128', 'v128', 'v128'],
    body: [...local.set(end, i32.add(local.get(values), local.get(byteLength))), ...loop],
  } as const;
}

function advance(address: number): Code {
  return local.set(address, i32.add(local.get(address), i32.constant(16)));
}

/** The moments of a weight without gradients fade into denormals, on which some processors are very slow. */
function withoutDenormals(x: Code): Code {
  return v128.and(x, f32x4.greaterOrEqual(f32x4.abs(x), f32x4.constant(smallestNormal)));
}
