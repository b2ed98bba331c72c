/**
 * A tokenizer as Hugging Face `transformers` reads it: `vocab.txt`, `tokenizer.json`, `tokenizer_config.json`.
 *
 * @source huggingface/transformers, src/transformers/convert_slow_tokenizer.py (BertConverter)
 */
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { specialTokens, type Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { describeWordPiece, type WordPieceOptions } from '../data/vocabulary/wordpiece.ts';

export interface TokenizerFileOptions extends WordPieceOptions {
  /** Longest sequence that the model was trained on. */
  maxLength: number;
  /** Of `transformers`, such as `ElectraTokenizer`. */
  className: string;
}

/** Writes the three files into a folder that is there. */
export function writeTokenizerFiles(
  folder: string,
  vocabulary: Vocabulary,
  options: TokenizerFileOptions,
): void {
  vocabulary.save(join(folder, 'vocab.txt'));
  writeJson(join(folder, 'tokenizer.json'), tokenizerJson(vocabulary, options));
  writeJson(join(folder, 'tokenizer_config.json'), tokenizerConfig(options));
}

/** The whole tokenizer: text to `[CLS] A [SEP]` or `[CLS] A [SEP] B [SEP]`, segment ids 0 and 1. */
function tokenizerJson(vocabulary: Vocabulary, options: WordPieceOptions) {
  const { version, normalizer, pre_tokenizer, model } = describeWordPiece(vocabulary.tokens, options);
  const known = ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [vocabulary.idOf(id)!], tokens: [id] }]);
  const first = [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)];
  const post_processor = {
    type: 'TemplateProcessing',
    single: first,
    pair: [...first, sequence('B', 1), special('[SEP]', 1)],
    special_tokens: Object.fromEntries(known),
  };
  const decoder = { type: 'WordPiece', prefix: '##', cleanup: true };
  const added_tokens = addedTokens(vocabulary);
  return {
    ...{ version, truncation: null, padding: null, added_tokens },
    ...{ normalizer, pre_tokenizer, post_processor, decoder, model },
  };
}

function addedTokens(vocabulary: Vocabulary) {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokens = specialTokens.map((content) => ({ id: vocabulary.idOf(content)!, content, ...flags }));
  return tokens.sort((a, b) => a.id - b.id);
}

function special(id: string, type_id: number) {
  return { SpecialToken: { id, type_id } };
}

function sequence(id: 'A' | 'B', type_id: number) {
  return { Sequence: { id, type_id } };
}

function tokenizerConfig({ lowercase, maxLength, className }: TokenizerFileOptions) {
  return {
    tokenizer_class: className,
    do_lower_case: lowercase,
    strip_accents: null,
    tokenize_chinese_chars: true,
    model_max_length: maxLength,
    ...{
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      mask_token: '[MASK]',
    },
  };
}

function writeJson(path: string, value: unknown): void {
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}
