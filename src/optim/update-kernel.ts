/**
 * The arithmetic of optimisers in WebAssembly, with four numbers an instruction. WebAssembly sees one memory only: arrays
 * that `allocateForUpdates` made are updated where they are, others are copied in and out block by block.
 */
import {
  type Code,
  encodeModule,
  f32x4,
  f64x2,
  i32,
  local,
  v128,
  type WasmFunction,
  whileLoop,
} from './wasm.ts';

/** Two running means a weight, laid out like the weights; what of is the optimiser's matter. */
export interface Moments {
  first: Float32Array;
  second: Float32Array;
}

/** All of one length. */
export interface UpdateArrays extends Moments {
  values: Float32Array;
  gradients: Float32Array;
}

/** What an optimiser does to four weights at once. */
export interface UpdateRule {
  /** How many numbers each update is given, the same for all weights of a group. */
  scalars: number;
  /** Vectors that the rule keeps between its statements. */
  temporaries: number;
  statements(four: FourWeights): Code;
}

/** The weights at hand, as expressions and statements. */
export interface FourWeights {
  load(array: keyof UpdateArrays): Code;
  /** Moments too small for a normal float32 become zero: they fade into denormals, on which some processors are slow. */
  store(array: Exclude<keyof UpdateArrays, 'gradients'>, value: Code): Code;
  /** Four times the same number. */
  scalar(index: number): Code;
  temporary: { get(index: number): Code; set(index: number, value: Code): Code };
}

export interface UpdateKernel {
  /** Σ gradient², in float64. */
  sumOfSquares(gradients: Float32Array, start: number, end: number): number;
  /** Updates values and moments in place. @param scalars rounded to float32 */
  update(arrays: UpdateArrays, start: number, end: number, scalars: readonly number[]): void;
}

/** Numbers in a block: four arrays of it fit a core's second-level cache. */
const blockLength = 4096;
const [blockBytes, pageBytes, largestMemory] = [4 * blockLength, 65536, 2 ** 32];
const arrayNames = ['values', 'gradients', 'first', 'second'] as const;
const smallestNormal = 1.1754943508222875e-38;

/** Where a memory's first four blocks hold what is copied in. */
const scratchOf = (name: keyof UpdateArrays) => arrayNames.indexOf(name) * blockBytes;

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
const modules = new WeakMap<UpdateRule, object>();
const memories = new WeakMap<ArrayBufferLike, Memory>();

/** Zeros, in a memory that kernels work in if they fit into one. What is never touched takes no space. */
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
export function createKernel(rule: UpdateRule, home: ArrayBufferLike): UpdateKernel {
  const memory = memories.get(home) ?? createMemory(4 * blockBytes);
  const { sumOfSquares, update } = new WebAssembly.Instance(moduleOf(rule), { host: { memory } })
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
        sum += sumOfSquares(lend(gradients, span, scratchOf('gradients')), 4 * (span[1] - span[0]));
      }
      return sum;
    },
    update(arrays, start, end, scalars) {
      const inPlace = arrayNames.every((name) => arrays[name].buffer === memory.buffer);
      const rest = inPlace ? end - ((end - start) % 4) : start;
      for (const span of [[start, rest] as const, ...blocksOf(rest, end)]) {
        const [values, gradients, first, second] = arrayNames.map((name) =>
          lend(arrays[name], span, scratchOf(name)),
        ) as [number, number, number, number];
        update(values, gradients, first, second, 4 * (span[1] - span[0]), ...scalars);
        for (const name of arrayNames)
          if (name !== 'gradients') takeBack(arrays[name], span, scratchOf(name));
      }
    },
  };
}

function moduleOf(rule: UpdateRule): object {
  const known = modules.get(rule);
  if (known) return known;
  const module = new WebAssembly.Module(encodeModule([sumOfSquares(), updateFunction(rule)]));
  modules.set(rule, module);
  return module;
}

function* blocksOf(start: number, end: number): Iterable<Span> {
  for (let at = start; at < end; at += blockLength) yield [at, Math.min(at + blockLength, end)];
}

/** (at: i32, byteLength: i32) → f64, in two sums, so that one addition need not wait for the other. */
function sumOfSquares(): WasmFunction {
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
  };
}

/** (addresses of values, gradients, first, second: i32, byteLength: i32, the rule's scalars: f32) */
function updateFunction({ scalars, temporaries, statements }: UpdateRule): WasmFunction {
  const addresses = arrayNames.map((_, i) => i);
  const byteLength = addresses.length;
  const end = byteLength + 1 + scalars;
  const addressOf = (name: keyof UpdateArrays) => local.get(arrayNames.indexOf(name));
  const body = statements({
    load: (name) => v128.load(addressOf(name), 0),
    store: (name, value) =>
      v128.store(addressOf(name), 0, name === 'values' ? value : withoutDenormals(value)),
    scalar: (index) => f32x4.splat(local.get(byteLength + 1 + index)),
    temporary: {
      get: (index) => local.get(end + 1 + index),
      set: (index, value) => local.set(end + 1 + index, value),
    },
  });
  const loop = whileLoop(i32.lessThan(local.get(0), local.get(end)), [
    ...body,
    ...addresses.flatMap(advance),
  ]);
  return {
    name: 'update',
    parameters: [...addresses.map(() => 'i32' as const), 'i32', ...new Array<'f32'>(scalars).fill('f32')],
    locals: ['i32', ...new Array<'v128'>(temporaries).fill('v128')],
    body: [...local.set(end, i32.add(local.get(0), local.get(byteLength))), ...loop],
  };
}

function advance(address: number): Code {
  return local.set(address, i32.add(local.get(address), i32.constant(16)));
}

function withoutDenormals(x: Code): Code {
  return v128.and(x, f32x4.greaterOrEqual(f32x4.abs(x), f32x4.constant(smallestNormal)));
}
