/** docs/extending.md, "Add an optimiser", followed: gradient descent with momentum. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const momentum = `/** Gradient descent with momentum: the first moment is the sum of gradients that fades by β1 a step. */
import { clipGradients, type OptimiserKind } from './optimiser.ts';
import { createKernel, type UpdateRule } from './update-kernel.ts';
import { f32x4 } from './wasm.ts';

export const momentum: OptimiserKind = {
  name: 'momentum',
  create(moments, groups, options) {
    const kernel = createKernel(rule, moments.first.buffer);
    return {
      update(values, gradients, learningRate) {
        const { norms, clipOf } = clipGradients(gradients, groups, kernel, options);
        for (const { start, end, scale, network } of groups) {
          const scalars = [clipOf(network), options.beta1, learningRate * scale];
          kernel.update({ values, gradients, ...moments }, start, end, scalars);
        }
        return norms;
      },
    };
  },
};

const [clip, beta, rate] = [0, 1, 2] as const;

const rule: UpdateRule = {
  scalars: 3,
  temporaries: 1,
  statements: ({ load, store, scalar, temporary: { get, set } }) => [
    ...set(
      0,
      f32x4.add(f32x4.multiply(scalar(beta), load('first')), f32x4.multiply(scalar(clip), load('gradients'))),
    ),
    ...store('first', get(0)),
    ...store('values', f32x4.subtract(load('values'), f32x4.multiply(scalar(rate), get(0)))),
  ],
};
`;

describe('an optimiser', () => {
  let tree: CopiedTree;
  const results = () => join(tree.folder, 'results');
  beforeAll(() => {
    tree = copyTree();
    tree.write('src/optim/momentum.ts', momentum);
    const from = './momentum.ts';
    tree.register('src/optim/registry.ts', { list: 'optimisers', name: 'momentum', from });
    const keys = ['optimiser.kind=momentum', 'optimiser.learningRate=0.1', 'regime=bert'];
    const set = keys.flatMap((key) => ['--set', key]);
    tree.run('run', 'smoke', ...set, '--threads', '1', '--out', results(), '--quiet');
  }, patience);

  it('is one file and its registration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual(['src/optim/momentum.ts', 'src/optim/registry.ts']);
  });

  it('is selected by its name, and the loss falls', () => {
    const rows = readCsv(join(results(), 'curves.csv')).filter(({ metric }) => metric === 'train_loss');
    const losses = rows.map(({ value }) => Number(value));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });
});
