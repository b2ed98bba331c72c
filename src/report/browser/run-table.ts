/** A table whose headers sort it, and a field above it that leaves out rows. */

/** Adds a button to each header, and a field before the table's area. */
export function makeSortable(table: HTMLTableElement): void {
  const headers = [...table.tHead!.rows[0]!.cells];
  for (const [column, header] of headers.entries()) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'sort' });
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener('click', () => {
      const isDown = header.ariaSort === 'ascending';
      for (const other of headers) other.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      sortRows(table.tBodies[0]!, column, isDown ? -1 : 1);
    });
  }
  table.closest('.scroll')!.before(filterFor(table));
}

/** Numbers by their size, all else by the alphabet; empty cells last, whichever way. */
function sortRows(body: HTMLTableSectionElement, column: number, direction: 1 | -1): void {
  const rows = [...body.rows].map((row) => ({ row, text: row.cells[column]!.textContent!.trim() }));
  const isNumeric = rows.every(({ text }) => text === '' || !Number.isNaN(numberIn(text)));
  const compare = (a: string, b: string) => (isNumeric ? numberIn(a) - numberIn(b) : a.localeCompare(b));
  rows.sort((a, b) => {
    if (a.text === '' || b.text === '') return Number(a.text === '') - Number(b.text === '');
    return direction * compare(a.text, b.text);
  });
  body.append(...rows.map(({ row }) => row));
}

/** `4,040,000` and `12.3 %`; not a number where it begins with something else. */
function numberIn(text: string): number {
  return /^[-−+]?[\d.]/.test(text)
    ? Number.parseFloat(text.replaceAll(',', '').replace('−', '-'))
    : Number.NaN;
}

/** Rows that lack one of the words are hidden; how many are left is said. */
function filterFor(table: HTMLTableElement): HTMLElement {
  const label = Object.assign(document.createElement('label'), { className: 'filter' });
  const field = Object.assign(document.createElement('input'), { type: 'search' });
  const count = document.createElement('output');
  label.append('Rows with ', field, count);
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...table.tBodies[0]!.rows];
    for (const row of rows) {
      const text = row.textContent!.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    count.textContent = ` ${rows.filter(({ hidden }) => !hidden).length} of ${rows.length}`;
  });
  return label;
}
