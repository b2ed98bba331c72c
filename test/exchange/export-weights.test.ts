import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { type HostArray, type Program, sizeOf } from '../../src/engine/program.ts';
import { tf } from '../../src/engine/tensors.ts';
import { type ExportFormat, exportWeights, writeFolder } from '../../src/exchange/export-weights.ts';
import { detectReplaced, type NetworkName, predictTokens } from '../../src/model/network.ts';
import { networksFrom, weightInputs } from '../../src/model/program-weights.ts';
import { readSafetensors } from '../../src/model/safetensors.ts';
import { batchInputs } from '../../src/objectives/batch.ts';
import { onnx, relativeDifference } from '../helpers/engines.ts';
import {
  fillTinyBatch,
  jitter,
  type TinyModel,
  tinyModel,
  tinyShape,
  weightMemory,
} from '../helpers/tiny-model.ts';
import { hasTorch, torchLogits } from '../helpers/torch.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const words = Array.from(
  { length: 35 },
  (_, i) => `${'##'.repeat(i % 2)}${String.fromCharCode(97 + (i % 26))}${i}`,
);
const vocabulary = new Vocabulary([...specialTokens, ...words]);
const provenance = {
  node: 'v20',
  packages: {},
  machine: { system: '', cpu: 'a CPU', cores: 1, memoryBytes: 1 },
};

function moved(...model: Parameters<typeof tinyModel>): TinyModel {
  const made = tinyModel(...model);
  jitter(made.store);
  return made;
}

const batch = tinyBatch();

function tinyBatch() {
  const { B, L, N } = tinyShape;
  const integers = () => new Int32Array(B * L);
  const arrays = {
    ...{ tokenIds: integers(), segmentIds: integers(), attentionMask: new Float32Array(B * L) },
    ...{ maskedTokenIds: integers(), maskedPositions: new Int32Array(N), maskedWeights: new Float32Array(N) },
  };
  fillTinyBatch(arrays, tinyModel('joint'));
  return arrays;
}

let exports = 0;
function exportTiny(
  { plans, store, config }: TinyModel,
  record = {},
  format: ExportFormat = 'hf',
  batch?: number,
) {
  const out = join(folder, `export-${exports++}`);
  const checkpoint = { step: 30, flops: 1000, officialFlops: 2000 };
  const scores = { genre: [0.5, 0.75, 0.625] };
  const toy = toyRecord(config.regime, 0, scores, { provenance, parameters: { generator: 7 }, ...record });
  return exportWeights({ config, record: toy, checkpoint, plans, store, vocabulary, batch }, format, out);
}

/** Logits of every token, by the functions that evaluation calls. */
function forward({ plans, regime }: TinyModel, name: NetworkName): Program {
  const { B, L } = tinyShape;
  return {
    name: 'forward',
    inputs: { ...batchInputs(tinyShape), ...weightInputs(plans) },
    compute(inputs, noise) {
      const network = networksFrom(plans, (key) => inputs[`weights/${key}`]!, noise, false)(name);
      const all = tf.tensor1d(
        Int32Array.from({ length: B * L }, (_, i) => i),
        'int32',
      );
      const input = inputs as never;
      const isDetector = name === regime.detector;
      return { logits: isDetector ? detectReplaced(network, input) : predictTokens(network, input, all) };
    },
  };
}

async function ourLogits(model: TinyModel, name: NetworkName): Promise<Float32Array> {
  const compiled = await onnx.compile(forward(model, name), weightMemory(model.store));
  compiled.inputs.tokenIds!.set(batch.tokenIds);
  compiled.inputs.segmentIds!.set(batch.segmentIds);
  compiled.inputs.attentionMask!.set(batch.attentionMask);
  await compiled.run();
  const logits = compiled.outputs.logits!.slice() as Float32Array;
  await compiled.dispose();
  return logits;
}

