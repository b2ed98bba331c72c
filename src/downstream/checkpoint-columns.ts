/** What every table of downstream scores says first: the checkpoint that was scored. */
import { type Column, columnsOf } from '../base/column.ts';
import { armOf } from '../config/run-id.ts';
import { declarationOf } from '../metrics/measurements.ts';

export interface ScoredCheckpoint {
  runId: string;
  /** As the run's; `<name>, untrained` at step 0. */
  name: string;
  regime: string;
  seed: number;
  /** 0: untrained. */
  checkpointStep: number;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
}

const { text, whole, real } = columnsOf<ScoredCheckpoint>();
const meaningOf = (name: string) => declarationOf(name)!.meaning;

export const checkpointColumns: readonly Column<ScoredCheckpoint>[] = [
  text('run_id', "the run's folder under `runs/`", (row) => row.runId),
  text('arm', 'the arm of the experiment', armNameOf),
  text('regime', 'how generator and discriminator were trained', (row) => row.regime),
  whole('seed', '', 'the pre-training seed', (row) => row.seed),
  whole(
    'checkpoint_step',
    'steps',
    'pre-training steps of the weights that were measured; 0 is the untrained control, 1 an import, whose steps are not known',
    (row) => row.checkpointStep,
  ),
  real('train_flops', 'operations', meaningOf('train_flops'), (row) => row.trainFlops),
  real('official_flops', 'operations', meaningOf('official_flops'), (row) => row.officialFlops),
];

function armNameOf({ name, seed, checkpointStep }: Partial<ScoredCheckpoint>): string | undefined {
  if (name === undefined || seed === undefined) return name;
  const runName = checkpointStep === 0 ? name.replace(/, untrained$/, '') : name;
  return armOf({ name: runName, seed });
}
