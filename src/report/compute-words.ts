/** What a claim's two arms had of training: arms of equal steps are not of equal compute, nor the other way round. */
import { mean } from '../statistics/describe.ts';
import { measureNamed, show } from './measures.ts';
import type { ClaimRow, ExperimentReport, ReportData, RunReport } from './report-data.ts';

/** Means over seeds. */
interface Compute {
  steps: number;
  flops: number;
}

/** `joint 4,000 steps, 1.50e13 FLOPs; two-stage 8,000 steps, 2.27e13 FLOPs (1.5 times joint's)`; nothing of runs without a cost. */
export function computeWords(
  { ahead, behind, experiment }: ClaimRow,
  { experiments, runs }: ReportData,
): string {
  const own = experiments.find(({ name }) => name === experiment);
  const [one, other] = [ahead, behind].map((arm) => own && computeOf(own, arm, runs));
  if (!one || !other) return '';
  return `${ahead} ${wordsOf(one)}; ${behind} ${wordsOf(other)}${ratioWords(other.flops / one.flops, ahead)}`;
}

/** Of the runs that came to their end, as the claim's measurement is. */
function computeOf(
  { arms }: ExperimentReport,
  name: string,
  runs: readonly RunReport[],
): Compute | undefined {
  const ids = arms.find((arm) => arm.name === name)?.runIds ?? [];
  const ended = runs.filter(({ runId, status }) => ids.includes(runId) && isEnd(status));
  const [steps, flops] = [
    ended.flatMap((run) => run.steps ?? []),
    ended.flatMap((run) => run.trainFlops ?? []),
  ];
  return flops.length > 0 ? { steps: mean(steps), flops: mean(flops) } : undefined;
}

function isEnd(status: string): boolean {
  return status === 'finished' || status === 'failed-to-learn';
}

function wordsOf({ steps, flops }: Compute): string {
  return `${Math.round(steps).toLocaleString('en')} steps, ${show(measureNamed('train_flops'), flops)} FLOPs`;
}

/** Said where a reader should see it: from a difference of a twentieth on. */
function ratioWords(ratio: number, ahead: string): string {
  return Math.abs(ratio - 1) < 0.05 || !Number.isFinite(ratio)
    ? ''
    : ` (${ratio.toFixed(2)} times ${ahead}'s)`;
}
