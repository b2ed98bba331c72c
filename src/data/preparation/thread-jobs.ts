/**
 * What is done to text, some documents at a time, in this thread or in others: pure functions of their argument.
 *
 * A document that is a file is read where the work is done.
 */
import { sha256 } from '../../base/atomic-files.ts';
import { DataError } from '../../base/errors.ts';
import { countWords, type Document, type DocumentFile } from '../corpora/corpus.ts';
import { readDocument } from '../corpora/folder.ts';
import { sentencesOf } from '../corpora/plain-text.ts';
import { type CountedPieces, PieceCounts } from '../vocabulary/piece-counts.ts';
import { IntegerList, idArrayFor, type TokenIds } from '../vocabulary/token-ids.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../vocabulary/wordpiece.ts';

export type Source = Document | DocumentFile;

/** What is kept of a document when its text is gone. */
export interface Digest {
  /** Of name and text. */
  hash: string;
  textHash: string;
  words: number;
}

/** How text becomes ids. */
export interface Coding {
  /** The vocabulary's tokens, one a line. */
  tokens: string;
  lowercase: boolean;
}

/** Each takes some documents, and what else it needs. */
export const textWork = {
  /** Of each source; undefined of an empty file. */
  digest(sources: readonly Source[], _: object): (Digest | undefined)[] {
    return sources.map((source) => {
      const document = open(source);
      return document && digestOf(document);
    });
  },

  countPieces(sources: readonly Source[], _: object): CountedPieces {
    const pieces = new PieceCounts(Number.POSITIVE_INFINITY);
    for (const { paragraphs } of documentsOf(sources)) for (const text of paragraphs) pieces.addText(text);
    return pieces.counted();
  },

  /** As a token stream holds it: [CLS] before each document, [SEP] after each sentence. */
  encode(sources: readonly Source[], { tokens, lowercase }: Coding): TokenIds {
    const tokenizer = tokenizerFor(tokens, lowercase);
    const { clsId, sepId, size } = tokenizer.vocabulary;
    const ids = new IntegerList();
    for (const document of documentsOf(sources)) {
      ids.push(clsId);
      for (const sentence of document.paragraphs.flatMap(sentencesOf)) {
        const before = ids.length;
        tokenizer.encodeOnto(ids, sentence);
        if (ids.length > before) ids.push(sepId);
      }
    }
    return new (idArrayFor(size))(ids.values);
  },
};

export type WorkName = keyof typeof textWork;
export type Needs<Name extends WorkName> = Parameters<(typeof textWork)[Name]>[1];
export type Result<Name extends WorkName> = ReturnType<(typeof textWork)[Name]>;

export interface Task<Name extends WorkName> {
  name: Name;
  sources: readonly Source[];
  needs: Needs<Name>;
}

export function work<Name extends WorkName>({ name, sources, needs }: Task<Name>): Result<Name> {
  const doIt = textWork[name] as (sources: readonly Source[], needs: Needs<Name>) => Result<Name>;
  return doIt(sources, needs);
}

/** What comes back from another thread: on the way an error would lose its class. */
export type Outcome<T> = { result: T } | { dataError: string };

/** The same where another thread asks. */
export function workForThread<Name extends WorkName>(task: Task<Name>): Outcome<Result<Name>> {
  try {
    return { result: work(task) };
  } catch (error) {
    if (error instanceof DataError) return { dataError: error.message };
    throw error;
  }
}

export function digestOf(document: Document): Digest {
  const { name, paragraphs } = document;
  return {
    hash: sha256(JSON.stringify({ name, paragraphs })),
    textHash: sha256(paragraphs.join('\n')),
    words: countWords(document),
  };
}

function open(source: Source): Document | undefined {
  return 'paragraphs' in source ? source : readDocument(source);
}

/** One after another, so that one is in memory at a time. */
function* documentsOf(sources: readonly Source[]): Generator<Document> {
  for (const source of sources) {
    const document = open(source);
    if (document) yield document;
  }
}

let known: { tokens: string; lowercase: boolean; tokenizer: WordPieceTokenizer } | undefined;

/** The latest is kept, with the pieces that it has met. */
function tokenizerFor(tokens: string, lowercase: boolean): WordPieceTokenizer {
  if (known?.tokens !== tokens || known.lowercase !== lowercase) {
    const tokenizer = new WordPieceTokenizer(new Vocabulary(tokens.split('\n')), { lowercase });
    known = { tokens, lowercase, tokenizer };
  }
  return known.tokenizer;
}
