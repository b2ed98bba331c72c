/** electra-lab sweep: all runs of an experiment. */

import type { CommandModule } from 'yargs';
import { counted } from '../base/counted.ts';
import { InterruptedError } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { CellOutcome } from '../experiment/cell-process.ts';
import { submittedTasks } from '../experiment/slurm/submission.ts';
import { assertSearchedAlike } from '../experiment/tuning.ts';
import { recordTrials } from '../experiment/tuning-table.ts';
import { computeWords } from '../report/explanations.ts';
import type { ClaimRow } from '../report/verdict-rows.ts';
import {
  claimUnderTest,
  measuredBy,
  measuredDifference,
  seedsWords,
  tallyWords,
  verdictSigns,
  verdictWords,
} from '../report/verdict-words.ts';
import { type RunRecord, readRecords } from '../results/run-folder.ts';
import { writeExperiment } from '../results/stored-experiment.ts';
import { assembleTables } from '../results/tables.ts';
import { type CellStatus, statusOf } from '../run/run-status.ts';
import { print, printJson } from './command.ts';
import {
  assertAllFinished,
  executeCells,
  type ProcessArguments,
  primaryNotes,
  showStates,
  untunedNotes,
  withProcessOptions,
} from './execute-cells.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  onlyArms,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { jsonOption, textList } from './options.ts';
import { buildReport } from './report.ts';
import { summaryLegend, summaryTable } from './run-summary.ts';
import { executeOnSlurm, type SlurmArguments, withSlurmOptions } from './sweep-slurm.ts';
import { textTable } from './text-table.ts';

interface SweepArguments extends ExperimentArguments, ProcessArguments, SlurmArguments {
  only: string[];
  dryRun: boolean;
  status: boolean;
  json: boolean;
}

export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep <experiment>',
  describe: 'run all arms of an experiment; finished runs are not repeated',
  builder: (yargs) =>
    withSlurmOptions(withProcessOptions(withExperimentOptions(yargs)))
      .option('only', textList('--only', 'arms to run, plus those that train their generators'))
      .option('dry-run', { type: 'boolean', default: false, describe: 'print what would be run, and stop' })
      .option('status', {
        type: 'boolean',
        default: false,
        describe: 'print the progress of every run, and stop',
      })
      .option('json', jsonOption)
      .example('$0 sweep quickstart', 'the four regimes of Figure 3, in minutes')
      .example('$0 sweep figure3-generator-size --preset quick --seeds 0-2', 'smaller, three seeds')
      .example('$0 sweep mine.yaml --jobs 4', 'four runs at once')
      .example('$0 sweep mine.yaml --launcher slurm --time 4:00:00 --wait', 'on a cluster') as never,
  handler: execute,
};

async function execute(args: SweepArguments): Promise<void> {
  const opened = openExperiment(args);
  const { experiment, results, command } = opened;
  const cells = onlyArms(experiment, args.only);
  if (args.dryRun) return showStates(cells, results, args);
  if (args.status) return showStatuses(cells, results, args);
  assertSearchedAlike(opened.plan, opened.trials, args.only);
  const { cells: _, ...stored } = experiment;
  // Before the runs: of a sweep that is killed, `report` then knows the arms.
  writeExperiment(results, { ...stored, command });
  const outcomes = await outcomesOf(cells, opened, args).catch((error: unknown) => {
    if (error instanceof InterruptedError) assembleTables(results);
    throw error;
  });
  if (!outcomes) return;
  assertSomeBegun(experiment.name, outcomes, results);
  const records = assembleTables(results);
  const { paths, claims: all, answers } = await buildReport(results, args);
  const claims = all.filter((row) => row.experiment === experiment.name);
  const own = recordsOf(cells, records);
  if (args.json) printJson({ results, report: paths[0], runs: own, claims });
  else {
    const where = [`Results: ${results}`, `Report: ${paths[0]}`];
    print(endOf(experiment.claim, own, claims, [...where, '', answers.get(experiment.name) ?? '']));
  }
  assertAllFinished(experiment.name, outcomes, results);
}

