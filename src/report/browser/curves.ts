/** The page's training curves: reads the JSON beside it, draws what the switches say, shows values under the pointer. */
import { groupBy } from '../../base/group.ts';
import type { CurveData } from '../curve-data.ts';
import { colourOf, isDashed } from '../figures/palette.ts';
import { type Measure, show } from '../metric-display.ts';
import { type Chart, drawCurves } from './chart.ts';
import { type Line, linesOf, type View, type XAxis } from './lines.ts';

const find = <Kind extends Element>(id: string) => document.getElementById(id) as unknown as Kind;

const data = JSON.parse(find<HTMLScriptElement>('curve-data').textContent!) as CurveData;
const chart = find<HTMLElement>('curve-chart');
const groupSwitch = find<HTMLSelectElement>('curve-group');
const metricSwitch = find<HTMLSelectElement>('curve-metric');
const axisSwitch = find<HTMLSelectElement>('curve-axis');
const armSwitches = find<HTMLFieldSetElement>('curve-arms');

let drawn: Chart | undefined;

function view(): View {
  const boxes = [...armSwitches.querySelectorAll('input')];
  return {
    group: data.groups[groupSwitch.selectedIndex]!,
    metric: data.metrics[metricSwitch.selectedIndex]!,
    axis: axisSwitch.value as XAxis,
    isShown: (arm) => boxes[arm]?.checked ?? true,
  };
}

function draw(): void {
  const now = view();
  const lines = linesOf(data, now);
  drawn = drawCurves(chart, lines, now);
  fillLastValues(find<HTMLTableElement>('curve-last'), lines, now.metric);
}

/** One box per arm, with the arm's colour beside its name. */
function fillArms(): void {
  const { arms } = view().group;
  const boxes = arms.map(({ name, index }) => {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: true });
    const swatch = Object.assign(document.createElement('span'), { className: 'swatch' });
    swatch.style.borderTop = `0.25rem ${isDashed(index) ? 'dashed' : 'solid'} ${colourOf(index)}`;
    label.append(box, swatch, name);
    return label;
  });
  armSwitches.replaceChildren(armSwitches.querySelector('legend')!, ...boxes);
}

if (data.groups.length > 0) {
  fillArms();
  draw();
  groupSwitch.addEventListener('change', () => {
    fillArms();
    draw();
  });
  for (const control of [metricSwitch, axisSwitch, armSwitches]) control.addEventListener('change', draw);
  followKeys(chart, find('curve-point'), () => drawn);
  let width = chart.clientWidth;
  new ResizeObserver(() => {
    if (chart.clientWidth === width) return;
    width = chart.clientWidth;
    draw();
  }).observe(chart);
}

/** Arrow keys in the drawing of the curves: along a run with left and right, from run to run with up and down. */
const moves: Record<string, readonly [line: number, point: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * @param chartNow what is drawn at the moment
 * @param words where the point's values are written, for those who hear the page
 */
function followKeys(area: HTMLElement, words: HTMLElement, chartNow: () => Chart | undefined): void {
  let [line, share] = [0, 1];
  area.addEventListener('keydown', (event) => {
    const [move, chart] = [moves[event.key], chartNow()];
    if (!move || !chart) return;
    event.preventDefault();
    line = clamp(line + move[0], chart.lines.length - 1);
    const { points } = chart.lines[line]!;
    const last = points.length - 1;
    const place = clamp(Math.round(share * last) + move[1], last);
    // As a share of the way: the next run may have more points, or fewer.
    share = last === 0 ? 1 : place / last;
    chart.pointAt(points[place]!);
    words.textContent = chart.wordsOf(points[place]!);
  });
}

function clamp(place: number, last: number): number {
  return Math.max(0, Math.min(last, place));
}

/** The curves' ends as a table: what the drawing says to those who do not see it. */
function fillLastValues(table: HTMLTableElement, lines: readonly Line[], metric: Measure): void {
  const rows = [...groupBy(lines, ({ armName }) => armName)].map(([name, group]) => {
    const values = group.map(({ points }) => points.at(-1)!.y);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    // Of one run there is no range.
    const range = group.length > 1 ? `${show(metric, low)} to ${show(metric, high)}` : '';
    return [name, String(group.length), show(metric, mean), range];
  });
  table.tBodies[0]!.replaceChildren(...rows.map(rowOf));
}

function rowOf(cells: readonly string[]): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(
    ...cells.map((text, i) => {
      const cell = document.createElement(i === 0 ? 'th' : 'td');
      if (i === 0) (cell as HTMLTableCellElement).scope = 'row';
      cell.textContent = text;
      return cell;
    }),
  );
  return row;
}
