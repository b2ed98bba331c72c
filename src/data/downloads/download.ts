/**
 * Downloads one file of known length and checksum. What arrived stays on disk, and the next attempt, of this process
 * or of another, goes on from there.
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFolder, sha256, writeWhole } from '../../base/atomic-files.ts';
import { DataError } from '../../base/errors.ts';
import { unwritable } from '../../base/system-errors.ts';

export interface Download {
  url: string;
  path: string;
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

export interface DownloadContext {
  /** Bytes of the file on disk so far. */
  onProgress?(bytes: number): void;
  onRetry?(reason: string): void;
  /** Pause before the first retry; it doubles with each. */
  pauseMs?: number;
  /** The longest silence of a server. */
  patienceMs?: number;
}

/** Whether a file is there: an earlier attempt may have left another, or been followed by a fault of the disk. */
export function isWhole(path: string, file: Pick<Download, 'sha256'>): boolean {
  return existsSync(path) && sha256(readFileSync(path)) === file.sha256;
}

const attempts = 4;

/** What another attempt may fix. */
class TransferError extends Error {}

/**
 * The file is at `path` afterwards, whole; until then its bytes are at `path` with `.part`.
 *
 * @throws {DataError} if the server has no such file, does not deliver it in a few attempts, or delivers another
 */
export async function download(file: Download, context: DownloadContext = {}): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(file, context);
      await assertChecksum(file);
      return renameSync(partOf(file), file.path);
    } catch (error) {
      const { message } = error as Error;
      if (!(error instanceof TransferError)) throw unwritable(file.path, error);
      if (attempt === attempts) {
        const remedy = 'run the same command again to go on from what arrived';
        throw new DataError(`${file.url}: ${message} in ${attempts} attempts; ${remedy}`);
      }
      context.onRetry?.(message);
      await wait((context.pauseMs ?? 1000) * 2 ** (attempt - 1));
    }
  }
}

async function fetchRest(
  file: Download,
  { onProgress, patienceMs = 60_000 }: DownloadContext,
): Promise<void> {
  makeFolder(dirname(file.path), '--dir');
  // Before the server is asked: what it sends must have a place.
  accessSync(`${dirname(file.path)}/.`, constants.W_OK);
  const have = sizeOf(partOf(file));
  if (have > file.bytes) rmSync(partOf(file));
  if (have === file.bytes) return;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), patienceMs);
  try {
    const response = await request(file, have > file.bytes ? 0 : have, silence.signal);
    await append(file, response, (size) => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), patienceMs);
      onProgress?.(size);
    });
  } catch (error) {
    throw asTransferError(error, silence.signal, patienceMs);
  } finally {
    clearTimeout(timer);
  }
}

async function request({ url }: Download, have: number, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, ...(have > 0 && { headers: { Range: `bytes=${have}-` } }) });
  const { ok, status, statusText } = response;
  if (ok || status === 416) return response;
  await response.body?.cancel();
  const got = `HTTP ${status} ${statusText}`.trim();
  if (status >= 500 || status === 429 || status === 408)
    throw new TransferError(`expected a file, got ${got}`);
  const remedy = 'the file has moved; get it elsewhere, or name another server with --from';
  throw new DataError(`${url}: expected a file, got ${got}; ${remedy}`);
}

/** A server that does not know ranges sends the file from its beginning; so does one whose range is not ours. */
async function append(file: Download, response: Response, onSize: (size: number) => void): Promise<void> {
  const part = partOf(file);
  const have = sizeOf(part);
  const isRest =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
  let size = isRest ? have : 0;
  const handle = openSync(part, isRest ? 'a' : 'w');
  try {
    if (response.status === 416) throw new TransferError('expected the rest of a file, got none');
    for await (const chunk of response.body ?? []) {
      writeWhole(handle, chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
      if (size > file.bytes) break;
      onSize(size);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (size > file.bytes) rmSync(part);
  if (size !== file.bytes) {
    const got = size > file.bytes ? 'more' : String(size);
    throw new TransferError(`expected ${file.bytes} bytes, got ${got}`);
  }
}

/** A wrong file is thrown away: nothing of it can be gone on with. */
async function assertChecksum(file: Download): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(partOf(file))) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (found === file.sha256) return;
  rmSync(partOf(file));
  throw new TransferError(`expected SHA-256 ${file.sha256}, got ${found}`);
}

/** What the network did wrong is worth another attempt; a full disk is not. */
function asTransferError(error: unknown, { aborted }: AbortSignal, patienceMs: number): unknown {
  if (aborted) return new TransferError(`expected bytes, got none for ${patienceMs / 1000} s`);
  const { message, cause } = error as Error;
  // The two messages of Node's fetch: no connection, or a connection that broke.
  if (message !== 'fetch failed' && message !== 'terminated') return error;
  return new TransferError(
    `expected an answer, got ${(cause as NodeJS.ErrnoException | undefined)?.code ?? message}`,
  );
}

function partOf({ path }: Download): string {
  return `${path}.part`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
