/** Table 1: what a share of the budget buys. */
import { groupBy } from '../../base/group.ts';
import { axisOf, measureNamed } from '../metric-display.ts';
import { floorsOf } from './baselines.ts';
import { type FigureNames, scoreFigure } from './dot-figure.ts';
import { type Figure, isOmission, type Omission } from './figure.ts';
import { type LinePoint, linePanel } from './line-panel.ts';
import { indicesOf } from './palette.ts';
import { type Arm, samplesOf, spreadOfSamples } from './series.ts';
import { costsOf, flopsOf } from './values.ts';

/** The arms one by one, and against what they cost with a line per regime. */
export function efficiencyFigure(
  names: FigureNames,
  arms: readonly Arm[],
  primary?: string,
): Figure | Omission {
  const figure = scoreFigure(names, arms, primary);
  if (isOmission(figure)) return figure;
  const panel = {
    id: `${names.id}-flops`,
    title: 'against executed training FLOPs',
    svg: costPanel(arms, figure.measure.name),
  };
  const flops = new Map(arms.map((arm) => [arm.name, costsOf({ train_flops: flopsOf(arm) })]));
  const values = figure.values.map((row) => ({ ...row, besides: { ...flops.get(row.arm), ...row.besides } }));
  return { ...figure, panels: [...figure.panels, panel], values };
}

function costPanel(arms: readonly Arm[], metric: string): string {
  const measure = measureNamed(metric);
  const regimes = [...groupBy(arms, ({ runs }) => runs[0]?.regime ?? '')];
  const indices = indicesOf(regimes.map(([name]) => name));
  const series = regimes.map(([name, group], i) => {
    const points = group.flatMap((arm) => pointOf(arm, metric));
    return { name, index: indices[i]!, points: points.sort((a, b) => a.x - b.x) };
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  const largest = Math.max(...drawn.flatMap(({ points }) => points.map(({ x }) => x)));
  const x = axisOf(measureNamed('train_flops'), largest);
  return linePanel({
    ...{ series: drawn, floors: floorsOf(arms, measure), measure },
    ...{ y: axisOf(measure, 1), x: { ...x, isLog: true } },
  });
}

function pointOf(arm: Arm, metric: string): LinePoint[] {
  const samples = samplesOf(arm, metric);
  const spread = spreadOfSamples(samples);
  const cost = flopsOf(arm);
  return spread && cost ? [{ x: cost, at: arm.name, spread, samples }] : [];
}
