import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
const path = join(folder, 'x.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const tensors = [
  { name: 'a', shape: [2, 3], values: Float32Array.of(1, -0, 0.1, Number.MAX_VALUE, 1e-45, Number.NaN) },
  { name: 'ü', shape: [1], values: Float32Array.of(7) },
  { name: 'scalar', shape: [], values: Float32Array.of(8) },
];

/** The format's law, read by hand: u64 length, JSON, numbers. @source huggingface/safetensors README */
function parse(bytes: Buffer) {
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString('utf8'));
  return { headerLength, header, body: bytes.subarray(8 + headerLength) };
}

describe('a safetensors file', () => {
  it('is read back bit for bit', () => {
    writeSafetensors(path, tensors);
    const found = readSafetensors(path);
    expect([...found.keys()]).toEqual(['a', 'ü', 'scalar']);
    for (const { name, shape, values } of tensors) {
      expect(found.get(name)!.shape).toEqual(shape);
      expect(new Uint8Array(found.get(name)!.values.buffer)).toEqual(new Uint8Array(values.buffer));
    }
  });

  it('follows the format: aligned numbers, offsets without gaps, to the last byte', () => {
    writeSafetensors(path, tensors);
    const { headerLength, header, body } = parse(readFileSync(path));
    expect((8 + headerLength) % 8).toBe(0);
    expect(header).toEqual({
      __metadata__: { format: 'pt' },
      a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      ü: { dtype: 'F32', shape: [1], data_offsets: [24, 28] },
      scalar: { dtype: 'F32', shape: [], data_offsets: [28, 32] },
    });
    expect(body.length).toBe(32);
    expect(body.readFloatLE(24)).toBe(7);
  });

  it('keeps a view of a larger array to itself', () => {
    writeSafetensors(path, [{ name: 'v', shape: [2], values: Float32Array.of(1, 2, 3, 4).subarray(1, 3) }]);
    expect([...readSafetensors(path).get('v')!.values]).toEqual([2, 3]);
  });

  const broken: [string, (bytes: Buffer) => Buffer, string][] = [
    ['empty', () => Buffer.alloc(0), 'expected a safetensors file, got "0 bytes without a whole header"'],
    [
      'cut in its header',
      (bytes) => bytes.subarray(0, 40),
      'expected a safetensors file, got "40 bytes without',
    ],
    ['cut in its numbers', (bytes) => bytes.subarray(0, -2), 'scalar: expected 4 bytes of numbers, got 2'],
    [
      'of another format',
      () => Buffer.from('PK\x03\x04 this is a zip file of some kind'),
      'expected a safetensors file',
    ],
    [
      'of another number type',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('"F32"', '"F16"'), 'latin1'),
      'a: expected float32 (F32), got "F16"',
    ],
    [
      'with a header that is not JSON',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('{', '['), 'latin1'),
      'expected a safetensors header in JSON',
    ],
    [
      'with a tensor before the start',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('[24,28]', '[-4, 0]'), 'latin1'),
      'expected a safetensors header in JSON',
    ],
    [
      'with a header that is a list',
      (bytes) =>
        Buffer.from(
          bytes.toString('latin1').replace(/\{.*\} */, (text) => '[1]'.padEnd(text.length)),
          'latin1',
        ),
      'expected',
    ],
  ];
  it.each(broken)('that is %s is refused by name', (_, damage, message) => {
    writeSafetensors(path, tensors);
    writeFileSync(path, damage(readFileSync(path)));
    expect(() => readSafetensors(path)).toThrow(message);
    expect(() => readSafetensors(path)).toThrow(path);
  });

  it('that is missing is refused by name', () => {
    const missing = join(folder, 'missing.safetensors');
    expect(() => readSafetensors(missing)).toThrow(
      `${missing}: expected a readable safetensors file, got no file; check the path`,
    );
  });
});
