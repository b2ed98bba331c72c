/** Sentences of the Brown corpus that WordNet quotes as examples: a run may pre-train on them there. */

import { groupBy } from '../../../base/group.ts';
import { packageFolder } from '../../../data/corpora/corpus.ts';
import { readSynsets, wordnetPackage } from '../../../data/corpora/wordnet-files.ts';

/** Words. A shorter sentence stands elsewhere without being quoted. */
const shortestQuotation = 8;

/**
 * Which of some texts stand in an example of WordNet, whatever their case and punctuation.
 *
 * @throws {DataError} if the package is not installed
 */
export function quotedInWordnet(texts: readonly string[]): Set<string> {
  const byStart = groupBy(
    texts.filter((text) => wordsOf(text).length >= shortestQuotation),
    (text) => startOf(wordsOf(text)),
  );
  const quoted = new Set<string>();
  for (const { examples } of readSynsets(packageFolder(wordnetPackage))) {
    for (const words of examples.map(wordsOf)) {
      for (let i = 0; i + shortestQuotation <= words.length; i++) {
        const candidates = byStart.get(startOf(words.slice(i))) ?? [];
        const rest = `${words.slice(i).join(' ')} `;
        for (const text of candidates) if (rest.startsWith(`${wordsOf(text).join(' ')} `)) quoted.add(text);
      }
    }
  }
  return quoted;
}

function startOf(words: readonly string[]): string {
  return words.slice(0, shortestQuotation).join(' ');
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
