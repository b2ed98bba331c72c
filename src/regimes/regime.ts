/** What a training regime is: which networks there are, and per stage whose weights move by which loss. */
import type { Conflict } from '../config/conflicts.ts';
import type { MaskingStyle, ObjectiveConfig, RunConfig } from '../config/schema.ts';
import type { Tensor } from '../engine/tensors.ts';
import type { Network, NetworkName, NetworkPlan } from '../model/network.ts';
import type { EncoderSizes } from '../model/sizes.ts';
import type { SamplingContext } from '../objectives/corruption.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';

export interface Regime {
  name: string;
  /** One line for `--help` and the documentation. */
  summary: string;
  /** What a masked position shows, unless the configuration says otherwise. */
  masking: MaskingStyle;
  /** What the regime asks of a configuration, if that is broken. */
  conflictOf?(config: RunConfig): Conflict | undefined;
  networks(sizes: EncoderSizes, config: RunConfig): NetworkPlan[];
  stages: readonly [Stage, ...Stage[]];
  /** Weights that stay fresh where a run begins with another's weights and that one has none of them. */
  mayBeginFresh?(parameter: string): boolean;
  /** The network that does not begin fresh but comes from the run that `generator.checkpoint` names. */
  pretrained?: NetworkName;
  /** The network whose masked-LM accuracy is measured. */
  predictor: NetworkName;
  /** The network whose replaced-token detection is measured, if there is one. */
  detector?: NetworkName;
  /** The network that is fine-tuned. */
  encoder: NetworkName;
}

/** A part of training with one loss and one optimiser, and its own share of the budget (`training/budget.ts`). */
export interface Stage {
  name: string;
  /** The networks whose weights move. All others are frozen: they get no gradient at all. */
  trains: readonly NetworkName[];
  /** The frozen networks that run all the same. */
  runs?: readonly NetworkName[];
  /** Of a first stage: other configurations in which it is the same training, bit for bit. It is done once for all. */
  twins?(config: RunConfig): RunConfig[];
  /** What happens to the weights before the stage's first step. */
  begin?(start: StageStart): void;
  losses(context: StepContext): Losses;
}

/** How far a stage is when a step begins. */
export interface Clock {
  /** Updates of the stage that are done. */
  step: number;
  /** Share of the stage's budget that is spent, in [0, 1). */
  progress: number;
}

/** A number that may change over a stage, such as λ or a temperature. */
export type Schedule = (clock: Clock, objective: ObjectiveConfig) => number;

export interface StageStart {
  store: ParameterStore;
  plans: readonly NetworkPlan[];
  config: RunConfig;
}

export interface StepContext extends SamplingContext {
  network(name: NetworkName): Network;
  objective: ObjectiveConfig;
  /** What a schedule says at this step, a scalar; reported under `train_` and its name in snake case. */
  scheduled(name: string, at: Schedule): Tensor;
}

/** Scalars. `loss` is what is minimised; all are reported, under `train_` and their name in snake case. */
export interface Losses extends Record<string, Tensor> {
  loss: Tensor;
}

/** For regimes whose generator learns, or has learned: frequencies cannot. */
export function needsNetwork({ regime, generator: { kind } }: RunConfig): Conflict | undefined {
  if (kind === 'network') return undefined;
  const expected = `network, as the generator of ${regime} learns`;
  return { path: ['generator', 'kind'], expected, got: kind, remedy: 'joint takes the others' };
}
