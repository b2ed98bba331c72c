/** A forest plot: claims by one measurement, one below the other, around the line of no difference. */
import { axisX, dot, type Markish, type PlotOptions, rect, ruleX, ruleY, text } from '@observablehq/plot';
import { differenceAxisOf, differenceUnit, measureNamed, showDifference } from '../metric-display.ts';
import type { ClaimRow, Verdict } from '../verdict-rows.ts';
import { decisiveEnds, differenceWords, isCorrected } from '../verdict-words.ts';
import { drawSvg } from './draw.ts';
import { cut } from './labels.ts';

/** Narrower than other figures: a phone shows it without shrinking its words. */
const width = 380;
const rowHeight = 40;
/** Room for the longest verdict. */
const margins = { marginLeft: 86, marginRight: 14, marginTop: 2, marginBottom: 42 };

/** A claim in its row, in units of rows from the top. */
interface Row {
  claim: ClaimRow;
  top: number;
}

/** Colour says it again, for those who see it. */
const marks: Record<Verdict, { colour: string; symbol: 'triangle' | 'square' | 'circle'; rotate: number }> = {
  holds: { colour: 'var(--holds)', symbol: 'triangle', rotate: 90 },
  reverses: { colour: 'var(--reverses)', symbol: 'triangle', rotate: -90 },
  equivalent: { colour: 'var(--accent)', symbol: 'square', rotate: 0 },
  inconclusive: { colour: 'var(--open)', symbol: 'circle', rotate: 0 },
};

/** @param claims by one measurement */
export function forestPanel(claims: readonly ClaimRow[]): string {
  const rows = claims.map((claim, top) => ({ claim, top }));
  const { factor, title } = differenceAxisOf(measureNamed(claims[0]!.metric), largestOf(claims));
  const options: PlotOptions = {
    width,
    ...margins,
    height: margins.marginTop + margins.marginBottom + rowHeight * rows.length,
    style: { background: 'none', color: 'var(--text)' },
    x: { nice: true, domain: domainOf(claims).map((end) => factor * end) },
    y: {
      axis: null,
      domain: [0, rows.length],
      range: [margins.marginTop, margins.marginTop + rowHeight * rows.length],
    },
    marks: [
      ...rows.map((row) => marginMark(row, factor)),
      axisX({ label: null, ticks: 5, tickSize: 4 }),
      ...directionMarks(title),
      ...rows.flatMap((row) => rowMarks(row, factor)),
    ],
  };
  return drawSvg(options, alternativeOf(claims));
}

/** Everything that is drawn, and no difference. */
function domainOf(claims: readonly ClaimRow[]): [low: number, high: number] {
  const ends = claims.flatMap((claim) => {
    const { difference, margin } = claim;
    const drawn = [difference, ...decisiveEnds(claim), margin, margin === undefined ? undefined : -margin];
    return drawn.filter((end) => end !== undefined);
  });
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const pad = 0.06 * (high - low) || 0.01;
  return [low - pad, high + pad];
}

function largestOf(claims: readonly ClaimRow[]): number {
  return Math.max(...domainOf(claims).map(Math.abs));
}

/** Below the row's words: these must not lie on it. */
const inRow = { above: 0.42, middle: 0.68, below: 0.94 };

function marginMark({ claim: { margin = 0 }, top }: Row, factor: number): Markish {
  return rect(margin === 0 ? [] : [margin], {
    x1: () => -factor * margin,
    x2: () => factor * margin,
    y1: () => top + inRow.above,
    y2: () => top + inRow.below,
    fill: 'var(--line)',
    fillOpacity: 0.8,
  });
}

/** Which side is whose, beside the axis' title. */
function directionMarks(title: string): Markish[] {
  const style = {
    frameAnchor: 'bottom',
    lineAnchor: 'top',
    dy: 24,
    fill: 'var(--muted)',
    fontSize: 11,
  } as const;
  return [
    text(['← the other way'], {
      ...style,
      frameAnchor: 'bottom-left',
      textAnchor: 'start',
      dx: -margins.marginLeft,
    }),
    text([title], { ...style, dx: -20 }),
    text(["the paper's way →"], { ...style, frameAnchor: 'bottom-right', textAnchor: 'end', dx: 10 }),
  ];
}

function rowMarks(row: Row, factor: number): Markish[] {
  const { claim, top } = row;
  const { colour, symbol, rotate } = marks[claim.verdict];
  const isOpen = claim.verdict === 'inconclusive';
  const title = () => describe(claim);
  const place = { y: () => top + inRow.middle, title };
  return [
    ruleX([0], { y1: top + inRow.above, y2: top + inRow.below, stroke: 'var(--muted)', strokeWidth: 1 }),
    ...wordMarks(row),
    ruleY(
      [decisiveEnds(claim)].filter(([low]) => low !== undefined),
      {
        ...place,
        x1: ([low]) => factor * low!,
        x2: ([, high]) => factor * high!,
        stroke: colour,
        strokeWidth: 2,
        ...(!isCorrected(claim) && { strokeDasharray: '4 3' }),
      },
    ),
    dot(
      [claim.difference].filter((difference) => difference !== undefined),
      {
        ...place,
        x: (difference: number) => factor * difference,
        symbol,
        rotate,
        r: 5.5,
        fill: isOpen ? 'var(--surface)' : colour,
        stroke: isOpen ? colour : 'var(--surface)',
        strokeWidth: isOpen ? 1.75 : 1,
      },
    ),
  ];
}

/** The arms and their difference above, the verdict at the left. */
function wordMarks({ claim, top }: Row): Markish[] {
  const { ahead, behind, verdict, metric, difference } = claim;
  const measure = measureNamed(metric);
  const words =
    difference === undefined
      ? 'not measured'
      : `${showDifference(measure, difference)}${differenceUnit(measure)}`;
  const style = { y: () => top + 0.2, fill: 'var(--text)' } as const;
  const left = { frameAnchor: 'left', textAnchor: 'start', dx: -margins.marginLeft } as const;
  return [
    text([cut(`${ahead} over ${behind}`, 46)], { ...style, ...left }),
    text([words], {
      ...style,
      frameAnchor: 'right',
      textAnchor: 'end',
      dx: margins.marginRight,
      fontWeight: 600,
    }),
    text([verdict], { y: () => top + inRow.middle, ...left, fill: marks[verdict].colour, fontWeight: 600 }),
  ];
}

function describe(claim: ClaimRow): string {
  const { ahead, behind, verdict } = claim;
  return `${ahead} over ${behind}: ${differenceWords(claim)}, ${verdict}`;
}

function alternativeOf(claims: readonly ClaimRow[]): string {
  const { label } = measureNamed(claims[0]!.metric);
  return `Differences in ${label}, above zero the paper's way. ${claims.map(describe).join('; ')}.`;
}
