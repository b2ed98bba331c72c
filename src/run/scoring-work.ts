/**
 * How much work one measurement after a run's training is: FLOPs as the paper counts them, about. It weighs it
 * beside the training before any was timed, so lengths are guessed from letters, and a probe's fit is left out.
 */
import type { RunConfig } from '../config/schema.ts';
import { epochsOf, trainingExamples } from '../downstream/finetune/recipe.ts';
import type { PairSet } from '../downstream/pairs/pair-set.ts';
import type { ScorerName } from '../downstream/pairs/sentence-scores.ts';
import { loadOnce, type Task, type TaskExample } from '../downstream/tasks/task.ts';
import type { NetworkName, NetworkPlan } from '../model/network.ts';
import { officialForwardFlops } from '../model/official-flops.ts';
import type { Regime } from '../regimes/regime.ts';

export interface Networks {
  plans: readonly NetworkPlan[];
  regime: Regime;
}

/** One seed of one task: every epoch forward and backward, and once forward over what is scored. */
export function finetuneWork(task: Task, config: RunConfig, networks: Networks): number {
  const { train, dev } = loadOnce(task, config.finetune);
  const plan = planOf(networks, networks.regime.encoder);
  const examples = trainingExamples(task, train, config.finetune);
  const passes = 2 * epochsOf(task, config.finetune);
  return passes * readingWork(plan, task, examples) + readingWork(plan, task, Object.values(dev).flat());
}

/** One reading of a task's examples. */
export function probeWork(task: Task, { finetune }: RunConfig, networks: Networks): number {
  const { train, dev } = loadOnce(task, finetune);
  const plan = planOf(networks, networks.regime.encoder);
  return readingWork(plan, task, [...train, ...Object.values(dev).flat()]);
}

/** One set with one network; a pseudo-log-likelihood reads a sentence once for each of its tokens. */
export function pairsWork(
  set: PairSet,
  network: NetworkName,
  scorer: ScorerName,
  networks: Networks,
): number {
  const flops = forwardFlops(planOf(networks, network));
  const sentences = set
    .paradigms()
    .flatMap(({ pairs }) => pairs.flatMap(({ better, worse }) => [better, worse]));
  const passes = (length: number) => (scorer === 'pseudo-log-likelihood' ? length - 2 : 1);
  return sentences.map(tokensOf).reduce((sum, length) => sum + passes(length) * flops(length), 0);
}

function planOf({ plans }: Networks, network: NetworkName): NetworkPlan {
  return plans.find(({ name }) => name === network)!;
}

function readingWork(plan: NetworkPlan, { maxLength }: Task, examples: readonly TaskExample[]): number {
  const flops = forwardFlops(plan);
  const lengthOf = ({ first, second = '' }: TaskExample) => Math.min(maxLength, tokensOf(first + second));
  return examples.reduce((sum, example) => sum + flops(lengthOf(example)), 0);
}

/** Of one sequence, by its length; each length is computed once. */
function forwardFlops({ sizes }: NetworkPlan): (length: number) => number {
  const known = new Map<number, number>();
  return (length) => {
    if (!known.has(length)) known.set(length, officialForwardFlops(sizes, 'rtd', { length }));
    return known.get(length)!;
  };
}

/** A piece of a word has about four letters; two special tokens stand around a text. */
function tokensOf(text: string): number {
  return Math.ceil(text.length / 4) + 2;
}
