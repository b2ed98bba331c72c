import { describe, expect, it } from 'vitest';
import { variants } from '../../src/config/set-option.ts';

describe('--vary', () => {
  it('makes every combination, and one of nothing', () => {
    expect(variants([])).toEqual([[]]);
    expect(variants(['a.b=[1e-3, 2]', 'c.d=[true, x]'])).toEqual([
      ['a.b=0.001', 'c.d=true'],
      ['a.b=0.001', 'c.d="x"'],
      ['a.b=2', 'c.d=true'],
      ['a.b=2', 'c.d="x"'],
    ]);
  });

  it.each(['a.b', 'a.b=1', 'a.b=[]', 'a.b=[1'])('refuses %s, which is no list of values', (option) => {
    expect(() => variants([option])).toThrow(
      `--vary: expected key=[value, …], got "${option}"; write it as finetune.learningRate=[3e-4,1e-3]`,
    );
  });
});
