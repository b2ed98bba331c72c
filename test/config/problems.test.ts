import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaNodeOf } from '../../src/config/json-schema.ts';
import { explainProblems } from '../../src/config/problems.ts';

const schema = z.strictObject({
  seeds: z.array(z.int()).min(1).default([0]),
  values: z.array(z.number()).min(2).default([1, 2]),
  range: z.tuple([z.number(), z.number()]).default([0, 1]),
  name: z
    .string()
    .min(1)
    .regex(/^[\w-]+$/)
    .default('a'),
  rate: z.number().gt(0).default(1),
});

function complaint(value: Record<string, unknown>): string {
  const { error } = schema.safeParse(value, { reportInput: true });
  return explainProblems(error!.issues, schemaNodeOf(schema));
}

describe('the rule that a value breaks', () => {
  it.each([
    [{ seeds: [] }, 'seeds: expected a list that is not empty, got []'],
    [{ seeds: 3 }, 'seeds: expected a list, got 3'],
    [{ values: [0.1] }, 'values: expected a list of at least 2 values, got [0.1]'],
    [{ range: [1] }, 'range: expected a list of 2 values, got [1]'],
    [{ name: 'my task' }, 'name: expected text that matches ^[\\w-]+$, got "my task"'],
    [{ name: '' }, 'name: expected text that is not empty, got ""'],
    [{ rate: Number.POSITIVE_INFINITY }, 'rate: expected a finite number above 0, got Infinity'],
    [{ rate: 0 }, 'rate: expected a number above 0, got 0'],
  ])('is named, and none that it keeps: %j', (value, message) => {
    expect(complaint(value).replace(/ \(and \d more\)$/, '')).toBe(message);
  });
});
