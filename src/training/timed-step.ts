/** A stage's training step on weights of its own, timed part by part, as it is half-way through. Nothing is kept. */
import {
  type Moment,
  openTrainingStep,
  type StepSeconds,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';

export interface TimedStepOptions extends TrainingStepOptions {
  /** Of the first steps; default 0 throughout, which costs as much as any other and leaves the weights as they are. */
  learningRateAt?(step: number): number;
}

/** What one step took. */
export interface StepTimes extends StepSeconds {
  tokens: number;
}

export interface TimedStep extends Omit<TrainingStep, 'fill' | 'take'> {
  /** Writes all inputs of a step. @param index counted from 0 */
  fill(index: number, program: Parameters<TrainingStep['fill']>[1]): number;
  take(index: number): Promise<StepTimes>;
}

/** Compiles a stage's step. The caller disposes of the program. */
export async function createTimedStep(options: TimedStepOptions): Promise<TimedStep> {
  const { learningRateAt = () => 0 } = options;
  const step = await openTrainingStep(options);
  const momentOf = (index: number): Moment => {
    return { index, step: index, progress: 0.5, learningRate: learningRateAt(index), update: index + 1 };
  };
  return {
    ...step,
    fill: (index, program) => step.fill(momentOf(index), program),
    async take(index) {
      const { tokens, seconds } = await step.take(momentOf(index));
      return { ...seconds, tokens };
    },
  };
}

/** Steps for a while, at least one; the first ones, which ask the system for memory, are not counted. */
export async function takeSteps(
  step: Pick<TimedStep, 'take'>,
  seconds: number,
  { warmUp = 1, most = Number.POSITIVE_INFINITY }: { warmUp?: number; most?: number } = {},
): Promise<StepTimes[]> {
  for (let index = 0; index < warmUp; index++) await step.take(index);
  const times: StepTimes[] = [];
  const until = performance.now() + 1000 * seconds;
  do times.push(await step.take(warmUp + times.length));
  while (performance.now() < until && times.length < most);
  return times;
}

/** What a whole step took. */
export function stepSeconds({ host, run, optimiser }: StepSeconds): number {
  return host + run + optimiser;
}
