/** What tables, verdicts and reports rely on in a record, which may be of an older version, or changed by somebody. */
import { basename, join } from 'node:path';
import { z } from 'zod';
import { DataError, explain } from '../base/errors.ts';
import { assertShape } from '../base/json-file.ts';

const row = z.looseObject({
  name: z.string().optional(),
  checkpointStep: z.number(),
  elapsedSeconds: z.number(),
});

/** Enough that a file that something else wrote is told, and not shown as a bug. */
const recordShape = z.looseObject({
  runId: z.string(),
  name: z.string(),
  regime: z.string(),
  seed: z.number(),
  status: z.string(),
  warnings: z.array(z.string()),
  metrics: z.record(z.string(), z.number().nullable()),
  parameters: z.record(z.string(), z.number()),
  progress: z.looseObject({ step: z.number(), elapsedSeconds: z.number() }).optional(),
  compileSeconds: z.number().optional(),
  files: z.looseObject({ curves: z.string(), checkpoints: z.record(z.string(), z.unknown()) }).optional(),
  finetune: z.array(row.extend({ task: z.string(), settings: z.string() })),
  probe: z.array(row.extend({ task: z.string() })),
  pairs: z.array(row.extend({ set: z.string() })),
  provenance: z.looseObject({ machine: z.looseObject({ cpu: z.string() }) }),
});

/**
 * That a record is one, and that of the run in whose folder it lies: a copy beside it would be counted as a second run,
 * and an id with a path in it would lead elsewhere.
 *
 * @throws {DataError} naming the key
 */
export function assertRecord(folder: string, record: { runId: string }): void {
  const path = join(folder, 'run.json');
  assertShape(path, 'a run record', 'restore this file', recordShape, record);
  if (record.runId === basename(folder)) return;
  const remedy = 'give the folder the name of its run, or move it out of runs';
  throw new DataError(explain(path, `the record of ${basename(folder)}`, record.runId, remedy));
}
