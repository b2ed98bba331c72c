/** The table of minimal-pair accuracies that ends `pairs`: means over all paradigms and over those of each term. */
import { percent } from '../base/percent.ts';
import { everything } from '../downstream/pairs/accuracy.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import { textTable } from './command.ts';

const words = {
  'pseudo-log-likelihood': 'PLL',
  'original-log-probability': 'log P(original)',
} as const;

/** Lines to print: a table with one line per checkpoint, network and term, and what its columns mean. */
export function pairsSummary(rows: readonly PairsRow[], { explains }: { explains: boolean }): string[] {
  const means = rows.filter(({ paradigm, field, term }) => {
    return paradigm === everything && (term !== everything || field === everything);
  });
  const trained = means.filter(({ checkpointStep }) => checkpointStep > 0);
  const header = ['arm', 'step', 'set', 'network', 'score', 'term', 'pairs', 'accuracy', '±', 'ties'];
  return [
    textTable(
      [...header, 'untrained', 'unigram', 'bigram'],
      trained.map((row) => cellsOf(row, means)),
    ),
    '',
    ...(explains ? [legend] : []),
  ];
}

const legend =
  'accuracy: how often the better sentence scores higher, a tie counting half; guessing is 50 %. ±: its standard error over pairs. untrained: the same network as it begins. unigram, bigram: models of token frequencies in the training text. all: the mean over paradigms; pairs.csv has each.';

function cellsOf(row: PairsRow, rows: readonly PairsRow[]): string[] {
  const same = ['runId', 'set', 'network', 'scorer', 'term', 'version'] as const;
  const untrained = rows.find(
    (other) => other.checkpointStep === 0 && same.every((key) => other[key] === row[key]),
  );
  const { name, checkpointStep, set, network, scorer, term, pairs, ties } = row;
  return [
    ...[name, String(checkpointStep), set, network, words[scorer], term, String(pairs)],
    ...[percent(row.accuracy), percent(row.standardError), String(ties)],
    ...[untrained?.accuracy, row.unigramAccuracy, row.bigramAccuracy].map(percent),
  ];
}
