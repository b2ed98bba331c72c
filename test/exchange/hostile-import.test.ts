/** Checkpoints from elsewhere that are no networks, or not the ones that they say: refused before anything is allocated. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../../src/base/errors.ts';
import { resolveObject } from '../../src/config/resolve.ts';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { exportWeights } from '../../src/exchange/export-weights.ts';
import { importWeights } from '../../src/exchange/import-weights.ts';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { tinyModel } from '../helpers/tiny-model.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = { known: { regimes: regimeNames, corpora: ['sotu'], tasks: [] }, presetsFolder: folder };
const vocabulary = new Vocabulary([...specialTokens, ...Array.from({ length: 59 }, (_, i) => `w${i}`)]);

const good = join(folder, 'good');
const { plans, store, config } = tinyModel('joint', { vocabulary: 64, embedding: 16 });
const provenance = { node: '', packages: {}, machine: { system: '', cpu: '', cores: 1, memoryBytes: 1 } };
const record = toyRecord('joint', 0, {}, { provenance });
const checkpoint = { step: 30, flops: 1000, officialFlops: 2000 };
exportWeights({ config, record, checkpoint, plans, store, vocabulary }, 'hf', good);

let copies = 0;
function copy(): string {
  const path = join(folder, `copy-${copies++}`);
  cpSync(good, path, { recursive: true });
  return path;
}

function take(source: string) {
  return importWeights({
    ...{ source, name: 'x', results: join(folder, 'results') },
    resolve: (mapping, relativeTo) => resolveObject(mapping, source, { ...options, folder: relativeTo }),
  });
}

function edit(path: string, key: string, value: string): void {
  const text = readFileSync(path, 'utf8').replace(new RegExp(`"${key}": [^,\\n]+`), `"${key}": ${value}`);
  writeFileSync(path, text);
}

describe('an import', () => {
  it.each([
    ['hidden_size', '0', 'a whole number from 1, got 0'],
    ['hidden_size', '1e999', 'a whole number from 1, got Infinity'],
    ['num_hidden_layers', '1000000000', 'sizes whose weights fit into '],
    ['num_attention_heads', '30000', 'a number that divides hidden_size (16), got 30000'],
    ['vocab_size', '-1', 'a whole number from 1, got -1'],
    ['hidden_dropout_prob', '2', 'a number in [0, 1), got 2'],
    ['pad_token_id', '0, "is_decoder": true', 'is_decoder: expected false, got true'],
  ])('of %s %s is refused at once', (key, value, message) => {
    const source = copy();
    edit(join(source, 'discriminator/config.json'), key, value);
    const startedAt = performance.now();
    expect(() => take(source)).toThrow(message);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('of a weight that is not finite names it and its place', () => {
    const source = copy();
    const path = join(source, 'discriminator/model.safetensors');
    const tensors = [...readSafetensors(path).values()];
    tensors[3]!.values[2] = Number.NaN;
    writeSafetensors(path, tensors);
    expect(() => take(source)).toThrow(
      `${path}: ${tensors[3]!.name}[2]: expected a finite number, got NaN; `,
    );
  });

  it('of two weights in the same bytes is refused', () => {
    const source = copy();
    const path = join(source, 'discriminator/model.safetensors');
    const bytes = readFileSync(path);
    const end = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, end).toString());
    const [first, second] = Object.keys(header).filter((name) => String(header[name].shape) === '16');
    header[second!].data_offsets = header[first!].data_offsets;
    const text = Buffer.from(JSON.stringify(header).padEnd(end - 8));
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 8), text, bytes.subarray(end)]));
    expect(() => take(source)).toThrow('expected bytes of its own, got "bytes of ');
  });

  it.each([
    ['strip_accents', 'false', 'strip_accents: expected true, got false; '],
    ['tokenize_chinese_chars', 'false', 'tokenize_chinese_chars: expected true, got false; '],
    ['tokenizer_class', '"BertJapaneseTokenizer"', 'tokenizer_class: expected BertTokenizer or '],
    ['mask_token', '"<mask>"', 'mask_token: expected [MASK], got "<mask>"; '],
  ])('that reads text otherwise (%s %s) is refused', (key, value, message) => {
    const source = copy();
    edit(join(source, 'discriminator/tokenizer_config.json'), key, value);
    expect(() => take(source)).toThrow(message);
  });

  it('of two networks with other vocabularies is refused', () => {
    const source = copy();
    const path = join(source, 'generator/vocab.txt');
    writeFileSync(path, readFileSync(path, 'utf8').replace('w7\n', 'other\n'));
    const got = 'expected the same entries as the other network has, got "others"';
    expect(() => take(source)).toThrow(new DataError(`${path}: ${got}; import the two apart`));
  });

  it('of a table with more rows than entries says what to do', () => {
    const source = copy();
    const path = join(source, 'discriminator/vocab.txt');
    writeFileSync(path, readFileSync(path, 'utf8').replace('w58\n', ''));
    rmSync(join(source, 'generator'), { recursive: true });
    expect(() => take(source)).toThrow('append 1 lines such as [unused-1], [unused-2], … to it');
  });

  it('has another id where the same weights read text otherwise', () => {
    const source = copy();
    const lower = take(source).folder;
    edit(join(source, 'discriminator/tokenizer_config.json'), 'do_lower_case', 'false');
    expect(take(source).folder).not.toBe(lower);
  });

  it('takes a vocabulary with a line separator as a token, and leaves later ids where they are', () => {
    const path = join(folder, 'vocab.txt');
    writeFileSync(path, `${specialTokens.join('\n')}\n\u2028\na\n`);
    const read = Vocabulary.load(path);
    expect([read.idOf('\u2028'), read.idOf('a')]).toEqual([5, 6]);
  });
});
