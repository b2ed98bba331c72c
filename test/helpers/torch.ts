/** Debian's PyTorch, as an independent opinion on logits. Tests that need it are skipped where it is not, and say so. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { HostArray } from '../../src/engine/program.ts';

const python = '/usr/bin/python3';
const script = join(import.meta.dirname, '../exchange/hugging-face-forward.py');

export const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;
if (!hasTorch) {
  process.stderr.write(
    '\nSKIPPED: no PyTorch to compare exported weights with; apt-get install python3-torch\n\n',
  );
}

/**
 * What exported checkpoints say of a batch.
 *
 * @param arrays `tokenIds`, `segmentIds`, `attentionMask` [B · L]
 * @returns the logits of each folder, in row order
 */
export function torchLogits(
  folders: readonly string[],
  arrays: Readonly<Record<string, HostArray>>,
  L: number,
): Float32Array[] {
  const rows = (array: HostArray) =>
    Array.from({ length: array.length / L }, (_, b) => [...array.subarray(b * L, (b + 1) * L)]);
  const [input_ids, token_type_ids, attention_mask] = ['tokenIds', 'segmentIds', 'attentionMask'].map(
    (name) => rows(arrays[name]!),
  );
  const input = JSON.stringify({ input_ids, token_type_ids, attention_mask });
  const { status, stdout, stderr } = spawnSync(python, [script, ...folders], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as number[][]).map((logits) => Float32Array.from(logits));
}
