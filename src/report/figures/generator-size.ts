/** Figure 3, left: downstream score against the generator's size, one line per discriminator. */
import { groupBy } from '../../base/group.ts';
import { axisOf, type Measure, measureNamed } from '../metric-display.ts';
import { armBaselinesOf, floorsOf } from './baselines.ts';
import { baselineWords, missingWords, scoresWords, seedsWords, sentences } from './captions.ts';
import type { FigureNames } from './dot-figure.ts';
import type { Figure, Omission, ValueRow } from './figure.ts';
import { type LinePoint, linePanel, type Series } from './line-panel.ts';
import { type Arm, mainScore, samplesOf, spreadOfSamples } from './series.ts';
import { costsOf, floorRows, flopsOf } from './values.ts';

const sizeKey = 'generator.size';
const kindKey = 'generator.kind';

export function generatorSizeFigure(
  names: FigureNames,
  arms: readonly Arm[],
  primary?: string,
): Figure | Omission {
  const metric = mainScore(arms, primary);
  if (metric === undefined) return { ...names, why: 'no arm has been scored yet' };
  const sized = arms.filter((arm) => sizeOf(arm) !== undefined);
  if (sized.length < 2) return { ...names, why: `fewer than two arms have a coordinate ${sizeKey}` };
  const measure = measureNamed(metric);
  const panels = [
    { id: `${names.id}-steps`, title: 'at equal steps, as in the paper', svg: sizePanel(sized, measure) },
    { id: `${names.id}-flops`, title: 'against executed training FLOPs', svg: flopsPanel(sized, measure) },
  ];
  const values = sized.flatMap((arm): ValueRow[] => {
    const point = pointOf(arm, metric);
    return point ? [{ arm: arm.name, ...point, columns: costsOf({ train_flops: flopsOf(arm) }) }] : [];
  });
  const floors = floorRows(floorsOf(sized, measure));
  return { ...names, caption: captionOf(sized, metric), panels, measure, values: [...values, ...floors] };
}

function captionOf(arms: readonly Arm[], metric: string): string {
  const baselines = armBaselinesOf(arms, measureNamed(metric)).filter(({ label }) => label !== 'untrained');
  return sentences([
    'Generator size as a fraction of the discriminator. Unigram samples by token frequency, without a network.',
    seedsWords(arms),
    'The second panel shows the same scores against the cost of training: at equal steps a smaller generator is cheaper.',
    scoresWords(arms, [metric]),
    baselineWords(baselines),
    missingWords(arms, [metric]),
  ]);
}

function sizePanel(arms: readonly Arm[], measure: Measure): string {
  const categories = sizesOf(arms);
  const series = seriesOf(arms, measure.name, (_, size) => categories.indexOf(size));
  const x = { factor: 1, title: 'generator size / discriminator size', categories };
  return linePanel({ series, floors: floorsOf(arms, measure), measure, y: axisOf(measure, 1), x });
}

function flopsPanel(arms: readonly Arm[], measure: Measure): string {
  const series = seriesOf(arms, measure.name, (arm) => flopsOf(arm) ?? 0);
  const costs = series.flatMap(({ points, apart = [] }) => [...points, ...apart].map(({ x }) => x));
  const x = axisOf(measureNamed('train_flops'), Math.max(...costs));
  return linePanel({ series, floors: floorsOf(arms, measure), measure, y: axisOf(measure, 1), x });
}

/** One line per discriminator: through the sizes in their order, the unigram generator apart. */
function seriesOf(arms: readonly Arm[], metric: string, xOf: (arm: Arm, size: string) => number): Series[] {
  const order = sizesOf(arms);
  const discriminators = [...groupBy(arms, ({ coordinates }) => discriminatorOf(coordinates))];
  return discriminators.map(([name, group], index) => {
    const sorted = group.toSorted((a, b) => rank(order, a) - rank(order, b));
    const points = sorted.flatMap((arm) => {
      const size = sizeOf(arm)!;
      const point = pointOf(arm, metric);
      return point ? [{ ...point, x: xOf(arm, size), size }] : [];
    });
    const isNetwork = ({ size }: { size: string }) => /^\d/.test(size);
    return {
      name,
      index,
      points: points.filter(isNetwork),
      apart: points.filter((point) => !isNetwork(point)),
    };
  });
}

function pointOf(arm: Arm, metric: string): Omit<LinePoint, 'x'> | undefined {
  const size = sizeOf(arm)!;
  const samples = samplesOf(arm, metric);
  const spread = spreadOfSamples(samples);
  return spread && { at: /^\d/.test(size) ? `size ${size}` : size, spread, samples };
}

/** Frequencies first, then networks from small to large. */
function sizesOf(arms: readonly Arm[]): string[] {
  const sizes = new Map(arms.map((arm) => [sizeOf(arm)!, Number(arm.coordinates[sizeKey] ?? 0)]));
  const isKind = (size: string) => (/^\d/.test(size) ? 1 : 0);
  return [...sizes].sort(([a, x], [b, y]) => isKind(a) - isKind(b) || x - y).map(([size]) => size);
}

function rank(order: readonly string[], arm: Arm): number {
  return order.indexOf(sizeOf(arm)!);
}

type Coordinates = Arm['coordinates'];

/** `1/4`, or the kind of a generator that is no network. */
function sizeOf({ coordinates, runs }: Arm): string | undefined {
  // An experiment whose grid has sizes alone says the kind in its arms' configurations.
  const { [sizeKey]: size, [kindKey]: kind = runs[0]?.setting.predictor?.kind } = coordinates;
  if (kind !== undefined && kind !== 'network') return String(kind);
  return typeof size === 'number' ? fraction(size) : undefined;
}

function fraction(size: number): string {
  const denominator = [1, 2, 3, 4, 5, 6, 8, 16].find(
    (by) => Math.abs(size * by - Math.round(size * by)) < 1e-9,
  );
  if (denominator === undefined) return String(size);
  return denominator === 1 ? String(size) : `${Math.round(size * denominator)}/${denominator}`;
}

function discriminatorOf(coordinates: Coordinates): string {
  const others = Object.entries(coordinates).filter(([key]) => key !== sizeKey && key !== kindKey);
  if (others.length === 0) return 'discriminator';
  const named = others.map(([key, value]) => {
    if (key === 'discriminator') return value;
    return key === 'model.hidden' ? `${value} wide` : `${key} ${value}`;
  });
  return `discriminator ${named.join(', ')}`;
}
