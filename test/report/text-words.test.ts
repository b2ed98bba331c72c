import { describe, expect, it } from 'vitest';
import { armsByName } from '../../src/report/figures/series.ts';
import type { TextToken } from '../../src/report/report-data.ts';
import {
  joinTokens,
  readSentences,
  sampleWords,
  verdictsOf,
  writtenOf,
} from '../../src/report/text-words.ts';
import { madeUpReport } from './made-up-report.ts';

const sample = { token: '##s', prob: 0.041 };
const tokens: TextToken[] = [
  { token: 'dog', replaced: 0.1 },
  { token: '##ged', sample, best: [{ token: 'the', prob: 0.5 }, sample], replaced: 0.61 },
  { token: 'on', replaced: 0.5 },
  { token: '.', replaced: 0.2 },
];

describe('a sentence in the report', () => {
  it('joins the pieces of a word, and full stops to theirs', () => {
    const plain = (_: TextToken, text: string) => text;
    expect(joinTokens(tokens, plain)).toBe('dogged on.');
    expect(joinTokens(tokens, plain, writtenOf)).toBe('dogs on.');
  });

  it('says in words what shades say: everything from a half on, or the likeliest', () => {
    expect(verdictsOf(tokens)).toBe('called replaced: “s” 61.0 %, “on” 50.0 %');
    const calm = tokens.map((token) => ({ ...token, replaced: token.replaced! / 2 }));
    expect(verdictsOf(calm)).toBe('called replaced: none; the likeliest is “s” 30.5 %');
    expect(verdictsOf([{ token: 'dog' }])).toBe('no discriminator');
  });

  it('says what was drawn, for what, what was likelier, and who noticed', () => {
    expect(sampleWords(tokens[1]!)).toBe(
      '“s” 4.1 %, drawn for “ged”; likeliest: “the” 50.0 %, “s” 4.1 %; replaced: 61.0 %',
    );
  });

  it('is one for all arms that read it; arms without weights are left out', () => {
    const { runs } = madeUpReport({ seeds: 2 });
    const bare = runs.map((run) => (run.regime === 'bert' ? { ...run, text: [] } : run));
    const [sentence, ...others] = readSentences(armsByName(bare));
    expect(others).toEqual([]);
    expect(sentence!.arms).toHaveLength(3);
  });
});
