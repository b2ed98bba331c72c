/**
 * The sections of a run's configuration: every key, its rule, its default and the default's source.
 *
 * Defaults are the paper's ELECTRA-Small (Table 6) unless a source says otherwise. The paper's symbols map
 * here and nowhere else: λ → `objective.discriminatorWeight`, m → `objective.maskFraction`.
 */
import { z } from 'zod';

export const maskingStyles = ['regime', 'all-mask', 'bert-80-10-10', 'reference-85-15'] as const;
const positionStyles = ['absolute', 'relative-bias'] as const;
const outputBiases = ['zeros', 'unigram'] as const;
const generatorKinds = ['network', 'unigram', 'uniform'] as const;
const weightSchedules = ['constant', 'delayed', 'annealed'] as const;
export const sharingModes = ['none', 'embeddings', 'all', 'disentangled'] as const;

const defaultCorpora = ['gutenberg', 'sotu', 'brown'];

const fraction = z.number().gt(0).lt(1);
const fractionOrZero = z.number().min(0).lt(1);
const count = z.int().min(1);

export const model = z.strictObject({
  layers: count.default(12).describe('Transformer layers (Table 6)'),
  hidden: count.default(256).describe('hidden size D (Table 6)'),
  heads: count.default(4).describe('attention heads H; must divide hidden (Table 6)'),
  feedForward: count.default(1024).describe('inner size of the feed-forward block (Table 6)'),
  embedding: count.default(128).describe('embedding size E, projected to hidden where they differ (Table 6)'),
  positions: z
    .enum(positionStyles)
    .default('absolute')
    .describe(
      'absolute: the paper; relative-bias: a learned bias per head and distance (ours, for tiny models)',
    ),
  maxPositions: count.default(512).describe('longest sequence that absolute positions can hold'),
  relativeDistance: count.default(16).describe('relative-bias: distances are clipped to ± this many tokens'),
  relativeScale: z
    .number()
    .gt(0)
    .default(10)
    .describe('relative-bias: the table is multiplied by this, which raises its effective learning rate'),
  relativeStart: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'relative-bias: each head begins with this bias towards a neighbour of its own (-1, +1, -2, …)',
    ),
  outputBias: z
    .enum(outputBiases)
    .default('zeros')
    .describe('start of the masked-LM bias; unigram: log frequency in the training text (ours)'),
  dropout: fractionOrZero.default(0.1).describe('after embeddings, attention and feed-forward (Table 6)'),
  attentionDropout: fractionOrZero.default(0.1).describe('on attention probabilities (Table 6)'),
  initialStd: z
    .number()
    .gt(0)
    .default(0.02)
    .describe('truncated normal (google-research/electra, model/modeling.py)'),
});

export const generator = z.strictObject({
  kind: z
    .enum(generatorKinds)
    .default('network')
    .describe(
      'network: a masked language model; unigram: corpus frequencies, not trained (Figure 3); uniform: every token that occurs alike (google-research/electra, uniform_generator)',
    ),
  size: z
    .number()
    .gt(0)
    .max(1)
    .default(0.25)
    .describe('width, heads and feed-forward as a fraction of the discriminator (Table 6: 1/4 for Small)'),
  sharing: z
    .enum(sharingModes)
    .default('embeddings')
    .describe(
      'embeddings: token, position and segment tables belong to both networks (§3.2); all: the whole encoder, needs size 1 (§3.2); disentangled: the discriminator reads the generator’s tables plus an offset of its own (DeBERTaV3); two-stage and frozen-annealed share nothing',
    ),
  initialiseDiscriminator: z
    .boolean()
    .default(true)
    .describe('two-stage: the discriminator begins as a copy of the generator; needs size 1 (§3.2)'),
  checkpoint: z
    .string()
    .min(1)
    .optional()
    .describe('frozen-annealed: the folder of the finished run whose masked language model is the generator'),
});

export const data = z.strictObject({
  corpora: z
    .array(z.string())
    .default(defaultCorpora)
    .describe('texts to train on, by name; see `electra-lab data list`'),
  folder: z.string().min(1).optional().describe('a folder of .txt files, read besides the corpora'),
  vocabularySize: z.int().min(64).default(8192).describe('entries of the WordPiece vocabulary to train'),
  vocabularyFile: z
    .string()
    .min(1)
    .optional()
    .describe("a vocab.txt in BERT's format, instead of training one"),
  lowercase: z.boolean().default(true).describe('as google-research/electra --do-lower-case'),
  sequenceLength: z.int().min(8).default(128).describe('tokens of one example, L (Table 6)'),
  heldOutFraction: fraction.default(0.02).describe('documents kept out of training for evaluation'),
});

