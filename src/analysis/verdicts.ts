/** summary.csv, claims.csv and arms.csv from what a results folder holds, and nothing else. */
import { join } from 'node:path';
import { writeCsv } from '../base/csv.ts';
import { type ArmRow, armColumns } from '../results/columns/arm-columns.ts';
import { type ClaimTableRow, claimColumns } from '../results/columns/claim-columns.ts';
import { type SummaryTableRow, summaryColumns } from '../results/columns/summary-columns.ts';
import { describeTables } from '../results/data-package.ts';
import { type RunRecord, readRecords } from '../results/run-folder.ts';
import { readExperiments, type StoredExperiment } from '../results/stored-experiment.ts';
import { claimRows } from './claims-table.ts';
import { createBootstrap } from './dev-resamples.ts';
import { measure } from './metric-values.ts';
import { withCurrentReason } from './report-settings.ts';
import { summaryRows } from './summary-table.ts';

export interface Verdicts {
  /** Of the last checkpoints; the file has those before them, too. */
  summary: SummaryTableRow[];
  claims: ClaimTableRow[];
}

/** Writes the tables. @returns the rows of all experiments of the folder, in the order of their names */
export function writeVerdicts(results: string): Verdicts {
  const { summary, claims } = judgeAll(results);
  writeCsv(join(results, 'summary.csv'), summaryColumns, summary);
  writeCsv(join(results, 'claims.csv'), claimColumns, claims);
  writeCsv(join(results, 'arms.csv'), armColumns, readExperiments(results).flatMap(armRows));
  describeTables(results);
  return { summary: summary.filter(isLast), claims };
}

/** The same rows; nothing is written. */
export function verdictsOf(results: string): Verdicts {
  const { summary, claims } = judgeAll(results);
  return { summary: summary.filter(isLast), claims };
}

const isLast = ({ trainingFraction }: SummaryTableRow) => trainingFraction === 1;

function judgeAll(results: string): Verdicts {
  const records = readRecords(results).map((record) => withCurrentReason(results, record));
  const verdicts = readExperiments(results).map((experiment) => judge(results, experiment, records));
  return {
    summary: verdicts.flatMap(({ summary }) => summary),
    claims: verdicts.flatMap(({ claims }) => claims),
  };
}

function armRows({ name, arms }: StoredExperiment): ArmRow[] {
  return arms.flatMap((arm) =>
    arm.runs.map((run) => ({ experiment: name, arm: arm.name, ...run, ...(arm.fork && { fork: arm.fork }) })),
  );
}

/** @param records of the whole folder: other experiments' runs play no part */
function judge(results: string, experiment: StoredExperiment, records: readonly RunRecord[]): Verdicts {
  const ids = new Set(experiment.arms.flatMap(({ runs }) => runs.map(({ runId }) => runId)));
  const own = records.filter(({ runId }) => ids.has(runId));
  const byId = new Map(own.map((record) => [record.runId, record]));
  const { tasks, measurements, onTheWay } = measure(own, experiment.primary);
  const bootstrap = createBootstrap(results, own, tasks);
  return {
    summary: [
      ...summaryRows(experiment, byId, measurements),
      ...[...onTheWay].flatMap(([fraction, before]) => summaryRows(experiment, byId, before, fraction)),
    ],
    claims: claimRows(experiment, byId, measurements, bootstrap),
  };
}
