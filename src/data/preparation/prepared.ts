/**
 * From corpora to packed examples, by way of two kinds of cache file.
 *
 * 1. Text is read to tell documents apart; their hashes name the caches, and choose what is held out.
 * 2. Where its tokens are missing: it is read again for the vocabulary, and once more to be encoded.
 * 3. Where examples are missing: tokens are packed.
 */
import { availableParallelism } from 'node:os';
import { sha256 } from '../../base/atomic-files.ts';
import { ConfigError, explain } from '../../base/errors.ts';
import { corpusFromFolder, corpusNamed } from '../corpora/registry.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../vocabulary/wordpiece.ts';
import type { Append } from './cache-file.ts';
import { cached } from './cache-folder.ts';
import { type CorpusText, digestText, openText, type PassContext, totalBytes } from './corpus-passes.ts';
import { type ExampleFacts, type Examples, packStream, readExamples } from './examples.ts';
import { type BeginPhase, largeBytes } from './read-rate.ts';
import { startTextWorkers } from './thread-pool.ts';
import { readTokenStream, type Side, type TokenFacts, type TokenStream } from './token-stream.ts';
import { type KnownCorpus, tokenise } from './tokenise.ts';

export type { Examples } from './examples.ts';

export interface DataOptions {
  /** Names in the registry of corpora. */
  corpora: string[];
  /** A folder of `.txt` files, as one more corpus. */
  folder?: string | undefined;
  /** Entries of the vocabulary that is trained; with `vocabularyFile`, the entries it must have. */
  vocabularySize: number;
  /** BERT's `vocab.txt` or its like, instead of training one. */
  vocabularyFile?: string | undefined;
  lowercase: boolean;
  sequenceLength: number;
  /** Share of each corpus's words, in [0, 1). */
  heldOutFraction: number;
}

export interface PreparedData {
  /** Names text, vocabulary, split and packing: equal hashes mean equal examples. */
  hash: string;
  vocabulary: Vocabulary;
  tokenizer: WordPieceTokenizer;
  train: Examples;
  heldOut: Examples;
  /** Tokens of text in the training documents, special tokens not counted. */
  trainTokenCount: number;
  documents: { train: number; heldOut: number };
}

export interface PreparationContext {
  cacheFolder: string;
  /** One line each: what is being done, or what was found wrong and mended. */
  onProgress?: (message: string) => void;
  /** Shows how far the work on a large corpus is. */
  beginPhase?: BeginPhase;
  /** That read and encode text beside this one; by default none for a small corpus, else one for each core. */
  threads?: number;
}

/** Raise when cleaning, splitting, tokenising or packing changes: old caches are then not found. */
const formatVersion = 2;

/**
 * Loads the corpora and gives packed examples, training and held-out documents apart.
 *
 * Nothing here depends on a run's seed, nor on the number of threads: all runs with equal options share vocabulary,
 * split and examples. Tokens are cached under the hash of text and vocabulary options, examples under that and their
 * length; where both are there, the text is only read once, to know that it is the same.
 *
 * Memory does not grow with the text. It grows with its longest documents (about ten times the bytes of those that are
 * worked on at once, which are at most 256 MB in all, or one document), with the number of threads (about 120 MB each),
 * with the number of documents and of examples (some hundred and some ten bytes each), and with the different words, up
 * to `maxCountedPieces`.
 *
 * @throws {ConfigError} if an option is out of its domain
 * @throws {DataError} if text is missing or broken, or the cache folder cannot be written
 */
export async function prepareData(options: DataOptions, context: PreparationContext): Promise<PreparedData> {
  assertOptions(options);
  const given = givenVocabulary(options);
  const texts = openTexts(options, context);
  const workers = startTextWorkers(context.threads ?? threadsFor(texts));
  try {
    const work = { ...context, workers };
    const corpora = await digestTexts(texts, work);
    const key = keyOf(options, corpora, given);
    const tokens = once(async () => {
      const build = (append: Append) => tokenise(corpora, options, given, append, work);
      return readTokenStream(await cached<TokenFacts>(`tokens-${key.slice(0, 16)}.bin`, context, build));
    });
    return await packAll(tokens, key, options, context);
  } finally {
    await workers.close();
  }
}

