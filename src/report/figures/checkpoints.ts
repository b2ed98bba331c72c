/** Figure 3, right: downstream score against training FLOPs, checkpoint by checkpoint. */
import { groupBy } from '../../base/group.ts';
import { axisOf, measureNamed } from '../metric-display.ts';
import type { ScoreReport } from '../report-data.ts';
import { armBaselinesOf, floorsOf } from './baselines.ts';
import { baselineWords, missingWords, scoresWords, seedsWords, sentences } from './captions.ts';
import type { FigureNames } from './dot-figure.ts';
import type { Figure, Omission, ValueRow } from './figure.ts';
import { type LinePoint, linePanel, type Series } from './line-panel.ts';
import { type Arm, hasFailed, mainScore, spreadOf } from './series.ts';
import { costsOf, floorRows } from './values.ts';

/** Both ways to count, side by side. */
const costs = ['train_flops', 'official_flops'] as const;

export function checkpointsFigure(
  names: FigureNames,
  arms: readonly Arm[],
  primary?: string,
): Figure | Omission {
  const metric = mainScore(arms, primary);
  if (metric === undefined) return { ...names, why: 'no arm has been scored yet' };
  const measure = measureNamed(metric);
  const floors = floorsOf(arms, measure);
  const panels = costs.map((cost) => {
    const series = arms.map((arm) => seriesOf(arm, metric, cost)).filter(({ points }) => points.length > 0);
    const largest = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)));
    const x = axisOf(measureNamed(cost), largest);
    const svg = linePanel({ series, floors, measure, y: axisOf(measure, 1), x });
    return { id: `${names.id}-${cost.replace('_', '-')}`, title: `against ${measureNamed(cost).label}`, svg };
  });
  const values = [...arms.flatMap((arm) => rowsOf(arm, metric)), ...floorRows(floors)];
  return { ...names, caption: captionOf(arms, metric), panels, measure, values };
}

function captionOf(arms: readonly Arm[], metric: string): string {
  const baselines = armBaselinesOf(arms, measureNamed(metric)).filter(({ label }) => label !== 'untrained');
  return sentences([
    'Each scored checkpoint, first against executed FLOPs, then against FLOPs as the paper counts them.',
    seedsWords(arms),
    'Points that would overlap stand side by side; the table has their FLOPs.',
    scoresWords(arms, [metric]),
    baselineWords(baselines),
    missingWords(arms, [metric]),
  ]);
}

/** Both lines of an arm have the same points, each at its cost. */
function rowsOf(arm: Arm, metric: string): ValueRow[] {
  const [executed, official] = costs.map((cost) => seriesOf(arm, metric, cost).points);
  return executed!.map(({ at, x, spread, samples }) => {
    const columns = costsOf({
      train_flops: x,
      official_flops: official!.find((point) => point.at === at)!.x,
    });
    return { arm: arm.name, at, spread, samples, columns };
  });
}

function seriesOf({ name, index, runs }: Arm, metric: string, cost: (typeof costs)[number]): Series {
  const scores = runs.flatMap((run) =>
    run.scores
      .filter((score) => score.metric === metric)
      .map((score) => ({ ...score, seed: run.seed, hasFailed: hasFailed(run) })),
  );
  const checkpoints = [...groupBy(scores, ({ checkpointStep }) => checkpointStep)];
  const points = checkpoints.map(([step, group]): LinePoint => {
    const flops = group.map((score) => costOf(score, cost));
    return {
      x: spreadOf(flops)!.mean,
      at: step === 0 ? 'untrained' : `step ${step}`,
      spread: spreadOf(group.map(({ score }) => score))!,
      samples: group.map(({ seed, score, hasFailed: failed }) => ({ seed, value: score, hasFailed: failed })),
    };
  });
  return { name, index, points: points.sort((a, b) => a.x - b.x) };
}

function costOf(score: ScoreReport, cost: (typeof costs)[number]): number {
  return cost === 'train_flops' ? score.trainFlops : score.officialFlops;
}
