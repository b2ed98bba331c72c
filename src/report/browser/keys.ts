/** Arrow keys in the drawing of the curves: along a run with left and right, from run to run with up and down. */
import type { Chart } from './chart.ts';

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
export function followKeys(area: HTMLElement, words: HTMLElement, chartNow: () => Chart | undefined): void {
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
