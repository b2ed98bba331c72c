/** From known documents to a token stream: what is held out, the vocabulary of the rest, then all text as its ids. */
import { DataError } from '../../base/errors.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { trainVocabulary } from '../vocabulary/vocabulary-trainer.ts';
import { countWordsForVocabulary } from '../vocabulary/wordpiece.ts';
import type { Append } from './cache-file.ts';
import { countText, encodeText, type KnownDocument, type PassContext } from './corpus-passes.ts';
import { chooseHeldOut } from './held-out.ts';
import type { Source } from './thread-jobs.ts';
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
  context.onProgress?.(`encoding ${sources.length} documents`);
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
    context.onProgress?.(
      `the text gave ${vocabulary.size} vocabulary entries of ${vocabularySize}: it has no more`,
    );
  }
  return vocabulary;
}
