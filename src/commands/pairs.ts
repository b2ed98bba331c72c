/** electra-lab pairs: how often a run's networks prefer the better sentence of two. */
import type { CommandModule } from 'yargs';
import { percent } from '../base/percent.ts';
import type { RunConfig } from '../config/schema.ts';
import { everything } from '../downstream/pairs/accuracy.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import { selectPairSets } from '../downstream/pairs/registry.ts';
import { findRun, type StoredRun } from '../results/stored-run.ts';
import { scoreAt, scorePairs, scoreUntrained } from '../run/pairs-checkpoints.ts';
import {
  type MeasuredRunsArguments,
  measureRuns,
  type OpenedRun,
  reportScores,
  storedConfig,
  untrainedOf,
  withRunsOptions,
} from './measured-runs.ts';
import { textList, textOption, wholeNumber } from './options.ts';
import { textTable } from './text-table.ts';

interface PairsArguments extends MeasuredRunsArguments {
  sets: string[];
  blimp?: string;
  most?: number;
}

export const pairsCommand: CommandModule<object, PairsArguments> = {
  command: 'pairs <runs..>',
  describe: 'score minimal pairs: how often the better sentence of two scores higher',
  builder: (yargs) =>
    withRunsOptions(yargs)
      .option('sets', textList('--sets', "offline, blimp [default: the run's pairs.sets, or offline]"))
      .option('blimp', textOption('--blimp', "folder of BLiMP's .jsonl files, which are then scored too"))
      .option('most', {
        requiresArg: true,
        coerce: (value) => (value === undefined ? value : wholeNumber('--most')(value)),
        describe: "pairs of each paradigm of BLiMP [default: the run's pairs.most]",
      })
      .example('$0 pairs RUN', 'pairs made of text that no run pre-trains on')
      .example('$0 pairs RUN RUN --blimp blimp --most 1000', 'all of BLiMP as well')
      .epilogue(
        "The untrained networks are scored as well. docs/minimal-pairs.md explains a discriminator's score.",
      ) as never,
  handler: execute,
};

async function execute(args: PairsArguments): Promise<void> {
  const runs = args.runs.map(findRun).map((stored) => ({ stored, config: configOf(stored, args) }));
  // Files that are broken are better known before the first run than after it.
  for (const { config } of runs) selectPairSets(config.pairs);
  const rows = await measureRuns(runs, args, scoreOpened);
  reportScores(args, rows, { table: 'pairs.csv', summary: pairsSummary(rows, { explains: !args.quiet }) });
}

/** The run's configuration with the pairs that were asked for. */
function configOf(stored: StoredRun, { sets, blimp, most, at }: PairsArguments): RunConfig {
  const options = [
    ...(blimp ? [`pairs.blimpDir=${JSON.stringify(blimp)}`] : []),
    ...(most ? [`pairs.most=${most}`] : []),
    ...(at.length > 0 ? [`pairs.at=[${at.join(',')}]`] : []),
  ];
  const own = storedConfig(stored, options).pairs.sets;
  const usual = [...(own.length > 0 ? own : ['offline']), ...(blimp ? ['blimp'] : [])];
  const wanted = [...new Set(sets.length > 0 ? sets : usual)];
  return storedConfig(stored, [...options, `pairs.sets=${JSON.stringify(wanted)}`]);
}

/** @returns the rows of the checkpoints and sets that were asked for, those that were there already too */
async function scoreOpened({ isNamed, ...run }: OpenedRun): Promise<PairsRow[]> {
  const { record, checkpoint, config } = run;
  if (isNamed) {
    await scoreUntrained(run);
    await scoreAt(run, checkpoint, checkpoint.step / (record.progress?.step ?? checkpoint.step));
  } else await scorePairs(run, checkpoint);
  const sets = selectPairSets(config.pairs);
  return record.pairs.filter(({ set, version }) =>
    sets.some((asked) => asked.name === set && asked.version === version),
  );
}

/** How the table names a scorer. */
const scorerNames = {
  'pseudo-log-likelihood': 'PLL',
  'original-log-probability': 'log P(original)',
} as const;

/** Lines to print: means over all paradigms and over those of each term, by checkpoint and network, and what the columns mean. */
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

const legend = [
  'accuracy: how often the better sentence scores higher; a tie counts half, and guessing gives 50 %.',
  '±: its standard error over pairs. untrained: the same network with its initial weights.',
  'unigram, bigram: models of token frequencies in the training text.',
  'all: the mean over paradigms; pairs.csv has each.',
].join(' ');

function cellsOf(row: PairsRow, rows: readonly PairsRow[]): string[] {
  const untrained = untrainedOf(row, rows, ['runId', 'set', 'network', 'scorer', 'term', 'version']);
  const { name, checkpointStep, set, network, scorer, term, pairs, ties } = row;
  return [
    name,
    String(checkpointStep),
    set,
    network,
    scorerNames[scorer],
    term,
    String(pairs),
    percent(row.accuracy),
    percent(row.standardError),
    String(ties),
    ...[untrained?.accuracy, row.unigramAccuracy, row.bigramAccuracy].map(percent),
  ];
}
