/** Why the runs behind a claim cannot decide it, whatever their numbers say. */
import type { Measurements } from './measurements.ts';
import type { RunRecord } from './run-folder.ts';
import type { Claim, StoredArm } from './stored-experiment.ts';

/**
 * Looks at every seed that both arms of a claim were to have. One run in the way is enough: to leave out the seeds that
 * went wrong would be to choose among outcomes.
 *
 * @returns the first obstacle and how many more there are, or undefined
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
    arms.flatMap((arm) => {
      const { runId } = arm.runs.find((run) => run.seed === seed)!;
      const trouble = troubleOf(claim, arm, records.get(runId), measurements);
      return trouble === undefined ? [] : [`${arm.name}, seed ${seed}, ${trouble}`];
    }),
  );
  const more = obstacles.length > 1 ? ` (and ${obstacles.length - 1} more)` : '';
  return obstacles.length > 0 ? `${obstacles[0]}${more}` : undefined;
}

function troubleOf(
  { metric, predictsFailureOf }: Claim,
  { name }: StoredArm,
  record: RunRecord | undefined,
  measurements: Measurements,
): string | undefined {
  if (!record) return 'has not been run';
  const because = record.reason ? `: ${record.reason}` : '';
  if (record.status === 'failed') return `failed${because}`;
  if (record.status === 'failed-to-learn') {
    if (!predictsFailureOf.includes(name)) return `failed to learn at this scale${because}`;
  } else if (record.status !== 'finished') return 'has not finished';
  return measurements.get(record.runId)?.has(metric) ? undefined : `has no ${metric}`;
}
