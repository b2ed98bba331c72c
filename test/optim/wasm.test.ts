import { describe, expect, it } from 'vitest';
import { type Code, encodeModule, f32x4, f64x2, i32, local, v128, whileLoop } from '../../src/optim/wasm.ts';

interface Api {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Api };

const onePage = () => new WebAssembly.Memory({ initial: 1 });

/** The functions of a module that works in `memory`. */
function link(functions: Parameters<typeof encodeModule>[0], memory = onePage()): Record<string, unknown> {
  return new WebAssembly.Instance(new WebAssembly.Module(encodeModule(functions)), { host: { memory } })
    .exports;
}

/** Runs `body` on a memory that begins with `numbers`. @returns the memory's first numbers afterwards */
function run(numbers: number[], body: Code): Float32Array {
  const functions = [{ name: 'f', parameters: ['i32'], locals: ['i32'], body }] as const;
  const host = onePage();
  const memory = new Float32Array(host.buffer);
  memory.set(numbers);
  (link(functions, host).f as (count: number) => void)(4 * numbers.length);
  return memory.slice(0, numbers.length);
}

describe('the assembler', () => {
  const zero = i32.constant(0);

  it('writes numbers of any size, negative ones too', () => {
    const at = i32.add(i32.constant(-1000), i32.constant(1016));
    const store = v128.store(at, 16, v128.load(zero, 0));
    expect([...run([1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0], store)].slice(8)).toEqual([1, 2, 3, 4]);
  });

  it('repeats a loop while its condition holds', () => {
    const [count, at] = [0, 1];
    const double = f32x4.add(v128.load(local.get(at), 0), v128.load(local.get(at), 0));
    const loop = whileLoop(i32.lessThan(local.get(at), local.get(count)), [
      ...v128.store(local.get(at), 0, double),
      ...local.set(at, i32.add(local.get(at), i32.constant(16))),
    ]);
    expect([...run([1, 2, 3, 4, 5, 6, 7, 8], loop)]).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
  });

  it('sums two numbers as float64', () => {
    const functions = [
      {
        name: 'sum',
        parameters: [],
        result: 'f64',
        locals: ['v128'],
        body: [...local.set(0, f64x2.promoteLow(f32x4.constant(0.1))), ...f64x2.sumOfLanes(local.get(0))],
      },
    ] as const;
    expect((link(functions).sum as () => number)()).toBe(Math.fround(0.1) + Math.fround(0.1));
  });
});
