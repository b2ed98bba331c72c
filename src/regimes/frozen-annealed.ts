/**
 * A frozen generator that was trained before, whose sampling temperature falls over training: the curriculum that
 * two-stage training lacks. The discriminator begins fresh, and the networks share nothing.
 *
 * That the temperature descends is Fast-ELECTRA's; how steeply is ours, as its schedule was not found in what was read.
 *
 * @source Fast-ELECTRA (Dong et al. 2024), abstract
 */
import type { Conflict } from '../config/conflicts.ts';
import type { ObjectiveConfig, RunConfig } from '../config/schema.ts';
import { detectReplaced, frozen, predictTokens } from '../model/network.ts';
import { discriminatorPlan, maskedLmPlan } from '../model/plans.ts';
import { generatorSizes } from '../model/sizes.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, sampleReplacements } from '../objectives/corruption.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import { type Clock, type Losses, needsNetwork, type Regime, type StepContext } from './regime.ts';

/** Share of training in which the distance to the last temperature falls to 1/e. */
const coolingTime = 0.1;

export const frozenAnnealed: Regime = {
  name: 'frozen-annealed',
  summary: 'a frozen, trained generator whose sampling temperature falls over training (Fast-ELECTRA)',
  masking: 'all-mask',
  conflictOf: (config) => needsNetwork(config) ?? needsCheckpoint(config),
  networks: (sizes, { generator }) => [
    discriminatorPlan(sizes),
    maskedLmPlan('generator', generatorSizes(sizes, generator.size)),
  ],
  stages: [{ name: 'frozen-annealed', trains: ['discriminator'], runs: ['generator'], losses }],
  pretrained: 'generator',
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, scheduled } = context;
  const generator = frozen(network('generator'));
  const logits = predictTokens(generator, maskedInput(batch), batch.maskedPositions); // [N, V]
  const sampledIds = sampleReplacements(logits, context, scheduled('temperature', temperatureAt)); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, isReplaced(corruptedIds, batch.tokenIds), batch.attentionMask);
  return { loss: rtdLoss, rtdLoss };
}

/** From the start temperature exponentially towards the configured one. */
export function temperatureAt(
  { progress }: Clock,
  { startTemperature, temperature }: ObjectiveConfig,
): number {
  return temperature + (startTemperature - temperature) * Math.exp(-progress / coolingTime);
}

function needsCheckpoint({ generator: { checkpoint } }: RunConfig): Conflict | undefined {
  if (checkpoint !== undefined) return undefined;
  return {
    path: ['generator', 'checkpoint'],
    expected: 'the folder of a finished run whose masked language model is the generator',
    got: 'nothing',
    remedy: 'train one first, such as `electra-lab run quick --set regime=bert`',
  };
}
