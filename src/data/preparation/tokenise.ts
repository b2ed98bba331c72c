/** From known documents to a token stream: which are held out, the vocabulary of the rest, then all text as its ids. */
import { counted } from '../../base/counted.ts';
import { DataError } from '../../base/errors.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { trainVocabulary } from '../vocabulary/vocabulary-trainer.ts';
import { countWordsForVocabulary } from '../vocabulary/wordpiece.ts';
import type { Append } from './cache-file.ts';
import { countText, encodeText, type KnownDocument, type PassContext } from './corpus-passes.ts';
import type { Digest, Source } from './thread-jobs.ts';
import type { TokenFacts } from './token-stream.ts';

export interface KnownCorpus {
  name: string;
  documents: KnownDocument[];
}

export interface TokeniseOptions {
  vocabularySize: number;
  lowercase: boolean;
  heldOutFraction: number;
}

export interface TokeniseContext extends PassContext {
  onProgress?: (message: string) => void;
}

/**
 * @param given the vocabulary, if it is not to be trained
 * @returns what the token file says of itself
 * @throws {DataError} if there are too few documents to hold one out, or a file has changed since it was digested
 */
export async function tokenise(
  corpora: readonly KnownCorpus[],
  options: TokeniseOptions,
  given: Vocabulary | undefined,
  append: Append,
  context: TokeniseContext,
): Promise<TokenFacts> {
  const sources = corpora.flatMap(({ documents }) => documents.map(({ source }) => source));
  const isHeldOut = corpora.flatMap(({ documents }) =>
    chooseHeldOut(
      documents.map(({ digest }) => digest),
      options.heldOutFraction,
    ),
  );
  const training = sources.filter((_, i) => !isHeldOut[i]);
  const heldOut = [...isHeldOut.keys()].filter((i) => isHeldOut[i]);
  assertSplit(options, training.length, heldOut.length);
  const vocabulary = given ?? (await vocabularyOf(training, options, context));
  context.onProgress?.(`encoding ${counted(sources.length, 'document')}`);
  await encodeText(sources, vocabulary, options, append, context);
  return { tokens: vocabulary.tokens, documents: sources.length, heldOut };
}

function assertSplit({ heldOutFraction }: TokeniseOptions, train: number, heldOut: number): void {
  if (train === 0 || (heldOut === 0 && heldOutFraction > 0)) {
    throw new DataError(
      `data: expected at least two different documents, one to hold out, got ${train + heldOut}; split the text into several files, or set data.heldOutFraction to 0`,
    );
  }
}

async function vocabularyOf(
  training: readonly Source[],
  options: TokeniseOptions,
  context: TokeniseContext,
): Promise<Vocabulary> {
  const { vocabularySize } = options;
  const words = countWordsForVocabulary(await countText(training, context), options);
  context.onProgress?.(`training the vocabulary on ${words.size.toLocaleString('en-US')} different words`);
  const vocabulary = trainVocabulary(words, vocabularySize);
  if (vocabulary.size < vocabularySize) {
    context.onProgress?.(`the text gave only ${vocabulary.size} of ${vocabularySize} vocabulary entries`);
  }
  return vocabulary;
}

/**
 * Which documents of one corpus are held out.
 *
 * Documents are visited in the order of their texts' hashes. Each is taken that still fits into
 * `fraction` of the corpus's words; if none fits, the shortest is taken. So a corpus of a few long books gives up
 * its short ones, and never more than it was asked for when a choice exists. Equal texts go the same way, and at
 * least one text stays for training.
 *
 * @param fraction in [0, 1)
 * @returns for each document whether it is held out
 */
export function chooseHeldOut(documents: readonly Digest[], fraction: number): boolean[] {
  const lengths = new Map<string, number>();
  for (const { textHash, words } of documents) lengths.set(textHash, (lengths.get(textHash) ?? 0) + words);
  const chosen = fraction > 0 && lengths.size > 1 ? fill(lengths, fraction) : new Set<string>();
  return documents.map(({ textHash }) => chosen.has(textHash));
}

function fill(lengths: ReadonlyMap<string, number>, fraction: number): Set<string> {
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const inOrder = [...lengths].sort(([a], [b]) => (a < b ? -1 : 1));
  const chosen = new Set<string>();
  let room = fraction * total;
  for (const [hash, length] of inOrder) {
    if (length > room || chosen.size === lengths.size - 1) continue;
    chosen.add(hash);
    room -= length;
  }
  if (chosen.size === 0) chosen.add(inOrder.reduce((a, b) => (b[1] < a[1] ? b : a))[0]);
  return chosen;
}
