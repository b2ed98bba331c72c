import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../../src/base/errors.ts';
import { resolveObject } from '../../src/config/resolve.ts';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { exportWeights } from '../../src/exchange/export-weights.ts';
import { importWeights } from '../../src/exchange/import-weights.ts';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { readRecord } from '../../src/results/run-folder.ts';
import { listCheckpoints, loadWeights } from '../../src/training/checkpoint.ts';
import { createRunModel } from '../../src/training/run-model.ts';
import { jitter, tinyModel } from '../helpers/tiny-model.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(folder, { recursive: true }));
const known = { regimes: regimeNames, corpora: ['gutenberg', 'sotu', 'brown'], tasks: [] };
const options = { known, presetsFolder: folder };
const vocabulary = new Vocabulary([...specialTokens, ...Array.from({ length: 59 }, (_, i) => `w${i}`)]);
const provenance = { node: '', packages: {}, machine: { system: '', cpu: '', cores: 1, memoryBytes: 1 } };
const checkpoint = { step: 30, flops: 1000, officialFlops: 2000 };

/** A tiny model of a regime as a checkpoint in Hugging Face form. */
function exported(regime: string, out: string, changes = {}, generator = {}): string {
  const { plans, store, config } = tinyModel(
    regime,
    { vocabulary: 64, embedding: 16, ...changes },
    generator,
  );
  jitter(store);
  const record = toyRecord(regime, 0, {}, { provenance });
  exportWeights({ config, record, checkpoint, plans, store, vocabulary }, 'hf', join(folder, out));
  return join(folder, out);
}

function take(source: string, name: string, results = join(folder, 'results')): string {
  return importWeights({
    ...{ source, name, results },
    resolve: (mapping, relativeTo) => resolveObject(mapping, source, { ...options, folder: relativeTo }),
  }).folder;
}

/** An imported run, exported again. */
function exportedAgain(run: string, out: string): string {
  const record = readRecord(run)!;
  const config = resolveObject({ extends: join(run, 'config.yaml') }, run, options);
  const { plans, store } = createRunModel(config, { vocabulary });
  const state = loadWeights(listCheckpoints(join(run, 'checkpoints')).at(-1)!, plans, store);
  const source = { config, record, checkpoint: state, plans, store, vocabulary };
  exportWeights(source, 'hf', join(folder, out));
  return join(folder, out);
}

describe('a checkpoint that was exported, imported and exported again', () => {
  it.each([
    ['joint', ['discriminator', 'generator'], {}, {}],
    ['joint', ['discriminator', 'generator'], { embedding: 6 }, {}],
    ['joint', ['discriminator', 'generator'], {}, { sharing: 'none' }],
    ['bert', ['bert'], {}, {}],
  ] as const)('has the same bytes: %s, %s, %o, %o', (regime, networks, changes, generator) => {
    const id = `${regime}-${Object.keys({ ...changes, ...generator })}`;
    const first = exported(regime, `${id}-first`, changes, generator);
    const second = exportedAgain(take(first, id), `${id}-second`);
    for (const network of networks) {
      expect(readdirSync(join(second, network))).toEqual(readdirSync(join(first, network)));
      for (const name of readdirSync(join(first, network)).filter((name) => name !== 'README.md')) {
        const [before, after] = [first, second].map((path) => readFileSync(join(path, network, name)));
        expect(after!.equals(before!), `${network}/${name}`).toBe(true);
      }
    }
  });

  it('says where it comes from, and nothing of a training that it does not know', () => {
    const again = exportedAgain(take(exported('bert', 'card'), 'card'), 'again');
    const card = readFileSync(join(again, 'bert/README.md'), 'utf8');
    expect(card).toContain('| imported from | card |');
    expect(card).not.toContain('FLOPs');
  });
});

/** A copy of an exported network with its weights changed. */
function changed(out: string, change: (tensors: Map<string, NamedTensor>) => void): string {
  const path = join(folder, out);
  cpSync(join(exported('bert', `${out}-source`), 'bert'), path, { recursive: true });
  const tensors = readSafetensors(join(path, 'model.safetensors'));
  change(tensors);
  writeSafetensors(join(path, 'model.safetensors'), [...tensors.values()]);
  return path;
}

function withConfig(out: string, changes: Record<string, unknown>): string {
  const path = changed(out, () => undefined);
  const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
  writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, ...changes }));
  return path;
}

