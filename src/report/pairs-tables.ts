/** Minimal pairs as people read them: terms or paradigms down, arms across, and beside them what knows no context. */
import { groupBy } from '../base/group.ts';
import { mean } from '../statistics/describe.ts';
import type { Arm } from './figures/series.ts';
import { type Measure, show } from './metric-display.ts';
import type { PairsReport, RunReport } from './report-data.ts';
import type { SummaryTable } from './summary-words.ts';

const measure: Measure = { name: 'pairs', label: 'accuracy on minimal pairs', unit: 'fraction' };
const everything = 'all';
const chance = 0.5;

/** How scores are called, in the order of the tables. */
const scorers: Record<string, string> = {
  'pseudo-log-likelihood': 'pseudo-log-likelihood',
  'original-log-probability':
    "a discriminator's sum of log P(original), which cannot be compared with any other score",
};

/** One table a set and scorer; none where no run was scored. @param by means over terms, or each paradigm */
export function pairsTables(arms: readonly Arm[], by: 'terms' | 'paradigms'): SummaryTable[] {
  const isWanted = by === 'terms' ? isOfTerm : ({ paradigm }: PairsReport) => paradigm !== everything;
  const rows = arms.flatMap(({ runs }) => runs.flatMap(({ pairs = [] }) => pairs.filter(isWanted)));
  const tables = groupBy(rows, ({ set, scorer }) => `${set}\n${scorer}`);
  return [...tables.values()].map((own) => tableOf(own, arms, by));
}

/** Of a term, or of all; means over a field are left to pairs.csv. */
function isOfTerm({ paradigm, field, term }: PairsReport): boolean {
  return paradigm === everything && (term !== everything || field === everything);
}

/** @param own rows of one set and scorer, of all arms' runs */
function tableOf(own: readonly PairsReport[], arms: readonly Arm[], by: 'terms' | 'paradigms'): SummaryTable {
  const { set, scorer } = own[0]!;
  const scored = arms.filter(({ runs }) =>
    runs.some(({ pairs = [] }) => pairs.some((row) => own.includes(row))),
  );
  const rows = [...groupBy(own, nameOf)].map(([name, same]) => {
    const [untrained, trained] = [true, false].map((isFirst) =>
      same.filter(({ checkpointStep }) => (checkpointStep === 0) === isFirst),
    ) as [PairsReport[], PairsReport[]];
    const ofArm = ({ runs }: Arm) => trained.filter((row) => runs.some((run) => hasRow(run, row)));
    const baselines = [untrained, same, same].map((list, i) =>
      meanOf(list, (['accuracy', 'unigramAccuracy', 'bigramAccuracy'] as const)[i]!),
    );
    return [
      name,
      ...scored.map((arm) => meanOf(ofArm(arm), 'accuracy')),
      ...baselines,
      show(measure, chance),
    ];
  });
  return {
    caption: `Minimal pairs, ${set}: how often the better sentence scores higher, by ${scorers[scorer] ?? scorer}; means over seeds`,
    header: [
      by === 'terms' ? 'term' : 'paradigm',
      ...scored.map(({ name }) => name),
      'untrained',
      'unigram',
      'bigram',
      'chance',
    ],
    rows,
  };
}

function nameOf({ paradigm, term }: PairsReport): string {
  return (paradigm === everything ? term : paradigm).replaceAll('_', ' ');
}

function hasRow({ pairs = [] }: RunReport, row: PairsReport): boolean {
  return pairs.includes(row);
}

function meanOf(
  rows: readonly PairsReport[],
  key: 'accuracy' | 'unigramAccuracy' | 'bigramAccuracy',
): string {
  return rows.length === 0 ? '' : show(measure, mean(rows.map((row) => row[key])));
}
