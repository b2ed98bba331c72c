/** Why the runs behind a claim cannot decide it, whatever their numbers say. */
import { isDownstream } from '../report/metric-display.ts';
import { isDone, type RunRecord } from '../results/run-folder.ts';
import type { Claim, StoredArm } from '../results/stored-experiment.ts';
import type { Measurements } from './metric-values.ts';

/** What is in the way of a seed of an arm. */
interface Obstacle {
  arm: string;
  seed: number;
  /** `failed`: alike for all seeds that it befell. */
  trouble: string;
  /** Of this seed. */
  because?: string;
}

/**
 * Looks at every seed that an arm of a claim was to have; where runs are compared in pairs, that both were to have. One
 * run in the way is enough: to leave out the seeds that went wrong would be to choose among outcomes.
 *
 * @param checkpoints over how many the claim's metric is a mean
 * @returns the first obstacle, the seeds of its arm that share it, and how many more runs there are; or undefined
 */
export function findObstacle(
  claim: Claim,
  arms: readonly [StoredArm, StoredArm],
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
  checkpoints: number,
): string | undefined {
  const [ahead, behind] = arms;
  if (ahead.runs.some(({ runId }) => behind.runs.some((run) => run.runId === runId)))
    return 'both arms have the same runs';
  const isCompared = (seed: number) =>
    claim.pairing !== 'forked' || arms.every(({ runs }) => runs.some((run) => run.seed === seed));
  const obstacles = arms.flatMap((arm) =>
    arm.runs
      .filter(({ seed }) => isCompared(seed))
      .flatMap(({ seed, runId }): Obstacle[] => {
        const trouble = troubleOf(claim, arm, records.get(runId), measurements, checkpoints);
        return trouble === undefined ? [] : [{ arm: arm.name, seed, ...trouble }];
      }),
  );
  const sorted = obstacles.toSorted((a, b) => a.seed - b.seed);
  const seedsIn = (name: string) => arms.find((arm) => arm.name === name)!.runs.length;
  return sorted.length > 0 ? wordsOf(sorted, seedsIn(sorted[0]!.arm)) : undefined;
}

/** `all 5 seeds of bert failed at this scale; seed 0: … (and 1 more run)` */
function wordsOf(obstacles: readonly Obstacle[], seeds: number): string {
  const [first] = obstacles as [Obstacle];
  const { arm, seed, trouble } = first;
  const alike = obstacles.filter((other) => other.arm === arm && other.trouble === trouble).length;
  const others = obstacles.length - alike;
  const more = others > 0 ? ` (and ${others} more ${others === 1 ? 'run' : 'runs'})` : '';
  if (alike === 1) return `${arm}, seed ${seed}, ${trouble}${because(': ', first)}${more}`;
  const count = alike === seeds ? `all ${seeds}` : `${alike} of ${seeds}`;
  const plural = trouble.replace(/^has /, 'have ');
  return `${count} seeds of ${arm} ${plural}${because(`; seed ${seed}: `, first)}${more}`;
}

function because(before: string, { because: reason }: Obstacle): string {
  return reason === undefined ? '' : `${before}${reason}`;
}

/**
 * A run that failed to learn decides nothing about what came after its training; about the training itself, which it
 * failed at, it is as good a witness as any.
 */
function troubleOf(
  { metric, predictsFailureOf }: Claim,
  { name }: StoredArm,
  record: RunRecord | undefined,
  measurements: Measurements,
  checkpoints: number,
): Pick<Obstacle, 'trouble' | 'because'> | undefined {
  if (!record) return { trouble: 'has not been run' };
  const reason = record.reason === undefined ? {} : { because: record.reason };
  if (record.status === 'failed') return { trouble: 'failed', ...reason };
  if (!isDone(record)) return { trouble: 'has not finished' };
  const isExcused = predictsFailureOf.includes(name) || !isDownstream(metric);
  if (record.status === 'failed-to-learn' && !isExcused)
    return { trouble: 'failed to learn at this scale', ...reason };
  const where = checkpoints > 1 ? ` at ${checkpoints} checkpoints` : '';
  return measurements.get(record.runId)?.has(metric) ? undefined : { trouble: `has no ${metric}${where}` };
}
