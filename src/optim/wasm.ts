/**
 * A small assembler for WebAssembly: expressions in, the bytes of a module out. It knows the instructions that the
 * optimiser's kernels use and no others.
 *
 * @source WebAssembly Core Specification 2.0, §5 (binary format)
 */

/** Encoded instructions; an expression leaves one value on the stack, a statement none. */
export type Code = readonly number[];

const valueTypes = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

export interface WasmFunction {
  name: string;
  parameters: readonly ValueType[];
  result?: ValueType;
  locals: readonly ValueType[];
  body: Code;
}

const vectorPrefix = 0xfd;
const [memoryAlignment, noResult] = [2, 0x40];

const vector =
  (opcode: number) =>
  (...operands: Code[]): Code => [...operands.flat(), vectorPrefix, ...unsigned(opcode)];

/** Locals are numbered from the first parameter on. */
export const local = {
  get: (index: number): Code => [0x20, index],
  set: (index: number, value: Code): Code => [...value, 0x21, index],
};

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  lessThan: (a: Code, b: Code): Code => [...a, ...b, 0x49],
};

export const v128 = {
  /** Sixteen bytes at `address` + `offset`. */
  load: (address: Code, offset: number): Code => memoryAccess(0, address, offset),
  /** Eight bytes, and zeros above them. */
  loadHalf: (address: Code, offset: number): Code => memoryAccess(93, address, offset),
  store: (address: Code, offset: number, value: Code): Code =>
    memoryAccess(11, [...address, ...value], offset),
  and: vector(78),
};

export const f32x4 = {
  splat: vector(19),
  constant: (value: number): Code => vector(19)([0x43, ...bytesOfFloat(value)]),
  greaterOrEqual: vector(70),
  abs: vector(224),
  sqrt: vector(227),
  add: vector(228),
  subtract: vector(229),
  multiply: vector(230),
  divide: vector(231),
};

export const f64x2 = {
  /** The two lower numbers of a v128 of float32, as float64. */
  promoteLow: vector(95),
  add: vector(240),
  multiply: vector(242),
  /** The sum of both lanes, of a vector held in a local. */
  sumOfLanes: (a: Code): Code => [...lane(a, 0), ...lane(a, 1), 0xa0],
};

/** Runs `body` while `condition` holds. */
export function whileLoop(condition: Code, body: Code): Code {
  const [block, loop, branch, branchIf, isZero, end] = [0x02, 0x03, 0x0c, 0x0d, 0x45, 0x0b];
  const leave = [...condition, isZero, branchIf, 1];
  return [block, noResult, loop, noResult, ...leave, ...body, branch, 0, end, end];
}

/** A module that exports functions and works in a memory of at least one page, imported as `host.memory`. */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const [functionKind, memoryKind, noMaximum] = [0, 2, 0];
  const exported = functions.map(({ name }, i) => [...text(name), functionKind, i]);
  const sections = [
    section(
      1,
      functions.map(({ parameters, result }) => functionType(parameters, result)),
    ),
    section(2, [[...text('host'), ...text('memory'), memoryKind, noMaximum, 1]]),
    section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    section(7, exported),
    section(10, functions.map(functionBody)),
  ];
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized([...unsigned(items.length), ...items.flat()])];
}

function functionType(parameters: readonly ValueType[], result: ValueType | undefined): Code {
  const types = parameters.map((type) => valueTypes[type]);
  const results = result === undefined ? [] : [valueTypes[result]];
  return [0x60, ...unsigned(types.length), ...types, results.length, ...results];
}

function functionBody({ locals, body }: WasmFunction): Code {
  const declarations = locals.flatMap((type) => [1, valueTypes[type]]);
  return sized([...unsigned(locals.length), ...declarations, ...body, 0x0b]);
}

function memoryAccess(opcode: number, operands: Code, offset: number): Code {
  return [...vector(opcode)(operands), memoryAlignment, ...unsigned(offset)];
}

function lane(a: Code, index: number): Code {
  return [...vector(33)(a), index];
}

function sized(code: Code): Code {
  return [...unsigned(code.length), ...code];
}

function text(name: string): Code {
  return sized([...new TextEncoder().encode(name)]);
}

function bytesOfFloat(value: number): Code {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

/** LEB128: seven bits a byte, lowest first, the eighth bit set on all but the last. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
