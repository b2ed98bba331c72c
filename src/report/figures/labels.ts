/** Words in a drawing, measured roughly: there is no browser to ask. */
import { dot, type Markish, text } from '@observablehq/plot';
import type { Spread } from '../mean-interval.ts';
import { type Measure, show } from '../measures.ts';
import { colourOf, type SeriesSymbol, symbolOf } from './palette.ts';
import type { Sample } from './series.ts';

const letterWidth = 6.4;
const rowHeight = 18;

export function widthOf(words: string): number {
  return Math.ceil(words.length * letterWidth);
}

export function cut(words: string, most = 26): string {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

export interface Legend {
  marks: Markish[];
  /** Room that it takes above the frame. */
  height: number;
}

/** Names with their shapes above the frame, in as many rows as the width needs. */
export function legendOf(series: readonly { name: string; index: number }[], width: number): Legend {
  const marks: Markish[] = [];
  let [x, row] = [0, 0];
  const places = series.map(({ name, index }) => {
    const label = cut(name);
    const needs = 16 + widthOf(label) + 14;
    if (x > 0 && x + needs > width) [x, row] = [0, row + 1];
    const place = { label, index, x, row };
    x += needs;
    return place;
  });
  const height = (row + 1) * rowHeight;
  for (const { label, index, x, row } of places) {
    const dy = row * rowHeight - height - 2;
    const anchor = { frameAnchor: 'top-left', dy } as const;
    marks.push(dot([0], { ...anchor, dx: x + 5, r: 4.5, symbol: symbolOf(index), fill: colourOf(index) }));
    marks.push(
      text([label], {
        ...anchor,
        dx: x + 15,
        textAnchor: 'start',
        lineAnchor: 'middle',
        fill: 'var(--text)',
      }),
    );
  }
  return { marks, height };
}

/** `joint: 56.2 % (n = 5, 95 % interval 54.1 % to 58.2 %)`, for a hovering pointer. */
export function describeSpread(name: string, measure: Measure, { n, mean, low, high }: Spread): string {
  const interval = low === undefined ? '' : `, 95 % interval ${show(measure, low)} to ${show(measure, high)}`;
  return `${name}: ${show(measure, mean)} (n = ${n}${interval})`;
}

export function describeSample(name: string, measure: Measure, { seed, value, hasFailed }: Sample): string {
  return `${name}, seed ${seed}: ${show(measure, value)}${hasFailed ? ', failed to learn' : ''}`;
}

/** A mean of one seed is that seed: it is drawn once. */
export function seedsBeside(samples: readonly Sample[]): readonly Sample[] {
  return samples.length > 1 ? samples : samples.filter(({ hasFailed }) => hasFailed);
}

/** Seeds are small, and stand beside the mean so that it hides none; one that failed to learn is a cross. */
export const besideMean = 9;

export function seedStyle(index: number, hasFailed: boolean) {
  const colour = colourOf(index);
  return hasFailed
    ? { symbol: 'times' as const, stroke: colour, strokeWidth: 1.5, r: 3 }
    : { symbol: 'circle' as const, fill: colour, fillOpacity: 0.75, r: 2.4 };
}

export function haveAllFailed(samples: readonly Sample[]): boolean {
  return samples.every(({ hasFailed }) => hasFailed);
}

/** Hollow where no seed learned. */
export function meanStyle(index: number, isHollow: boolean) {
  const symbol: SeriesSymbol = symbolOf(index);
  return isHollow
    ? { symbol, fill: 'var(--surface)', stroke: colourOf(index), strokeWidth: 1.75, r: 5 }
    : { symbol, fill: colourOf(index), stroke: 'var(--surface)', strokeWidth: 1, r: 5.5 };
}
