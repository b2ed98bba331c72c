/** Runs and an experiment as they lie in a results folder, without training. */
import type { FinetuneRow } from '../../src/downstream/finetune/finetune-table.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';
import type { Claim, StoredExperiment } from '../../src/results/stored-experiment.ts';

const settings = 'abc';
const lastStep = 30;

/** @param scores by task, one per fine-tuning seed */
export function toyRecord(
  arm: string,
  seed: number,
  scores: Record<string, (number | undefined)[]> = {},
  more: Partial<RunRecord> = {},
): RunRecord {
  const runId = `${arm}-s${seed}`;
  return {
    runId,
    name: arm,
    regime: arm,
    seed,
    status: 'finished',
    engine: 'toy',
    threads: 1,
    dataHash: '',
    vocabularyHash: '',
    parameters: {},
    startedAt: '',
    metrics: {},
    warnings: [],
    provenance: { machine: { cpu: 'toy' } } as RunRecord['provenance'],
    probe: [],
    pairs: [],
    progress: { step: lastStep, tokens: 100, flops: 1000, officialFlops: 2000, elapsedSeconds: 3 },
    finetuneHash: settings,
    finetune: Object.entries(scores).flatMap(([task, list]) =>
      list.map((score, finetuneSeed) => toyRow(runId, task, finetuneSeed, score)),
    ),
    ...more,
  } as RunRecord;
}

export function toyRow(
  runId: string,
  task: string,
  finetuneSeed: number,
  score: number | undefined,
  more: Partial<FinetuneRow> = {},
): FinetuneRow {
  return {
    runId,
    name: runId,
    task,
    finetuneSeed,
    settings,
    checkpointStep: lastStep,
    part: 'dev',
    elapsedSeconds: 1,
    metric: 'accuracy',
    ...(score !== undefined && { score }),
    ...more,
  } as FinetuneRow;
}

export const toyClaim: Claim = {
  id: 'joint-beats-bert',
  says: 'joint beats bert',
  ahead: 'joint',
  behind: 'bert',
  metric: 'downstream',
  source: 'Figure 3',
  basis: 'words',
  predictsFailureOf: [],
};

/** An experiment whose arms are those of the records, in their order. */
export function toyExperiment(records: readonly RunRecord[], claims: Claim[] = [toyClaim]): StoredExperiment {
  const names = [...new Set(records.map(({ name }) => name))];
  const runsOf = (arm: string) =>
    records.filter(({ name }) => name === arm).map(({ seed, runId }) => ({ seed, runId }));
  return {
    name: 'toy',
    title: 'Toy',
    claim: 'One sentence.',
    command: 'electra-lab sweep toy',
    preset: 'quick',
    arms: names.map((name) => ({ name, coordinates: {}, runs: runsOf(name) })),
    claims,
  };
}
