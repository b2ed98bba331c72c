/** Figures and their values as parts of the page. */
import { type Figure, isOmission, type Omission, type ValueRow } from '../figures/figure.ts';
import { type Html, html, trusted } from '../html.ts';
import { type Measure, show } from '../measures.ts';

export function figureHtml(figure: Figure | Omission): Html {
  if (isOmission(figure)) return html`<p class="note">${figure.title} is left out: ${figure.why}.</p>`;
  const { id, title, caption, panels, measure, values } = figure;
  return html`<figure id="${id}">
<figcaption><strong>${title}</strong></figcaption>
<div class="panels">${panels.map((panel) => html`<div class="panel">${panels.length > 1 && html`<p class="panel-title">${panel.title}</p>`}${trusted(panel.svg)}</div>`)}</div>
<p class="note">${caption}</p>
<details><summary>${measure.label}: values</summary>${table(valuesHeader(values), valuesRows(values, measure))}</details>
</figure>`;
}

export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  caption?: string,
): Html {
  const cell = (text: string, i: number) =>
    i === 0
      ? html`<th scope="row">${text}</th>`
      : html`<td class="${isNumeric(text) && 'number'}">${text}</td>`;
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

export function valuesHeader(values: readonly ValueRow[]): string[] {
  const where = values.some(({ at }) => at !== undefined) ? ['at'] : [];
  return ['arm', ...where, 'seeds', 'mean', '95 % interval', 'each seed'];
}

export function valuesRows(values: readonly ValueRow[], measure: Measure): string[][] {
  const hasPlaces = values.some(({ at }) => at !== undefined);
  return values.map(({ arm, at = '', spread, samples }) => [
    arm,
    ...(hasPlaces ? [at] : []),
    String(spread.n),
    show(measure, spread.mean),
    spread.low === undefined ? '' : `${show(measure, spread.low)} to ${show(measure, spread.high)}`,
    samples
      .map(({ value, hasFailed }) => `${show(measure, value)}${hasFailed ? ' (failed to learn)' : ''}`)
      .join(', '),
  ]);
}
