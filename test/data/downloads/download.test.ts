import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/atomic-files.ts';
import { DataError } from '../../../src/base/errors.ts';
import { type DownloadContext, download } from '../../../src/data/downloads/download.ts';
import {
  type Answer,
  answerOther,
  answerShort,
  answerStatus,
  answerWithoutRanges,
  type FileServer,
  fallSilentAfter,
  hangUpAfter,
  serveFiles,
} from '../../helpers/file-server.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const body = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);
let server: FileServer | undefined;
afterEach(() => server?.close());

/** Downloads `body` from a server that first answers so. @returns what happened */
async function tryWith(
  answers: Answer[],
  { before, ...context }: { before?: Uint8Array } & DownloadContext = {},
) {
  server = await serveFiles({ 'a.bin': body }, ...answers);
  const path = join(temporaryFolder(), 'deep', 'a.bin');
  const retries: string[] = [];
  if (before) {
    mkdirSync(dirname(path));
    writeFileSync(`${path}.part`, before);
  }
  const file = { url: `${server.url}/a.bin`, path, bytes: body.length, sha256: sha256(body) };
  const error = await download(file, {
    pauseMs: 1,
    onRetry: (reason) => retries.push(reason),
    ...context,
  }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return { path, retries, error, requests: server.requests, url: file.url };
}

describe('a download', () => {
  test('is whole at its place, with nothing beside it', async () => {
    const sizes: number[] = [];
    const { path, error } = await tryWith([], { onProgress: (size) => sizes.push(size) });
    expect(error).toBeUndefined();
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(existsSync(`${path}.part`)).toBe(false);
    expect(sizes.at(-1)).toBe(body.length);
  });

  test('goes on from what a broken connection left', async () => {
    const { path, error, requests, retries } = await tryWith([hangUpAfter(70_000)]);
    expect(error).toBeUndefined();
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(retries).toHaveLength(1);
    expect(requests[1]).toMatch(/^a\.bin bytes=[1-9]\d*-$/);
  });

  test('goes on from what another process left', async () => {
    const { path, requests } = await tryWith([], { before: body.subarray(0, 1234) });
    expect(requests).toEqual(['a.bin bytes=1234-']);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test('asks for nothing if only the renaming was missing', async () => {
    const { path, requests } = await tryWith([], { before: body });
    expect(requests).toEqual([]);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test('begins anew where a server knows no ranges', async () => {
    const { path, error, requests } = await tryWith([answerWithoutRanges], { before: body.subarray(0, 50) });
    expect(error).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test('begins anew after bytes that were not of this file', async () => {
    const other = body.map((byte) => byte ^ 1);
    for (const before of [other.subarray(0, 1000), Uint8Array.from([...body, 1])]) {
      const { path, error } = await tryWith([], { before });
      expect(error).toBeUndefined();
      expect(readFileSync(path).equals(body)).toBe(true);
      await server!.close();
    }
  });

  test.each<[string, Answer, RegExp]>([
    ['a server that fails', answerStatus(500), /^expected a file, got HTTP 500 Internal Server Error$/],
    ['a server that is busy', answerStatus(429), /^expected a file, got HTTP 429 Too Many Requests$/],
    ['a short body', answerShort(10), /^expected 200000 bytes, got 10$/],
    ['a long body', answerOther(Uint8Array.from([...body, 1])), /^expected 200000 bytes, got more$/],
    [
      'a wrong file',
      answerOther(body.map((byte) => byte ^ 1)),
      /^expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/,
    ],
  ])('tries again after %s', async (_, answer, reason) => {
    const { path, error, retries } = await tryWith([answer]);
    expect(error).toBeUndefined();
    expect(retries).toEqual([expect.stringMatching(reason)]);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test('tries again after a silence', async () => {
    const { path, error, retries } = await tryWith([fallSilentAfter(10)], { patienceMs: 300 });
    expect(error).toBeUndefined();
    expect(retries).toEqual(['expected bytes, got none for 0.3 s']);
    expect(readFileSync(path).equals(body)).toBe(true);
  });
});

describe('a download that cannot succeed', () => {
  test('stops after four attempts and says how to go on', async () => {
    const { error, url, requests, path } = await tryWith(Array.from({ length: 9 }, () => answerStatus(503)));
    expect(error).toEqual(
      new DataError(
        `${url}: expected a file, got HTTP 503 Service Unavailable in 4 attempts; run the same command again to go on from what arrived`,
      ),
    );
    expect(requests).toHaveLength(4);
    expect(existsSync(path)).toBe(false);
  });

  test('never leaves a wrong file at its place', async () => {
    const wrong = answerOther(body.map((byte) => byte ^ 1));
    const { error, path } = await tryWith([wrong, wrong, wrong, wrong]);
    expect(error?.message).toMatch(/expected SHA-256 \w+, got \w+ in 4 attempts/);
    expect([path, `${path}.part`].map((name) => existsSync(name))).toEqual([false, false]);
  });

  test('stops at once where there is no such file', async () => {
    const { error, url, requests } = await tryWith([answerStatus(404)]);
    expect(error).toEqual(
      new DataError(
        `${url}: expected a file, got HTTP 404 Not Found; the file has moved; get it elsewhere, or name another server with --from`,
      ),
    );
    expect(requests).toHaveLength(1);
  });

  test('names a server that does not answer', async () => {
    const file = { url: 'http://127.0.0.1:1/a', path: join(tmpdir(), 'none', 'a'), bytes: 1, sha256: '' };
    await expect(download(file, { pauseMs: 1 })).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1\/a: expected an answer, got \S.* in 4 attempts; run/,
    );
  });

  test('says that a folder cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(
      download({ url: 'http://127.0.0.1:1/a', path: join(file, 'a'), bytes: 1, sha256: '' }),
    ).rejects.toThrow(/expected a writable file, got "E(EXIST|NOTDIR)"/);
  });
});
