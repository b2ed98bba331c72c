/** electra-lab tune: the values of some keys for each arm of an experiment, from grids of one size. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain, TrainingError } from '../base/errors.ts';
import { groupBy } from '../base/group.ts';
import { percent } from '../base/percent.ts';
import { canonicalJson, runIdOf } from '../config/run-id.ts';
import type { Coordinates } from '../experiment/arms.ts';
import type { CellOutcome } from '../experiment/cell-process.ts';
import { type Candidate, candidatesOf, hasLearned, spentBy, type Trial } from '../experiment/trials.ts';
import { nextOf, trialsOf, unlearnedArmRemedy } from '../experiment/tuning.ts';
import { writeTrials } from '../experiment/tuning-table.ts';
import { measureNamed, show } from '../report/metric-display.ts';
import { assembleTables } from '../results/tables.ts';
import { standardDeviation } from '../statistics/describe.ts';
import { print, printJson } from './command.ts';
import {
  assertAllFinished,
  executeCells,
  type ProcessArguments,
  withProcessOptions,
} from './execute-cells.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { jsonOption } from './options.ts';
import { terminalWidth, textTable } from './text-table.ts';

interface TuneArguments extends ExperimentArguments, ProcessArguments {
  json: boolean;
}

export const tuneCommand: CommandModule<object, TuneArguments> = {
  command: 'tune <experiment>',
  describe: "search some keys over the experiment's grid for each arm; sweep then uses the best values",
  builder: (yargs) =>
    withProcessOptions(withExperimentOptions(yargs))
      .option('json', jsonOption)
      .example(
        '$0 tune figure3-training-algorithms --preset quick',
        'on a task and seeds that are not reported',
      ) as never,
  handler: execute,
};

async function execute(args: TuneArguments): Promise<void> {
  const opened = openExperiment(args);
  const { plan, results, trials } = opened;
  if (trials.length === 0) {
    const remedy = 'add `tuning` with grid and seeds, as experiments/figure3-training-algorithms.yaml has';
    throw new ConfigError(explain(plan.file, 'a search', 'none', remedy));
  }
  const { found, outcomes } = await search(opened, args);
  assembleTables(results);
  const recorded = writeTrials(results, found);
  if (args.json) printJson({ recorded, trials: found.map(trialFacts) });
  else print(['', ...searchSummary(found), '', `Recorded: ${recorded}`].join('\n'));
  assertAllFinished(plan.name, outcomes, results);
  assertSomeLearned(plan.name, found);
}

/** Runs what is to be tried, rung by rung, and then what could only be tried with what that has found. */
async function search({ plan, results, trials }: OpenedExperiment, args: TuneArguments) {
  const context = { results, trials: [], notes: [] };
  const name = `${plan.name}, search`;
  const outcomes = new Map<string, CellOutcome>();
  for (let [found, done] = [trials, '']; ; ) {
    const next = nextOf(plan, found) ?? { until: 1, trials: found.filter(hasFailed) };
    // What a rung left undone has failed, and would fail again.
    const now = canonicalJson([next.until, next.trials.map(({ cell }) => runIdOf(cell))]);
    if (next.trials.length === 0 || now === done) return { found, outcomes: [...outcomes.values()] };
    const until = next.until < 1 ? { until: next.until } : {};
    for (const outcome of await executeCells(name, distinct(next.trials), { ...context, ...until }, args))
      outcomes.set(runIdOf(outcome.config), outcome);
    [found, done] = [trialsOf(plan, results), now];
  }
}

function hasFailed({ record }: Trial): boolean {
  return record?.status === 'failed';
}

/** Arms that differ in nothing that a search run has share it. */
function distinct(trials: readonly Trial[]) {
  return [...new Map(trials.map(({ cell }) => [runIdOf(cell), cell])).values()];
}

function trialFacts({ arm, coordinates, seed, metric, score, isChosen, record }: Trial) {
  const status = record?.status ?? 'not run';
  return { arm, settings: coordinates, seed, metric, score: score ?? null, isChosen, status };
}

/** @throws {TrainingError} naming the arms for which nothing was chosen as nothing that was tried has learned */
function assertSomeLearned(name: string, trials: readonly Trial[]): void {
  const arms = [...new Set(trials.map(({ arm }) => arm))];
  const isBlind = (arm: string) =>
    trials.filter((trial) => trial.arm === arm).every((trial) => !hasLearned(trial));
  const without = arms.filter(isBlind);
  if (without.length === 0) return;
  const rule = 'a run that learned for each arm, to choose from';
  throw new TrainingError(
    explain(`${name}: tuning`, rule, `none for ${without.join(', ')}`, unlearnedArmRemedy),
  );
}

