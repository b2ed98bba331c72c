/** The command line as a process of its own, on text so small that a run takes seconds. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { sha256 } from '../../src/base/atomic-files.ts';
import { RandomStream } from '../../src/base/random.ts';

/** The file that `node` starts. */
export const programFile = fileURLToPath(new URL('../../bin/electra-lab.js', import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export function start(args: readonly string[], { cwd = tmpdir(), detached = false, env = {} } = {}): Started {
  const child = spawn(process.execPath, [programFile, ...args], {
    cwd,
    detached,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
    });
  }
  // 'exit' and not 'close': orphans may hold the pipes.
  const ended = new Promise<Ended>((resolve) => {
    child.on('exit', (code, signal) => setTimeout(() => resolve({ code, signal, ...text }), 50));
  });
  return { child, ended };
}

export function electraLab(args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> {
  return start(args, options).ended;
}

/** Waits until a condition holds; polls fast, because what it waits for may last milliseconds. */
export async function until(isTrue: () => boolean, seconds = 120): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export function temporaryFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'electra-lab-'));
  // A killed sweep's cells may still be writing their last words.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  return { folder, remove };
}

/** Writes `documents` files of made-up sentences: words that follow one another by a rule, so that there is something to learn. */
export function writeCorpus(folder: string, documents = 12): string {
  mkdirSync(folder, { recursive: true });
  const words = Array.from(
    { length: 40 },
    (_, i) => `${'bdfgklmnpr'[i % 10]}${'aeio'[i % 4]}${'stvz'[i % 3]}`,
  );
  for (let d = 0; d < documents; d++) {
    const random = new RandomStream('corpus', d);
    const sentence = () => {
      const first = random.integer(40);
      return `${Array.from({ length: 9 }, (_, i) => words[(first + 3 * i) % 40]).join(' ')}.`;
    };
    const paragraphs = Array.from({ length: 8 }, () => `${sentence()} ${sentence()}`);
    writeFileSync(join(folder, `${d}.txt`), paragraphs.join('\n\n'));
  }
  return folder;
}

/** A run of seconds on a corpus folder. */
export function tinyRunYaml(corpus: string, more: Record<string, Record<string, unknown>> = {}): string {
  const sections: Record<string, Record<string, unknown>> = {
    data: { corpora: [], folder: corpus, vocabularySize: 96, sequenceLength: 16, heldOutFraction: 0.2 },
    model: { layers: 1, hidden: 16, heads: 2, feedForward: 16, embedding: 16, maxPositions: 32 },
    generator: { size: 0.5 },
    optimiser: { learningRate: 0.001, warmupSteps: 3 },
    training: { steps: 30, batchSize: 8, logEvery: 7, evaluateEvery: 10, checkpointEvery: 5 },
    evaluation: { examples: 16, batchSize: 8 },
  };
  for (const [name, section] of Object.entries(more)) sections[name] = { ...sections[name], ...section };
  return JSON.stringify({ name: 'tiny', regime: 'joint', ...sections });
}

/** The folder of the only run in a results folder; `<results>/runs/none` before there is one. */
export function onlyRun(results: string): string {
  const runs = join(results, 'runs');
  const [id = 'none'] = existsSync(runs) ? readdirSync(runs) : [];
  return join(runs, id);
}

export type Row = Record<string, string>;

export function readCsv(path: string): Row[] {
  return parse(readFileSync(path), { columns: true }) as Row[];
}

/** Rows without what a clock decided. */
export function withoutTimes(rows: readonly Row[]): Row[] {
  const clocks = ['elapsed_seconds', 'compile_seconds', 'peak_memory_bytes', 'started_at', 'finished_at'];
  const timeless = rows.filter(({ metric }) => metric === undefined || !clocks.includes(metric));
  return timeless.map((row) => {
    return Object.fromEntries(Object.entries(row).filter(([name]) => !clocks.includes(name)));
  });
}

/** What must be the same after any interruption: the curves without the clock, the last weights and moments. */
export function outcomeOf(run: string): { curves: Row[]; weights: Record<string, string> } {
  const newest = join(run, 'checkpoints', readdirSync(join(run, 'checkpoints')).sort().at(-1)!);
  const files = readdirSync(newest).filter((name) => name.endsWith('.safetensors'));
  return {
    curves: withoutTimes(readCsv(join(run, 'curves.csv'))),
    weights: Object.fromEntries(files.map((name) => [name, sha256(readFileSync(join(newest, name)))])),
  };
}
