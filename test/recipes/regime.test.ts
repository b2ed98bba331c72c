/** docs/extending.md, "Add a regime", followed: joint training whose samples cool down. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Row, readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const coolingJoint = `/** Joint training whose generator is sampled ever colder: from temperature 2 down to 1. */
import { tf } from '../engine/tensors.ts';
import { detectReplaced, predictTokens } from '../model/network.ts';
import { discriminatorPlan, withGenerator } from '../model/plans.ts';
import { maskedInput, withTokens } from '../objectives/batch.ts';
import { corrupt, isReplaced, maskedTargets, sampleReplacements } from '../objectives/corruption.ts';
import { maskedLmLoss } from '../objectives/mlm.ts';
import { replacedTokenLoss } from '../objectives/rtd.ts';
import type { Clock, Losses, Regime, StepContext } from './regime.ts';

export const coolingJoint: Regime = {
  name: 'cooling-joint',
  summary: 'joint, with samples that cool down',
  masking: 'all-mask',
  networks: (sizes, { generator }) => withGenerator(discriminatorPlan(sizes), generator),
  stages: [{ name: 'cooling-joint', trains: ['generator', 'discriminator'], losses }],
  predictor: 'generator',
  detector: 'discriminator',
  encoder: 'discriminator',
};

function losses(context: StepContext): Losses {
  const { batch, network, objective, scheduled } = context;
  const logits = predictTokens(network('generator'), maskedInput(batch), batch.maskedPositions); // [N, V]
  const mlmLoss = maskedLmLoss(logits, maskedTargets(batch), batch.maskedWeights);

  const temperature = scheduled('temperature', ({ progress }: Clock) => 2 - progress);
  const corruptedIds = corrupt(batch, sampleReplacements(logits, context, temperature)); // [B, L]
  const rtdLogits = detectReplaced(network('discriminator'), withTokens(batch, corruptedIds)); // [T]
  const rtdLoss = replacedTokenLoss(rtdLogits, isReplaced(corruptedIds, batch.tokenIds), batch.attentionMask);

  return { loss: tf.add(mlmLoss, tf.mul(rtdLoss, objective.discriminatorWeight)), mlmLoss, rtdLoss };
}
`;

describe('a regime', () => {
  let tree: CopiedTree;
  let curves: Row[];
  beforeAll(() => {
    tree = copyTree();
    tree.write('src/regimes/cooling-joint.ts', coolingJoint);
    const from = './cooling-joint.ts';
    tree.register('src/regimes/registry.ts', { list: 'regimes', name: 'coolingJoint', from });
    const results = join(tree.folder, 'results');
    tree.run('run', 'smoke', '--set', 'regime=cooling-joint', '--threads', '1', '--out', results, '--quiet');
    curves = readCsv(join(results, 'curves.csv'));
  }, patience);

  it('is one file and its registration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual(['src/regimes/cooling-joint.ts', 'src/regimes/registry.ts']);
  });

  it('trains under its name, and learns', () => {
    const losses = curves.filter(({ metric }) => metric === 'train_loss').map(({ value }) => Number(value));
    expect(curves[0]!.run_id).toMatch(/^cooling-joint-s0-/);
    expect(losses).toHaveLength(30 / 5);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });

  it('reports its schedule, a function of the clock: means of 2 − step / 30 over five steps', () => {
    const temperatures = curves.filter(({ metric }) => metric === 'train_temperature');
    const means = [0, 5, 10, 15, 20, 25].map((first) => 2 - (first + 2) / 30);
    expect(temperatures.map(({ value }) => Number(value))).toEqual(
      means.map((mean) => expect.closeTo(mean, 5)),
    );
  });
});
