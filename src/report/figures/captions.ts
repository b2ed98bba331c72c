/** What to know when reading a figure, of the data that it shows and no more. */
import { isDownstream } from '../metric-display.ts';
import type { ScoreReport } from '../report-data.ts';
import type { ArmBaselines } from './baselines.ts';
import { type Arm, hasFailed, lastScore, samplesOf } from './series.ts';

/** Sentences on small points, large ones and bars. */
export function seedsWords(arms: readonly Arm[]): string {
  const runs = arms.flatMap((arm) => arm.runs);
  const isSingle = arms.every((arm) => arm.runs.length <= 1);
  const failed = runs.some(hasFailed)
    ? ' A cross marks a seed that failed to learn; a hollow mean is of such seeds only.'
    : '';
  const points = isSingle
    ? 'Each arm has one pre-training seed, so there is no interval.'
    : 'Small points are pre-training seeds, large ones their means, bars 95\u00a0% intervals.';
  return `${points}${failed}`;
}

/** Sentences on how the scores were made: fine-tuning seeds, and the tasks of an average. */
export function scoresWords(arms: readonly Arm[], metrics: readonly string[]): string {
  const scores = metrics.flatMap((metric) =>
    arms.flatMap(({ runs }) => runs.flatMap((run) => lastScore(run, metric) ?? [])),
  );
  return sentences([tasksWords(scores), finetuneWords(scores)]);
}

function tasksWords(scores: readonly ScoreReport[]): string {
  const tasks = [...new Set(scores.flatMap((score) => score.tasks ?? []))];
  if (tasks.length === 0) return '';
  return tasks.length === 1
    ? `The mean consists of ${tasks[0]} alone.`
    : `The mean is over ${listed(tasks)}.`;
}

function finetuneWords(scores: readonly ScoreReport[]): string {
  const counts = [...new Set(scores.flatMap(({ finetuneSeeds }) => finetuneSeeds ?? []))].sort(
    (a, b) => a - b,
  );
  const [fewest, most] = [counts[0], counts.at(-1)];
  if (fewest === undefined || most === undefined) return '';
  if (most === 1) return 'Each score is of one fine-tuning seed.';
  const count = fewest === most ? String(most) : `${fewest} to ${most}`;
  const range = scores.some(({ lowest }) => lowest !== undefined) ? ', thin lines their range' : '';
  return `Scores are the median of ${count} fine-tuning seeds${range}.`;
}

/** A sentence on dashes and ticks. */
export function baselineWords(baselines: readonly Pick<ArmBaselines, 'label' | 'means'>[]): string {
  const means = new Map(baselines.map(({ label, means }) => [label, means]));
  if (means.size === 0) return '';
  return `Lines across, for comparison: ${[...means].map(([label, words]) => `${label} (${words})`).join(', ')}.`;
}

/** Arms that panels leave out, with the reason as far as the measurement tells it. */
export function missingWords(arms: readonly Arm[], metrics: readonly string[]): string {
  const drawn = metrics.filter((metric) => arms.some((arm) => samplesOf(arm, metric).length > 0));
  const reasons = new Map<string, Set<string>>();
  for (const metric of drawn)
    for (const arm of arms.filter((one) => samplesOf(one, metric).length === 0)) {
      const reason = reasonOf(metric);
      reasons.set(reason, (reasons.get(reason) ?? new Set()).add(arm.name));
    }
  return sentences([...reasons].map(([reason, names]) => `${reason}: ${listed([...names])}.`));
}

function reasonOf(metric: string): string {
  if (isDownstream(metric)) return 'Left out because not scored yet';
  if (metric.startsWith('rtd_')) return 'Left out because they have no network that finds replaced tokens';
  return metric.startsWith('mlm_')
    ? 'Left out because they have no network that predicts masked tokens'
    : 'Left out because not measured';
}

export function sentences(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
