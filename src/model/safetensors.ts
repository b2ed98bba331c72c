/**
 * Weights as safetensors: a JSON header and raw little-endian numbers, which every framework reads.
 *
 * @source huggingface/safetensors, README.md (format)
 */
import { readFileSync } from 'node:fs';
import { bytesOf, writeFileAtomically } from '../base/atomic-files.ts';
import { DataError, explain } from '../base/errors.ts';
import { unreadable } from '../base/system-errors.ts';
import { sizeOf } from '../engine/program.ts';

/** One float32 tensor. */
export interface NamedTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Writes the file whole or not at all. */
export function writeSafetensors(path: string, tensors: readonly NamedTensor[]): void {
  let end = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    const start = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape: [...shape], data_offsets: [start, end] }] as const;
  });
  const header = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  // Padded with spaces, so that the numbers begin at a multiple of eight.
  const padding = ' '.repeat((8 - (Buffer.byteLength(header) % 8)) % 8);
  const padded = new TextEncoder().encode(header + padding);
  const length = BigUint64Array.of(BigInt(padded.length));
  writeFileAtomically(path, bytesOf(length), padded, ...tensors.map(({ values }) => bytesOf(values)));
}

/**
 * @param isWanted by name; tensors that are not may be of any type
 * @returns tensors by name; the values are copies, in the file's order
 * @throws {DataError} if the file is missing, truncated, not safetensors, or holds another type than float32
 */
export function readSafetensors(
  path: string,
  isWanted: (name: string) => boolean = () => true,
): Map<string, NamedTensor> {
  const bytes = readBytes(path);
  const headerLength =
    bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength === 0 || 8 + headerLength > bytes.length) {
    throw new DataError(explain(path, 'a safetensors file', `${bytes.length} bytes without a whole header`));
  }
  const header = parseHeader(path, bytes.subarray(8, 8 + headerLength));
  const body = bytes.subarray(8 + headerLength);
  assertApart(path, header);
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__' && isWanted(name));
  return new Map(entries.map(([name, entry]) => [name, readTensor(path, name, entry, body)]));
}

/** @throws {DataError} if two tensors lie in the same bytes */
function assertApart(path: string, header: Record<string, HeaderEntry>): void {
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const sorted = entries.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [i, [name, { data_offsets }]] of sorted.entries()) {
    const before = sorted[i - 1];
    if (!before || before[1].data_offsets[1] <= data_offsets[0]) continue;
    throw new DataError(
      explain(`${path}: ${name}`, 'bytes of its own', `bytes of ${before[0]}`, 'download it again'),
    );
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, 'a readable safetensors file', error);
  }
}

function parseHeader(path: string, bytes: Uint8Array): Record<string, HeaderEntry> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isHeader(header)) return header;
  } catch {
    // Said below, as for JSON that is no header.
  }
  throw new DataError(explain(path, 'a safetensors header in JSON', 'bytes that are not'));
}

function isHeader(value: unknown): value is Record<string, HeaderEntry> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, entry]) =>
      name === '__metadata__' ||
      (isCounts(entry?.shape) && isCounts(entry.data_offsets) && entry.data_offsets.length === 2),
  );
}

function isCounts(list: unknown): list is number[] {
  return Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function readTensor(path: string, name: string, entry: HeaderEntry, body: Uint8Array): NamedTensor {
  const { dtype, shape, data_offsets } = entry;
  const [start, end] = data_offsets;
  const remedy = 'save them as float32: `model.float().save_pretrained(…)` of transformers does';
  if (dtype !== 'F32') throw new DataError(explain(`${path}: ${name}`, 'float32 (F32)', dtype, remedy));
  if (!(start >= 0) || end > body.length || end - start !== 4 * sizeOf(shape)) {
    throw new DataError(
      explain(`${path}: ${name}`, `${4 * sizeOf(shape)} bytes of numbers`, body.length - start),
    );
  }
  // A copy: the numbers need an address that is a multiple of four.
  const values = new Float32Array(new Uint8Array(body.subarray(start, end)).buffer);
  return { name, shape, values };
}