describe.skipIf(!hasTorch)('an independent forward pass of the exported files', () => {
  const models = {
    'joint, narrow embeddings': moved('joint'),
    'joint, one encoder': moved('joint', {}, { sharing: 'all', size: 1 }),
    'joint, offsets': moved('joint', {}, { sharing: 'disentangled' }),
    'two-stage, equal widths': moved('two-stage', { embedding: 16 }),
    bert: moved('bert', { embedding: 16 }),
    'bert, narrow embeddings': moved('bert'),
  };
  const networks = Object.entries(models).flatMap(([label, model]) =>
    model.plans.map(({ name }, i) => ({ label, name, model, i })),
  );
  let theirs: Float32Array[] = [];
  beforeAll(() => {
    const folders = Object.values(models).flatMap((model) => exportTiny(model).folders);
    theirs = torchLogits(folders, batch, tinyShape.L);
  }, 120_000);

  it.each(networks.map((network, at) => ({ ...network, at })))(
    'gives our logits: $label, $name',
    async ({ model, name, at }) => {
      const ours = await ourLogits(model, name);
      expect(theirs[at]!.length).toBe(ours.length);
      const differences = ours.map((value, i) => Math.abs(value - theirs[at]![i]!));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      // Not because nothing is there: tokens differ.
      expect(Math.max(...ours) - Math.min(...ours)).toBeGreaterThan(0.1);
    },
  );
});

describe('an export', () => {
  it('has one complete folder a network, and nothing beside them', () => {
    const { folders } = exportTiny(moved('joint'));
    expect(readdirSync(join(folders[0]!, '..'))).toEqual(['discriminator', 'generator']);
    for (const path of folders) {
      expect(readdirSync(path).sort()).toEqual([
        ...['README.md', 'config.json', 'model.safetensors'],
        ...['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'],
      ]);
      const { vocab_size: V, embedding_size: E } = JSON.parse(
        readFileSync(join(path, 'config.json'), 'utf8'),
      );
      const tensors = readSafetensors(join(path, 'model.safetensors'));
      const table = tensors.get('electra.embeddings.word_embeddings.weight')!;
      expect(table.shape).toEqual([V, E]);
      expect(table.values.length).toBe(sizeOf([vocabulary.size, 6]));
    }
  });

  it('writes the sum where a network reads another one’s table and adds an offset', () => {
    const model = moved('joint', {}, { sharing: 'disentangled' });
    const tensors = readSafetensors(join(exportTiny(model).folders[0]!, 'model.safetensors'));
    const lent = model.store.value('generator/embeddings.token');
    const offset = model.store.value('discriminator/embeddings.token.offset');
    const sum = lent.map((value, i) => value + offset[i]!);
    expect(tensors.get('electra.embeddings.word_embeddings.weight')!.values).toEqual(sum);
  });

  it('leaves out a generator that is a table, and says so', () => {
    const { folders, notes } = exportTiny(moved('joint', {}, { kind: 'unigram' }));
    expect(folders.map((path) => path.split('/').at(-1))).toEqual(['discriminator']);
    expect(notes).toEqual(['generator: left out, it is a table of frequencies without an encoder']);
  });

  it('refuses what the format cannot hold, and writes nothing', () => {
    expect(() => exportTiny(moved('joint', { positions: 'relative-bias' }))).toThrow(
      'discriminator: model.positions: expected absolute, as the format has no bias per head and distance, got "relative-bias"',
    );
    expect(readdirSync(folder)).not.toContain(`export-${exports - 1}`);
  });

  it('refuses a folder that holds something', () => {
    const model = moved('bert', { embedding: 16 });
    const { folders } = exportTiny(model);
    exports--; // the same folder again
    expect(() => exportTiny(model)).toThrow('--out: expected a new or empty folder, got ');
    expect(readdirSync(folders[0]!)).toContain('model.safetensors');
  });

  it('refuses a file, and the folder that it is started in', () => {
    const nothing = () => undefined;
    const [file, empty] = [join(folder, 'file'), mkdtempSync(join(folder, 'empty-'))];
    writeFileSync(file, '');
    expect(() => writeFolder(file, nothing)).toThrow(
      `--out: expected a new or empty folder, got "${file}"; name another one, or delete it`,
    );
    const current = vi.spyOn(process, 'cwd').mockReturnValue(empty);
    expect(() => writeFolder(empty, nothing)).toThrow(
      `--out: expected another folder than the current one, got "${empty}"; name a new one in it`,
    );
    current.mockRestore();
  });
});

