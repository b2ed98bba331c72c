/** How much work all measurements after a run's training are, as a sweep weighs them. */
import type { RunConfig } from '../config/schema.ts';
import { selectPairSets } from '../downstream/pairs/registry.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { finetunedFractions } from './finetune-checkpoints.ts';
import { probedFractions, probedTasks } from './probe-checkpoints.ts';
import { scoredNetworks } from './run-pairs.ts';
import { finetuneWork, type Networks, pairsWork, probeWork } from './scoring-work.ts';

/** Of all measurements that a configuration asks for, at all checkpoints. */
export function scoringWork(config: RunConfig, tasks: readonly Task[], networks: Networks): number {
  const { seeds, untrained } = config.finetune;
  const finetuned = Number(untrained) + finetunedFractions(config).length + 1;
  const [probed, paired] = [probedFractions(config).length + 2, config.pairs.at.length + 2];
  const sum = (works: readonly number[]) => works.reduce((total, work) => total + work, 0);
  const pairs = selectPairSets(config.pairs).flatMap((set) =>
    scoredNetworks(networks.regime).map(({ network, scorer }) => pairsWork(set, network, scorer, networks)),
  );
  return (
    finetuned * seeds * sum(tasks.map((task) => finetuneWork(task, config, networks))) +
    probed * sum(probedTasks(config).map((task) => probeWork(task, config, networks))) +
    paired * sum(pairs)
  );
}
