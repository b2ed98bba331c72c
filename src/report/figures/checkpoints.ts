/** Figure 3, right: downstream score against training FLOPs, checkpoint by checkpoint. */
import { groupBy } from '../group.ts';
import { spreadOf } from '../mean-interval.ts';
import { axisOf, measureNamed } from '../measures.ts';
import type { ScoreReport } from '../report-data.ts';
import type { FigureNames } from './dot-figure.ts';
import type { Figure, Omission } from './figure.ts';
import { type LinePoint, linePanel, type Series } from './line-panel.ts';
import { type Arm, hasFailed, mainScore } from './series.ts';

/** Both ways to count, side by side. */
const costs = ['train_flops', 'official_flops'] as const;

export function checkpointsFigure(names: FigureNames, arms: readonly Arm[]): Figure | Omission {
  const metric = mainScore(arms);
  if (metric === undefined) return { ...names, why: 'no arm has been fine-tuned yet' };
  const measure = measureNamed(metric);
  const panels = costs.map((cost) => {
    const series = arms.map((arm) => seriesOf(arm, metric, cost)).filter(({ points }) => points.length > 0);
    const largest = Math.max(...series.flatMap(({ points }) => points.map(({ x }) => x)));
    const x = axisOf(measureNamed(cost), largest);
    const svg = linePanel({ series, measure, y: axisOf(measure, 1), x });
    return { id: `${names.id}-${cost.replace('_', '-')}`, title: `against ${measureNamed(cost).label}`, svg };
  });
  const values = arms.flatMap((arm) =>
    seriesOf(arm, metric, 'train_flops').points.map(({ at, spread, samples }) => ({
      arm: arm.name,
      at,
      spread,
      samples,
    })),
  );
  return { ...names, caption, panels, measure, values };
}

const caption =
  'Each checkpoint that was fine-tuned: small points are pre-training seeds (a cross: failed to learn), large ones their means, bars 95 % intervals. First as the matrix products were executed, then as the paper counts.';

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