/** Lines to print. @param trials of a whole search, at least one */
export function searchSummary(trials: readonly Trial[]): string[] {
  const [{ metric }] = trials as [Trial];
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  const over = seeds.length > 1 ? `the mean over seeds ${seeds.join(', ')}` : `seed ${seeds[0]}`;
  const arms = [...groupBy(candidatesOf(trials), ({ arm }) => arm)];
  return [
    `Chosen by ${metric}, ${over}; no claim is about ${seeds.length > 1 ? 'these' : 'it'}.`,
    ...arms.flatMap(([arm, candidates]) => ['', ...armLines(arm, metric, candidates)]),
    ...arms.flatMap(([, candidates]) => warningsOf(candidates)),
    '',
    costLine(trials),
  ];
}

function armLines(arm: string, metric: string, candidates: readonly Candidate[]): string[] {
  const keys = Object.keys(candidates[0]!.coordinates);
  const facts = candidates.map((candidate) => factsOf(metric, candidate));
  const header = ['score', 'sd', 'learned', ''];
  const taken = header.map((name, i) => Math.max(name.length, ...facts.map((row) => row[i]!.length)) + 2);
  const widest = terminalWidth();
  const room = Math.max(
    3,
    Math.floor((widest - taken.reduce((sum, width) => sum + width, 0)) / keys.length) - 2,
  );
  const values = candidates.map(({ coordinates }) => keys.map((key) => cut(String(coordinates[key]), room)));
  const names = keys.map((key) => cut(key.split('.').at(-1)!, room));
  const rows = values.map((cells, i) => [...cells, ...facts[i]!]);
  return [cut(`${arm}: ${keys.join(' × ')}`, widest), textTable([...names, ...header], rows)];
}

function factsOf(metric: string, { score, trials, ...candidate }: Candidate): string[] {
  const measure = measureNamed(metric);
  const scores = trials.flatMap((trial) => trial.score ?? []);
  const shown = (value: number | undefined) => show(measure, value).replaceAll('\u00a0', ' ');
  const learned = `${trials.filter(hasLearned).length} of ${trials.length}`;
  return [shown(score), shown(standardDeviation(scores)), learned, markOf({ ...candidate, score, trials })];
}

function markOf({ isChosen, trials }: Candidate): string {
  if (isChosen) return 'chosen';
  const [{ droppedAt } = {}] = trials;
  if (droppedAt !== undefined) return `left at ${percent(droppedAt)}`;
  if (trials.every(({ record }) => record === undefined)) return 'not run';
  if (trials.some(({ isTried }) => !isTried)) return 'not finished';
  return trials.some(({ record }) => record?.status === 'failed') ? 'failed' : '';
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** @param candidates of one arm */
function warningsOf(candidates: readonly Candidate[]): string[] {
  const keys = Object.keys(candidates[0]!.coordinates);
  const warnings = keys.flatMap((key) => [edgeWarning(key, candidates), idleWarning(key, candidates)]);
  return warnings.flatMap((warning) => (warning === undefined ? [] : [`Warning: ${warning}`]));
}

/** Where the best is the last that was tried, a better one may lie beyond it. */
function edgeWarning(key: string, candidates: readonly Candidate[]): string | undefined {
  const chosen = candidates.find(({ isChosen }) => isChosen);
  const values = candidates.map(({ coordinates }) => coordinates[key]);
  const isNumeric = values.every((value) => typeof value === 'number');
  if (!chosen || !isNumeric || new Set(values).size === 1) return undefined;
  const value = chosen.coordinates[key] as number;
  const ends = { smallest: Math.min(...values), largest: Math.max(...values) };
  const end = Object.entries(ends).find(([, bound]) => bound === value)?.[0];
  return end && `${chosen.arm}: ${key} ${value} is the ${end} of its grid; the best may lie beyond it`;
}

/** A key that changes no score does nothing for an arm, whose search then has fewer candidates than it says. */
function idleWarning(key: string, candidates: readonly Candidate[]): string | undefined {
  const without = ({ coordinates }: Candidate): Coordinates => ({ ...coordinates, [key]: '' });
  const groups = [...groupBy(candidates, (candidate) => canonicalJson(without(candidate))).values()];
  const scoresIn = (group: readonly Candidate[]) =>
    new Set(group.map(({ trials }) => canonicalJson(trials.map(({ score }) => score ?? null))));
  const isScored = candidates.every(({ score }) => score !== undefined);
  if (!isScored || groups.some((group) => group.length < 2 || scoresIn(group).size > 1)) return undefined;
  return `${candidates[0]!.arm}: ${key} changes no score; give the arm another grid in tuning.byArm`;
}

function costLine(trials: readonly Trial[]): string {
  const records = [...new Map(trials.map(({ record }) => [record?.runId, record])).values()];
  const total = (key: 'flops' | 'elapsedSeconds') =>
    records.reduce((sum, record) => sum + (record ? (spentBy(record)?.[key] ?? 0) : 0), 0);
  const minutes = (total('elapsedSeconds') / 60).toFixed(1);
  return `The search cost ${total('flops').toExponential(2)} FLOPs, ${minutes} minutes of training.`;
}
