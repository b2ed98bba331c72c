/** The table of probe scores that ends `probe`. */
import { percent } from '../base/percent.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import { textTable } from './command.ts';

/** Lines to print: a table with one line per checkpoint, task and metric, and what its columns mean. */
export function probeSummary(
  rows: readonly ProbeRow[],
  { layers, explains }: { layers: boolean; explains: boolean },
): string[] {
  const shown = rows.filter((row) => row.checkpointStep > 0 && (layers || row.layers === 'all'));
  const header = ['arm', 'step', 'task', ...(layers ? ['layers'] : []), 'metric', 'score', '±'];
  const cells = shown.map((row) => cellsOf(row, rows, layers));
  return [
    textTable([...header, 'untrained', 'word', 'bag', 'commonest'], cells),
    '',
    ...(explains ? [legend] : []),
  ];
}

const legend =
  'score: of a linear model on the frozen encoder, on reserved text. ±: its standard error over documents. untrained: the same encoder as it begins. word: the commonest label of the word itself. bag: a bag of words. commonest: the commonest label. probe.csv has every layer.';

function cellsOf(row: ProbeRow, rows: readonly ProbeRow[], layers: boolean): string[] {
  const same = ['runId', 'task', 'part', 'layers', 'metric', 'version'] as const;
  const untrained = rows.find(
    (other) => other.checkpointStep === 0 && same.every((key) => other[key] === row[key]),
  );
  const { name, checkpointStep, task, part, metric, score, standardError } = row;
  const where = part === 'dev' ? task : `${task}, ${part}`;
  return [
    ...[name, String(checkpointStep), where, ...(layers ? [row.layers] : []), metric],
    ...[score, standardError, untrained?.score].map(shownPercent),
    ...[row.wordIdentityScore, row.bagOfWordsScore, row.majorityScore].map(shownPercent),
  ];
}

function shownPercent(value: number | undefined): string {
  return value === undefined ? '' : percent(value);
}
