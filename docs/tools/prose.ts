/** The rules of our prose: write-good's that fit, the length of a sentence, and words that a reader would stumble over. */
import writeGood from 'write-good';
import { passagesIn } from './markdown.ts';

export interface Finding {
  /** The sentence, as its reader sees it. */
  sentence: string;
  problem: string;
}

/** In words; a code span is one. */
export const longestSentence = 25;

/** Checks of write-good that are off, with the reason. */
const checksOff: Record<string, string> = {
  passive: 'who acts is often the program, and what happens to the run is the news',
  adverb: 'only, exactly and hardly are what a careful statement is made of',
};

/** Terms that write-good may not flag, with the reason. */
export const allowedTerms: Record<string, string> = {
  'it is': 'a sentence with a subject and a verb is what we ask for',
  'it was': 'the same',
  'maximum likelihood': 'the name of the method',
  significant: 'said of tests, with their level',
  many: 'as many, how many: a count follows',
  several: 'where the number is the reader’s to choose',
  'word task': 'a task about words, no cliché',
  therefore: 'a conclusion may be called one',
  'is a number': 'a label that is one',
};

/** Words for which there is a plainer one. */
const plainerWords: Record<string, string> = {
  anew: 'again',
  foretell: 'predict',
  foretells: 'predicts',
  heed: 'follow',
  heeds: 'follows',
  mend: 'fix',
  mended: 'fixed',
  'otherwise than': 'differently from',
  reckoned: 'estimated',
  whilst: 'while',
};

const article = '(?: (?:the|an?|its|their|our|each|every|all|this|that))?';
const chain = new RegExp(`\\bof${article} [^ ,;:.()]+ of${article} [^ ,;:.()]+ of\\b`);

/**
 * All findings in a Markdown file, in the order of the text.
 *
 * @param allowed terms that write-good may not flag
 */
export function findingsIn(markdown: string, allowed = Object.keys(allowedTerms)): Finding[] {
  return passagesIn(markdown).flatMap(({ text }) =>
    sentencesOf(text).flatMap((sentence) =>
      problemsOf(sentence, allowed).map((problem) => ({ sentence, problem })),
    ),
  );
}

function problemsOf(sentence: string, allowed: readonly string[]): string[] {
  return [...lengthOf(sentence), ...wordsOf(sentence), ...wordingOf(sentence, allowed)];
}

/** A stop, with what closes behind it, and a space. */
function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?][)\]"”*]*)\s+/).filter((sentence) => sentence !== '');
}

function lengthOf(sentence: string): string[] {
  const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return words > longestSentence ? [`${words} words, more than ${longestSentence}`] : [];
}

function wordsOf(sentence: string): string[] {
  const plainer = Object.entries(plainerWords).flatMap(([word, better]) =>
    new RegExp(`\\b${word}\\b`, 'i').test(sentence) ? [`"${word}": say "${better}"`] : [],
  );
  const chained = chain.exec(sentence);
  return chained ? [...plainer, `"${chained[0]}": a chain of three`] : plainer;
}

function wordingOf(sentence: string, allowed: readonly string[]): string[] {
  const off = Object.fromEntries(Object.keys(checksOff).map((check) => [check, false]));
  const suggestions = writeGood(sentence, off);
  return suggestions.filter((each) => !isAllowed(sentence, each, allowed)).map(({ reason }) => reason);
}

/** Whether an allowed term covers the place, or lies in it. */
function isAllowed(
  sentence: string,
  { index, offset }: { index: number; offset: number },
  allowed: readonly string[],
): boolean {
  const lower = sentence.toLowerCase();
  return allowed.some((term) => {
    for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + 1)) {
      if (at < index + offset && index < at + term.length) return true;
    }
    return false;
  });
}
