import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/base/printable.ts';
import { systemCode, systemSentence, unreadable } from '../../src/base/system-errors.ts';

const error = (code: string, more = {}) => Object.assign(new Error('x'), { code, ...more });

describe('what the system refuses', () => {
  it('is known by its number where Node has no name for it', () => {
    for (const code of ['UNKNOWN', 'Unknown system error -122'])
      expect(systemCode(error(code, { errno: -constants.errno.EDQUOT }))).toBe('EDQUOT');
    expect(systemCode(new Error('x'))).toBe(undefined);
  });

  it('is said in one sentence, also where nobody has expected it', () => {
    expect(systemSentence(error('EIO', { path: 'a/b', syscall: 'read' }))).toBe(
      'a/b: expected a path that can be used, got "EIO"; the disk, or the network to it, failed to answer; run the same command again once it does',
    );
    expect(systemSentence(new RangeError('Array buffer allocation failed'))).toMatch(
      /^memory: expected enough/,
    );
    expect(systemSentence(new TypeError('x is not a function'))).toBe(undefined);
  });

  it('is no word of damage: what cannot be read may be whole', () => {
    expect(String(unreadable('a', 'a readable table', error('ELOOP')))).toBe(
      'DataError: a: expected a readable table, got "ELOOP"; a link in this path leads back to itself; fix or delete it',
    );
  });
});

describe('text for a terminal', () => {
  it('has no command in it, and keeps lines and letters', () => {
    expect(printable('a\u001b[2Jb\u007f\u009b\u202e\nü\t—')).toBe('a\\u001b[2Jb\\u007f\\u009b\\u202e\nü\t—');
  });
});
