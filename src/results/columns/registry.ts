/** Every table of a results folder. `docs/tables.md` and `datapackage.json` are made from this list. */
import type { DeclaredColumn } from '../../base/column.ts';
import { finetuneColumns } from '../../downstream/finetune/finetune-table.ts';
import { pairsColumns } from '../../downstream/pairs/pairs-table.ts';
import { probeColumns } from '../../downstream/probe/probe-table.ts';
import { curveColumns } from '../../training/curve-rows.ts';
import { armColumns } from './arm-columns.ts';
import { claimColumns } from './claim-columns.ts';
import { runColumns } from './run-columns.ts';
import { signalColumns } from './signal-columns.ts';
import { summaryColumns } from './summary-columns.ts';
import { tuningColumns } from './tuning-columns.ts';

export interface DeclaredTable {
  /** Within the results folder; `*` stands for an experiment's name. */
  file: string;
  /** What a row is. */
  row: string;
  columns: readonly DeclaredColumn[];
  /** The columns that tell rows apart. */
  key: readonly string[];
  /** Whether each row's run stands in runs.csv. */
  isOfRuns?: true;
  /** Which columns there are besides, each named after a key of the configuration. */
  keys?: string;
}

export const tables: readonly DeclaredTable[] = [
  {
    file: 'claims.csv',
    row: 'one claim of an experiment, with the verdict at this scale',
    columns: claimColumns,
    key: ['experiment', 'id'],
  },
  {
    file: 'summary.csv',
    row: 'one arm of an experiment, measurement and checkpoint. `downstream` averages the tasks that all fine-tuned runs of the experiment have, each by the median over fine-tuning seeds',
    columns: summaryColumns,
    key: ['experiment', 'arm', 'metric', 'training_fraction'],
  },
  {
    file: 'arms.csv',
    row: 'one seed of an arm of an experiment',
    columns: armColumns,
    key: ['experiment', 'arm', 'seed'],
  },
  {
    file: 'runs.csv',
    row: 'one run: what it was, what it cost, its last evaluation, where it ran',
    columns: runColumns(),
    key: ['run_id'],
    keys: 'After `seed` comes a column for each hyper-parameter in which the runs of the folder differ.',
  },
  {
    file: 'curves.csv',
    row: 'one run, step and measurement',
    columns: curveColumns,
    key: ['run_id', 'step', 'metric'],
  },
  {
    file: 'finetune.csv',
    row: 'one run, checkpoint, task, part, metric and fine-tuning seed',
    columns: finetuneColumns,
    key: ['run_id', 'checkpoint_step', 'task', 'part', 'metric', 'finetune_seed', 'settings'],
    isOfRuns: true,
  },
  {
    file: 'probe.csv',
    row: 'one run, checkpoint, probed task, part, choice of layers and metric',
    columns: probeColumns,
    key: ['run_id', 'checkpoint_step', 'task', 'part', 'layers', 'metric'],
    isOfRuns: true,
  },
  {
    file: 'pairs.csv',
    row: 'one run, checkpoint, network, set of minimal pairs and paradigm; further rows are means. [minimal-pairs.md](minimal-pairs.md) says how scores are made',
    columns: pairsColumns,
    key: ['run_id', 'checkpoint_step', 'set', 'paradigm', 'field', 'term', 'network', 'scorer'],
    isOfRuns: true,
  },
  {
    file: 'experiments/*.tuning.csv',
    row: 'one run of a search',
    columns: tuningColumns(),
    key: ['run_id'],
    keys: 'After `arm` comes a column for each searched key.',
  },
  {
    file: 'experiments/*.signal.csv',
    row: 'one measurement of one arm in pilots',
    columns: signalColumns,
    key: ['metric', 'arm'],
  },
];
