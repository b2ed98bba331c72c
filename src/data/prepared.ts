/** From corpora to packed examples, by way of a token cache on disk. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeFolder, sha256 } from '../base/atomic-files.ts';
import { ConfigError, DataError, explain } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import { type Corpus, corpusFromFolder, corpusNamed, type Document } from './corpora.ts';
import { chooseHeldOut } from './held-out.ts';
import { type Examples, packDocuments } from './packing.ts';
import { sentencesOf } from './plain-text.ts';
import { concatenate, readTokenStream, type TokenStream, writeTokenStream } from './token-stream.ts';
import { Vocabulary } from './vocabulary.ts';
import { trainVocabulary } from './vocabulary-trainer.ts';
import { countWordsForVocabulary, WordPieceTokenizer } from './wordpiece.ts';

export type { Examples } from './packing.ts';

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
}

/** Raise when cleaning, splitting, tokenising or packing changes: old caches are then not found. */
const formatVersion = 2;

/**
 * Loads the corpora and gives packed examples, training and held-out documents apart.
 *
 * Nothing here depends on a run's seed: all runs with equal options share vocabulary, split and examples. The
 * tokens are cached under the hash of text and vocabulary options; the packing, which takes a second, is not.
 *
 * @throws {ConfigError} if an option is out of its domain
 * @throws {DataError} if text is missing or broken, or the cache folder cannot be written
 */
export function prepareData(options: DataOptions, context: PreparationContext): PreparedData {
  assertOptions(options);
  const corpora = readCorpora(options, context);
  const key = keyOf(options, corpora);
  const stream = cachedStream(key, context, () => tokenise(options, corpora, context));
  return packStream(stream, key, options);
}

