/** Held-out sentences as people read them: the same sentence for all arms, and what each arm does with it. */
import { groupBy } from '../base/group.ts';
import { percent } from '../base/percent.ts';
import type { Arm } from './figures/series.ts';
import type { TextGuess, TextToken } from './report-data.ts';

/** One sentence, as every arm whose run has read it sees it. */
export interface ReadSentence {
  /** What stood there; masked places have a sample. */
  tokens: readonly TextToken[];
  arms: { name: string; seed: number; tokens: readonly TextToken[] }[];
}

/** In the order of the first arm; arms of other text have sentences of their own. */
export function readSentences(arms: readonly Arm[]): ReadSentence[] {
  const read = arms.flatMap(({ name, runs }) => {
    const run = runs.find(({ text }) => text !== undefined);
    return (run?.text ?? []).map((tokens) => ({ name, seed: run!.seed, tokens }));
  });
  const groups = groupBy(read, ({ tokens }) => tokens.map(originalOf).join('\n'));
  return [...groups.values()].map((own) => ({ tokens: own[0]!.tokens, arms: own }));
}

/** Two arms with other places masked have not read the same. */
function originalOf({ token, sample }: TextToken): string {
  return `${token}${sample ? '\tmasked' : ''}`;
}

/** A piece of a word without its mark, and whether it follows without a space. */
export function pieceOf(token: string): { text: string; isAttached: boolean } {
  const text = token.replace(/^##(?=.)/, '');
  return { text, isAttached: text !== token || /^[.,;:!?)\]’'”%]$/.test(text) };
}

/** A sentence with what `wordsOf` says of each token. */
export function joinTokens(
  tokens: readonly TextToken[],
  wordsOf: (token: TextToken, text: string) => string,
  shownOf: (token: TextToken) => string = ({ token }) => token,
): string {
  const parts = tokens.map((token, i) => {
    const { text, isAttached } = pieceOf(shownOf(token));
    return `${i > 0 && !isAttached ? ' ' : ''}${wordsOf(token, text)}`;
  });
  return parts.join('');
}

/** What the discriminator reads. */
export function writtenOf({ token, sample }: TextToken): string {
  return sample?.token ?? token;
}

/** At a half the discriminator's answer changes. */
export function isFlagged({ replaced }: TextToken): boolean {
  return replaced !== undefined && replaced >= 0.5;
}

/** `called replaced: “steps” 61.0 %, “her” 52.1 %`: the shading in words. */
export function verdictsOf(tokens: readonly TextToken[]): string {
  const judged = tokens.filter(({ replaced }) => replaced !== undefined);
  if (judged.length === 0) return 'no discriminator';
  const flagged = judged.filter(isFlagged);
  const words = ({ replaced, ...token }: TextToken) => `${quoted(writtenOf(token))} ${percent(replaced)}`;
  if (flagged.length > 0) return `called replaced: ${flagged.map(words).join(', ')}`;
  const most = judged.reduce((a, b) => (b.replaced! > a.replaced! ? b : a));
  return `called replaced: none; the likeliest is ${words(most)}`;
}

/** A full stop or an `and` would be lost in a sentence. */
function quoted(token: string): string {
  return `“${pieceOf(token).text}”`;
}

/** What a masked place got, for those who point at it. */
export function sampleWords({ token, sample, best = [], replaced }: TextToken): string {
  const share = ({ token: guessed, prob }: TextGuess) => `${quoted(guessed)} ${percent(prob)}`;
  const verdict = replaced === undefined ? '' : `; replaced: ${percent(replaced)}`;
  return `${share(sample!)}, drawn for ${quoted(token)}; likeliest: ${best.map(share).join(', ')}${verdict}`;
}

export const textNote = [
  'All arms read the same held-out sentences with the same places masked, by one run each.',
  'A frame marks what the generator drew for a masked word; its probability shows under the pointer or the focus.',
  'The stronger the shade of a word, the likelier the discriminator takes it for replaced. From 50\u00a0% on it is underlined.',
].join(' ');
