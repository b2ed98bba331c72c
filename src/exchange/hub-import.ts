/**
 * A Hugging Face checkpoint as a network of ours: its sizes, and its weights in our places. What would not be the same
 * function here is refused by name.
 *
 * @source huggingface/transformers, models/electra/modeling_electra.py and models/bert/modeling_bert.py
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, explain, oneOf } from '../base/errors.ts';
import { readJsonFile } from '../base/json-file.ts';
import { model } from '../config/sections.ts';
import { segmentTypes } from '../model/encoder.ts';
import { type NamedTensor, readSafetensors } from '../model/safetensors.ts';
import type { EncoderSizes } from '../model/sizes.ts';
import { type HubConfig, hubConfig } from './hub-config.ts';
import { fromHub, type HubArchitecture, type HubWeight, hubWeights } from './hugging-face.ts';

export interface HubModel {
  folder: string;
  architecture: HubArchitecture;
  sizes: EncoderSizes;
}

const architectures: Readonly<Record<string, HubArchitecture>> = {
  ElectraForPreTraining: 'ElectraForPreTraining',
  ElectraForMaskedLM: 'ElectraForMaskedLM',
  BertForMaskedLM: 'BertForMaskedLM',
  BertForPreTraining: 'BertForMaskedLM', // its second head, next sentences, stays behind
};

/** What `transformers` assumes where `config.json` is silent, in both classes alike. */
const assumed: Partial<HubConfig> = {
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  max_position_embeddings: 512,
  type_vocab_size: segmentTypes,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  position_embedding_type: 'absolute',
  pad_token_id: 0,
  tie_word_embeddings: true,
};

/**
 * Reads the configuration of a checkpoint.
 *
 * @throws {DataError} naming the key of what is missing, or of what our networks are not
 */
export function readHubModel(folder: string): HubModel {
  const path = join(folder, 'config.json');
  const written = readJsonFile(path, 'the configuration of a checkpoint', 'download it again');
  const config = { ...assumed, ...(written as Partial<HubConfig>) };
  const named = config.architectures?.[0] ?? 'nothing';
  const architecture = Object.hasOwn(architectures, named) ? architectures[named]! : undefined;
  if (!architecture) {
    throw new DataError(explain(`${path}: architectures`, oneOf(Object.keys(architectures)), named));
  }
  const sizes = { ...model.parse({}), ...sizesIn(path, architecture, config) };
  assertFitsFile(path, sizes, weightsFile(folder));
  assertSameFunction(path, config, hubConfig(architecture, sizes, config.pad_token_id!));
  return { folder, architecture, sizes };
}

function sizesIn(path: string, architecture: HubArchitecture, config: Partial<HubConfig>) {
  const value = (key: keyof HubConfig, rule: string, isRight: (number: number) => boolean) => {
    const found = config[key];
    if (typeof found === 'number' && isRight(found)) return found;
    throw new DataError(explain(`${path}: ${key}`, rule, found ?? 'nothing', 'download it again'));
  };
  const count = (key: keyof HubConfig) =>
    value(key, 'a whole number from 1', (found) => Number.isSafeInteger(found) && found >= 1);
  const fraction = (key: keyof HubConfig) =>
    value(key, 'a number in [0, 1)', (found) => found >= 0 && found < 1);
  return {
    vocabulary: count('vocab_size'),
    layers: count('num_hidden_layers'),
    hidden: count('hidden_size'),
    heads: count('num_attention_heads'),
    feedForward: count('intermediate_size'),
    embedding: count(architecture === 'BertForMaskedLM' ? 'hidden_size' : 'embedding_size'),
    maxPositions: count('max_position_embeddings'),
    dropout: fraction('hidden_dropout_prob'),
    attentionDropout: fraction('attention_probs_dropout_prob'),
    initialStd: fraction('initializer_range'),
  };
}

/** Asked before anything is laid out: sizes of a file from elsewhere may be any. */
function assertFitsFile(path: string, sizes: EncoderSizes, weights: string): void {
  const { layers, hidden, heads, feedForward, embedding, vocabulary, maxPositions } = sizes;
  if (hidden % heads !== 0) {
    const rule = `a number that divides hidden_size (${hidden})`;
    throw new DataError(explain(`${path}: num_attention_heads`, rule, heads, 'download it again'));
  }
  const perLayer = 4 * hidden * hidden + 2 * hidden * feedForward;
  const bytes = 4 * (layers * perLayer + (vocabulary + maxPositions) * embedding);
  const { size } = statSync(weights);
  if (bytes <= size) return;
  const rule = `sizes whose weights fit into ${weights} (${size} bytes)`;
  throw new DataError(explain(path, rule, `at least ${bytes} bytes`, 'download both again'));
}

