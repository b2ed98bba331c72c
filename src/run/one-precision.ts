/**
 * A results folder holds runs of one precision, so that no arm and no comparison mixes two. A run's id does not say in
 * which it was computed.
 */
import { basename } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import { type Precision, precisionOf } from '../engine/engines.ts';
import { type RunRecord, readRecord, runFolders } from '../results/run-folder.ts';

/**
 * @param except the id of a run that is made anew
 * @throws {ConfigError} if a run that is there was computed in another precision
 */
export function assertOnePrecision(results: string, precision: Precision, except?: string): void {
  for (const folder of runFolders(results)) {
    const record = basename(folder) === except ? undefined : readableRecord(folder);
    if (record) assertPrecision(results, record, precision);
  }
}

/** @throws {ConfigError} if scores of a run would be computed in another precision than its training was */
export function assertPrecision(where: string, { runId, engine }: RunRecord, precision: Precision): void {
  const there = precisionOf(engine);
  if (there === precision) return;
  const remedy = `add --precision ${there}, or name another folder with --out`;
  throw new ConfigError(explain(where, `${there} as of ${runId}`, precision, remedy));
}

/** A damaged record of another run is no reason to refuse this one. */
function readableRecord(folder: string): RunRecord | undefined {
  try {
    return readRecord(folder);
  } catch {
    return undefined;
  }
}