describe('an ONNX export', () => {
  const models: Record<string, TinyModel> = {
    'relative positions': moved('joint', { positions: 'relative-bias', relativeStart: 2 }),
    offsets: moved('joint', {}, { sharing: 'disentangled' }),
    'a copy gate': moved('all-tokens-mlm'),
    'a baseline': moved('adversarial'),
  };
  it.each(Object.entries(models))('gives our logits, one text at a time: %s', async (_, model) => {
    const { folders } = exportTiny(model, {}, 'onnx');
    for (const [i, { name }] of model.plans.entries()) {
      const ours = await ourLogits(model, name);
      const session = await InferenceSession.create(join(folders[i]!, 'model.onnx'), { logSeverityLevel: 3 });
      expect([...session.inputNames].sort()).toEqual(['attention_mask', 'input_ids', 'token_type_ids']);
      for (let b = 0; b < tinyShape.B; b++) {
        const { logits, copyLogits } = await session.run(textAt(b));
        expect(copyLogits !== undefined).toBe(model.regime.name === 'all-tokens-mlm' && name === 'bert');
        const theirs = logits!.data as Float32Array;
        expect(
          relativeDifference(theirs, ours.subarray(b * theirs.length, (b + 1) * theirs.length)),
        ).toBeLessThan(1e-5);
      }
      await session.release();
    }
  });

  it('takes as many texts at once as it is asked to, and says so', async () => {
    const model = models['relative positions']!;
    const { B, L } = tinyShape;
    const { folders } = exportTiny(model, {}, 'onnx', B);
    const at = model.plans.findIndex(({ name }) => name === 'discriminator');
    const session = await InferenceSession.create(join(folders[at]!, 'model.onnx'), { logSeverityLevel: 3 });
    const { logits } = await session.run(textAt(0, B));
    expect(
      relativeDifference(logits!.data as Float32Array, await ourLogits(model, 'discriminator')),
    ).toBeLessThan(1e-5);
    const card = readFileSync(join(folders[at]!, 'README.md'), 'utf8');
    expect(card).toContain(`reads ${B} texts of ${model.config.data.sequenceLength} tokens`);
    expect(logits!.dims[0]! * logits!.dims[1]!).toBe(B * L);
    await session.release();
  });
});

/** Rows of the batch as any program would feed them. */
function textAt(b: number, count = 1): Record<string, Tensor> {
  const { L } = tinyShape;
  const row = (array: HostArray) =>
    new Tensor('int64', BigInt64Array.from([...array.subarray(b * L, (b + count) * L)], BigInt), [count, L]);
  const { tokenIds, segmentIds, attentionMask } = batch;
  return { input_ids: row(tokenIds), token_type_ids: row(segmentIds), attention_mask: row(attentionMask) };
}

describe('the exported tokenizer', () => {
  it('encodes texts and pairs as packing does', () => {
    const path = exportTiny(moved('bert', { embedding: 16 })).folders[0]!;
    const read = (name: string) => JSON.parse(readFileSync(join(path, name), 'utf8'));
    const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
    const [cls, sep, mask] = [2, 3, 4];
    const idOf = (word: string) => vocabulary.idOf(word)!;
    const single = tokenizer.encode('A0 [MASK] c2');
    expect(single.ids).toEqual([cls, idOf('a0'), mask, idOf('c2'), sep]);
    const pair = tokenizer.encode('a0', { text_pair: 'c2 e4', return_token_type_ids: true });
    expect(pair.ids).toEqual([cls, idOf('a0'), sep, idOf('c2'), idOf('e4'), sep]);
    expect(pair.token_type_ids).toEqual([0, 0, 0, 1, 1, 1]);
    expect(read('tokenizer_config.json')).toMatchObject({
      tokenizer_class: 'BertTokenizer',
      model_max_length: 16,
    });
    expect(readFileSync(join(path, 'vocab.txt'), 'utf8').split('\n')[4]).toBe('[MASK]');
  });
});

describe('the model card', () => {
  const card = (record = {}) =>
    readFileSync(join(exportTiny(moved('joint'), record).folders[0]!, 'README.md'), 'utf8');

  it('is filled from the run', () => {
    const text = card({ metrics: { mlm_accuracy: 0.25 } });
    expect(text).toContain('| run | joint-s0 |');
    expect(text).toContain('| executed training FLOPs | 1.00e3 |');
    expect(text).toContain('| masked tokens predicted, argmax | 25.0 % |');
    expect(text).toContain('| genre | accuracy | 3 | 62.5 % |');
    expect(text).toContain('trained up to 16; the table has 20');
  });

  it('says first that a run failed to learn', () => {
    const text = card({ status: 'failed-to-learn', reason: 'predicts the commonest token' });
    expect(text).toContain("**The run's status is failed-to-learn.**");
    expect(text).toContain('Warning: predicts the commonest token.');
  });

  it('shows no measurements of another step', () => {
    const progress = { step: 60, tokens: 200, flops: 2000, officialFlops: 4000, elapsedSeconds: 6 };
    const text = card({ progress, metrics: { mlm_accuracy: 0.25 } });
    expect(text).toContain('Nothing was measured at this step of the run.');
    expect(text).not.toContain('25.0');
  });
});
