/** A WordPiece vocabulary: tokens in the order of their ids, kept in BERT's `vocab.txt` form, one token a line. */
import { readFileSync } from 'node:fs';
import { sha256, writeFileAtomically } from '../../base/atomic-files.ts';
import { DataError, explain } from '../../base/errors.ts';

/** BERT's five, in the order that a vocabulary of ours begins with. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

export class Vocabulary {
  readonly tokens: readonly string[];
  readonly padId: number;
  readonly unknownId: number;
  readonly clsId: number;
  readonly sepId: number;
  readonly maskId: number;
  readonly #ids: ReadonlyMap<string, number>;

  /**
   * @param tokens all different, the five special tokens among them at any place
   * @param where  what an error calls them: a file's path
   * @throws {DataError} with `where` and the line
   */
  constructor(tokens: readonly string[], where = 'vocabulary') {
    this.tokens = tokens;
    this.#ids = idsOf(tokens, where);
    this.padId = this.#special('[PAD]', where);
    this.unknownId = this.#special('[UNK]', where);
    this.clsId = this.#special('[CLS]', where);
    this.sepId = this.#special('[SEP]', where);
    this.maskId = this.#special('[MASK]', where);
  }

  /** @throws {DataError} if the file cannot be read or is no vocabulary */
  static load(path: string): Vocabulary {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    } catch (error) {
      const got = (error as NodeJS.ErrnoException).code ?? 'bytes that are not UTF-8';
      throw new DataError(
        `${path}: expected a vocabulary, one token a line, got ${got}; check data.vocabularyFile`,
      );
    }
    // Other kinds of white space may be a token: published vocabularies have U+2028 as one.
    const lines = text.split('\n').map((line) => line.replace(/^[ \t]+|[ \t\r]+$/g, ''));
    if (lines.at(-1) === '') lines.pop();
    return new Vocabulary(lines, path);
  }

  /** Equal for equal vocabularies. */
  get hash(): string {
    return sha256(this.tokens.join('\n'));
  }

  /** Writes `vocab.txt` as BERT's tools read it. */
  save(path: string): void {
    writeFileAtomically(path, `${this.tokens.join('\n')}\n`);
  }

  get size(): number {
    return this.tokens.length;
  }

  /** The five ids that stand for no text. */
  get specialIds(): readonly number[] {
    return [this.padId, this.unknownId, this.clsId, this.sepId, this.maskId];
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  tokenOf(id: number): string {
    return this.tokens[id] ?? '[UNK]';
  }

  #special(token: (typeof specialTokens)[number], where: string): number {
    const id = this.#ids.get(token);
    if (id !== undefined) return id;
    throw new DataError(
      `${where}: expected the entry ${token}, got none; use a vocabulary made for BERT or ELECTRA`,
    );
  }
}

function idsOf(tokens: readonly string[], where: string): Map<string, number> {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) {
    const line = `${where}:${id + 1}`;
    if (token === '') throw new DataError(explain(line, 'a token', token, 'remove the empty line'));
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw new DataError(explain(line, 'a new token', token, `line ${earlier + 1} has it already`));
    }
    ids.set(token, id);
  }
  return ids;
}
