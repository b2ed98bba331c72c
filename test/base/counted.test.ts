import { expect, it } from 'vitest';
import { counted } from '../../src/base/counted.ts';

it('one of a thing has no s, and any other number has', () => {
  expect([0, 1, 2, 1234].map((count) => counted(count, 'run'))).toEqual([
    '0 runs',
    '1 run',
    '2 runs',
    '1,234 runs',
  ]);
});
