/** Files as a fault, an editor or somebody else may have changed them. */
import type { RandomStream } from '../../src/base/random.ts';

const pieces = [
  '',
  '0',
  '-1',
  '1e999',
  'null',
  '[]',
  '{}',
  '"',
  ',',
  ':',
  '\n',
  '\u0000',
  '\u001b[2J',
  '../..',
  '9'.repeat(400),
];

/** One to three changes: a byte, a piece put in, a stretch taken out, an end cut off. */
export function damaged(bytes: Uint8Array, random: RandomStream): Buffer {
  let result = Buffer.from(bytes);
  for (let changes = 1 + random.integer(3); changes > 0; changes--) {
    const at = random.integer(result.length + 1);
    const rest = result.subarray(Math.min(result.length, at + random.integer(12)));
    const piece = Buffer.from(pieces[random.integer(pieces.length)]!);
    const kinds = [
      () =>
        Buffer.concat([result.subarray(0, at), Buffer.from([random.integer(256)]), result.subarray(at + 1)]),
      () => Buffer.concat([result.subarray(0, at), piece, result.subarray(at)]),
      () => Buffer.concat([result.subarray(0, at), piece, rest]),
      () => result.subarray(0, at),
    ];
    result = kinds[random.integer(kinds.length)]!();
  }
  return result;
}
