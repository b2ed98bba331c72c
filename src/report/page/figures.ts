/** Figures and their values as parts of the page. */
import { type Figure, isOmission, type Omission, type ValueRow } from '../figures/figure.ts';
import { type Html, html, trusted } from '../html.ts';
import { type Measure, show } from '../metric-display.ts';

export function figureHtml(figure: Figure | Omission): Html {
  if (isOmission(figure)) return html`<p class="note">${figure.title} is left out: ${figure.why}.</p>`;
  const { id, title, caption, panels, measure, values, rowName } = figure;
  return html`<figure id="${id}">
<figcaption><strong>${title}</strong></figcaption>
<div class="panels">${panels.map((panel) => html`<div class="panel" data-name="${panel.id}">${panels.length > 1 && html`<p class="panel-title">${panel.title}</p>`}${trusted(panel.svg)}</div>`)}</div>
<p class="note">${caption}</p>
<details><summary>Values: ${measure.label}</summary>${table(valuesHeader(values, rowName), valuesRows(values, measure))}</details>
</figure>`;
}

export function table(
  header: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  caption?: string,
): Html {
  const cell = (content: string | Html, i: number) =>
    i === 0
      ? html`<th scope="row">${content}</th>`
      : html`<td class="${typeof content === 'string' && isNumeric(content) && 'number'}">${content}</td>`;
  // Inside the table, a long caption would be cut where the table is.
  return html`${caption !== undefined && html`<p class="note">${caption}</p>`}
<div class="scroll" tabindex="0" role="group" aria-label="${caption ?? header.join(', ')}"><table>
<thead><tr>${header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table></div>`;
}

function isNumeric(text: string): boolean {
  return /^[-+−]?\d/.test(text);
}

/** The longest column, each seed, comes last. */
export function valuesHeader(values: readonly ValueRow[], rowName = 'arm'): string[] {
  const spread = hasSpreads(values);
  return [
    rowName,
    ...(hasPlaces(values) ? ['at'] : []),
    ...(spread ? ['seeds', 'mean', '95\u00a0% interval'] : []),
    ...otherColumns(values),
    ...(spread ? ['each seed'] : []),
  ];
}

export function valuesRows(values: readonly ValueRow[], measure: Measure): string[][] {
  const [places, spread, others] = [hasPlaces(values), hasSpreads(values), otherColumns(values)];
  return values.map((row) => [
    row.arm,
    ...(places ? [(row.at ?? '').replaceAll(' ', '\u00a0')] : []),
    ...(spread ? spreadCells(row, measure) : []),
    ...others.map((name) => row.columns[name] ?? ''),
    ...(spread ? [seedsCell(row, measure)] : []),
  ]);
}

function hasPlaces(values: readonly ValueRow[]): boolean {
  return values.some(({ at }) => at !== undefined);
}

function hasSpreads(values: readonly ValueRow[]): boolean {
  return values.some(({ spread }) => spread);
}

function otherColumns(values: readonly ValueRow[]): string[] {
  return [...new Set(values.flatMap(({ columns }) => Object.keys(columns)))];
}

/** A level that no seed is behind has its value alone. */
function spreadCells({ spread }: ValueRow, measure: Measure): string[] {
  if (!spread) return ['', '', ''];
  const { n, mean, low, high } = spread;
  const interval = low === undefined ? '' : `${show(measure, low)} to ${show(measure, high)}`;
  return [n > 0 ? String(n) : '', show(measure, mean), interval];
}

function seedsCell({ samples }: ValueRow, measure: Measure): string {
  const isAll = samples.length > 1 && samples.every(({ hasFailed }) => hasFailed);
  const seeds = samples.map(
    ({ value, hasFailed }) => `${show(measure, value)}${hasFailed && !isAll ? ' (failed to learn)' : ''}`,
  );
  return `${seeds.join(', ')}${isAll ? ' (all failed to learn)' : ''}`;
}
