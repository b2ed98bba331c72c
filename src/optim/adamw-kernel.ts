/**
 * The arithmetic of AdamW on a block of weights, in WebAssembly with four numbers an instruction. Blocks are copied
 * into a memory that stays in the processor's cache, so that the weights may live anywhere.
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

/** The arrays of a range of weights, all of one length. */
export interface UpdateArrays {
  values: Float32Array;
  gradients: Float32Array;
  first: Float32Array;
  second: Float32Array;
}

export interface AdamWKernel {
  /** Σ gradient², in float64. */
  sumOfSquares(gradients: Float32Array, start: number, end: number): number;
  /** Updates values and moments in place; moments too small for a normal float32 become zero. */
  update(arrays: UpdateArrays, start: number, end: number, scalars: UpdateScalars): void;
}

/** Numbers in a block: four arrays of it fit a core's second-level cache. */
const blockLength = 4096;
const blockBytes = 4 * blockLength;
const places = { values: 0, gradients: blockBytes, first: 2 * blockBytes, second: 3 * blockBytes };
const pageBytes = 65536;
const smallestNormal = 1.1754943508222875e-38;

/** What is used of WebAssembly, which TypeScript knows only together with the browser. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { exports: object };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

interface Exports {
  memory: { buffer: ArrayBuffer };
  sumOfSquares(byteLength: number): number;
  update(byteLength: number, ...scalars: number[]): void;
}

export function createAdamWKernel(): AdamWKernel {
  const module = new WebAssembly.Module(moduleBytes());
  const { memory, sumOfSquares, update } = new WebAssembly.Instance(module).exports as unknown as Exports;
  const view = (place: number) => new Float32Array(memory.buffer, place, blockLength);
  const block = {
    values: view(places.values),
    gradients: view(places.gradients),
    first: view(places.first),
    second: view(places.second),
  };
  const names = Object.keys(block) as (keyof UpdateArrays)[];
  return {
    sumOfSquares(gradients, start, end) {
      let sum = 0;
      for (let at = start; at < end; at += blockLength) {
        const length = Math.min(blockLength, end - at);
        block.gradients.set(gradients.subarray(at, at + length));
        block.gradients.fill(0, length, upToFour(length));
        sum += sumOfSquares(4 * length);
      }
      return sum;
    },
    update(arrays, start, end, { clip, beta1, beta2, epsilon, stepSize, decay }) {
      for (let at = start; at < end; at += blockLength) {
        const length = Math.min(blockLength, end - at);
        for (const name of names) block[name].set(arrays[name].subarray(at, at + length));
        update(4 * length, clip, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, decay);
        for (const name of names) {
          if (name !== 'gradients') arrays[name].set(block[name].subarray(0, length), at);
        }
      }
    },
  };
}

function upToFour(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return encodeModule(
    [sumOfSquares(), update()],
    Math.ceil(Math.ceil(Math.ceil(Math.ceil((4 * blockBytes) / pageBytes)))),
  );
}

/** (byteLength: i32) → f64, in two sums, so that one addition need not wait for the other. */
function sumOfSquares() {
  const [byteLength, at, low, high, pair] = [0, 1, 2, 3, 4];
  const addSquares = (sum: number, offset: number): Code => [
    ...local.set(pair, f64x2.promoteLow(v128.loadHalf(local.get(at), places.gradients + offset))),
    ...local.set(sum, f64x2.add(local.get(sum), f64x2.multiply(local.get(pair), local.get(pair)))),
  ];
  const body = whileLoop(i32.lessThan(local.get(at), local.get(byteLength)), [
    ...addSquares(low, 0),
    ...addSquares(high, 8),
    ...local.set(at, i32.add(local.get(at), i32.constant(16))),
  ]);
  const total = [
    ...local.set(low, f64x2.add(local.get(low), local.get(high))),
    ...f64x2.sumOfLanes(local.get(low)),
  ];
  return {
    name: 'sumOfSquares',
    parameters: ['i32'],
    result: 'f64',
    locals: ['i32', 'v128', 'v128', 'v128'],
    body: [...body, ...total],
  } as const;
}

/**
 * (byteLength: i32, clip, beta1, 1 − beta1, beta2, 1 − beta2, epsilon, stepSize, decay: f32); both of a pair come from
 * outside, as 1 − 0.999 in float32 is off in the fifth digit.
 */
function update() {
  const [byteLength, clip, beta1, rest1, beta2, rest2, epsilon, stepSize, decay] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ];
  const [at, gradient, first, second] = [9, 10, 11, 12];
  const all = (scalar: number) => f32x4.splat(local.get(scalar));
  const load = (place: number) => v128.load(local.get(at), place);
  const store = (place: number, value: Code) => v128.store(local.get(at), place, value);
  const blend = (beta: number, mean: Code, rest: number, sample: Code) =>
    f32x4.add(f32x4.multiply(all(beta), mean), f32x4.multiply(all(rest), sample));
  const step = f32x4.divide(
    f32x4.multiply(all(stepSize), local.get(first)),
    f32x4.add(f32x4.sqrt(local.get(second)), all(epsilon)),
  );
  // Not value · (1 − decay): a decay of 1e-5 has two digits in a float32 near one.
  const moved = f32x4.subtract(
    load(places.values),
    f32x4.add(step, f32x4.multiply(all(decay), load(places.values))),
  );
  const square = f32x4.multiply(local.get(gradient), local.get(gradient));
  const body = whileLoop(i32.lessThan(local.get(at), local.get(byteLength)), [
    ...local.set(gradient, f32x4.multiply(load(places.gradients), all(clip))),
    ...local.set(first, blend(beta1, load(places.first), rest1, local.get(gradient))),
    ...local.set(second, blend(beta2, load(places.second), rest2, square)),
    ...store(places.first, withoutDenormals(local.get(first))),
    ...store(places.second, withoutDenormals(local.get(second))),
    ...store(places.values, moved),
    ...local.set(at, i32.add(local.get(at), i32.constant(16))),
  ]);
  return {
    name: 'update',
    parameters: ['i32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
    locals: ['i32', 'v128', 'v128', 'v128'],
    body,
  } as const;
}

/** The moments of a weight without gradients fade into denormals, on which some processors are very slow. */
function withoutDenormals(x: Code): Code {
  return v128.and(x, f32x4.greaterOrEqual(f32x4.abs(x), f32x4.constant(smallestNormal)));
}
