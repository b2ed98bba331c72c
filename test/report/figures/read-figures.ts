/** Arms of made-up runs, and what a drawing's SVG holds. */
import { parseHTML } from 'linkedom';
import { type Figure, isOmission, type Omission } from '../../../src/report/figures/figure.ts';
import { type Arm, armsOf } from '../../../src/report/figures/series.ts';
import type { FigureKind } from '../../../src/report/report-data.ts';
import { madeUpReport } from '../made-up-report.ts';

export const names = { id: 'x', title: 'X' };
export const { experiments, runs } = madeUpReport();

export function armsFor(figure: FigureKind): Arm[] {
  return armsOf(experiments.find((experiment) => experiment.figure === figure)!, runs);
}

export function drawn(figure: Figure | Omission): Figure {
  if (isOmission(figure)) throw new Error(figure.why);
  return figure;
}

export function titlesIn(svg: string): string[] {
  return [...parseHTML(svg).document.querySelectorAll('title')].map(
    ({ textContent }) => textContent as string,
  );
}

/** Ticks of the x axis, from left to right. */
export function ticksIn(svg: string): string[] {
  const group = parseHTML(svg).document.querySelector('[data-mark="x-axis tick label"]');
  return [...group.querySelectorAll('text')].map(({ textContent }) => textContent as string);
}

export function arm(name: string, coordinates: Arm['coordinates'], score: number, index = 0): Arm {
  const run = { ...runs[0]!, scores: [{ ...runs[0]!.scores[0]!, score }] };
  return { name, index, coordinates, runs: [run] };
}
