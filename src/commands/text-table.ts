/** Tables in plain text that fit the terminal. Nothing is cut off: a wide table is folded, and its longest cells wrap. */

/** How many characters a line has: as `COLUMNS` says, else as wide as the terminal, else 80. */
export function terminalWidth(asked = process.env.COLUMNS, columns = process.stdout.columns): number {
  const number = Number(asked);
  if (Number.isSafeInteger(number) && number >= narrowest) return number;
  return columns >= narrowest ? columns : 80;
}

const narrowest = 20;
const gap = '  ';

interface Column {
  cells: string[];
  width: number;
  isNumeric: boolean;
}

/**
 * Columns padded, numbers to the right. A table that is too wide has its longest column of words wrapped, if that is
 * enough; else it is folded into several, each beginning with the first column.
 *
 * @param rows cells as they are shown
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width = terminalWidth(),
): string {
  const columns = header.map((name, i) => columnOf([name, ...rows.map((row) => row[i]!)]));
  const blocks = [columns, withLongestWrapped(columns, width)].find((some) => widthOf(some) <= width);
  return (blocks ? [blocks] : folded(columns, width)).map(linesOf).join('\n\n');
}

function columnOf(cells: string[]): Column {
  const isNumeric = cells.slice(1).every((cell) => /^[-+–]?$|^[-+]?[\d.,]+( ?%)?$/.test(cell));
  return { cells, isNumeric, width: Math.max(...cells.map((cell) => cell.length)) };
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1));
}

/** Words need some room, or the table becomes longer than it is readable. */
const leastRoom = 16;

function withLongestWrapped(columns: readonly Column[], width: number, least = leastRoom): Column[] {
  const longest = columns.reduce((one, other) => (other.width > one.width ? other : one));
  const room = width - (widthOf(columns) - longest.width);
  if (longest.isNumeric || room < least) return [...columns];
  const narrower = { ...longest, cells: longest.cells.map((cell) => wrapped(cell, room)), width: room };
  return columns.map((column) => (column === longest && longest.width > room ? narrower : column));
}

function folded([first, ...others]: readonly Column[], width: number): Column[][] {
  if (!first) return [];
  const blocks: Column[][] = [];
  for (const column of others) {
    const block = blocks.at(-1);
    if (block && widthOf([...block, column]) <= width) block.push(column);
    else blocks.push([first, column]);
  }
  return blocks.length > 0 ? blocks.map((block) => withLongestWrapped(block, width, 8)) : [[first]];
}

function linesOf(columns: readonly Column[]): string {
  const rule = columns.map(({ width }) => '─'.repeat(width)).join(gap);
  const rows = columns[0]!.cells.map((_, i) => rowOf(columns, i));
  return [rows[0], rule, ...rows.slice(1)].join('\n');
}

/** As many lines as its longest cell has. */
function rowOf(columns: readonly Column[], row: number): string {
  const cells = columns.map(({ cells }) => cells[row]!.split('\n'));
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, i) =>
    columns.map(({ width, isNumeric }, c) => {
      const text = cells[c]![i] ?? '';
      return isNumeric ? text.padStart(width) : text.padEnd(width);
    }),
  );
  return lines.map((line) => line.join(gap).trimEnd()).join('\n');
}

/** Broken between words, and within one that is longer than a line. Later lines begin as far to the right as the first. */
export function wrapped(text: string, width: number): string {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const room = Math.max(1, width - indent.length);
  const words = text
    .trim()
    .split(' ')
    .flatMap((word) => pieces(word, room));
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + line).join('\n');
}

function pieces(word: string, room: number): string[] {
  return word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''];
}
