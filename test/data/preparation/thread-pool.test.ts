import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Source } from '../../../src/data/preparation/thread-jobs.ts';
import { type Batch, batchesOf, startTextWorkers } from '../../../src/data/preparation/thread-pool.ts';

const documents = Array.from({ length: 40 }, (_, i) => ({
  name: `d${i}`,
  paragraphs: [`w${i} `.repeat(i % 2 === 0 ? 20_000 : 1)],
}));
const batches = documents.map(
  (document): Batch => ({ sources: [document], bytes: document.paragraphs[0]!.length }),
);

async function countsBy(threads: number, of: Iterable<Batch> = batches): Promise<string[]> {
  const workers = startTextWorkers(threads);
  const results: string[] = [];
  try {
    for await (const { result } of workers.run('countPieces', of, {})) {
      results.push(`${result.pieces} ${result.counts[0]}`);
    }
  } finally {
    await workers.close();
  }
  return results;
}

describe('text workers', () => {
  test('join results in the order of the batches, long and short ones mixed', async () => {
    const expected = documents.map((_, i) => `w${i} ${i % 2 === 0 ? 20_000 : 1}`);
    expect(await countsBy(0)).toEqual(expected);
    expect(await countsBy(3)).toEqual(expected);
  });

  test('take batches as they are needed: two for each thread beyond those done', async () => {
    const workers = startTextWorkers(2);
    let taken = 0;
    function* counted(): Generator<Batch> {
      for (const batch of batches) {
        taken++;
        yield batch;
      }
    }
    let done = 0;
    for await (const _ of workers.run('countPieces', counted(), {})) {
      done++;
      expect(taken - done).toBeLessThanOrEqual(2 * 2);
    }
    await workers.close();
    expect([done, taken]).toEqual([40, 40]);
  });

  test('take long batches one at a time', async () => {
    const workers = startTextWorkers(2);
    let taken = 0;
    function* long(): Generator<Batch> {
      for (const batch of batches.slice(0, 6)) {
        taken++;
        yield { ...batch, bytes: 2 ** 29 };
      }
    }
    let done = 0;
    for await (const _ of workers.run('countPieces', long(), {})) expect(taken - ++done).toBe(0);
    await workers.close();
    expect(done).toBe(6);
  });

  test('pass on a fault of ours as it was', async () => {
    const broken = { name: 'broken', paragraphs: undefined } as unknown as Source;
    const run = countsBy(1, [{ sources: [broken], bytes: 1 }]);
    await expect(run).rejects.toThrow('paragraphs is not iterable');
  });

  test('keep no process alive, even if nobody closes them', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../helpers/forget-workers.ts')],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'w0 1\n', stderr: '' });
  });
});

describe('batches', () => {
  test('hold documents in order, and are closed by the one that makes them four megabytes', () => {
    const source = (name: string, megabytes: number) => ({
      folder: '',
      name,
      bytes: megabytes * 1e6,
      modifiedMs: 0,
    });
    const sources = [source('a', 3), source('b', 2), source('c', 50), source('d', 1), source('e', 1)];
    const names = Array.from(batchesOf(sources), (batch) => batch.sources.map(({ name }) => name).join(''));
    expect(names).toEqual(['ab', 'c', 'de']);
  });
});
