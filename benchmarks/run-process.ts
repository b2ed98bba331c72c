/** Processes of the benchmarks: each prints one line of JSON last, and has one thread unless told otherwise. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The flags that both sides' steps print under these names. */
export interface StepMeasurement {
  steps: number;
  stepMilliseconds: number;
  tokensPerSecond: number;
  fastestMilliseconds: number;
  cpuMilliseconds: number;
  peakMemoryBytes: number;
}

export function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Runs one of our scripts. @param file in this folder */
export function runOurs<T>(file: string, args: readonly string[], variables = {}): Promise<T> {
  return runJson(process.execPath, [here('start.js'), file, ...args], { variables });
}

/** Runs one of the Python scripts. @param file in this folder */
export function runPython<T>(
  python: string,
  file: string,
  args: readonly string[],
  stdin?: Buffer,
): Promise<T> {
  return runJson(python, [here(file), ...args], { stdin });
}

async function runJson<T>(
  program: string,
  args: readonly string[],
  { stdin, variables = {} }: { stdin?: Buffer | undefined; variables?: NodeJS.ProcessEnv },
): Promise<T> {
  const env = { ...variables, ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const running = promisify(execFile)(program, args, { encoding: 'utf8', env });
  // A process that ends early closes its input; what it was is said by its exit.
  running.child.stdin!.on('error', () => undefined).end(stdin);
  const { stdout } = await running;
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** Mebibytes. */
export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
