/** Runs whose first stage is the same training: the one that comes later begins where the other's first stage ended. */
import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, writeFileAtomically } from '../base/atomic-files.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Progress } from '../progress/progress.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { assertRecorded } from '../results/recorded-weights.ts';
import { checkpointsFolder, readRecord, runFolder } from '../results/run-folder.ts';
import { checkpointPath, listCheckpoints } from '../training/checkpoint.ts';
import { readManifest, writeManifest } from '../training/checkpoint-manifest.ts';
import { keptCheckpoint, stageEnds } from '../training/kept-checkpoints.ts';
import { hasSameEngine } from './finished-work.ts';

/** Whether two runs share their first stage. */
export function isFirstStageTwin(config: RunConfig, other: RunConfig): boolean {
  return twinsOf(config).includes(runIdOf(other));
}

function twinsOf(config: RunConfig): string[] {
  return (regimeNamed(config.regime).stages[0].twins?.(config) ?? []).map(runIdOf);
}

/**
 * Gives a run that has not begun the checkpoint and the curves of a twin's first stage, if there is one in the same
 * results folder, trained on the same text by the same engine. Tokens, operations and seconds of that stage count as this run's own.
 */
export function adoptFirstStage(
  config: RunConfig,
  dataHash: string,
  { results, engine, progress }: { results: string; engine: { description: string }; progress: Progress },
): void {
  const own = runFolder(results, runIdOf(config));
  if (listCheckpoints(checkpointsFolder(own)).length > 0) return;
  const [end] = stageEnds(regimeNamed(config.regime).stages.length);
  const twins = twinsOf(config).map((id) => runFolder(results, id));
  const twin = twins.find(
    (folder) =>
      existsSync(keptCheckpoint(checkpointsFolder(folder), end!)) &&
      readRecord(folder)?.dataHash === dataHash &&
      hasSameEngine(folder, engine.description),
  );
  if (twin === undefined) return;
  assertRecorded(readRecord(twin)!, keptCheckpoint(checkpointsFolder(twin), end!));
  progress.note(`${config.name}: first stage from ${twin}`);
  copyStage(keptCheckpoint(checkpointsFolder(twin), end!), twin, own, runIdOf(config));
}

function copyStage(checkpoint: string, twin: string, own: string, runId: string): void {
  const manifest = readManifest(checkpoint);
  const rows = readFileSync(join(twin, 'curves.csv')).subarray(0, manifest.curvesBytes).toString();
  const curves = rows.replaceAll(manifest.runId, runId);
  writeFileAtomically(join(own, 'curves.csv'), curves);
  const path = checkpointPath(checkpointsFolder(own), manifest.step);
  const aside = `${path}.part`;
  makeFolder(dirname(path));
  cpSync(checkpoint, aside, { recursive: true });
  writeManifest(aside, { ...manifest, runId, curvesBytes: Buffer.byteLength(curves) });
  renameSync(aside, path);
}
