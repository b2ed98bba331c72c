/** Everything that a report shows, from a results folder alone. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError, explain } from '../base/errors.ts';
import type { ExperimentReport, PairsReport, ReportData, RunReport } from '../report/report-data.ts';
import type { ClaimRow, SummaryRow } from '../report/verdict-rows.ts';
import { differingKeys } from '../results/columns/hyperparameters.ts';
import { assertRecord } from '../results/record-shape.ts';
import { type RunRecord, readRecord, runFolder, runFolders } from '../results/run-folder.ts';
import { type Curves, readCurves } from '../results/stored-curves.ts';
import { readExperiments, type StoredExperiment } from '../results/stored-experiment.ts';
import { readTexts } from '../results/stored-text.ts';
import { recordedStatus } from '../run/run-status.ts';
import { readSetting, withCurrentReason } from './report-settings.ts';
import { scoresOfRun, sharedTasks } from './run-scores.ts';

/** What statistics say of the same folder: the rows of summary.csv and claims.csv. */
export interface VerdictRows {
  summary: readonly SummaryRow[];
  claims: readonly ClaimRow[];
}

/**
 * @param results a folder that `sweep` or `run` has written
 * @throws {ConfigError} if there is no such folder, or no run in it
 * @throws {DataError} if a file in it is broken
 */
export function readReportData(results: string, verdicts: VerdictRows): ReportData {
  const records = readRuns(results).map((record) => withCurrentReason(results, record));
  const stored = readExperiments(results);
  const tasks = sharedTasks(reportedOf(records, stored));
  const differing = differingKeys(results, records);
  const texts = new Map(readTexts(results).map(({ runId, sentences }) => [runId, sentences]));
  return {
    title: basename(resolve(results)),
    experiments: stored.map((one) => experimentReport(records, one, verdicts)),
    runs: records.map((record) => ({
      ...runReport(results, record),
      differing: Object.fromEntries(
        differing.map(({ key, valueIn }) => [key, String(valueIn(record.runId) ?? '')]),
      ),
      ...(texts.has(record.runId) && { text: texts.get(record.runId)! }),
      scores: scoresOfRun(record, tasks),
      curves: curvesOf(results, record),
    })),
  };
}

/** The runs that experiments report, or all: those of a search and pilots are scored on other tasks. */
function reportedOf(
  records: readonly RunRecord[],
  experiments: readonly StoredExperiment[],
): readonly RunRecord[] {
  const ids = new Set(
    experiments.flatMap(({ arms }) => arms.flatMap(({ runs }) => runs)).map(({ runId }) => runId),
  );
  const reported = records.filter(({ runId }) => ids.has(runId));
  return reported.length > 0 ? reported : records;
}

/** @throws as `readReportData` */
export function assertHasRuns(results: string): void {
  readRuns(results);
}

/** In the order of their ids. */
function readRuns(results: string): RunRecord[] {
  if (!existsSync(results)) {
    const remedy = 'name a folder that sweep or run has written, like results/quickstart';
    throw new ConfigError(explain(results, 'a results folder', 'no file', remedy));
  }
  const records = runFolders(results).flatMap((folder) => readRun(folder) ?? []);
  if (records.length > 0) return records;
  const folder = join(results, 'runs');
  const remedy = 'run `electra-lab sweep` or `electra-lab run` with --out first';
  throw new ConfigError(explain(folder, 'at least one run with a run.json', 'none', remedy));
}

/** A record of another kind is named by its folder, as it may have no id. */
function readRun(folder: string): RunRecord | undefined {
  const record = readRecord(folder);
  if (record !== undefined) assertRecord(folder, record);
  return record;
}

/** One run by itself, without its scores. @param folder of the run */
export function readRunReport(folder: string, record: RunRecord): RunReport {
  const results = dirname(dirname(resolve(folder)));
  return { ...runReport(results, record), scores: [], curves: curvesOf(results, record) };
}

function runReport(results: string, record: RunRecord): Omit<RunReport, 'scores' | 'curves'> {
  const { runId, name, regime, seed, reason, warnings, progress, peakMemoryBytes } = record;
  const status = recordedStatus(record, runFolder(results, runId), new Date());
  const { gitCommit, gitIsDirty, machine } = record.provenance;
  const known = Object.entries(record.metrics).filter(([, value]) => value !== null);
  return {
    runId,
    name,
    regime,
    seed,
    status,
    warnings,
    ...(reason !== undefined && { reason }),
    ...(progress && costsOf(progress)),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
    ...(gitCommit !== undefined && { gitCommit }),
    ...(gitIsDirty !== undefined && { gitIsDirty }),
    startedAt: record.startedAt,
    setting: readSetting(results, runId),
    parameters: Object.values(record.parameters).reduce((sum, count) => sum + count, 0),
    engine: record.engine,
    cpu: machine.cpu,
    metrics: Object.fromEntries(known),
    ...(record.pairs.length > 0 && { pairs: endsOf(record) }),
    config: configOf(results, runId),
    command: `npx electra-lab run runs/${runId}/config.yaml --threads ${record.threads} --out again`,
  };
}

/** The scores of minimal pairs before training and after it. */
function endsOf({ pairs, progress }: RunRecord): PairsReport[] {
  return pairs.filter(({ checkpointStep: step }) => step === 0 || step === progress?.step);
}

function costsOf(progress: NonNullable<RunRecord['progress']>) {
  const { step, tokens, flops, officialFlops, elapsedSeconds } = progress;
  return { steps: step, tokens, trainFlops: flops, officialFlops, elapsedSeconds };
}

function configOf(results: string, runId: string): string {
  const path = join(runFolder(results, runId), 'config.yaml');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : '';
}

/** None of a run that has not written any yet. */
function curvesOf(results: string, { runId }: RunRecord): Curves {
  return readCurves(join(runFolder(results, runId), 'curves.csv')).get(runId) ?? {};
}

function experimentReport(
  records: readonly RunRecord[],
  stored: StoredExperiment,
  verdicts: VerdictRows,
): ExperimentReport {
  const { name, title, claim, command, preset, figure, primary } = stored;
  const isOwn = ({ experiment }: { experiment: string }) => experiment === name;
  const idsOf = (arm: StoredExperiment['arms'][number]) =>
    arm.runs.map(({ runId }) => runId).filter((id) => records.some(({ runId }) => runId === id));
  const own = records.filter(({ runId }) => stored.arms.some((arm) => idsOf(arm).includes(runId)));
  return {
    name,
    title,
    claim,
    command,
    preset,
    ...(figure && { figure }),
    ...(primary && { primary }),
    arms: stored.arms.map((arm) => ({
      name: arm.name,
      coordinates: arm.coordinates,
      runIds: idsOf(arm),
    })),
    tasks: sharedTasks(own).map((task) => ({ name: task, metric: firstMetricOf(task, own) })),
    averages: averagesOf(own),
    claims: verdicts.claims.filter(isOwn),
    summary: verdicts.summary.filter(isOwn),
  };
}

/** The first in a run's table is what the task counts by. */
function firstMetricOf(task: string, records: readonly RunRecord[]): string {
  return records.flatMap(({ finetune }) => finetune).find((row) => row.task === task)!.metric;
}

function averagesOf(records: readonly RunRecord[]): ExperimentReport['averages'] {
  const tasks = sharedTasks(records);
  const entries = records.map((record) => {
    const averages = scoresOfRun(record, tasks).filter(({ metric }) => metric === 'downstream');
    return [record.runId, averages] as const;
  });
  return Object.fromEntries(entries);
}