describe('an import', () => {
  const query = 'bert.encoder.layer.0.attention.self.query.weight';

  it('reads what early conversions called layer norms, and leaves tied weights and other heads behind', () => {
    const source = changed('early', (tensors) => {
      const gain = tensors.get('bert.embeddings.LayerNorm.weight')!;
      tensors.delete(gain.name);
      const table = tensors.get('bert.embeddings.word_embeddings.weight')!;
      const more = [
        { ...gain, name: 'bert.embeddings.LayerNorm.gamma' },
        { ...table, name: 'cls.predictions.decoder.weight' },
        { name: 'bert.pooler.dense.bias', shape: [16], values: new Float32Array(16) },
      ];
      for (const tensor of more) tensors.set(tensor.name, tensor);
    });
    const run = take(source, 'early');
    const [weights] = listCheckpoints(join(run, 'checkpoints'));
    const gain = readSafetensors(join(weights!, 'bert.safetensors')).get('embeddings.norm.gain')!;
    const given = readSafetensors(join(source, 'model.safetensors')).get('bert.embeddings.LayerNorm.gamma')!;
    expect(gain.values).toEqual(given.values);
  });

  it('names a weight that is missing, has another shape, or has no place', () => {
    const refuse = (name: string, change: (tensors: Map<string, NamedTensor>) => void) =>
      expect(() => take(changed(name, change), name));
    refuse('missing', (tensors) => tensors.delete(query)).toThrow(
      `${query}: expected a weight [16,16], got none; it must fit config.json`,
    );
    refuse('shape', (tensors) => tensors.set(query, { ...tensors.get(query)!, shape: [8, 32] })).toThrow(
      `${query}: expected a weight [16,16], got "[8,32]"; it must fit config.json`,
    );
    const adapter = { name: 'adapter', shape: [1], values: Float32Array.of(1) };
    refuse('more', (tensors) => tensors.set('adapter', adapter)).toThrow(
      'adapter: expected a weight of BertForMaskedLM, got "adapter"; such a network cannot be built here',
    );
    const untied = { ...adapter, name: 'cls.predictions.decoder.bias' };
    refuse('untied', (tensors) => tensors.set(untied.name, untied)).toThrow(
      'expected the same numbers as cls.predictions.bias, got "others"',
    );
  });

  it('names a key that our networks do not follow', () => {
    expect(() => take(withConfig('relu', { hidden_act: 'relu' }), 'relu')).toThrow(
      'hidden_act: expected "gelu", got "relu"; such a network cannot be built here',
    );
    expect(() => take(withConfig('class', { architectures: ['GPT2LMHeadModel'] }), 'class')).toThrow(
      'architectures: expected one of ElectraForPreTraining, ElectraForMaskedLM, BertForMaskedLM, BertForPreTraining, got "GPT2LMHeadModel"',
    );
    expect(() => take(withConfig('words', { vocab_size: 65 }), 'words')).toThrow(
      'vocab.txt: expected 65 entries, as config.json says, got 64',
    );
  });

  it('shares the tables that both networks have alike, and no others', () => {
    const sharingOf = (run: string) =>
      /sharing: (\w+)/.exec(readFileSync(join(run, 'config.yaml'), 'utf8'))![1];
    expect(sharingOf(take(exported('joint', 'shared'), 'shared'))).toBe('embeddings');
    expect(sharingOf(take(exported('joint', 'apart', {}, { sharing: 'none' }), 'apart'))).toBe('none');
  });

  it('says what it leaves behind', () => {
    const source = changed('pooled', (tensors) => {
      const name = 'bert.pooler.dense.bias';
      tensors.set(name, { name, shape: [16], values: new Float32Array(16) });
    });
    const { notes } = importWeights({
      ...{ source, name: 'pooled', results: join(folder, 'results') },
      resolve: (mapping, relativeTo) => resolveObject(mapping, source, { ...options, folder: relativeTo }),
    });
    expect(notes).toEqual([
      'bert: bert.pooler.dense.bias is left behind, pre-training here has no use for it',
    ]);
  });

  it('has an id that says what the weights are, and is not made twice', () => {
    const source = exported('joint', 'once');
    const run = take(source, 'once');
    expect(basename(run)).toMatch(/^once-[0-9a-f]{10}$/);
    expect(readRecord(run)).toMatchObject({ runId: basename(run), name: 'once', importedFrom: 'once' });
    expect(() => take(source, 'once')).toThrow('--as: expected weights that were not imported before, got ');
    const other = changed('once-changed', (tensors) => tensors.get(query)!.values.fill(1));
    expect(basename(take(other, 'once'))).not.toBe(basename(run));
  });

  it('leaves nothing behind when it fails', () => {
    const before = readdirSync(join(folder, 'results/runs'));
    expect(() => take(withConfig('fails', { hidden_act: 'relu' }), 'fails')).toThrow('hidden_act');
    expect(() => take(folder, 'fails')).toThrow('expected a Hugging Face checkpoint, got "no config.json"');
    expect(() => take(join(folder, 'once'), '../fails')).toThrow('--as: expected letters, digits');
    expect(readdirSync(join(folder, 'results/runs'))).toEqual(before);
  });

  it.each([
    ['null', 'the configuration of a tokenizer, got null'],
    ['{"model_max_length": "a"}', 'the configuration of a tokenizer with model_max_length (number), got "a"'],
  ])('names the file of a tokenizer that is %s', (text, complaint) => {
    const source = withConfig(`tokenizer-${text.length}`, {});
    const path = join(source, 'tokenizer_config.json');
    writeFileSync(path, text);
    expect(() => take(source, 'tokenizer')).toThrow(
      new DataError(`${path}: expected ${complaint}; download it again`),
    );
  });

  it('into a file is refused in one line', () => {
    const results = join(folder, 'results.txt');
    writeFileSync(results, '');
    expect(() => take(join(folder, 'once'), 'once', results)).toThrow(
      new DataError(
        `${results}/runs: expected a writable file, got "ENOTDIR"; a part of this path is a file; choose another folder (--out)`,
      ),
    );
  });

  it.each(['vocab.txt', 'model.safetensors'])('names the file that is not there: %s', (name) => {
    const source = changed(`without-${name}`, () => undefined);
    rmSync(join(source, name));
    expect(() => take(source, 'without')).toThrow(
      new RegExp(`${name}: expected the .* of the checkpoint, got no file`),
    );
  });
});
