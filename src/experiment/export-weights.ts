/** A run's networks as folders that Hugging Face `transformers` reads: weights, sizes, tokenizer, model card. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, unwritable, writeFileAtomically } from '../base/atomic-files.ts';
import { ConfigError, explain } from '../base/errors.ts';
import { writeTokenizerFiles } from '../data/tokenizer-files.ts';
import { hubConfig } from '../model/hub-config.ts';
import { architectureOf, hubWeights, obstacleOf, toHub } from '../model/hugging-face.ts';
import type { NetworkPlan } from '../model/network.ts';
import { writeSafetensors } from '../model/safetensors.ts';
import { weightOf } from '../optim/parameter-store.ts';
import { type ExportSource, modelCard } from './model-card.ts';

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
export function exportWeights(source: ExportSource, out: string): Exported {
  const networks = source.plans.filter(({ isContextFree }) => !isContextFree);
  networks.forEach(assertFits);
  assertUnused(out);
  const aside = `${out.replace(/[/\\]+$/, '')}.part`;
  try {
    rmSync(aside, { recursive: true, force: true });
    for (const plan of networks) writeNetwork(join(aside, plan.name), plan, source);
    rmSync(out, { recursive: true, force: true });
    renameSync(aside, out);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw unwritable(out, error);
  }
  return { folders: networks.map(({ name }) => join(out, name)), notes: notesOn(source.plans) };
}

function assertFits(plan: NetworkPlan): void {
  const obstacle = obstacleOf(plan);
  if (!obstacle) return;
  const { key, expected, got } = obstacle;
  throw new ConfigError(explain(`${plan.name}: ${key}`, expected, got, 'export it with --to onnx'));
}

/** A folder of the user's is never emptied. */
function assertUnused(out: string): void {
  const found = existsSync(out) ? readdirSync(out) : [];
  if (found.length === 0) return;
  throw new ConfigError(explain('--out', 'a new or empty folder', out, 'name another one, or delete it'));
}

function writeNetwork(folder: string, plan: NetworkPlan, source: ExportSource): void {
  const { store, vocabulary, config } = source;
  const architecture = architectureOf(plan);
  makeFolder(folder);
  const weights = hubWeights(architecture, plan.sizes);
  const tensors = weights.map((weight) => toHub(weight, weightOf(store, plan, weight.ours)));
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  const sizes = hubConfig(architecture, plan.sizes, vocabulary.padId);
  writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  const className = architecture === 'BertForMaskedLM' ? 'BertTokenizer' : 'ElectraTokenizer';
  const { lowercase, sequenceLength: maxLength } = config.data;
  writeTokenizerFiles(folder, vocabulary, { lowercase, maxLength, className });
  writeFileAtomically(join(folder, 'README.md'), modelCard(plan, source));
}

function notesOn(plans: readonly NetworkPlan[]): string[] {
  return plans.flatMap((plan) => {
    if (plan.isContextFree)
      return [`${plan.name}: left out, it is a table of frequencies without an encoder`];
    if (plan.name === 'bert' && architectureOf(plan) === 'ElectraForMaskedLM') {
      return [`${plan.name}: written as ElectraForMaskedLM, as BertForMaskedLM has no narrower embeddings`];
    }
    return [];
  });
}
