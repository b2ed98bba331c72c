/** The README of an exported network: what it is, how it was trained, what was measured, what was not tried. */

import { markdownTable, markdownText } from '../base/markdown.ts';
import { percent } from '../base/percent.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { heldOutNames } from '../metrics/measurements.ts';
import type { NetworkPlan } from '../model/network.ts';
import type { ParameterStore } from '../optim/parameter-store.ts';
import { regimeNamed } from '../regimes/registry.ts';
import { measureNamed, show } from '../report/metric-display.ts';
import type { CheckpointState } from '../results/finetune-cells.ts';
import { finalRows, firstMetrics, summariseTasks, type TaskSummary } from '../results/finetuned-scores.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { architectureOf } from './hugging-face.ts';

/** A run's networks at one checkpoint, and what is known of them. */
export interface ExportSource {
  config: RunConfig;
  record: RunRecord;
  checkpoint: CheckpointState;
  plans: readonly NetworkPlan[];
  store: ParameterStore;
  vocabulary: Vocabulary;
  /** Texts that an ONNX model reads at once; 1 if it does not say. */
  batch?: number | undefined;
}

/** @returns Markdown with the front matter that the Hub reads */
export function modelCard(plan: NetworkPlan, format: 'hf' | 'onnx', source: ExportSource): string {
  const { record, checkpoint } = source;
  const isLast = record.progress?.step === checkpoint.step;
  const sections = [
    `---\n${format === 'hf' ? 'library_name: transformers\n' : ''}tags: [electra, pre-training]\n---`,
    `# ${markdownText(`${record.name}: ${plan.name}`)}`,
    introduction(plan, source),
    `## Training\n\n${markdownTable(['', ''], trainingRows(source))}`,
    ...(isLast ? measured(record) : ['Nothing was measured at this step of the run.']),
    `## Use\n\n${format === 'hf' ? hubUsage(plan) : onnxUsage(plan, source)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function introduction(plan: NetworkPlan, { record, config }: ExportSource): string {
  const { summary } = regimeNamed(record.regime);
  const { sequenceLength } = config.data;
  const { maxPositions } = plan.sizes;
  const untrained = `Its positions were trained up to ${sequenceLength}; the table has ${maxPositions}.`;
  const warnings = record.status === 'failed-to-learn' ? [record.reason ?? ''] : record.warnings;
  return [
    `The ${plan.name} of a run of regime \`${record.regime}\`: ${markdownText(summary)}.`,
    ...(record.status === 'finished' ? [] : [`**The run's status is ${record.status}.**`]),
    ...warnings.map((warning) => `Warning: ${markdownText(warning)}.`),
    ...(sequenceLength < maxPositions ? [untrained] : []),
  ].join('\n\n');
}

function trainingRows({ record, config, checkpoint, vocabulary }: ExportSource): string[][] {
  if (record.importedFrom !== undefined) return [['imported from', record.importedFrom]];
  const { data } = config;
  const { gitCommit = 'unknown', gitIsDirty, machine } = record.provenance;
  const texts = [...data.corpora, ...(data.folder === undefined ? [] : ['a folder of texts'])];
  const isLast = record.progress?.step === checkpoint.step;
  return [
    ['run', record.runId],
    ['seed', String(record.seed)],
    ...(record.startedFrom === undefined ? [] : [['began with the weights of', record.startedFrom]]),
    ['text', `${texts.join(', ')} (hash ${record.dataHash?.slice(0, 12)})`],
    ['vocabulary', `${vocabulary.size} entries (hash ${vocabulary.hash.slice(0, 12)})`],
    ['sequence length', String(data.sequenceLength)],
    ['steps', String(checkpoint.step)],
    ...(isLast ? [['tokens', String(record.progress!.tokens)]] : []),
    ...[
      ['train_flops', checkpoint.flops] as const,
      ['official_flops', checkpoint.officialFlops] as const,
    ].map(([name, value]) => [measureNamed(name).label, show(measureNamed(name), value)]),
    ['weights', weightsOf(record)],
    ['code', `electra-lab ${gitCommit}${gitIsDirty ? ', changed' : ''}`],
    ['engine and machine', `${record.engine}; ${machine.cpu}`],
  ];
}

function weightsOf({ parameters }: RunRecord): string {
  return Object.entries(parameters)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The run's last evaluation, of all its networks, and its scores after fine-tuning. */
function measured(record: RunRecord): string[] {
  const names = heldOutNames.filter((name) => record.metrics[name] !== undefined);
  const rows = names.map((name) => [
    measureNamed(name).label,
    show(measureNamed(name), record.metrics[name]),
  ]);
  const scores = firstMetrics(summariseTasks(finalRows([record])));
  return [
    `## Held-out text\n\n${markdownTable(['metric of the run', 'value'], rows)}`,
    ...(scores.length > 0 ? [`## Fine-tuned\n\n${scoreTable(scores)}`] : []),
  ];
}

function scoreTable(scores: readonly TaskSummary[]): string {
  const rows = scores.map((row) => [
    ...[row.task, row.metric, String(row.seeds), percent(row.median)],
    ...[percent(row.majorityScore), percent(row.bagOfWordsScore)],
  ]);
  const header = ['task', 'metric', 'fine-tuning seeds', 'median', 'commonest label', 'bag of words'];
  return markdownTable(header, rows);
}

function hubUsage(plan: NetworkPlan): string {
  const architecture = architectureOf(plan);
  const code = [
    `from transformers import AutoTokenizer, ${architecture}`,
    `model = ${architecture}.from_pretrained(".")`,
    'tokenizer = AutoTokenizer.from_pretrained(".")',
  ];
  const untried =
    'Names and shapes are those of `transformers`, and tests compare the logits of such files with a forward pass in PyTorch; the library itself has not been tried.';
  return `\`\`\`python\n${code.join('\n')}\n\`\`\`\n\n${untried}`;
}

function onnxUsage({ parameters }: NetworkPlan, { config, batch = 1 }: ExportSource): string {
  const { sequenceLength } = config.data;
  const isDetector = parameters.some(({ name }) => name === 'rtd.output.weights');
  const logits = isDetector ? 'that each token was replaced' : 'of every vocabulary entry at each position';
  return [
    `\`model.onnx\` reads ${batch === 1 ? 'one text' : `${batch} texts`} of ${sequenceLength} tokens: \`input_ids\`, \`token_type_ids\`, \`attention_mask\` (int64, [${batch}, ${sequenceLength}]; pad shorter texts, and mask the padding with 0). \`logits\` are those ${logits}.`,
    'It needs ONNX Runtime, some of whose own operators (`com.microsoft`) it uses.',
  ].join('\n\n');
}