interface LoadedCorpus {
  corpus: Corpus;
  documents: Document[];
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

function readCorpora({ corpora, folder }: DataOptions, { onProgress }: PreparationContext): LoadedCorpus[] {
  const chosen = corpora.map(corpusNamed);
  if (folder) chosen.push(corpusFromFolder(folder));
  return chosen.map((corpus) => {
    onProgress?.(`reading ${corpus.title}`);
    return { corpus, documents: [...corpus.documents()] };
  });
}

function keyOf(options: DataOptions, corpora: readonly LoadedCorpus[]): string {
  const { lowercase, heldOutFraction, vocabularySize, vocabularyFile } = options;
  const vocabulary = vocabularyFile ? Vocabulary.load(vocabularyFile).tokens : vocabularySize;
  const texts = corpora.map(({ corpus, documents }) => [corpus.name, ...documents.map(hashOf)]);
  return sha256(JSON.stringify({ formatVersion, texts, vocabulary, lowercase, heldOutFraction }));
}

function hashOf(document: Document): string {
  return sha256(JSON.stringify(document));
}

/** A damaged cache costs a notice and the time to build it again, never a run. */
function cachedStream(key: string, context: PreparationContext, build: () => TokenStream): TokenStream {
  const path = join(context.cacheFolder, `tokens-${key.slice(0, 16)}.bin`);
  if (existsSync(path)) {
    try {
      return readTokenStream(path);
    } catch {
      context.onProgress?.(`${path}: the token cache is damaged; building it again`);
    }
  }
  assertWritable(context.cacheFolder);
  const stream = build();
  context.onProgress?.(`writing ${basename(path)}`);
  writeTokenStream(path, stream);
  return stream;
}

/** Asked before the work, not after it. */
function assertWritable(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`);
  makeFolder(folder);
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataError(
      `${folder}: expected a cache folder that can be written, got ${code}; make it writable or choose another`,
    );
  }
}

function tokenise(
  options: DataOptions,
  corpora: LoadedCorpus[],
  { onProgress }: PreparationContext,
): TokenStream {
  const isHeldOut = corpora.flatMap(({ documents }) => chooseHeldOut(documents, options.heldOutFraction));
  const documents = corpora.flatMap((loaded) => loaded.documents);
  const training = documents.filter((_, i) => !isHeldOut[i]);
  assertSplit(options, training.length, documents.length - training.length);
  onProgress?.(options.vocabularyFile ? 'loading the vocabulary' : 'training the vocabulary');
  const vocabulary = chooseVocabulary(options, training);
  if (vocabulary.size < options.vocabularySize) {
    onProgress?.(
      `the text gave ${vocabulary.size} vocabulary entries of ${options.vocabularySize}: it has no more`,
    );
  }
  onProgress?.(`encoding ${documents.length} documents`);
  return encodeDocuments(documents, isHeldOut, new WordPieceTokenizer(vocabulary, options));
}

function assertSplit({ heldOutFraction }: DataOptions, train: number, heldOut: number): void {
  if (train === 0 || (heldOut === 0 && heldOutFraction > 0)) {
    throw new DataError(
      `data: expected at least two different documents, one to hold out, got ${train + heldOut}; split the text into several files, or set data.heldOutFraction to 0`,
    );
  }
}

function chooseVocabulary(options: DataOptions, training: readonly Document[]): Vocabulary {
  const { vocabularyFile, vocabularySize } = options;
  if (!vocabularyFile) {
    const texts = training.flatMap(({ paragraphs }) => paragraphs);
    return trainVocabulary(countWordsForVocabulary(texts, options), vocabularySize);
  }
  const vocabulary = Vocabulary.load(vocabularyFile);
  if (vocabulary.size === vocabularySize) return vocabulary;
  const rule = `${vocabulary.size}, the entries of ${vocabularyFile}`;
  throw new ConfigError(explain('data.vocabularySize', rule, vocabularySize, `write ${vocabulary.size}`));
}

function encodeDocuments(
  documents: Document[],
  isHeldOut: boolean[],
  tokenizer: WordPieceTokenizer,
): TokenStream {
  const lengths: number[] = [];
  const ids: Int32Array[] = [];
  const streamDocuments = documents.map(({ paragraphs }, i) => {
    const before = lengths.length;
    for (const sentence of paragraphs.flatMap(sentencesOf)) {
      const encoded = Int32Array.from(tokenizer.encode(sentence));
      lengths.push(encoded.length);
      ids.push(encoded);
    }
    return { isHeldOut: isHeldOut[i]!, sentenceCount: lengths.length - before };
  });
  return {
    vocabulary: tokenizer.vocabulary,
    documents: streamDocuments,
    sentenceLengths: Int32Array.from(lengths),
    tokenIds: concatenate(ids),
  };
}

function packStream(stream: TokenStream, key: string, options: DataOptions): PreparedData {
  const { vocabulary, documents } = stream;
  const { sequenceLength } = options;
  const train = documentsOf(stream, false);
  const heldOut = documentsOf(stream, true);
  const pack = (part: Int32Array[][], name: string) =>
    packDocuments(part, sequenceLength, vocabulary, new RandomStream('packing', name, sequenceLength));
  return {
    hash: sha256(JSON.stringify({ key, sequenceLength })),
    vocabulary,
    tokenizer: new WordPieceTokenizer(vocabulary, options),
    train: pack(train, 'train'),
    heldOut: pack(heldOut, 'held-out'),
    trainTokenCount: train.flat().reduce((sum, sentence) => sum + sentence.length, 0),
    documents: { train: train.length, heldOut: documents.length - train.length },
  };
}

/** Views of the sentences of each document on one side of the split. */
function documentsOf(
  { documents, sentenceLengths, tokenIds }: TokenStream,
  isHeldOut: boolean,
): Int32Array[][] {
  const chosen: Int32Array[][] = [];
  let sentence = 0;
  let start = 0;
  for (const document of documents) {
    const views: Int32Array[] = [];
    for (const end = sentence + document.sentenceCount; sentence < end; sentence++) {
      const length = sentenceLengths[sentence]!;
      views.push(tokenIds.subarray(start, start + length));
      start += length;
    }
    if (document.isHeldOut === isHeldOut) chosen.push(views);
  }
  return chosen;
}
