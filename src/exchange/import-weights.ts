/**
 * Hugging Face checkpoints as a run: something to fine-tune, to take a generator from, or to train on.
 *
 * What training it before has cost, and on what text, is not known here; the record leaves it empty.
 */
import { copyFileSync, existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { bytesOf, sha256, writeFileAtomically, writeFolderAtomically } from '../base/atomic-files.ts';
import { writeCsv } from '../base/csv.ts';
import { ConfigError, DataError, explain } from '../base/errors.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { embeddingTables } from '../model/encoder.ts';
import { weightCounts, weightKey } from '../model/network.ts';
import { generatorSizes } from '../model/sizes.ts';
import { initialiseParameters, type ParameterStore } from '../optim/parameter-store.ts';
import { collectProvenance } from '../results/provenance.ts';
import { describeFiles } from '../results/recorded-weights.ts';
import { checkpointsFolder, type RunRecord, runFolder, writeRecord } from '../results/run-folder.ts';
import { saveCheckpoint } from '../training/checkpoint.ts';
import { curveColumns } from '../training/curve-rows.ts';
import { emptyWindow } from '../training/loss-window.ts';
import { createRunModel, type RunModel } from '../training/run-model.ts';
import { type HubModel, readHubModel, readHubWeights } from './hub-import.ts';
import { readHubTokenizer } from './hub-tokenizer.ts';

export interface ImportOptions {
  /** The folder of a checkpoint, or of `discriminator` and `generator`, or of `bert`. */
  source: string;
  /** What the run is called. */
  name: string;
  /** The results folder. */
  results: string;
  /** Completes a configuration. */
  resolve(mapping: Record<string, unknown>, folder: string): RunConfig;
}

export interface Imported {
  /** The run's. */
  folder: string;
  /** What was left behind, a sentence each. */
  notes: string[];
}

/** An import counts as one step, so that it is not taken for untrained. */
const importedStep = 1;

/**
 * Writes `<results>/runs/<name>-<10 hex digits>` with the imported weights as its only checkpoint. The digits are a
 * hash of weights and vocabulary, so that the run's id says what they are.
 *
 * @throws {ConfigError} if that run is there, or no checkpoint in the folder
 * @throws {DataError} naming the key or the weight that does not fit
 */
export function importWeights({ source, name, results, resolve }: ImportOptions): Imported {
  assertName(name);
  const networks = findNetworks(source);
  const [main] = Object.values(networks) as [HubModel];
  const vocabulary = Vocabulary.load(vocabularyFile(main));
  for (const other of Object.values(networks)) assertSameVocabulary(other, vocabulary);
  assertSizes(networks, vocabulary);
  const resolved = (sharing: string) => resolve(configOf(name, networks, vocabulary, sharing), main.folder);
  const apart = createRunModel(resolved('none'), { vocabulary });
  const notes = fillFrom(networks, apart.store, vocabulary);
  const config = resolved(hasSameTables(networks, apart.store) ? 'embeddings' : 'none');
  const model = relaid(apart, createRunModel(config, { vocabulary }));
  const runId = `${name}-${hashOf(model, config, vocabulary)}`;
  const folder = runFolder(results, runId);
  assertNew(folder, runId);
  writeRun(folder, { runId, config, source, vocabulary, model, vocabularyFile: vocabularyFile(main) });
  return { folder, notes };
}

/** Of two networks that read the same text. */
function assertSameVocabulary(model: HubModel, vocabulary: Vocabulary): void {
  const path = join(model.folder, 'vocab.txt');
  if (!existsSync(path) || Vocabulary.load(path).hash === vocabulary.hash) return;
  const remedy = 'import the two apart';
  throw new DataError(explain(path, 'the same entries as the other network has', 'others', remedy));
}

function assertName(name: string): void {
  if (/^\w[\w.-]*$/.test(name)) return;
  throw new ConfigError(explain('--as', 'letters, digits, dots, - and _', name, 'choose another name'));
}

function assertNew(folder: string, runId: string): void {
  if (!existsSync(folder)) return;
  const remedy = `use ${folder}, or delete it`;
  throw new ConfigError(explain('--as', 'weights that were not imported before', runId, remedy));
}

function vocabularyFile({ folder }: HubModel): string {
  const path = join(folder, 'vocab.txt');
  if (existsSync(path)) return path;
  throw new DataError(explain(path, 'the vocabulary of the checkpoint', 'no file', 'download it as well'));
}

/** @returns what was left behind */
function fillFrom(
  networks: Record<string, HubModel>,
  store: ParameterStore,
  vocabulary: Vocabulary,
): string[] {
  // For a uniform generator that stands in for one that was not imported.
  const counts = Uint32Array.from(vocabulary.tokens, (_, id) => (vocabulary.specialIds.includes(id) ? 0 : 1));
  initialiseParameters(store, 0, counts);
  return Object.entries(networks).flatMap(([network, hub]) => {
    const leftBehind = readHubWeights(hub, (weight) => store.value(`${network}/${weight}`));
    return leftBehind.map(
      (name) => `${network}: ${name} is left behind, pre-training here has no use for it`,
    );
  });
}

/** Whether generator and discriminator have been trained with tables in common. */
function hasSameTables(
  { discriminator, generator }: Record<string, HubModel>,
  store: ParameterStore,
): boolean {
  if (!discriminator || !generator) return false;
  return embeddingTables.every((table) => {
    const [one, other] = ['discriminator', 'generator'].map((name) => store.value(`${name}/${table}`));
    return one!.every((value, i) => value === other![i]);
  });
}

/** The same weights where another plan has them. */
function relaid(from: RunModel, to: RunModel): RunModel {
  for (const plan of to.plans) {
    for (const { name } of plan.parameters)
      to.store.value(weightKey(plan, name)).set(from.store.value(`${plan.name}/${name}`));
  }
  return to;
}

function hashOf({ store }: RunModel, { model, generator, data }: RunConfig, { hash }: Vocabulary): string {
  const weights = sha256(bytesOf(store.values));
  // Lower case is what an import had before this counted, and keeps its name.
  const reading = data.lowercase ? [] : ['cased'];
  return sha256(JSON.stringify([model, generator, hash, weights, ...reading])).slice(0, 10);
}

interface NewRun {
  runId: string;
  config: RunConfig;
  source: string;
  vocabulary: Vocabulary;
  vocabularyFile: string;
  model: RunModel;
}

/** Whole or not at all. */
function writeRun(folder: string, run: NewRun): void {
  const { runId, config, vocabularyFile, model } = run;
  writeFolderAtomically(folder, (aside) => {
    copyFileSync(vocabularyFile, join(aside, 'vocab.txt'));
    const ownVocabulary = { ...config, data: { ...config.data, vocabularyFile: 'vocab.txt' } };
    writeFileAtomically(join(aside, 'config.yaml'), stringify(ownVocabulary, { lineWidth: 0 }));
    writeCsv(join(aside, 'curves.csv'), curveColumns, []);
    const costs = { step: importedStep, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
    const state = { ...costs, stage: { ...costs, index: 0 }, window: emptyWindow(importedStep + 1) };
    const { plans, store } = model;
    saveCheckpoint(checkpointsFolder(aside), { runId, state, curvesBytes: 0, plans, store });
    writeRecord(aside, { ...recordOf(run), files: describeFiles(aside) });
  });
}

/** The checkpoints in a folder by the network that each becomes; the one to fine-tune is first. */
function findNetworks(source: string): Record<string, HubModel> {
  const parts = ['discriminator', 'generator', 'bert'].filter((part) =>
    existsSync(join(source, part, 'config.json')),
  );
  const folders = parts.length > 0 ? parts.map((part) => join(source, part)) : [source];
  if (parts.length === 0 && !existsSync(join(source, 'config.json'))) {
    const remedy = 'name the folder of config.json, model.safetensors and vocab.txt';
    throw new ConfigError(explain(source, 'a Hugging Face checkpoint', 'no config.json', remedy));
  }
  const models = folders.map(readHubModel);
  const detector = models.find(({ architecture }) => architecture === 'ElectraForPreTraining');
  const predictors = models.filter((model) => model !== detector);
  if (predictors.length > 1) {
    throw new ConfigError(
      explain(source, 'one masked language model', `${predictors.length}`, 'name its folder'),
    );
  }
  const [predictor] = predictors;
  if (!detector) return { bert: predictor! };
  return { discriminator: detector, ...(predictor && { generator: predictor }) };
}

function assertSizes({ discriminator, ...others }: Record<string, HubModel>, vocabulary: Vocabulary): void {
  const [main] = [discriminator, ...Object.values(others)].filter((model) => model !== undefined);
  const { vocabulary: V } = main!.sizes;
  if (V !== vocabulary.size) {
    const where = join(main!.folder, 'vocab.txt');
    const rows = `${V - vocabulary.size} lines such as [unused-1], [unused-2], …`;
    const remedy =
      V > vocabulary.size
        ? `where the table is only padded, append ${rows} to it: rows that no text uses`
        : 'it is not the vocabulary of these weights; download it again';
    throw new DataError(explain(where, `${V} entries, as config.json says`, vocabulary.size, remedy));
  }
  const { generator } = others;
  if (!discriminator || !generator) return;
  const fraction = generator.sizes.hidden / discriminator.sizes.hidden;
  const expected = generatorSizes(discriminator.sizes, fraction);
  for (const key of ['vocabulary', 'layers', 'heads', 'feedForward', 'embedding', 'maxPositions'] as const) {
    if (generator.sizes[key] === expected[key]) continue;
    const where = `${join(generator.folder, 'config.json')}: ${key}`;
    const rule = `${expected[key]}, to go with the discriminator`;
    throw new DataError(explain(where, rule, generator.sizes[key], 'import the two apart'));
  }
}

function configOf(name: string, networks: Record<string, HubModel>, vocabulary: Vocabulary, sharing: string) {
  const [main] = Object.values(networks) as [HubModel];
  const { vocabulary: _, ...model } = main.sizes;
  const { generator } = networks;
  const size = generator ? generator.sizes.hidden / main.sizes.hidden : 1;
  return {
    ...{ name, regime: networks.bert ? 'bert' : 'joint' },
    data: {
      ...{ vocabularySize: vocabulary.size, vocabularyFile: 'vocab.txt' },
      ...tokenizerOf(main),
    },
    model,
    generator: { size, sharing, kind: generator || networks.bert ? 'network' : 'uniform' },
  };
}

function tokenizerOf({ folder, sizes: { maxPositions } }: HubModel) {
  const { do_lower_case: lowercase, model_max_length: length } = readHubTokenizer(folder);
  return { lowercase: lowercase ?? true, sequenceLength: Math.min(length ?? maxPositions, maxPositions) };
}

function recordOf({ runId, config, source, model, vocabulary }: NewRun): RunRecord {
  const now = new Date().toISOString();
  const { name, regime, seed } = config;
  return {
    ...{ runId, name, regime, seed, status: 'finished', engine: 'none', threads: 0 },
    ...{ importedFrom: basename(resolve(source)), vocabularyHash: vocabulary.hash },
    ...{ provenance: collectProvenance(), parameters: weightCounts(model.plans) },
    ...{ startedAt: now, finishedAt: now, metrics: {}, warnings: [], finetune: [], probe: [], pairs: [] },
    finetuneHash: finetuneHashOf(config),
  };
}
