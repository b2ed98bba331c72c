/** A fine-tuned model as a folder that other programs read: an ONNX model, its labels, its tokenizer, what it is. */
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import type { RunConfig } from '../config/schema.ts';
import { writeTokenizerFiles } from '../data/tokenizer-files.ts';
import type { Vocabulary } from '../data/vocabulary.ts';
import { standaloneModel } from '../engine/onnx/standalone-model.ts';
import type { Program } from '../engine/program.ts';
import { tf } from '../engine/tensors.ts';
import { cellFileName } from '../finetune/answers-file.ts';
import { classifierProgram } from '../finetune/classifier-programs.ts';
import { type Classifier, type KeptTask, readClassifier } from '../finetune/kept-classifier.ts';
import { outsideNames } from '../model/inference-program.ts';
import type { NetworkPlan } from '../model/network.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import { writeFolder } from './export-weights.ts';
import type { RunRecord } from './run-folder.ts';

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
  return standaloneModel(range ? inRange(program, range) : program, weights, outsideNames);
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

function cardOf(
  path: string,
  { task, labels, range, maxLength }: KeptTask,
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
    `\`model.onnx\` reads ${batch === 1 ? 'one text, or one pair,' : `${batch} texts, or pairs,`} of ${maxLength} tokens: \`input_ids\`, \`token_type_ids\`, \`attention_mask\` (int64, [${batch}, ${maxLength}]; cut longer texts, pad shorter ones, and mask the padding with 0). ${meaning}.`,
    'It needs ONNX Runtime, some of whose own operators (`com.microsoft`) it uses.',
    `## Scores on dev\n\n${lines.join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}