export const objective = z.strictObject({
  maskFraction: fraction.default(0.15).describe('share of tokens that are masked (Table 6)'),
  maskingStyle: z
    .enum(maskingStyles)
    .default('regime')
    .describe("what a masked position shows; regime: the regime's own (ELECTRA all-mask, BERT 80/10/10)"),
  maskWithReplacement: z
    .boolean()
    .default(false)
    .describe('fidelity switch: draw positions with replacement, as the reference code (fewer get masked)'),
  discriminatorWeight: z
    .number()
    .min(0)
    .default(50)
    .describe('λ, weight of the discriminator loss (§3.2); a mean over the positions that the regime counts'),
  discriminatorSchedule: z
    .enum(weightSchedules)
    .default('constant')
    .describe(
      'how λ gets to its value; delayed: 0 until discriminatorDelay is over; annealed: rises linearly until then (ours)',
    ),
  discriminatorDelay: fraction
    .default(0.25)
    .describe('share of the stage after which a delayed or annealed λ has its value (ours)'),
  temperature: z
    .number()
    .gt(0)
    .default(1)
    .describe('the generator’s logits are divided by it before sampling (google-research/electra)'),
  startTemperature: z
    .number()
    .gt(0)
    .default(2)
    .describe('frozen-annealed: temperature at the start, from which it falls (Fast-ELECTRA; value ours)'),
  disallowCorrect: z
    .boolean()
    .default(false)
    .describe('never sample the original token (google-research/electra, disallow_correct)'),
  policyMovesShared: z
    .boolean()
    .default(true)
    .describe(
      'adversarial regimes: the generator’s reward moves the tables that it shares, as its MLM loss does in joint (ours); false: the discriminator’s loss alone moves them',
    ),
  centreAdvantages: z
    .boolean()
    .default(false)
    .describe('adversarial: subtract the batch’s mean from the advantages, baseline or not (ours)'),
});

export { pairs } from './pairs-section.ts';
export { probe } from './probe-section.ts';
export { optimiser, training } from './training-sections.ts';

export const evaluation = z.strictObject({
  // Token frequencies are fitted on one half and scored on the other.
  examples: z.int().min(2).default(1024).describe('held-out examples, the same for every arm'),
  batchSize: count.default(32).describe('examples at once'),
});

export const finetune = z.strictObject({
  tasks: z
    .array(z.string())
    .default([])
    .describe(
      'downstream tasks after pre-training: names, glue, offline, or YAML files of tasks of your own',
    ),
  seeds: count.max(1000).default(1).describe('fine-tuning runs from the one checkpoint'),
  at: z
    .array(z.number().gt(0).lt(1))
    .default([])
    .describe(
      'fractions of pre-training at which a checkpoint is kept and, if the encoder has begun to train, fine-tuned as well',
    ),
  glueDir: z
    .string()
    .min(1)
    .optional()
    .describe('folder of GLUE in its official layout (CoLA/train.tsv, …); not counted in any hash'),
  untrained: z
    .boolean()
    .default(false)
    .describe('score the encoder with its initial weights as well: rows of step 0, the control'),
  read: z
    .enum(['first-token', 'mean'])
    .default('first-token')
    .describe(
      'what the head reads of a text: [CLS], as the paper, or the mean of its tokens, [CLS] and [SEP] with them; of a pair both means u and v as [u, v, |u − v|, u · v]. A task about one word is always read at that word',
    ),
  headFirst: z
    .boolean()
    .default(false)
    .describe(
      'fit the head on the frozen encoder before everything trains, so that training begins at what is there (Kumar et al. 2022, LP-FT); the paper begins with a random head',
    ),
  learningRate: z.number().gt(0).default(3e-4).describe('Table 7, Small'),
  layerDecay: z
    .number()
    .gt(0)
    .max(1)
    .default(0.8)
    .describe('learning rate × this per layer downwards (Table 7)'),
  decayCountsPooler: z
    .boolean()
    .default(false)
    .describe(
      'fidelity switch: one factor of layerDecay more below the head, for a pooler that is not there (google-research/electra, model/optimization.py; its issue 51)',
    ),
  warmupFraction: fractionOrZero.default(0.1).describe('Table 7'),
  weightDecay: z.number().min(0).default(0).describe('Table 7; the reference code has 0.01'),
  batchSize: count.default(32).describe('Table 7'),
  epochs: count.default(3).describe('Table 7'),
  taskEpochs: z
    .boolean()
    .default(true)
    .describe('a task with epochs of its own keeps them, whatever epochs says (Table 7: 10 for RTE and STS)'),
  doubleUnordered: z
    .boolean()
    .default(false)
    .describe(
      'fidelity switch: train MRPC and STS-B in both orders of a pair (google-research/electra, finetune/classification/classification_tasks.py)',
    ),
  dropout: fractionOrZero.default(0.1).describe('Table 7'),
  attentionDropout: fractionOrZero.default(0.1).describe('Table 7'),
});
