/**
 * Fine-tuned models that are kept on request, for exporting them; scores need none.
 *
 * One folder per checkpoint, task, settings and fine-tuning seed, `<run>/classifiers/<task>/step-<n>-<settings>-seed-<k>`:
 * `weights.safetensors`, encoder and head, and `task.json`, what the head's outputs mean.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import { ConfigError, DataError, explain } from '../../base/errors.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { shellWord } from '../../base/shell-word.ts';
import { classifierPlan, type Reading } from '../../model/classifier.ts';
import type { NetworkPlan } from '../../model/network.ts';
import { readSafetensors, writeSafetensors } from '../../model/safetensors.ts';
import { createParameterStore, type ParameterStore } from '../../optim/parameter-store.ts';
import type { Task } from '../tasks/task.ts';
import { type CellName, cellFileName } from './answers-file.ts';

/** A fine-tuned encoder and its head. */
export interface Classifier {
  plan: NetworkPlan;
  /** What of the encoder the head reads. */
  reading: Reading;
  store: ParameterStore;
  /** Longer sequences were cut to this. */
  maxLength: number;
}

/** What the outputs mean. */
export interface KeptTask {
  task: string;
  /** Class names in the order of the logits; empty where the one logit is a number. */
  labels: readonly string[];
  /** What 0 and 1 of that logit are. */
  range?: readonly [number, number];
  maxLength: number;
  /** Absent in files from before there was a choice: `first-token`. */
  reading?: Reading;
}

const [weightsName, taskName] = ['weights.safetensors', 'task.json'];

/** Replaces what an earlier training of the same cell has left. */
export function keepClassifier(
  folder: string,
  cell: CellName,
  { labels, range }: Task,
  { plan, store, maxLength, reading }: Classifier,
): void {
  const path = join(folder, 'classifiers', cell.task, cellFileName(cell));
  const tensors = plan.parameters.map(({ name, shape }) => {
    return { name, shape, values: store.value(`${plan.name}/${name}`) };
  });
  writeSafetensors(join(path, weightsName), tensors);
  const kept: KeptTask = { task: cell.task, labels, ...(range && { range }), maxLength, reading };
  writeFileAtomically(join(path, taskName), `${JSON.stringify(kept, null, 2)}\n`);
}

export function hasClassifier(folder: string, cell: CellName): boolean {
  return existsSync(join(folder, 'classifiers', cell.task, cellFileName(cell), taskName));
}

/**
 * The folder of a kept model.
 *
 * @param folder the run's
 * @param step of the checkpoint that was fine-tuned
 * @param wanted a task, or `<task>/<name of a folder>` where several are kept
 * @throws {ConfigError} if there is none, or more than one
 */
export function findClassifier(folder: string, step: number, wanted: string): string {
  const [task, named] = wanted.split('/') as [string, string?];
  const path = join(folder, 'classifiers', task);
  const found = existsSync(path) ? readdirSync(path).filter((name) => name.startsWith(`step-${step}-`)) : [];
  const chosen = named === undefined ? found : found.filter((name) => name === named);
  if (chosen.length === 1) return join(path, chosen[0]!);
  if (found.length === 0) {
    const remedy = `keep one: electra-lab finetune ${shellWord(folder)} --tasks ${task} --keep-weights`;
    throw new ConfigError(explain('--task', `a fine-tuned model of step ${step}`, 'none', remedy));
  }
  const names = found.map((name) => `${task}/${name}`).join(', ');
  throw new ConfigError(explain('--task', `one of ${names}`, wanted, 'name one of them in full'));
}

/**
 * @param pretrained the run's network that was fine-tuned
 * @throws {DataError} if a file is broken, or of a network of other sizes
 */
export function readClassifier(path: string, pretrained: NetworkPlan): Classifier & { kept: KeptTask } {
  const remedy = 'fine-tune it again with --keep-weights';
  const kept = readJsonFile(join(path, taskName), 'a fine-tuned task', remedy) as KeptTask;
  const { labels, reading = 'first-token' } = kept;
  const plan = classifierPlan(pretrained, Math.max(1, labels.length), reading);
  const store = createParameterStore([plan]);
  const tensors = readSafetensors(join(path, weightsName));
  for (const { name, shape } of plan.parameters) {
    const tensor = tensors.get(name);
    if (String(tensor?.shape) !== String(shape)) {
      const got = tensor ? `[${tensor.shape}]` : 'none';
      throw new DataError(explain(`${path}: ${name}`, `a weight [${shape}]`, got, remedy));
    }
    store.value(`${plan.name}/${name}`).set(tensor!.values);
  }
  return { plan, store, maxLength: kept.maxLength, reading, kept };
}
