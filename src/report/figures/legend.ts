/** What the shapes and dashes of a drawing stand for, above its frame. */
import { dot, type Markish, text, vector } from '@observablehq/plot';
import { cut, widthOf } from './labels.ts';
import { colourOf, symbolOf } from './palette.ts';

export interface Legend {
  marks: Markish[];
  /** Room that it takes above the frame. */
  height: number;
}

/** A name with the mark before it. */
export interface LegendEntry {
  label: string;
  markAt(anchor: { frameAnchor: 'top-left'; dx: number; dy: number }): Markish;
}

const rowHeight = 18;
const markWidth = 16;

export function armEntry({ name, index }: { name: string; index: number }): LegendEntry {
  const style = { r: 4.5, symbol: symbolOf(index), fill: colourOf(index) };
  return { label: cut(name), markAt: (anchor) => dot([0], { ...anchor, ...style }) };
}

/** @param rotate 0 of an upright line, 90 of one that lies */
export function lineEntry(label: string, dash: string, rotate: 0 | 90): LegendEntry {
  const style = { ...baselineStroke(dash), length: 13, rotate, anchor: 'middle' as const, shape: stroke };
  return { label: cut(label, 40), markAt: (anchor) => vector([0], { ...anchor, ...style }) };
}

/** Baselines are no arm: they have none of the arms' colours. */
export function baselineStroke(dash: string) {
  return { stroke: 'var(--muted)', strokeWidth: 1.75, strokeDasharray: dash };
}

/** A vector without its head. */
const stroke = {
  draw(context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, length: number) {
    context.moveTo(0, 0);
    context.lineTo(0, -length);
  },
};

/**
 * In as many rows as the width needs.
 *
 * @param left where the first column starts, from the frame
 */
export function legendOf(entries: readonly LegendEntry[], width: number, left = 0): Legend {
  let [x, row] = [0, 0];
  const places = entries.map((entry) => {
    const needs = markWidth + widthOf(entry.label) + 14;
    if (x > 0 && x + needs > width) [x, row] = [0, row + 1];
    const place = { entry, x: left + x, row };
    x += needs;
    return place;
  });
  const height = entries.length > 0 ? (row + 1) * rowHeight : 0;
  return { height, marks: places.flatMap((place) => entryMarks(place, height)) };
}

function entryMarks(place: { entry: LegendEntry; x: number; row: number }, height: number): Markish[] {
  const { entry, x, row } = place;
  const anchor = { frameAnchor: 'top-left', dy: row * rowHeight - height - 2 } as const;
  const words = { textAnchor: 'start', lineAnchor: 'middle', fill: 'var(--text)' } as const;
  return [
    entry.markAt({ ...anchor, dx: x + 5 }),
    text([entry.label], { ...anchor, dx: x + markWidth - 1, ...words }),
  ];
}
