import { describe, expect, it } from 'vitest';
import type { FinetuneConfig } from '../../../src/config/schema.ts';
import { epochsOf, rateScale, trainingExamples } from '../../../src/downstream/finetune/recipe.ts';
import type { Task } from '../../../src/downstream/tasks/task.ts';

const config = (changes: Partial<FinetuneConfig>) =>
  ({ epochs: 3, taskEpochs: true, layerDecay: 0.8, ...changes }) as FinetuneConfig;

describe('the recipe', () => {
  it("takes a task's own epochs, unless it is told not to", () => {
    const [rte, other] = [{ epochs: 10 } as Task, {} as Task];
    expect(epochsOf(rte, config({}))).toBe(10);
    expect(epochsOf(other, config({}))).toBe(3);
    expect(epochsOf(rte, config({ taskEpochs: false }))).toBe(3);
  });

  it('lowers the rate by one factor a layer below the head', () => {
    // Two layers: embeddings 0, layers 1 and 2, head 3.
    const scales = [0, 1, 2, 3].map((depth) => rateScale(depth, 2, config({})));
    expect(scales).toEqual([0.8 ** 3, 0.8 ** 2, 0.8, 1]);
  });

  it('lowers it by one factor more where the pooler of the reference code is counted, but not for the head', () => {
    const scales = [0, 1, 2, 3].map((depth) => rateScale(depth, 2, config({ decayCountsPooler: true })));
    expect(scales).toEqual([0.8 ** 4, 0.8 ** 3, 0.8 ** 2, 1]);
  });

  it('doubles pairs without an order, only where that is asked for', () => {
    const pairs = [
      { first: 'a', second: 'b', label: 1 },
      { first: 'c', second: 'd', label: 0 },
    ];
    const unordered = { isUnordered: true } as Task;
    expect(trainingExamples(unordered, pairs, config({ doubleUnordered: true }))).toEqual([
      ...pairs,
      { first: 'b', second: 'a', label: 1 },
      { first: 'd', second: 'c', label: 0 },
    ]);
    expect(trainingExamples(unordered, pairs, config({ doubleUnordered: false }))).toBe(pairs);
    expect(trainingExamples({} as Task, pairs, config({ doubleUnordered: true }))).toBe(pairs);
  });
});
