import { describe, expect, it } from 'vitest';
import { markdownCode, markdownTable, markdownText } from '../../src/base/markdown.ts';

describe('Markdown', () => {
  it('keeps a cell in its cell, and text as text', () => {
    expect(markdownTable(['a', 'b'], [['x | y', '<i>\n*z*']])).toBe(
      '| a | b |\n|---|---|\n| x \\| y | &lt;i&gt; \\*z\\* |',
    );
  });

  it('opens no link and no code', () => {
    expect(markdownText('[a](b) `c` & d_e')).toBe('\\[a\\](b) \\`c\\` &amp; d\\_e');
  });

  it('fences a command with more backticks than it has', () => {
    expect(markdownCode('echo ````')).toBe('`````sh\necho ````\n`````');
  });
});
