/** λ over a stage: how much the discriminator's loss counts. */
import type { ObjectiveConfig } from '../config/schema.ts';

/**
 * @param progress share of the stage that is spent, in [0, 1)
 * @returns λ at that moment: constant as in the paper, or, ours, zero before a delay or rising to its value until then
 * @source ELECTRA §3.2 (constant)
 */
export function discriminatorWeightAt(
  { progress }: { progress: number },
  { discriminatorWeight, discriminatorSchedule, discriminatorDelay }: ObjectiveConfig,
): number {
  switch (discriminatorSchedule) {
    case 'constant':
      return discriminatorWeight;
    case 'delayed':
      return progress < discriminatorDelay ? 0 : discriminatorWeight;
    case 'annealed':
      return discriminatorWeight * Math.min(1, progress / discriminatorDelay);
  }
}
