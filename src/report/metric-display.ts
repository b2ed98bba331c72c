/** What measurements and scores are called and how they are shown, in figures, tables and switches. */
import type { Unit } from '../metrics/declared-measurement.ts';
import { declarationOf } from '../metrics/measurements.ts';

export interface Measure {
  /** As in the CSV files. */
  name: string;
  label: string;
  unit: Unit;
}

const scores: Record<string, string> = {
  task: 'score on ',
  probe: 'frozen probe of ',
  pairs: 'minimal pairs, ',
  'pairs-rtd': 'minimal pairs by the discriminator, ',
};

/** What is measured after the training, of an encoder or a predictor: each with a floor; all else is of the training itself. */
export function isDownstream(metric: string): boolean {
  return metric === 'downstream' || /^(task|probe|pairs|pairs-rtd)\./.test(metric);
}

/** Of one term of a set of minimal pairs, which have tables of their own. */
export function isTerm(metric: string): boolean {
  return /^pairs(-rtd)?\.[^.]+\./.test(metric);
}

export function measureNamed(name: string): Measure {
  const [, family, of = ''] = /^(task|probe|pairs|pairs-rtd)\.(.*)$/.exec(name) ?? [];
  if (family !== undefined)
    return { name, label: `${scores[family]!}${of.replace('.', ', ')}`, unit: 'fraction' };
  if (name === 'downstream') return { name, label: 'mean downstream score', unit: 'fraction' };
  const { label, unit } = declarationOf(name) ?? { label: wordsOf(name), unit: 'number' };
  return { name, label, unit };
}

function wordsOf(name: string): string {
  return name.replace(/^train_/, 'training: ').replaceAll('_', ' ');
}

/** A value with its unit, as people read it: `56.2 %`, `1.14e13`, `3.1 min`; no line breaks between the two. */
export function show({ unit }: Measure, value: number | undefined): string {
  return value === undefined ? '' : signed(withUnit(unit, value));
}

/** A minus as wide as a plus, not a hyphen. */
function signed(text: string): string {
  return text.replaceAll('-', '−');
}

/** Fractions are shown in percent, and differences between them in points. */
function withUnit(unit: Unit, value: number): string {
  switch (unit) {
    case 'fraction':
      return `${(100 * value).toFixed(1)}\u00a0%`;
    case 'ratio':
    case 'nats':
      return value.toFixed(3);
    case 'FLOPs':
      return scientific(value);
    case 'seconds':
      return `${(value / 60).toFixed(1)}\u00a0min`;
    case 'bytes':
      return `${(value / 1e9).toFixed(2)}\u00a0GB`;
    default:
      return String(Number(value.toPrecision(4)));
  }
}

/** A difference with its sign; of fractions, in points: `+1.2`. */
export function showDifference({ unit }: Measure, value: number | undefined): string {
  if (value === undefined) return '';
  const text = unit === 'fraction' ? (100 * value).toFixed(1) : withUnit(unit, value);
  return signed(value > 0 ? `+${text}` : text);
}

/** A standard deviation: of fractions in points, as it is one of differences. */
export function showDeviation(measure: Measure, value: number | undefined): string {
  if (value === undefined || measure.unit !== 'fraction') return show(measure, value);
  return `${(100 * value).toFixed(1)}\u00a0points`;
}

/** What differences are counted in, after the number: ` points`. */
export function differenceUnit({ unit }: Measure): string {
  return unit === 'fraction' ? ' points' : unit === 'nats' ? ' nats' : '';
}

/** An axis: what values are multiplied by, and the title with the unit. */
export interface Axis {
  factor: number;
  title: string;
}

/** @param largest value on the axis: large numbers are counted in powers of ten */
export function axisOf({ label, unit }: Measure, largest: number): Axis {
  if (unit === 'fraction') return { factor: 100, title: `${label} (%)` };
  if (unit === 'seconds') return { factor: 1 / 60, title: `${label} (minutes)` };
  if (unit === 'bytes') return { factor: 1e-9, title: `${label} (GB)` };
  if (unit === 'nats') return { factor: 1, title: `${label} (nats)` };
  const exponent = Math.floor(Math.log10(largest));
  if (!(largest >= 1e5)) return { factor: 1, title: label };
  return { factor: 10 ** -exponent, title: `${label} (10${superscript(exponent)})` };
}

/** Of differences, which are counted in points where values are in percent. */
export function differenceAxisOf(measure: Measure, largest: number): Axis {
  if (measure.unit === 'fraction') return { factor: 100, title: 'difference (points)' };
  return axisOf({ ...measure, label: 'difference' }, largest);
}

function superscript(exponent: number): string {
  return [...String(exponent)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

function scientific(value: number): string {
  return value === 0 ? '0' : value.toExponential(2).replace('e+', 'e');
}
