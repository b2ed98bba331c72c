/** Why the runs behind a claim cannot decide it, whatever their numbers say. */
import type { Measurements } from './measurements.ts';
import type { RunRecord } from './run-folder.ts';
import type { Claim, StoredArm } from './stored-experiment.ts';

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
 * Looks at every seed that both arms of a claim were to have. One run in the way is enough: to leave out the seeds that
 * went wrong would be to choose among outcomes.
 *
 * @returns the first obstacle, the seeds of its arm that share it, and how many more runs there are; or undefined
 */
export function findObstacle(
  claim: Claim,
  arms: readonly [StoredArm, StoredArm],
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
): string | undefined {
  const [ahead, behind] = arms;
  const seeds = ahead.runs.map(({ seed }) => seed).sort((a, b) => a - b);
  const common = seeds.filter((seed) => behind.runs.some((run) => run.seed === seed));
  const obstacles = common.flatMap((seed) =>
    arms.flatMap((arm): Obstacle[] => {
      const { runId } = arm.runs.find((run) => run.seed === seed)!;
      const trouble = troubleOf(claim, arm, records.get(runId), measurements);
      return trouble === undefined ? [] : [{ arm: arm.name, seed, ...trouble }];
    }),
  );
  return obstacles.length > 0 ? wordsOf(obstacles, common.length) : undefined;
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

function troubleOf(
  { metric, predictsFailureOf }: Claim,
  { name }: StoredArm,
  record: RunRecord | undefined,
  measurements: Measurements,
): Pick<Obstacle, 'trouble' | 'because'> | undefined {
  if (!record) return { trouble: 'has not been run' };
  const reason = record.reason === undefined ? {} : { because: record.reason };
  if (record.status === 'failed') return { trouble: 'failed', ...reason };
  if (record.status === 'failed-to-learn') {
    if (!predictsFailureOf.includes(name)) return { trouble: 'failed to learn at this scale', ...reason };
  } else if (record.status !== 'finished') return { trouble: 'has not finished' };
  return measurements.get(record.runId)?.has(metric) ? undefined : { trouble: `has no ${metric}` };
}
