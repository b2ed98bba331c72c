/** summary.csv and claims.csv from what a results folder holds, and nothing else. */
import { join } from 'node:path';
import { writeCsv } from '../base/csv.ts';
import type { ClaimRow, SummaryRow } from '../report/verdict-rows.ts';
import { type RunRecord, readRecords } from '../results/run-folder.ts';
import { readExperiments, type StoredExperiment } from '../results/stored-experiment.ts';
import { claimColumns, claimRows } from './claims-table.ts';
import { createBootstrap } from './dev-resamples.ts';
import { measure } from './metric-values.ts';
import { withCurrentReason } from './report-settings.ts';
import { summaryColumns, summaryRows } from './summary-table.ts';

export interface Verdicts {
  summary: SummaryRow[];
  claims: ClaimRow[];
}

/** Writes both tables. @returns their rows, of all experiments of the folder, in the order of their names */
export function writeVerdicts(results: string): Verdicts {
  const { summary, claims } = verdictsOf(results);
  writeCsv(join(results, 'summary.csv'), summaryColumns, summary);
  writeCsv(join(results, 'claims.csv'), claimColumns, claims);
  return { summary, claims };
}

/** The same rows; nothing is written. */
export function verdictsOf(results: string): Verdicts {
  const records = readRecords(results).map((record) => withCurrentReason(results, record));
  const verdicts = readExperiments(results).map((experiment) => judge(results, experiment, records));
  const summary = verdicts.flatMap((each) => each.summary);
  const claims = verdicts.flatMap((each) => each.claims);
  return { summary, claims };
}

/** @param records of the whole folder: other experiments' runs play no part */
function judge(results: string, experiment: StoredExperiment, records: readonly RunRecord[]): Verdicts {
  const ids = new Set(experiment.arms.flatMap(({ runs }) => runs.map(({ runId }) => runId)));
  const own = records.filter(({ runId }) => ids.has(runId));
  const byId = new Map(own.map((record) => [record.runId, record]));
  const { tasks, measurements } = measure(own, experiment.primary);
  const bootstrap = createBootstrap(results, own, tasks);
  return {
    summary: summaryRows(experiment, byId, measurements),
    claims: claimRows(experiment, byId, measurements, bootstrap),
  };
}