function assertOptions({ corpora, folder, heldOutFraction }: DataOptions): void {
  if (corpora.length === 0 && !folder) {
    throw new ConfigError(
      'data.corpora: expected a corpus or data.folder, got none; name one, for example sotu',
    );
  }
  const twice = corpora.find((name, i) => corpora.indexOf(name) !== i);
  if (twice)
    throw new ConfigError(explain('data.corpora', 'different names', twice, 'name each corpus once'));
  if (!(heldOutFraction >= 0 && heldOutFraction < 1)) {
    const remedy = 'write 0.05 for 5 percent';
    throw new ConfigError(explain('data.heldOutFraction', 'a number in [0, 1)', heldOutFraction, remedy));
  }
}

/** @throws {ConfigError} if its size is not the one that was written down */
function givenVocabulary({ vocabularyFile, vocabularySize }: DataOptions): Vocabulary | undefined {
  if (!vocabularyFile) return undefined;
  const vocabulary = Vocabulary.load(vocabularyFile);
  if (vocabulary.size === vocabularySize) return vocabulary;
  const rule = `${vocabulary.size}, the entries of ${vocabularyFile}`;
  throw new ConfigError(explain('data.vocabularySize', rule, vocabularySize, `write ${vocabulary.size}`));
}

function openTexts({ corpora, folder }: DataOptions, { onProgress }: PreparationContext): CorpusText[] {
  const chosen = corpora.map(corpusNamed);
  if (folder) chosen.push(corpusFromFolder(folder));
  return chosen.map((corpus) => {
    onProgress?.(`reading ${corpus.title}`);
    return openText(corpus);
  });
}

/** Other threads take a second to start. */
function threadsFor(texts: readonly CorpusText[]): number {
  const isLarge = totalBytes(texts.flatMap(({ sources }) => sources)) >= largeBytes;
  return isLarge ? availableParallelism() : 0;
}

async function digestTexts(texts: readonly CorpusText[], work: PassContext): Promise<KnownCorpus[]> {
  const corpora: KnownCorpus[] = [];
  for (const text of texts) {
    corpora.push({ name: text.corpus.name, documents: await digestText(text, work) });
  }
  return corpora;
}

function keyOf(
  { lowercase, heldOutFraction, vocabularySize }: DataOptions,
  corpora: readonly KnownCorpus[],
  given: Vocabulary | undefined,
): string {
  const vocabulary = given?.tokens ?? vocabularySize;
  const texts = corpora.map(({ name, documents }) => [name, ...documents.map(({ digest }) => digest.hash)]);
  return sha256(JSON.stringify({ formatVersion, texts, vocabulary, lowercase, heldOutFraction }));
}

async function packAll(
  tokens: () => Promise<TokenStream>,
  key: string,
  options: DataOptions,
  context: PreparationContext,
): Promise<PreparedData> {
  const { sequenceLength } = options;
  const hash = sha256(JSON.stringify({ key, sequenceLength }));
  const examplesOf = (side: Side) =>
    cached<ExampleFacts>(`examples-${hash.slice(0, 16)}-${side}.bin`, context, async (append) =>
      packStream(await tokens(), side, sequenceLength, append, context.beginPhase),
    );
  const [train, heldOut] = [await examplesOf('train'), await examplesOf('held-out')];
  const vocabulary = new Vocabulary(train.facts.tokens);
  return {
    ...{ hash, vocabulary, tokenizer: new WordPieceTokenizer(vocabulary, options) },
    ...{ train: readExamples(train), heldOut: readExamples(heldOut) },
    trainTokenCount: train.facts.textTokens,
    documents: { train: train.facts.documents, heldOut: heldOut.facts.documents },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
