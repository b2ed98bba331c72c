/** A fine-tuned model as a folder that other programs read: an ONNX model, its labels, its tokenizer, what it is. */
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { cellFileName } from '../downstream/finetune/answers-file.ts';
import { classifierProgram } from '../downstream/finetune/classifier-programs.ts';
import { type Classifier, type KeptTask, readClassifier } from '../downstream/finetune/kept-classifier.ts';
import { standaloneModel } from '../engine/onnx/standalone-model.ts';
import type { Program } from '../engine/program.ts';
import { tf } from '../engine/tensors.ts';
import type { Reading } from '../model/classifier.ts';
import { outsideNames } from '../model/inference-program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { writeFolder } from './export-weights.ts';
import { writeTokenizerFiles } from './tokenizer-files.ts';

export interface ClassifierSource {
  config: RunConfig;
  record: RunRecord;
  /** The network that was fine-tuned. */
  pretrained: NetworkPlan;
  vocabulary: Vocabulary;
  /** Texts, or pairs, that the model reads at once; 1 if it does not say. */
  batch?: number | undefined;
}

/**
 * Writes the model of one task, whole or not at all.
 *
 * @param path the folder of a kept model
 * @throws {ConfigError} if the folder is in use
 * @throws {DataError} if a kept file is broken
 */
export function exportClassifier(path: string, source: ClassifierSource, out: string): void {
  const { config, vocabulary, batch = 1 } = source;
  const { kept, ...classifier } = readClassifier(path, source.pretrained);
  writeFolder(out, (folder) => {
    writeFileAtomically(join(folder, 'model.onnx'), modelOf(classifier, kept, batch));
    writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(labelsOf(kept), null, 2)}\n`);
    const { lowercase } = config.data;
    const tokenizer = { lowercase, maxLength: kept.maxLength, className: 'ElectraTokenizer' };
    writeTokenizerFiles(folder, vocabulary, tokenizer);
    writeFileAtomically(join(folder, 'README.md'), cardOf(path, kept, source));
  });
}

function modelOf({ store, ...model }: Classifier, { range, maxLength }: KeptTask, batch: number): Uint8Array {
  const program = classifierProgram(model, batch, maxLength);
  const weights = weightMemory(store);
  const names = { ...outsideNames, wordMask: 'word_mask' };
  return standaloneModel(range ? inRange(program, range) : program, weights, names);
}

/** The head of a regression was trained on [0, 1]. */
function inRange(program: Program, [low, high]: readonly [number, number]): Program {
  return {
    ...program,
    compute(inputs, noise) {
      const { logits } = program.compute(inputs, noise);
      return { logits: tf.add(tf.mul(logits!, high - low), low) };
    },
  };
}

/** As `transformers` names them. */
function labelsOf({ labels }: KeptTask) {
  if (labels.length === 0) return { problem_type: 'regression', num_labels: 1 };
  return {
    problem_type: 'single_label_classification',
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** What a user has to know of how the head reads. */
const readings: Readonly<Record<Reading, string>> = {
  'first-token': 'It reads the state of [CLS].',
  mean: 'It reads the mean of all tokens, [CLS] and [SEP] with them.',
  'pair-means': 'It needs pairs: it reads the mean of either text, their distance and their product.',
  word: 'It reads the mean of one word: `word_mask` (int64, the same shape) is 1 at the pieces of that word, at least one in each text, and 0 elsewhere.',
};

function cardOf(
  path: string,
  { task, labels, range, maxLength, reading = 'first-token' }: KeptTask,
  { record, batch = 1 }: ClassifierSource,
): string {
  const [low, high] = range ?? [];
  const meaning =
    labels.length > 0
      ? `\`logits\` [${batch}, ${labels.length}] are those of ${labels.join(', ')}, in this order (\`id2label\` in config.json)`
      : `\`logits\` [${batch}, 1] is a number between about ${low} and ${high}`;
  const scores = record.finetune.filter((row) => row.task === task && basename(path) === cellFileName(row));
  const lines = scores.map(
    ({ part, metric, score }) => `- ${part}, ${metric}: ${score?.toFixed(4) ?? 'undefined'}`,
  );
  return [
    `# ${record.name}: ${task}`,
    `The encoder of run \`${record.runId}\` (regime \`${record.regime}\`), fine-tuned on \`${task}\`.`,
    `\`model.onnx\` reads ${batch === 1 ? 'one text, or one pair,' : `${batch} texts, or pairs,`} of ${maxLength} tokens: \`input_ids\`, \`token_type_ids\`, \`attention_mask\` (int64, [${batch}, ${maxLength}]; cut longer texts, pad shorter ones, and mask the padding with 0). ${readings[reading]} ${meaning}.`,
    'It needs ONNX Runtime, some of whose own operators (`com.microsoft`) it uses.',
    `## Scores on dev\n\n${lines.join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}
