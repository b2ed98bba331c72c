/**
 * Two-stage training: first the generator alone, by masked language modelling; then the discriminator, which begins
 * as a copy of the generator, on samples of the generator as it was left.
 *
 * The networks share nothing: at the switch the discriminator gets weights of its own. Each stage has its own
 * warm-up and decay.
 *
 * @source ELECTRA §3.2
 */
import type { Conflict } from '../config/conflicts.ts';
import type { RunConfig } from '../config/schema.ts';
import { encoderParameters } from '../model/encoder.ts';
import { detectReplaced, frozen, predictTokens } from '../model/network.ts';
import { discriminatorPlan, maskedLmPlan } from '../model/plans.ts';
import { generatorSizes } from '../model/sizes.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, maskedTargets, sampleReplacements } from '../objectives/corruption.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import { type Losses, needsNetwork, type Regime, type StageStart, type StepContext } from './regime.ts';

export const twoStage: Regime = {
  name: 'two-stage',
  summary:
    'the generator first; then, with it frozen, a discriminator that begins as its copy (ELECTRA §3.2)',
  masking: 'all-mask',
  conflictOf: (config) => needsNetwork(config) ?? needsEqualSizes(config),
  networks: (sizes, { generator }) => [
    discriminatorPlan(sizes),
    maskedLmPlan('generator', generatorSizes(sizes, generator.size)),
  ],
  stages: [
    { name: 'generator', trains: ['generator'], twins: withOtherBeginning, losses: generatorLosses },
    {
      name: 'discriminator',
      trains: ['discriminator'],
      runs: ['generator'],
      begin: copyGenerator,
      losses: discriminatorLosses,
    },
  ],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function generatorLosses({ batch, network }: StepContext): Losses {
  const logits = predictTokens(network('generator'), maskedInput(batch), batch.maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), batch.maskedWeights);
  return { loss: mlmLoss, mlmLoss };
}

function discriminatorLosses(context: StepContext): Losses {
  const { batch, network } = context;
  const generator = frozen(network('generator'));
  const logits = predictTokens(generator, maskedInput(batch), batch.maskedPositions); // [N, V]
  const sampledIds = sampleReplacements(logits, context); // [N]
  const corruptedIds = corrupt(batch, sampledIds); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, isReplaced(corruptedIds, batch.tokenIds), batch.attentionMask);
  return { loss: rtdLoss, rtdLoss };
}

/** How the discriminator begins is nothing to the generator. */
function withOtherBeginning({ generator, ...config }: RunConfig): RunConfig[] {
  const initialiseDiscriminator = !generator.initialiseDiscriminator;
  return [{ ...config, generator: { ...generator, initialiseDiscriminator } }];
}

/** Every weight of the encoder; the heads differ, so the discriminator's begins fresh. */
function copyGenerator({ store, plans, config }: StageStart): void {
  if (!config.generator.initialiseDiscriminator) return;
  const { sizes } = plans.find(({ name }) => name === 'discriminator')!;
  for (const { name } of encoderParameters(sizes)) {
    store.value(`discriminator/${name}`).set(store.value(`generator/${name}`));
  }
}

function needsEqualSizes({ generator }: RunConfig): Conflict | undefined {
  if (!generator.initialiseDiscriminator || generator.size === 1) return undefined;
  return {
    path: ['generator', 'size'],
    expected: '1, as two-stage begins the discriminator as a copy of the generator',
    got: generator.size,
    remedy: 'or set generator.initialiseDiscriminator to false',
  };
}
