import { describe, expect, test } from 'vitest';
import { offlineTasks, tuningTasks, wordTasks } from '../../../src/downstream/tasks/offline.ts';
import { suites, taskNamed } from '../../../src/downstream/tasks/registry.ts';
import type { TaskExample } from '../../../src/downstream/tasks/task.ts';

/** Examples to train on and to be scored on, and the share of the commonest class among the latter. */
const sizes: Record<string, [train: number, dev: number, majority?: number]> = {
  'part-of-speech': [16_000, 3000, 0.404],
  genre: [5316, 1254, 0.4211],
  hypernymy: [6000, 1400, 0.5],
  'definition-pair': [8000, 1690, 0.5],
  'word-in-context': [4138, 612, 0.5],
  similarity: [6000, 1500],
  acceptability: [3175, 1418, 0.5],
  'verb-form': [12_541, 1870, 0.5011],
  supersense: [8000, 2000, 0.1375],
  'word-tag': [16_000, 3000, 0.172],
  'number-agreement': [13_313, 2522, 0.5],
  'word-supersense': [4070, 566, 0.1572],
};

test('the offline suite has the seven tasks, and those that are tuned on stand outside', () => {
  expect(suites.offline).toEqual(Object.keys(sizes).slice(0, 7));
  expect(tuningTasks.map(({ name }) => name)).toEqual(['verb-form', 'supersense']);
  for (const task of tuningTasks) {
    expect(suites.offline).not.toContain(task.name);
    expect(taskNamed(task.name)).toBe(task);
  }
});

test('one task has labels that no person made, and says so', () => {
  expect(offlineTasks.filter(({ isSynthetic }) => isSynthetic).map(({ name }) => name)).toEqual([
    'acceptability',
  ]);
});

describe.each([...offlineTasks, ...tuningTasks, ...wordTasks].map((task) => [task.name, task] as const))(
  '%s',
  (name, task) => {
    const { train, dev } = task.load({});
    const scored = dev.dev!;
    // A sentence may be asked about for several of its words.
    const placeOf = ({ first, word }: TaskExample) => (word ? `${first}\n${word}` : first);
    const textsOf = (examples: typeof train) =>
      examples.flatMap((example) => [placeOf(example), example.second ?? '']);
    const [trainCount, devCount, majority] = sizes[name]!;

    test('has as many examples as its description says', () => {
      expect([train.length, scored.length]).toEqual([trainCount, devCount]);
    });

    test('has no text on both sides', () => {
      const texts = new Set(textsOf(train).filter((text) => text !== ''));
      expect(textsOf(scored).filter((text) => texts.has(text))).toEqual([]);
    });

    test('has every example once, none of them empty', () => {
      const all = [...train, ...scored].map((example) => `${placeOf(example)}\n${example.second}`);
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((text) => /^\s|\s$/.test(text))).toEqual([]);
    });

    test('is the same every time', () => {
      expect(task.load({})).toEqual({ train, dev });
    });

    test('has labels as its description says', () => {
      if (task.range) return expectSpread(scored, task.range);
      const counts = task.labels.map(
        (_, label) => scored.filter((example) => example.label === label).length,
      );
      expect(Math.max(...counts) / devCount).toBeCloseTo(majority!, 4);
      expect(new Set(train.map(({ label }) => label)).size).toBe(task.labels.length);
    });
  },
);

/** A correlation with numbers that are nearly all alike would say little. */
function expectSpread(examples: readonly TaskExample[], [low, high]: readonly [number, number]): void {
  const fifths = examples.map(({ label }) => Math.floor((5 * (label - low)) / (high - low)));
  for (const fifth of [0, 1, 2, 3, 4]) {
    expect(fifths.filter((found) => found === fifth).length).toBeGreaterThan(0.05 * examples.length);
  }
}
