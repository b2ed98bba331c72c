/** docs/extending.md, "Add an engine", followed: one that computes every step twice and compares. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const checked = `/** The engine onnx, each of whose runs is compared with the reference. */
import { TrainingError } from '../base/errors.ts';
import { openJavascript } from './eager/javascript.ts';
import type { EngineKind } from './engine-kind.ts';
import { openOnnx } from './onnx/onnx.ts';
import type { Engine } from './program.ts';

export const checked: EngineKind = {
  name: 'checked',
  async open({ threads }) {
    const [engine, reference] = [await openOnnx(threads), openJavascript()];
    return { name: 'checked', description: engine.description, compile: compileBoth(engine, reference) };
  },
};

function compileBoth(engine: Engine, reference: Engine): Engine['compile'] {
  return async (program, memory = {}) => {
    const [fast, slow] = [await engine.compile(program, memory), await reference.compile(program)];
    const run = async () => {
      for (const [name, values] of Object.entries(fast.inputs)) slow.inputs[name]!.set(values);
      await Promise.all([fast.run(), slow.run()]);
      for (const [name, values] of Object.entries(fast.outputs)) assertAlike(name, values, slow.outputs[name]!);
    };
    return { ...fast, run };
  };
}

function assertAlike(name: string, values: ArrayLike<number>, expected: ArrayLike<number>): void {
  const size = Math.max(1, ...Array.from(expected, Math.abs));
  const differs = Array.from(values).some((value, i) => !(Math.abs(value - expected[i]!) < 1e-2 * size));
  if (differs) throw new TrainingError(\`engine checked: expected \${name} as on javascript, got another\`);
}
`;

describe('an engine', () => {
  let tree: CopiedTree;
  const results = () => join(tree.folder, 'results');
  beforeAll(() => {
    tree = copyTree();
    tree.write('src/engine/checked.ts', checked);
    tree.register('src/engine/engines.ts', { list: 'engines', name: 'checked', from: './checked.ts' });
    const keys = ['training.steps=3', 'training.batchSize=2', 'evaluation.examples=8', 'regime=bert'];
    const set = keys.flatMap((key) => ['--set', key]);
    tree.run('run', 'smoke', ...set, '--engine', 'checked', '--threads', '1', '--out', results(), '--quiet');
  }, patience);

  it('is one file and its registration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual(['src/engine/checked.ts', 'src/engine/engines.ts']);
  });

  it('is offered by the program, and trains', () => {
    expect(tree.run('run', '--help')).toContain('"checked"');
    const losses = readCsv(join(results(), 'curves.csv')).filter(({ metric }) => metric === 'train_loss');
    expect(losses.length).toBeGreaterThan(0);
  });
});
