/**
 * Hugging Face checkpoints as a run: something to fine-tune, to take a generator from, or to train on.
 *
 * What training it before has cost, and on what text, is not known here; the record leaves it empty.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { ConfigError, DataError, explain } from '../base/errors.ts';
import { readJsonFile } from '../base/json-file.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { Vocabulary } from '../data/vocabulary.ts';
import { type HubModel, readHubModel, readHubWeights } from '../model/hub-import.ts';
import { ownedParameters } from '../model/network.ts';
import { parameterCount } from '../model/parameters.ts';
import { generatorSizes } from '../model/sizes.ts';
import { createMoments } from '../optim/adamw.ts';
import { initialiseParameters } from '../optim/parameter-store.ts';
import { saveCheckpoint } from '../training/checkpoint.ts';
import { emptyWindow } from '../training/loss-window.ts';
import { collectProvenance } from './provenance.ts';
import { createRunModel } from './run.ts';
import { checkpointsFolder, type RunRecord, runFolder, writeRecord } from './run-folder.ts';

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

/** An import counts as one step, so that it is not taken for untrained. */
const importedStep = 1;

/**
 * Writes `<results>/runs/<name>` with the imported weights as its only checkpoint.
 *
 * @returns the run's folder
 * @throws {ConfigError} if there is such a run, or no checkpoint in the folder
 * @throws {DataError} naming the key or the weight that does not fit
 */
export function importWeights({ source, name, results, resolve }: ImportOptions): string {
  const folder = runFolder(results, name);
  assertNew(folder, name);
  const networks = findNetworks(source);
  const [main] = Object.values(networks) as [HubModel];
  const vocabularyFile = join(main.folder, 'vocab.txt');
  const vocabulary = Vocabulary.load(vocabularyFile);
  assertSizes(networks, vocabulary);
  const mapping = configOf(name, networks, vocabulary);
  const config = resolve(mapping, main.folder);
  const model = createRunModel(config, { vocabulary });
  const { plans, store } = model;
  const counts = Uint32Array.from(vocabulary.tokens, (_, id) => (vocabulary.specialIds.includes(id) ? 0 : 1));
  initialiseParameters(store, config.seed, counts);
  for (const [network, hub] of Object.entries(networks))
    readHubWeights(hub, (weight) => store.value(`${network}/${weight}`));

  mkdirSync(folder, { recursive: true });
  copyFileSync(vocabularyFile, join(folder, 'vocab.txt'));
  const ownVocabulary = { ...config, data: { ...config.data, vocabularyFile: 'vocab.txt' } };
  writeFileAtomically(join(folder, 'config.yaml'), stringify(ownVocabulary, { lineWidth: 0 }));
  const costs = { step: importedStep, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
  const state = { ...costs, stage: { ...costs, index: 0 }, window: emptyWindow(importedStep + 1) };
  const moments = createMoments(store.values.length);
  saveCheckpoint(checkpointsFolder(folder), { runId: name, state, curvesBytes: 0, plans, store, moments });
  writeRecord(folder, recordOf(source, config, model, vocabulary));
  return folder;
}

function assertNew(folder: string, name: string): void {
  if (!/^\w[\w.-]*$/.test(name)) {
    throw new ConfigError(explain('--as', 'letters, digits, dots and dashes', name, 'choose another name'));
  }
  if (!existsSync(folder)) return;
  throw new ConfigError(
    explain('--as', 'a name that no run has', name, `delete ${folder}, or choose another`),
  );
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
    throw new DataError(explain(where, `${V} entries, as config.json says`, vocabulary.size));
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

function configOf(name: string, networks: Record<string, HubModel>, vocabulary: Vocabulary) {
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
    generator: { size, sharing: 'none', kind: generator || networks.bert ? 'network' : 'uniform' },
  };
}

function tokenizerOf({ folder, sizes: { maxPositions } }: HubModel) {
  const path = join(folder, 'tokenizer_config.json');
  const found = existsSync(path)
    ? readJsonFile(path, 'the configuration of a tokenizer', 'download it again')
    : {};
  const { do_lower_case: lowercase = true, model_max_length: length = maxPositions } = found as {
    do_lower_case?: boolean;
    model_max_length?: number;
  };
  return { lowercase, sequenceLength: Math.min(length, maxPositions) };
}

function recordOf(
  source: string,
  config: RunConfig,
  { plans }: ReturnType<typeof createRunModel>,
  vocabulary: Vocabulary,
): RunRecord {
  const now = new Date().toISOString();
  return {
    ...{
      runId: config.name,
      name: config.name,
      regime: config.regime,
      seed: config.seed,
      status: 'finished',
    },
    ...{ engine: 'none', threads: 0, importedFrom: basename(resolve(source)) },
    vocabularyHash: vocabulary.hash,
    provenance: collectProvenance(),
    parameters: Object.fromEntries(plans.map((plan) => [plan.name, parameterCount(ownedParameters(plan))])),
    ...{ startedAt: now, finishedAt: now, metrics: {}, warnings: [], finetune: [] },
    finetuneHash: finetuneHashOf(config),
  };
}
