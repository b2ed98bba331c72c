/**
 * The passes over the text of corpora, in their order. None keeps text: a corpus is read anew for each, and what stays
 * in memory are digests of documents, counts of words, and as many batches of text and ids as threads work on.
 */
import type { Corpus } from '../corpora/corpus.ts';
import { emptyFolderError } from '../corpora/folder.ts';
import { PieceCounts } from '../vocabulary/piece-counts.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Append } from './cache-file.ts';
import { type BeginPhase, showMegabyteRate } from './read-rate.ts';
import type { Digest, Needs, Source, WorkName } from './thread-jobs.ts';
import { batchesOf, type Done, sizeOf, type TextWorkers } from './thread-pool.ts';

/** What a pass works with. */
export interface PassContext {
  workers: TextWorkers;
  beginPhase?: BeginPhase | undefined;
}

export interface CorpusText {
  corpus: Corpus;
  sources: readonly Source[];
}

/** A document of which it is known what it holds. */
export interface KnownDocument {
  source: Source;
  digest: Digest;
}

/** Small corpora stay in memory, which spares cleaning them three times; of others it is known where they are. */
export function openText(corpus: Corpus): CorpusText {
  return { corpus, sources: corpus.files ?? [...corpus.documents()] };
}

export function totalBytes(sources: Iterable<Source>): number {
  let bytes = 0;
  for (const source of sources) bytes += sizeOf(source);
  return bytes;
}

/**
 * The first pass: which documents there are. Empty files are none.
 *
 * @throws {DataError} if a file cannot be read or is not text, or all are empty
 */
export async function digestText(
  { corpus, sources }: CorpusText,
  context: PassContext,
): Promise<KnownDocument[]> {
  const documents: KnownDocument[] = [];
  for await (const { batch, result } of pass('reading', 'digest', sources, {}, context)) {
    for (const [i, digest] of result.entries())
      if (digest) documents.push({ source: batch.sources[i]!, digest });
  }
  if (documents.length === 0 && corpus.files) throw emptyFolderError(corpus.files[0]!.folder);
  return documents;
}

/** The second: how often each piece between white space occurs. */
export async function countText(sources: readonly Source[], context: PassContext): Promise<PieceCounts> {
  const pieces = new PieceCounts();
  for await (const { result } of pass('counting words', 'countPieces', sources, {}, context))
    pieces.add(result);
  return pieces;
}

/** The third: all text as a token stream holds it. */
export async function encodeText(
  sources: readonly Source[],
  vocabulary: Vocabulary,
  { lowercase }: { lowercase: boolean },
  append: Append,
  context: PassContext,
): Promise<void> {
  const coding = { tokens: vocabulary.tokens.join('\n'), lowercase };
  for await (const { result } of pass('encoding', 'encode', sources, coding, context)) append(result);
}

/** One kind of work on all sources, shown while it goes on. */
async function* pass<Name extends WorkName>(
  label: string,
  name: Name,
  sources: readonly Source[],
  needs: Needs<Name>,
  { workers, beginPhase }: PassContext,
): AsyncGenerator<Done<Name>> {
  const meter = showMegabyteRate(label, totalBytes(sources), beginPhase);
  let bytes = 0;
  for await (const done of workers.run(name, batchesOf(sources), needs)) {
    yield done;
    bytes += done.batch.bytes;
    meter.advance(bytes);
  }
  meter.end();
}
