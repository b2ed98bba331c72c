/** Work on text, spread over threads: batches are handed out as workers come free, results are joined in order. */
import { Tinypool } from 'tinypool';
import { DataError } from '../../base/errors.ts';
import {
  jobForThread,
  type Needs,
  type Outcome,
  type Result,
  type Source,
  type WorkName,
  work,
} from './thread-jobs.ts';

/** What is handed out at a time: some documents, and how much text they are. */
export interface Batch {
  sources: Source[];
  bytes: number;
}

export interface TextWorkers {
  /**
   * Does one kind of work on every batch. Results come in the batches' order, whoever made them.
   *
   * @param needs what the work must know besides the text
   * @throws {DataError} the first of the work's, in the order of the batches
   */
  run<Name extends WorkName>(
    name: Name,
    batches: Iterable<Batch>,
    needs: Needs<Name>,
  ): AsyncIterable<Done<Name>>;
  close(): Promise<void>;
}

export interface Done<Name extends WorkName> {
  batch: Batch;
  result: Result<Name>;
}

/** What the compiler has made can be run as it is. */
const threadFile = import.meta.url.endsWith('.ts') ? './thread.js' : './thread-jobs.js';

/** Text in one batch: enough to hide what handing out costs, little enough to hold many in memory. */
const batchBytes = 2 ** 22;
/** Text in all batches that are handed out: long documents go one at a time. */
const mostBytesAhead = 2 ** 28;
const batchesAheadPerThread = 2;

/** Groups documents, in their order; how does not depend on who will do the work. */
export function* batchesOf(sources: Iterable<Source>): Generator<Batch> {
  let batch: Batch = { sources: [], bytes: 0 };
  for (const source of sources) {
    batch.sources.push(source);
    batch.bytes += sizeOf(source);
    if (batch.bytes < batchBytes) continue;
    yield batch;
    batch = { sources: [], bytes: 0 };
  }
  if (batch.sources.length > 0) yield batch;
}

/** Bytes of a file, characters of a text in memory. */
export function sizeOf(source: Source): number {
  if ('bytes' in source) return source.bytes;
  return source.paragraphs.reduce((sum, { length }) => sum + length, 0);
}

/** @param threads 0 works in this thread, without the time that others take to start */
export function startTextThreads(threads: number): TextWorkers {
  return threads === 0 ? inThisThread : inThreads(threads);
}

const inThisThread: TextWorkers = {
  async *run(name, batches, needs) {
    for (const batch of batches) yield { batch, result: work({ name, sources: batch.sources, needs }) };
  },
  close: async () => {},
};

function inThreads(threads: number): TextWorkers {
  const pool = new Tinypool({
    filename: new URL(threadFile, import.meta.url).href,
    name: jobForThread.name,
    minThreads: threads,
    maxThreads: threads,
    execArgv: [],
  });
  return {
    async *run(name, batches, needs) {
      const queue = new HandedOut<Done<typeof name>>(threads);
      for (const batch of batches) {
        const outcome = pool.run({ name, sources: batch.sources, needs });
        queue.push(
          outcome.then((done) => ({ batch, result: resultOf<Result<typeof name>>(done) })),
          batch.bytes,
        );
        while (queue.isFull) yield await queue.shift();
      }
      while (queue.length > 0) yield await queue.shift();
    },
    close: () => pool.destroy(),
  };
}

/** Results that are not there yet, in order: as many as keep all threads busy, and no more text than memory bears. */
class HandedOut<T> {
  readonly #limit: number;
  readonly #waiting: { result: Promise<T>; bytes: number }[] = [];
  #bytes = 0;

  constructor(threads: number) {
    this.#limit = batchesAheadPerThread * threads;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.length > this.#limit || (this.length > 0 && this.#bytes > mostBytesAhead);
  }

  push(result: Promise<T>, bytes: number): void {
    result.catch(() => {}); // thrown in its turn
    this.#waiting.push({ result, bytes });
    this.#bytes += bytes;
  }

  shift(): Promise<T> {
    const { result, bytes } = this.#waiting.shift()!;
    this.#bytes -= bytes;
    return result;
  }
}

function resultOf<T>(outcome: Outcome<T>): T {
  if ('dataError' in outcome) throw new DataError(outcome.dataError);
  return outcome.result;
}
