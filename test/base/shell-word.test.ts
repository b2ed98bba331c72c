import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/base/shell-word.ts';

it.each(['plain/path-1.2', 'two words', "it's", '$HOME `x` "y" \\', '', 'ümlaut;|&'])(
  '%j is one word to a shell, unchanged',
  (text) => {
    const echoed = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(echoed).toBe(text);
  },
);
