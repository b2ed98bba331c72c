/** What a claim's arms cost: arms of equal steps are not of equal compute, nor the other way round. */
import { withoutAbsent } from '../base/without-absent.ts';
import { isDone, type RunRecord } from '../results/run-folder.ts';
import type { StoredArm } from '../results/stored-experiment.ts';
import { mean } from '../statistics/describe.ts';

type Progress = NonNullable<RunRecord['progress']>;

/** Means over the runs of each arm that came to their end. */
export function costsOf(
  [ahead, behind]: readonly [StoredArm, StoredArm],
  records: ReadonlyMap<string, RunRecord>,
) {
  const meansOf = ({ runs }: StoredArm) => {
    const done = runs.flatMap(({ runId }) => records.get(runId) ?? []).filter(isDone);
    return (key: 'step' | 'tokens' | 'flops' | 'officialFlops') => {
      const values = done.flatMap(({ progress }: { progress?: Progress }) => progress?.[key] ?? []);
      return values.length > 0 ? mean(values) : undefined;
    };
  };
  const [one, other] = [meansOf(ahead), meansOf(behind)];
  return withoutAbsent({
    stepsAhead: one('step'),
    stepsBehind: other('step'),
    tokensAhead: one('tokens'),
    tokensBehind: other('tokens'),
    trainFlopsAhead: one('flops'),
    trainFlopsBehind: other('flops'),
    officialFlopsAhead: one('officialFlops'),
    officialFlopsBehind: other('officialFlops'),
  });
}
