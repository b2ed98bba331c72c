/** The `tokenizer_config.json` of a Hugging Face checkpoint: how it reads text. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DataError, explain } from '../base/errors.ts';
import { assertShape, readJsonFile } from '../base/json-file.ts';

const tokenizerShape = z.looseObject({
  do_lower_case: z.boolean().nullish(),
  model_max_length: z.number().nullish(),
});

/** What would make other tokens of a text than ours do, by key; absent and null mean the same as the first value. */
const readSame: Readonly<Record<string, readonly unknown[]>> = {
  tokenizer_class: ['BertTokenizer', 'BertTokenizerFast', 'ElectraTokenizer', 'ElectraTokenizerFast'],
  tokenize_chinese_chars: [true],
  do_basic_tokenize: [true],
  ...{ pad_token: ['[PAD]'], unk_token: ['[UNK]'], cls_token: ['[CLS]'], sep_token: ['[SEP]'] },
  mask_token: ['[MASK]'],
};

/** A token is written as a text, or as a mapping that has its text. */
function tokenOf(written: unknown): unknown {
  return typeof written === 'object' && written !== null && 'content' in written ? written.content : written;
}

function assertReadsSame(path: string, found: Record<string, unknown>): void {
  // Accents go with lower case, as in BERT, unless the file says otherwise.
  const accents = { strip_accents: [found.do_lower_case ?? true] };
  const rules: Record<string, readonly unknown[]> = { ...readSame, ...accents };
  for (const [key, same] of Object.entries(rules)) {
    const value = tokenOf(found[key]) ?? same[0];
    if (same.includes(value)) continue;
    const remedy = 'a text would become other tokens here; such a checkpoint cannot be imported';
    throw new DataError(explain(`${path}: ${key}`, same.map(String).join(' or '), value, remedy));
  }
}

/**
 * Nothing where the checkpoint has no such file.
 *
 * @throws {DataError} naming the key by which a text would become other tokens than here
 */
export function readHubTokenizer(folder: string): z.infer<typeof tokenizerShape> {
  const path = join(folder, 'tokenizer_config.json');
  if (!existsSync(path)) return {};
  const [what, remedy] = ['the configuration of a tokenizer', 'download it again'];
  const found = readJsonFile(path, what, remedy);
  assertShape(path, what, remedy, tokenizerShape, found);
  assertReadsSame(path, found as Record<string, unknown>);
  return found as z.infer<typeof tokenizerShape>;
}
