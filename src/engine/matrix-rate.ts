/** The best rate that single-precision matrix products reach here: what a step's products are held against. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Engine } from './program.ts';
import { tf } from './tensors.ts';

export interface MatrixRate {
  /** What computed the products. */
  library: string;
  flopsPerSecond: number;
  /** The matrices' rows and columns at which it was reached. */
  size: number;
}

export interface RateOptions {
  /** Rows and columns of the square matrices that are tried. */
  sizes: readonly number[];
  /** How long each size is tried; the fastest product counts. */
  seconds: number;
}

export const rateDefaults: RateOptions = { sizes: [512, 1024, 2048], seconds: 0.5 };

/** The rate of an engine's own products. */
export async function engineRate(engine: Engine, { sizes, seconds }: RateOptions): Promise<MatrixRate> {
  const rates: MatrixRate[] = [];
  for (const size of sizes) {
    const best = await fastestProduct(engine, size, seconds);
    rates.push({ library: engine.description, size, flopsPerSecond: (2 * size ** 3) / best });
  }
  return fastestOf(rates);
}

/** @returns seconds of the fastest run */
async function fastestProduct(engine: Engine, size: number, seconds: number): Promise<number> {
  const matrix = { shape: [size, size], dtype: 'float32' } as const;
  const product = await engine.compile({
    name: 'product',
    inputs: { a: matrix, b: matrix },
    compute: ({ a, b }) => ({ c: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) }),
  });
  for (const name of ['a', 'b']) product.inputs[name]!.fill(1);
  let best = Number.POSITIVE_INFINITY;
  for (const until = performance.now() + 1000 * seconds; performance.now() < until; ) {
    const begin = performance.now();
    await product.run();
    best = Math.min(best, (performance.now() - begin) / 1000);
  }
  await product.dispose();
  return best;
}

/** NumPy's BLAS, or PyTorch's where there is no NumPy. */
const pythonProducts = `
import json, re, sys, time
sizes, seconds, threads = json.loads(sys.argv[1])
try:
    import numpy
    make = lambda n: numpy.ones((n, n), dtype=numpy.float32)
    library, product = "NumPy " + numpy.__version__, lambda a, b, c: numpy.matmul(a, b, out=c)
except ImportError:
    import torch
    torch.set_num_threads(threads)
    make = lambda n: torch.ones(n, n)
    library, product = "PyTorch " + torch.__version__, lambda a, b, c: torch.matmul(a, b, out=c)
rates = []
for n in sizes:
    a, b, c, best = make(n), make(n), make(n), float("inf")
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        begin = time.perf_counter()
        product(a, b, c)
        best = min(best, time.perf_counter() - begin)
    rates.append({"size": n, "flopsPerSecond": 2 * n**3 / best})
try:
    found = re.search(r"/(lib)?(\\w*openblas\\w*|mkl_rt|mkl_core|blis)[^/\\s]*\\.so[^/\\s]*", open("/proc/self/maps").read())
except OSError:
    found = None
library += ", " + (found.group(0)[1:] if found else "its BLAS")
print(json.dumps([dict(rate, library=library) for rate in rates]))
`;

/** @returns undefined where that Python is missing, or has neither NumPy nor PyTorch */
export async function pythonRate(
  python: string,
  threads: number,
  { sizes, seconds }: RateOptions,
): Promise<MatrixRate | undefined> {
  const count = String(threads);
  const env = { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count };
  const args = ['-c', pythonProducts, JSON.stringify([sizes, seconds, threads])];
  try {
    const { stdout } = await promisify(execFile)(python, args, { env, timeout: 120_000 });
    return fastestOf(JSON.parse(stdout) as MatrixRate[]);
  } catch {
    return undefined;
  }
}

export function fastestOf(rates: readonly MatrixRate[]): MatrixRate {
  return rates.reduce((a, b) => (b.flopsPerSecond > a.flopsPerSecond ? b : a));
}
