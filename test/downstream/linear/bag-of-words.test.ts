import { describe, expect, it } from 'vitest';
import { trainBagOfWords } from '../../../src/downstream/linear/bag-of-words.ts';
import type { Task, TaskExample } from '../../../src/downstream/tasks/task.ts';
import values from './bag-of-words-values.json' with { type: 'json' };

const taskOf = (labels: string[]) => ({ labels }) as unknown as Task;
const classes = taskOf(['no', 'yes']);
const unseen = values.unseen.map((first) => ({ first, label: 0 }));
const labelled = (labels: number[]) => values.texts.map((first, i) => ({ first, label: labels[i]! }));

function softmax(scores: Float64Array): number[] {
  const odds = [...scores].map(Math.exp);
  return odds.map((odd) => odd / odds.reduce((a, b) => a + b));
}

describe('a bag of words', () => {
  it.each(['three', 'two'] as const)('agrees with scikit-learn on %s classes', (name) => {
    const { labels, probabilities, predicted } = values[name];
    const model = trainBagOfWords(taskOf(probabilities[0]!.map(String)), labelled(labels));
    expect([...model.predict(unseen)]).toEqual(predicted);
    for (const [i, scores] of model.scores(unseen).entries()) {
      for (const [k, probability] of softmax(scores).entries())
        expect(probability).toBeCloseTo(probabilities[i]![k]!, 2);
    }
  });

  it('agrees with scikit-learn on numbers', () => {
    const { labels, predicted } = values.numbers;
    const answers = trainBagOfWords(taskOf([]), labelled(labels)).predict(unseen);
    for (const [i, answer] of answers.entries()) expect(answer).toBeCloseTo(predicted[i]!, 2);
  });

  it('of one word and numbers is the ridge regression that one can work out', () => {
    // y = c + w [has "big"]; by symmetry c + w / 2 = 2, and 4 rows pull w to 2 against ½ w²:
    // Σ(x − ½)(y − 2) = 4 · ½ · 1 = 2, Σ(x − ½)² = 1, so w = 2 / (1 + 1) = 1 and c = 1.5.
    const rows = [1, 1, 3, 3].map((label) => ({ first: label === 3 ? 'big' : '', label }));
    const [small, big] = trainBagOfWords(taskOf([]), rows).predict([
      { first: '', label: 0 },
      { first: 'big', label: 0 },
    ]);
    expect(small).toBeCloseTo(1.5, 3);
    expect(big).toBeCloseTo(2.5, 3);
  });

  it('does not see the order of the words, nor their case or the marks between them', () => {
    const train = [
      { first: 'good plot', label: 1 },
      { first: 'bad plot', label: 0 },
    ];
    const texts = ['Good, plot!', 'plot good'].map((first) => ({ first, label: 0 }));
    const [one, other] = trainBagOfWords(classes, train).scores(texts);
    expect(one).toEqual(other);
  });

  it('keeps the sides of a pair apart, and sees what both share', () => {
    const pair = (first: string, second: string, label: number): TaskExample => ({ first, second, label });
    const sides = trainBagOfWords(classes, [pair('cat', 'dog', 0), pair('dog', 'cat', 1)]);
    expect([...sides.predict([pair('cat', 'dog', 0), pair('dog', 'cat', 0)])]).toEqual([0, 1]);
    const shared = trainBagOfWords(classes, [
      ...[pair('a b', 'b a', 1), pair('c d', 'd c', 1), pair('a b', 'c d', 0), pair('c d', 'a b', 0)],
    ]);
    const [same, different] = shared
      .scores([pair('x y', 'y x', 0), pair('x y', 'v w', 0)])
      .map(([no, yes]) => yes! - no!);
    expect(same! - different!).toBeGreaterThan(0.5);
  });

  it('is the same every time', () => {
    const train = labelled(values.three.labels);
    const scores = () => trainBagOfWords(taskOf(['a', 'b', 'c']), train).scores(unseen);
    expect(scores()).toEqual(scores());
  });
});
