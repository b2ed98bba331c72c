import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowedTerms, findingsIn, longestSentence } from '../../docs/tools/prose.ts';

const root = join(import.meta.dirname, '../..');
const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`).join(' ');
const problemsOf = (markdown: string) => findingsIn(markdown).map(({ problem }) => problem);

describe('the rules of prose', () => {
  it('let a sentence have as many words as it may, and no more', () => {
    expect(problemsOf(`${words(longestSentence)}. ${words(longestSentence)}.`)).toEqual([]);
    expect(problemsOf(`Short. ${words(longestSentence + 1)}.`)).toEqual(['26 words, more than 25']);
  });

  it('count a code span as one word, a block of code not at all, and a cell by itself', () => {
    const [span, row] = [`\`${words(30)}\``, `| ${words(20)} | ${words(20)} |`];
    expect(problemsOf(`${span} ${words(longestSentence - 1)}.`)).toEqual([]);
    expect(problemsOf(`\`\`\`\n${words(30)}\n\`\`\``)).toEqual([]);
    expect(problemsOf(`${row}\n|---|---|\n${row}`)).toEqual([]);
  });

  it('find a plainer word, a word twice, an empty opening and a chain', () => {
    expect(problemsOf('The head is made anew.')).toEqual(['"anew": say "again"']);
    expect(problemsOf('It reads the the text.')).toEqual(['"the" is repeated']);
    expect(problemsOf('There is a file here.')).toEqual(['"There is" is unnecessary verbiage']);
    expect(problemsOf('We show the share of pairs of sentences of BLiMP.')).toEqual([
      '"of pairs of sentences of": a chain of three',
    ]);
  });

  it('have no exception that no page needs', () => {
    const names = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const pages = ['README.md', 'CONTRIBUTING.md', ...names.map((name) => `docs/${name}`)];
    const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n\n');
    const flagged = findingsIn(text, []).map(({ sentence }) => sentence.toLowerCase());
    const isNeeded = (term: string) => flagged.some((sentence) => sentence.includes(term));
    expect(Object.keys(allowedTerms).filter((term) => !isNeeded(term))).toEqual([]);
  });
});
