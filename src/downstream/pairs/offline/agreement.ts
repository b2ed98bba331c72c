/** Number agreement, spoiled: between a determiner and its noun, and between a subject and its verb. */
import type { TaggedWord } from '../../../data/corpora/brown.ts';
import { type Contrast, type Spoil, withWord } from './contrast.ts';
import type { TaggedSentence } from './sentences.ts';
import type { WordForms } from './word-forms.ts';

/** Singular first. */
const demonstratives = [
  ['this', 'these'],
  ['that', 'those'],
] as const;
/** Words that only the one number of a countable noun follows. */
const beforeSingular = new Set(['a', 'an', 'this', 'that', 'another', 'each', 'every', 'one']);
const beforePlural = new Set(
  'these those many several few both various numerous two three four five six seven eight nine ten twenty hundred'.split(
    ' ',
  ),
);
/** Singular first. */
const auxiliaries = [
  ['is', 'are'],
  ['was', 'were'],
  ['has', 'have'],
  ['does', 'do'],
] as const;

/** `this book` → `these book`, `this old book` → `these old book`. */
export const determinerSwapped: Spoil = (sentence) =>
  [...sentence.keys()]
    .filter((i) => /^dts?$/.test(sentence[i]!.tag))
    .map((i) => swapped(sentence, i, demonstratives, nounNumber(sentence[nounAfter(sentence, i)]?.tag)))
    .filter((contrast) => contrast !== undefined);

/** `two books` → `two book`, `a book` → `a books`, `an old book` → `an old books`. */
export function nounSwapped(forms: WordForms): Spoil {
  return (sentence) =>
    [...sentence.keys()].flatMap((i) => {
      const noun = nounAfter(sentence, i);
      return isDeterminer(sentence[i]!, nounNumber(sentence[noun]?.tag))
        ? nounContrast(sentence, noun, forms)
        : [];
    });
}

/** `the books are` → `the books is`: the verb right after a noun of its number. */
export const auxiliarySwapped: Spoil = (sentence) =>
  [...sentence.keys()]
    .filter((i) => nounNumber(sentence[i]!.tag) >= 0)
    .map((i) => swapped(sentence, i + 1, auxiliaries, nounNumber(sentence[i]!.tag)))
    .filter((contrast) => contrast !== undefined);

/** `they were` → `they was`. */
export const auxiliarySwappedAfterPronoun: Spoil = (sentence) =>
  [...sentence.keys()]
    .filter((i) => /^ppss?$/.test(sentence[i]!.tag))
    .map((i) => swapped(sentence, i + 1, auxiliaries))
    .filter((contrast) => contrast !== undefined);

/** `the book says` → `the book say`, after a noun or a pronoun that is the subject. */
export function mainVerbSwapped({ thirdPerson, baseOfThirdPerson }: WordForms): Spoil {
  return (sentence) =>
    [...sentence.keys()].flatMap((i) => {
      const [{ tag }, verb] = [sentence[i]!, sentence[i + 1]];
      if (verb === undefined || !/^(nns?|ppss?)$/.test(tag)) return [];
      const isSingular = tag === 'nn' || tag === 'pps';
      if (verb.tag !== (isSingular ? 'vbz' : 'vb')) return [];
      const other = (isSingular ? baseOfThirdPerson : thirdPerson)(verb.word);
      if (other === undefined) return [];
      const contrast = { worse: withWord(sentence, i + 1, other), kind: 'main verb' };
      return [{ ...contrast, direction: isSingular ? (0 as const) : (1 as const) }];
    });
}

/** 0 of a singular noun, 1 of a plural one, −1 of anything else. */
function nounNumber(tag: string | undefined): number {
  return ['nn', 'nns'].indexOf(tag ?? '');
}

/** The noun right after a word, or after one adjective; −1 where another noun follows it, and decides the number. */
function nounAfter(sentence: TaggedSentence, at: number): number {
  const noun = sentence[at + 1]?.tag === 'jj' ? at + 2 : at + 1;
  return /^n/.test(sentence[noun + 1]?.tag ?? '') ? -1 : noun;
}

/** Whether only nouns of one number follow a word. `that` is a determiner only where it is tagged as one. */
function isDeterminer({ word, tag }: TaggedWord, number: number): boolean {
  if (!/^(at|dts?|cd|ap|jj|abx)$/.test(tag)) return false;
  return [beforeSingular, beforePlural][number]?.has(word.toLowerCase()) ?? false;
}

function nounContrast(sentence: TaggedSentence, at: number, { plural, singular }: WordForms): Contrast[] {
  const { word, tag } = sentence[at]!;
  const direction = nounNumber(tag) as 0 | 1;
  const other = direction === 0 ? plural(word) : singular(word);
  if (other === undefined || other === word) return [];
  return [{ worse: withWord(sentence, at, other), kind: 'noun', direction }];
}

/** @param number that the word must have here; undefined: whichever it has */
function swapped(
  sentence: TaggedSentence,
  at: number,
  couples: readonly (readonly [string, string])[],
  number?: number,
): Contrast | undefined {
  const word = sentence[at]?.word.toLowerCase();
  const couple = couples.find((words) => (words as readonly string[]).includes(word!));
  if (!couple) return undefined;
  const direction = couple.indexOf(word!) as 0 | 1;
  if (number !== undefined && direction !== number) return undefined;
  return { worse: withWord(sentence, at, couple[1 - direction]!), kind: couple.join('/'), direction };
}
