/** The claims that an experiment's file declares, each with its metric, its role and its margin. */

import type { Claim } from '../results/stored-experiment.ts';
import type { ExperimentFile } from './experiment-schema.ts';

/** What a claim that names no metric is judged by. */
export function defaultMetric(primary: ExperimentFile['primary']): string {
  return primary?.metric ?? 'downstream';
}

/** In the order of the file; after a claim, those by the metrics that it lists in `also`. */
export function declaredClaims({ claims, primary, margins }: ExperimentFile): Claim[] {
  const marginOf = (metric: string) => (metric === primary?.metric ? primary.margin : margins[metric]);
  return claims.flatMap(({ metric = defaultMetric(primary), also, paper, otherSource, ...claim }) => {
    const by = (name: string): Omit<Claim, 'role'> => {
      const margin = marginOf(name);
      return { ...claim, metric: name, ...(margin !== undefined && { margin }) };
    };
    const isPrimary = primary === undefined || metric === primary.metric;
    const own: Claim = {
      ...{ ...by(metric), role: isPrimary ? 'primary' : 'secondary' },
      ...(paper && { paper }),
      ...(otherSource !== undefined && { otherSource }),
    };
    return [
      own,
      ...also.map((name): Claim => ({ ...by(name), id: `${claim.id}: ${name}`, role: 'secondary' })),
    ];
  });
}
