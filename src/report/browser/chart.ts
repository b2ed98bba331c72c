/** Draws curves, with a value under the pointer. */
import {
  axisX,
  axisY,
  gridY,
  line,
  type Markish,
  type PlotOptions,
  plot,
  pointer,
  tip,
} from '@observablehq/plot';
import { colourOf, isDashed } from '../figures/palette.ts';
import { axisOf, show } from '../metric-display.ts';
import type { Line, LinePoint, View, XAxis } from './lines.ts';

const tipStyle = {
  fill: 'var(--raised)',
  stroke: 'var(--muted)',
  ariaLabel: null,
  // Wherever the pointer is, the nearest point has its say.
  maxRadius: Number.POSITIVE_INFINITY,
};

const axisTitles: Record<XAxis, string> = {
  step: 'training step',
  tokens: 'tokens read',
  flops: 'executed training FLOPs',
};

/** A drawing whose points can be found and named, as keys need it. */
export interface Chart {
  lines: readonly Line[];
  wordsOf(point: LinePoint): string;
  /** Shows a point's values, as the pointer over it would. */
  pointAt(point: LinePoint): void;
}

/** @returns undefined where there is nothing to draw */
export function drawCurves(
  chart: HTMLElement,
  lines: readonly Line[],
  { metric, axis }: View,
): Chart | undefined {
  const points = lines.flatMap((one) => one.points);
  if (points.length === 0) {
    chart.replaceChildren('None of the runs shown has this measurement.');
    return undefined;
  }
  const { factor, title } = axisOf(metric, largest(points, 'y'));
  const unit = axis === 'flops' ? 'FLOPs' : 'number';
  const x = axisOf({ name: axis, label: axisTitles[axis], unit }, largest(points, 'x'));
  const at = { x: (point: LinePoint) => x.factor * point.x, y: (point: LinePoint) => factor * point.y };
  const label = ({ armName, seed, step, y }: LinePoint) =>
    `${armName}, seed ${seed}\nstep ${step}: ${show(metric, y)}`;
  const options: PlotOptions = {
    ...sizeOf(chart),
    className: 'plot',
    marginLeft: 56,
    marginBottom: 44,
    marginTop: 30,
    style: { background: 'none', color: 'var(--text)', fontSize: '12px' },
    x: { nice: true },
    y: { nice: true },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 6 }),
      axisX({
        label: x.title,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        ticks: ticksFor(chart),
      }),
      axisY({ label: title, labelArrow: 'none', ticks: 6, labelOffset: 52 }),
      ...lines.map((one) => lineMark(one, at)),
      tip(points, pointer({ ...at, title: label, ...tipStyle })),
    ],
  };
  const drawing = plot(options);
  drawing.setAttribute('role', 'img');
  drawing.setAttribute(
    'aria-label',
    `${metric.label} against ${axisTitles[axis]}, ${lines.length} runs; the table below has the last values`,
  );
  // As in the drawings of draw.ts: a group without a role has no name.
  for (const group of drawing.querySelectorAll('g[aria-label]')) {
    group.setAttribute('data-mark', group.getAttribute('aria-label')!);
    group.removeAttribute('aria-label');
  }
  chart.replaceChildren(drawing);
  const place = (name: 'x' | 'y', point: LinePoint) => drawing.scale(name)!.apply(at[name](point)) as number;
  return {
    lines,
    wordsOf: label,
    pointAt: (point) => movePointer(drawing as SVGSVGElement, place('x', point), place('y', point)),
  };
}

/** @param x in the drawing's own units, as y */
function movePointer(drawing: SVGSVGElement, x: number, y: number): void {
  const { x: clientX, y: clientY } = new DOMPoint(x, y).matrixTransform(drawing.getScreenCTM()!);
  for (const type of ['pointerenter', 'pointermove'])
    drawing.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerType: 'mouse' }));
}

function lineMark(
  { index, points }: Line,
  at: { x(p: LinePoint): number; y(p: LinePoint): number },
): Markish {
  return line(points, {
    ...at,
    stroke: colourOf(index),
    ...(isDashed(index) && { strokeDasharray: '5 3' }),
    strokeWidth: 1.4,
    strokeOpacity: 0.85,
  });
}

function sizeOf({ clientWidth }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: Math.max(260, Math.min(440, Math.round(clientWidth * 0.5))) };
}

/** As many as their labels leave room for, `2,500` beside `3,000`. */
function ticksFor({ clientWidth }: { clientWidth: number }): number {
  return Math.max(2, Math.min(8, Math.floor(clientWidth / 90)));
}

/** Spreading a hundred thousand arguments would not fit the stack. */
function largest(points: readonly LinePoint[], key: 'x' | 'y'): number {
  return points.reduce((most, point) => Math.max(most, point[key]), Number.NEGATIVE_INFINITY);
}
