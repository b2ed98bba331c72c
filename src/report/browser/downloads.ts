/** Buttons that give a table as CSV, and a figure as SVG, PNG and CSV. Nothing leaves the page but as the reader's file. */
import { inLight } from '../figures/palette.ts';

/** Enough for a page of print. */
const pngWidth = 2400;

/** A button above every table, figures' tables aside: their figure has one. */
export function addTableFiles(): void {
  const areas = document.querySelectorAll<HTMLElement>('.scroll');
  for (const [i, area] of [...areas].entries()) {
    const table = area.querySelector('table')!;
    if (area.closest('figure')) continue;
    const name = `${area.closest('section')?.id ?? 'table'}-${i + 1}.csv`;
    const label = area.getAttribute('aria-label') ?? name;
    area.before(actions([button('CSV', `${label}: as CSV`, () => save(csvOf(table), 'text/csv', name))]));
  }
}

/** One button for the values, and two for each drawing. */
export function addFigureFiles(): void {
  for (const figure of document.querySelectorAll('figure')) {
    for (const panel of figure.querySelectorAll<HTMLElement>('.panel')) addDrawingFiles(panel);
    const table = figure.querySelector('table');
    if (!table) continue;
    const label = `${figure.querySelector('figcaption')!.textContent}: values as CSV`;
    const take = () => save(csvOf(table), 'text/csv', `${figure.id}.csv`);
    figure.querySelector('details')!.before(actions([button('CSV', label, take)]));
  }
  const chart = document.querySelector<HTMLElement>('#curve-chart');
  if (chart) chart.after(actions(drawingButtons(chart, 'curves', 'training curves')));
}

function addDrawingFiles(panel: HTMLElement): void {
  const title = panel.querySelector('.panel-title') ?? panel.closest('figure')!.querySelector('figcaption')!;
  panel.append(actions(drawingButtons(panel, panel.dataset.name!, title.textContent!.trim())));
}

/** @param area holds the drawing when a button is pressed: curves are drawn anew */
function drawingButtons(area: HTMLElement, name: string, title: string): HTMLButtonElement[] {
  return [
    button('SVG', `${title}: as SVG`, () => save(drawingIn(area), 'image/svg+xml', `${name}.svg`)),
    button('PNG', `${title}: as PNG`, () => void savePng(drawingIn(area), `${name}.png`)),
  ];
}

/** With the light theme's colours, so that it is a file of its own. */
function drawingIn(area: HTMLElement): string {
  return inLight(new XMLSerializer().serializeToString(area.querySelector('svg')!));
}

async function savePng(svg: string, name: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = pngWidth;
  canvas.height = Math.round((pngWidth * image.naturalHeight) / image.naturalWidth);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => saveBlob(blob!, name), 'image/png');
}

/** The cells as they are shown, with plain spaces and minus signs; rows that a filter hides are left out. */
export function csvOf(table: HTMLTableElement): string {
  const rows = [...table.rows].filter(({ hidden }) => !hidden);
  return rows.map(({ cells }) => `${[...cells].map(cellOf).join(',')}\r\n`).join('');
}

function cellOf({ textContent }: HTMLTableCellElement): string {
  const text = textContent!.trim().replaceAll('\u00a0', ' ').replaceAll('−', '-');
  // A spreadsheet must not execute a name.
  const safe = /^[=@\t\r]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save(text: string, type: string, name: string): void {
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);
}

function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

function actions(buttons: readonly HTMLButtonElement[]): HTMLElement {
  const row = Object.assign(document.createElement('div'), { className: 'actions' });
  row.append(...buttons);
  return row;
}
