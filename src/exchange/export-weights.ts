/** A run's networks as folders that other programs read: weights, sizes, tokenizer, model card. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeFileAtomically, writeFolderAtomically } from '../base/atomic-files.ts';
import { ConfigError, explain } from '../base/errors.ts';
import { unwritable } from '../base/system-errors.ts';
import { standaloneModel } from '../engine/onnx/onnx-engine.ts';
import type { NetworkPlan } from '../model/network.ts';
import { inferenceProgram, outsideNames } from '../model/network-programs.ts';
import { writeSafetensors } from '../model/safetensors.ts';
import { weightMemory, weightOf } from '../optim/parameter-store.ts';
import { hubConfig } from './hub-config.ts';
import { architectureOf, hubWeights, obstacleOf, toHub } from './hugging-face.ts';
import { type ExportSource, modelCard } from './model-card.ts';
import { writeTokenizerFiles } from './tokenizer-files.ts';

export const exportFormats = ['hf', 'onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface Exported {
  /** One a network, named after it. */
  folders: string[];
  /** What was left out or written otherwise than its name says, a sentence each. */
  notes: string[];
}

/**
 * Writes `<out>/<network>` for each network, whole or not at all.
 *
 * @throws {ConfigError} if a network has something that the format cannot hold exactly, or the folder is in use
 */
export function exportWeights(source: ExportSource, format: ExportFormat, out: string): Exported {
  const networks = source.plans.filter(({ isContextFree }) => !isContextFree);
  if (format === 'hf') networks.forEach(assertFits);
  writeFolder(out, (folder) => {
    for (const plan of networks) writeNetwork(join(folder, plan.name), plan, format, source);
  });
  return { folders: networks.map(({ name }) => join(out, name)), notes: notesOn(source.plans, format) };
}

/**
 * Writes a new folder aside and renames it.
 *
 * @throws {ConfigError} if there is something in it
 * @throws {DataError} if it cannot be written
 */
export function writeFolder(out: string, write: (folder: string) => void): void {
  assertUnused(out);
  writeFolderAtomically(out, write);
}

function assertFits(plan: NetworkPlan): void {
  const obstacle = obstacleOf(plan);
  if (!obstacle) return;
  const { key, expected, got } = obstacle;
  const remedy = 'export it with --to onnx, which holds every network';
  throw new ConfigError(explain(`${plan.name}: ${key}`, expected, got, remedy));
}

/** A folder of the user's is never emptied. */
function assertUnused(out: string): void {
  if (!existsSync(out)) return;
  if (!isEmptyFolder(out))
    throw new ConfigError(explain('--out', 'a new or empty folder', out, 'name another one, or delete it'));
  if (realpathSync(out) !== process.cwd()) return;
  // It would be replaced, and the user's shell be left in a folder that is no more.
  throw new ConfigError(explain('--out', 'another folder than the current one', out, 'name a new one in it'));
}

function isEmptyFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory() && readdirSync(path).length === 0;
  } catch (error) {
    throw unwritable(path, error);
  }
}

function writeNetwork(folder: string, plan: NetworkPlan, format: ExportFormat, source: ExportSource): void {
  makeFolder(folder);
  if (format === 'hf') writeHubWeights(folder, plan, source);
  else writeOnnx(folder, plan, source);
  const { lowercase, sequenceLength: maxLength } = source.config.data;
  const className = architectureOf(plan) === 'BertForMaskedLM' ? 'BertTokenizer' : 'ElectraTokenizer';
  writeTokenizerFiles(folder, source.vocabulary, { lowercase, maxLength, className });
  writeFileAtomically(join(folder, 'README.md'), modelCard(plan, format, source));
}

function writeHubWeights(folder: string, plan: NetworkPlan, { store, vocabulary }: ExportSource): void {
  const architecture = architectureOf(plan);
  const weights = hubWeights(architecture, plan.sizes);
  const tensors = weights.map((weight) => toHub(weight, weightOf(store, plan, weight.ours)));
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  const sizes = hubConfig(architecture, plan.sizes, vocabulary.padId);
  writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(sizes, null, 2)}\n`);
}

/** Texts are of the length that the run was trained on. */
function writeOnnx(folder: string, { name }: NetworkPlan, source: ExportSource): void {
  const { plans, store, config, batch = 1 } = source;
  const program = inferenceProgram(plans, name, batch, config.data.sequenceLength);
  const weights = weightMemory(store);
  writeFileAtomically(join(folder, 'model.onnx'), standaloneModel(program, weights, outsideNames));
}

function notesOn(plans: readonly NetworkPlan[], format: ExportFormat): string[] {
  return plans.flatMap((plan) => {
    if (plan.isContextFree)
      return [`${plan.name}: left out, it is a table of frequencies without an encoder`];
    if (format === 'hf' && plan.name === 'bert' && architectureOf(plan) === 'ElectraForMaskedLM') {
      return [`${plan.name}: written as ElectraForMaskedLM, as BertForMaskedLM has no narrower embeddings`];
    }
    return [];
  });
}
