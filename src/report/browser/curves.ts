/** The page's training curves: reads the JSON beside it, draws what the switches say, shows values under the pointer. */
import type { CurveData } from '../curve-data.ts';
import { colourOf, isDashed } from '../figures/palette.ts';
import { type Chart, drawCurves } from './chart.ts';
import { followKeys } from './keys.ts';
import { fillLastValues } from './last-values.ts';
import { linesOf, type View, type XAxis } from './lines.ts';

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
