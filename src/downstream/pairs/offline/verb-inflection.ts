/** Forms of verbs after auxiliaries, spoiled: each pair puts one of two forms where the other belongs. */
import { type Contrast, type Spoil, withWord } from './contrast.ts';
import type { TaggedSentence } from './sentences.ts';
import type { FormOf, WordForms } from './word-forms.ts';

const toHave = /^hv[dz]?$/;
const toBe = /^be[drz]?[mz]?$/;
const beforeBase = /^(to|md)$/;

/** `has seen` → `has see`; `to see`, `must see` → `to seen`, `must seen`. */
export function participleSwapped({ participle, baseOfParticiple }: WordForms): Spoil {
  return (sentence) => [
    ...after(sentence, toHave, 'vbn', baseOfParticiple, 0),
    ...after(sentence, beforeBase, 'vb', participle, 1),
  ];
}

/** `is seeing` → `is see`; `to see`, `must see` → `to seeing`, `must seeing`. */
export function progressiveSwapped({ progressive, baseOfProgressive }: WordForms): Spoil {
  return (sentence) => [
    ...after(sentence, toBe, 'vbg', baseOfProgressive, 0),
    ...after(sentence, beforeBase, 'vb', progressive, 1),
  ];
}

/** Verbs right after an auxiliary, or with one adverb or `not` between. */
function after(
  sentence: TaggedSentence,
  auxiliary: RegExp,
  tag: string,
  otherOf: FormOf,
  direction: 0 | 1,
): Contrast[] {
  return [...sentence.keys()].flatMap((i) => {
    const { word, tag: found } = sentence[i]!;
    const other = found === tag ? otherOf(word) : undefined;
    if (other === undefined || other === word) return [];
    const before = /^(rb|\*)$/.test(sentence[i - 1]?.tag ?? '') ? i - 2 : i - 1;
    if (!auxiliary.test(sentence[before]?.tag ?? '')) return [];
    return [{ worse: withWord(sentence, i, other), kind: 'verb form', direction }];
  });
}
