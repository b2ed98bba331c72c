import { expect, it } from 'vitest';
import { percent } from '../../src/base/percent.ts';

it.each([
  [0.1234, '12.3 %'],
  [-0.0351, '-3.5 %'],
  [-0.0004, '0.0 %'], // no minus before nothing
  [1, '100.0 %'],
  [undefined, ''],
])('%s is written as "%s"', (fraction, text) => {
  expect(percent(fraction)).toBe(text);
});