/** Keys that decide what is computed from the same weights: they must say what our networks do. */
const functionKeys: readonly (keyof HubConfig)[] = [
  'hidden_act',
  'layer_norm_eps',
  'position_embedding_type',
  'type_vocab_size',
  'tie_word_embeddings',
];

function assertSameFunction(
  path: string,
  found: Partial<HubConfig> & { is_decoder?: unknown },
  ours: HubConfig,
): void {
  // It would see no token to its right.
  if (found.is_decoder)
    throw new DataError(explain(`${path}: is_decoder`, 'false', found.is_decoder, 'import an encoder'));
  for (const key of functionKeys) {
    if (found[key] === ours[key]) continue;
    const remedy = 'such a network cannot be built here';
    throw new DataError(explain(`${path}: ${key}`, JSON.stringify(ours[key]), found[key], remedy));
  }
}

/**
 * Reads the weights into ours.
 *
 * @param into our weight of a name, to be written
 * @returns names of weights that belong to heads which are not here
 * @throws {DataError} naming the weight that is missing, has another shape, or has no place here
 */
export function readHubWeights(
  { folder, architecture, sizes }: HubModel,
  into: (name: string) => Float32Array,
): string[] {
  const path = weightsFile(folder);
  const read = readSafetensors(path, (name) => !isBuffer(name));
  const tensors = new Map([...read.values()].map((tensor) => [modernName(tensor.name), tensor]));
  for (const weight of hubWeights(architecture, sizes)) {
    const tensor = tensorOf(path, weight, tensors);
    assertFinite(path, tensor);
    fromHub(weight, tensor, into(weight.ours));
    tensors.delete(weight.name);
  }
  const others = [...tensors.keys()].filter(isOtherHead);
  for (const [name, tensor] of tensors)
    if (!isOtherHead(name)) assertTied(path, architecture, name, tensor, read);
  return others;
}

function weightsFile(folder: string): string {
  const path = join(folder, 'model.safetensors');
  if (existsSync(path)) return path;
  const remedy = '`save_pretrained` of transformers writes one from weights in another form';
  throw new DataError(explain(path, 'the weights of the checkpoint', 'no file', remedy));
}

function tensorOf(path: string, { name, shape }: HubWeight, tensors: ReadonlyMap<string, NamedTensor>) {
  const tensor = tensors.get(name);
  if (String(tensor?.shape) === String(shape)) return tensor!;
  const got = tensor ? `[${tensor.shape}]` : 'none';
  throw new DataError(explain(`${path}: ${name}`, `a weight [${shape}]`, got, 'it must fit config.json'));
}

function assertFinite(path: string, { name, values }: NamedTensor): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const remedy = 'the training that made it has diverged, or the file is damaged; use another checkpoint';
  throw new DataError(explain(`${path}: ${name}[${at}]`, 'a finite number', values[at], remedy));
}

/** Position ids, which older files hold as integers. */
function isBuffer(name: string): boolean {
  return name.endsWith('.position_ids') || name.endsWith('.token_type_ids');
}

/** Layer norms as TensorFlow called them, in files that were converted early. */
function modernName(name: string): string {
  return name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** Weights that are tied to another one, and the other's name. */
const ties: Readonly<Record<string, string>> = {
  'generator_lm_head.weight': 'electra.embeddings.word_embeddings.weight',
  'cls.predictions.decoder.weight': 'bert.embeddings.word_embeddings.weight',
  'cls.predictions.decoder.bias': 'cls.predictions.bias',
};

/** Of heads that pre-training by masks does not use. */
function isOtherHead(name: string): boolean {
  return /^bert\.pooler\.|^cls\.seq_relationship\./.test(name);
}

/** What is left must be a copy of a weight that was read. */
function assertTied(
  path: string,
  architecture: HubArchitecture,
  name: string,
  { values }: NamedTensor,
  tensors: ReadonlyMap<string, NamedTensor>,
): void {
  const tied = ties[name];
  const other = tied === undefined ? undefined : tensors.get(tied)?.values;
  if (other?.length === values.length && other.every((value, i) => value === values[i])) return;
  const rule = other ? `the same numbers as ${tied}` : `a weight of ${architecture}`;
  const got = other ? 'others' : name;
  throw new DataError(explain(`${path}: ${name}`, rule, got, 'such a network cannot be built here'));
}
