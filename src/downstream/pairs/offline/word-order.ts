/** Word order, spoiled: two neighbouring words change places. The words stay, so unigrams always tie. */
import type { Contrast, Spoil } from './contrast.ts';
import type { TaggedSentence } from './sentences.ts';

/** Any two different words in lower case, the first word of the sentence left alone. Some swaps make sense. */
export const neighboursSwapped: Spoil = (sentence) => swaps(sentence, () => true);

/** `old man` → `man old`. */
export const adjectiveAndNounSwapped: Spoil = (sentence) =>
  swaps(sentence, (first, second) => first === 'jj' && /^nns?$/.test(second));

/** `the man` → `man the`. */
export const determinerAndNounSwapped: Spoil = (sentence) =>
  swaps(sentence, (first, second) => /^(at|dts?|pp\$)$/.test(first) && /^nns?$/.test(second));

function swaps(sentence: TaggedSentence, isWanted: (first: string, second: string) => boolean): Contrast[] {
  const isWord = (i: number) => /^\p{Ll}+$/u.test(sentence[i]?.word ?? '');
  return [...sentence.keys()].flatMap((i) => {
    const [first, second] = [sentence[i]!, sentence[i + 1]];
    if (i === 0 || !isWord(i) || !isWord(i + 1) || first.word === second!.word) return [];
    if (!isWanted(first.tag, second!.tag)) return [];
    const words = sentence.map(({ word }) => word);
    [words[i], words[i + 1]] = [second!.word, first.word];
    return [{ worse: words, kind: 'order', direction: 0 as const }];
  });
}
