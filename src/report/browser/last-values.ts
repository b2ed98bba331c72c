/** The curves' ends as a table: what the drawing says to those who do not see it. */
import { groupBy } from '../../base/group.ts';
import { type Measure, show } from '../metric-display.ts';
import type { Line } from './lines.ts';

export function fillLastValues(table: HTMLTableElement, lines: readonly Line[], metric: Measure): void {
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
