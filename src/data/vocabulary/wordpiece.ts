/**
 * BERT's tokenizer: text to words to WordPiece ids.
 *
 * `@huggingface/tokenizers` does the work, with two repairs that the reference needs. Text is cut at white space
 * first and each piece is encoded once: nothing that BERT does to text reaches across white space.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { forEachPiece, PieceTable } from './piece-table.ts';
import { IntegerList } from './token-ids.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface WordPieceOptions {
  /** Lower case and strip accents, as the published uncased vocabularies want it. */
  lowercase: boolean;
}

/**
 * Longest word that is looked up; a longer one is [UNK].
 *
 * @source google-research/electra, model/tokenization.py (200; the tokenizer files published with BERT say 100)
 */
export const maxWordLength = 200;

export class WordPieceTokenizer {
  readonly vocabulary: Vocabulary;
  readonly #engine: Tokenizer;
  readonly #known = new KnownPieces((piece) => this.#encodePiece(piece));

  constructor(vocabulary: Vocabulary, options: WordPieceOptions) {
    this.vocabulary = vocabulary;
    this.#engine = createEngine(vocabulary.tokens, options);
  }

  /** Ids of a text, without [CLS] and [SEP]. A special token's name in the text is ordinary text. */
  encode(text: string): number[] {
    const ids = new IntegerList();
    this.encodeOnto(ids, text);
    return [...ids.values];
  }

  /** The same, at the end of what is there. */
  encodeOnto(ids: IntegerList, text: string): void {
    forEachPiece(text, (start, end) => this.#known.encodeOnto(ids, text, start, end));
  }

  /** Words of the ids, one space between them; special tokens but [UNK] are left out. */
  decode(ids: Iterable<number>): string {
    const { padId, clsId, sepId, maskId } = this.vocabulary;
    const silent = new Set([padId, clsId, sepId, maskId]);
    const tokens = [...ids].filter((id) => !silent.has(id)).map((id) => this.vocabulary.tokenOf(id));
    return tokens.join(' ').replaceAll(' ##', '');
  }

  #encodePiece(piece: string): number[] {
    return this.#engine.encode(repair(piece), { add_special_tokens: false }).ids;
  }
}

/** Bounds the memory of a very varied corpus, in each thread; 4 million words of English have about 200,000 pieces. */
const maxKnownPieces = 300_000;
/** Longer ones are rare, and do not come again. */
const longestKnownPiece = 100;

/** Pieces with their ids, so that each is encoded once. */
class KnownPieces {
  readonly #encode: (piece: string) => number[];
  #table = new PieceTable();
  #ids = new IntegerList();
  /** Where the ids of each piece end. */
  #ends = new IntegerList();

  constructor(encode: (piece: string) => number[]) {
    this.#encode = encode;
  }

  encodeOnto(ids: IntegerList, text: string, start: number, end: number): void {
    if (end - start > longestKnownPiece) appendTo(ids, this.#encode(text.slice(start, end)));
    else this.#appendKnown(ids, text, start, end);
  }

  #appendKnown(ids: IntegerList, text: string, start: number, end: number): void {
    if (this.#table.size === maxKnownPieces) this.#forget();
    const number = this.#table.numberOf(text, start, end);
    if (number === this.#ends.length) {
      appendTo(this.#ids, this.#encode(text.slice(start, end)));
      this.#ends.push(this.#ids.length);
    }
    ids.append(this.#ids, number === 0 ? 0 : this.#ends.at(number - 1), this.#ends.at(number));
  }

  #forget(): void {
    this.#table = new PieceTable();
    this.#ids = new IntegerList();
    this.#ends = new IntegerList();
  }
}

function appendTo(ids: IntegerList, more: readonly number[]): void {
  for (const id of more) ids.push(id);
}

/** How often each word occurs, words as BERT's basic tokenizer makes them of pieces between white space. */
export function countWordsForVocabulary(
  pieces: Iterable<[piece: string, count: number]>,
  options: WordPieceOptions,
): Map<string, number> {
  const engine = createEngine(['[UNK]'], options);
  const words = new Map<string, number>();
  for (const [piece, count] of pieces) {
    for (const word of basicWords(engine, piece)) words.set(word, (words.get(word) ?? 0) + count);
  }
  return words;
}

function basicWords({ normalizer, pre_tokenizer }: Tokenizer, piece: string): string[] {
  return pre_tokenizer!.pre_tokenize_text(normalizer!.normalize(repair(piece)), {});
}

/**
 * What the reference does and the package does not: spaces around ideographs beyond U+FFFF, and unassigned
 * characters dropped like control characters.
 *
 * @source google-research/electra model/tokenization.py, _is_chinese_char and _is_control
 */
function repair(piece: string): string {
  if (!/[^\0-\x7f]/.test(piece)) return piece;
  return piece.replace(/\p{C}/gu, '').replace(rareIdeograph, ' $& ');
}

const rareIdeograph =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

function createEngine(tokens: readonly string[], options: WordPieceOptions): Tokenizer {
  const rest = { added_tokens: [], post_processor: null, decoder: null };
  return new Tokenizer({ ...describeWordPiece(tokens, options), ...rest }, {});
}

/**
 * BERT's tokenizer in the terms of a `tokenizer.json`, without special tokens and what puts them in.
 *
 * @param tokens in the order of their ids
 */
export function describeWordPiece(tokens: readonly string[], { lowercase }: WordPieceOptions) {
  const normalizer = {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase,
  };
  const model = {
    type: 'WordPiece',
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: maxWordLength,
  };
  return { version: '1.0', normalizer, pre_tokenizer: { type: 'BertPreTokenizer' }, model };
}