/** @returns nothing where the runs go on without this process */
function outcomesOf(
  cells: readonly RunConfig[],
  opened: OpenedExperiment,
  args: SweepArguments,
): Promise<CellOutcome[] | undefined> {
  const { experiment, results, trials } = opened;
  const notes = [...untunedNotes(opened), ...primaryNotes(opened)];
  if (args.launcher === 'local')
    return executeCells(experiment.name, cells, { results, trials, notes }, args);
  recordTrials(results, trials);
  return executeOnSlurm(experiment.name, cells, results, args);
}

function showStatuses(cells: readonly RunConfig[], results: string, { json }: SweepArguments): void {
  const statuses = statusesOf(cells, results);
  if (json) printJson(statuses);
  else print(statusTable(statuses));
}

/** The records of cells, in their order and under their names here: another experiment may have named them first. */
function recordsOf(cells: readonly RunConfig[], records: readonly RunRecord[]): RunRecord[] {
  return cells.flatMap((cell) => {
    const record = records.find(({ runId }) => runId === runIdOf(cell));
    return record ? [{ ...record, name: cell.name }] : [];
  });
}

function endOf(
  claim: string,
  records: readonly RunRecord[],
  claims: readonly ClaimRow[],
  where: readonly string[],
): string {
  const verdicts = claims.length > 0 ? ['', ...claimsSummary(claims)] : [];
  const summary = [summaryTable(records), '', ...summaryLegend(records)];
  return ['', claimUnderTest({ claim, claims }), '', ...summary, ...verdicts, '', ...where].join('\n');
}

/** @throws {TrainingError} if every run failed before it had a record: there is nothing to report */
function assertSomeBegun(name: string, outcomes: readonly CellOutcome[], results: string): void {
  if (readRecords(results).length === 0) assertAllFinished(name, outcomes, results);
}

/** Lines to print: what each claim came to at this scale, and what its numbers mean; none without claims. */
export function claimsSummary(claims: readonly ClaimRow[]): string[] {
  if (claims.length === 0) return [];
  return [
    `The claims under test: ${tallyWords(claims)}.`,
    ...claims.flatMap(linesOf),
    "Differences are between means over seeds and positive on the paper's side. Intervals are Welch's; for runs forked from one run, Student's t over pairs.",
  ];
}

function linesOf(claim: ClaimRow): string[] {
  const { ahead, behind, reason } = claim;
  const training = computeWords(claim);
  const difference = `${measuredBy(claim)}, ${ahead} against ${behind}: ${measuredDifference(claim)}`;
  const facts = [difference, seedsWords(claim), ...(reason === undefined ? [] : [`why: ${reason}`])];
  return [
    `  ${verdictSigns[claim.verdict]} ${verdictWords(claim)}: ${claim.claim}`,
    `    ${facts.join('; ')}`,
    ...(training === '' ? [] : [`    training: ${training}`]),
  ];
}

/** What is known of a cell, with the Slurm job that has it or had it. */
interface SubmittedStatus extends CellStatus {
  slurmJob?: string;
}

function statusesOf(cells: readonly RunConfig[], results: string): SubmittedStatus[] {
  const now = new Date();
  const tasks = new Map(submittedTasks(results).map(({ runId, task }) => [runId, task]));
  return cells.map((cell) => {
    const status = statusOf(cell, results, now);
    const slurmJob = tasks.get(status.runId);
    return slurmJob === undefined ? status : { ...status, slurmJob };
  });
}

function statusTable(all: readonly SubmittedStatus[]): string {
  const jobs = all.some(({ slurmJob }) => slurmJob) ? ['Slurm job'] : [];
  const rows = all.map(({ name, status, runId, slurmJob, detail }) => [
    name,
    status,
    runId,
    ...jobs.map(() => slurmJob ?? ''),
    detail,
  ]);
  const names = [...new Set(all.map(({ status }) => status))];
  const sum = names.map((name) => `${all.filter(({ status }) => status === name).length} ${name}`).join(', ');
  return [
    textTable(['run', 'state', 'id', ...jobs, 'detail'], rows),
    '',
    `${counted(all.length, 'run')}: ${sum}.`,
  ].join('\n');
}
