/** A drawing and what stands around it. */
import type { Measure } from '../metric-display.ts';
import type { Sample, Spread } from './series.ts';

export interface Figure {
  /** Of its files, within the report. */
  id: string;
  title: string;
  /** What to know when reading it. */
  caption: string;
  panels: Panel[];
  /** The numbers behind it. */
  values: ValueRow[];
  measure: Measure;
  /** What a row of the values is of; an arm if absent. */
  rowName?: string;
}

/** One drawing; panels of a figure stand side by side where there is room. */
export interface Panel {
  /** Of its files: the figure's, and what is particular. */
  id: string;
  title: string;
  /** With the page's variables for colours. */
  svg: string;
}

export interface ValueRow {
  arm: string;
  /** Where an arm has several points. */
  at?: string;
  /** Of the figure's measure; absent where other columns have what several panels show. */
  spread?: Spread;
  samples: Sample[];
  /** Other columns, by header: what it cost, baselines, measurements. */
  columns: Record<string, string>;
}

/** A figure whose data is not there, and why. */
export interface Omission {
  title: string;
  why: string;
}

export function isOmission(figure: Figure | Omission): figure is Omission {
  return 'why' in figure;
}
