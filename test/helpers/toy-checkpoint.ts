/** A checkpoint that says what it is and has no weights. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeManifest } from '../../src/training/checkpoint-manifest.ts';
import { emptyWindow } from '../../src/training/loss-window.ts';

/** @param folder the run's @param name such as `step-000000030` or `kept-0.5` */
export function leaveCheckpoint(folder: string, name: string, { runId = '', step = 30 } = {}): void {
  const path = join(folder, 'checkpoints', name);
  mkdirSync(path, { recursive: true });
  const nothing = { step, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
  const stage = { ...nothing, index: 0 };
  writeManifest(path, { runId, ...nothing, stage, window: emptyWindow(step + 1), curvesBytes: 0, files: {} });
}
