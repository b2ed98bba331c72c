import { describe, expect, it } from 'vitest';
import { didYouMean, explain, oneOf } from '../../src/base/errors.ts';

describe('a message', () => {
  it('has one form: where, rule, value, remedy', () => {
    expect(explain('a.b', 'a number', 'x', 'write 1')).toBe('a.b: expected a number, got "x"; write 1');
    expect(explain('a.b', 'a number', undefined)).toBe('a.b: expected a number, got undefined');
    expect(explain('a.b', 'a number', Number.NaN)).toBe('a.b: expected a number, got NaN');
    expect(explain('a.b', 'a number', null)).toBe('a.b: expected a number, got null');
  });

  it('stays one line and short whatever the value', () => {
    const message = explain('a', 'b', `two\nlines${'x'.repeat(1000)}`);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(110);
  });

  it('lists ten names and no more', () => {
    const names = Array.from({ length: 11 }, (_, i) => `n${i}`);
    expect(oneOf(names.slice(0, 10))).toBe(`one of ${names.slice(0, 10).join(', ')}`);
    expect(oneOf(names)).toBe('one of 11 names (n0, n1, n2, n3, n4, n5, …)');
  });

  it('guesses a slip of the keyboard and nothing wilder', () => {
    expect(didYouMean('two_stage', ['joint', 'two-stage'])).toBe('did you mean "two-stage"?');
    expect(didYouMean('xyzxyz', ['joint', 'two-stage'])).toBeUndefined();
    expect(didYouMean('joint', [])).toBeUndefined();
  });
});
