/**
 * The sections of a run's configuration that say how its networks are measured. Defaults as in `sections.ts`. Nothing of
 * `probe` and `pairs` counts in the run's id.
 */
import { z } from 'zod';

const fractionOrZero = z.number().min(0).lt(1);
const count = z.int().min(1);

export const evaluation = z.strictObject({
  // Token frequencies are fitted on one half and scored on the other.
  examples: z.int().min(2).default(1024).describe('held-out examples, the same for every arm'),
  batchSize: count.default(32).describe('examples at once'),
});

export const finetune = z.strictObject({
  tasks: z
    .array(z.string())
    .default([])
    .describe('downstream tasks after pre-training: names, glue, offline, or YAML files of your own tasks'),
  seeds: count.max(1000).default(1).describe('fine-tuning runs from the same checkpoint'),
  at: z
    .array(z.number().gt(0).lt(1))
    .default([])
    .describe(
      'fractions of pre-training at which a checkpoint is kept and fine-tuned as well, once the encoder has begun to train',
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
      'what the head reads: first-token, as the paper: [CLS]; mean: the mean of all tokens, [CLS] and [SEP] included, ' +
        'and for a pair both means u and v as [u, v, |u − v|, u · v]. A task about one word is always read at that word',
    ),
  headFirst: z
    .boolean()
    .default(false)
    .describe(
      'fit the head on the frozen encoder before the whole model trains (Kumar et al. 2022, LP-FT); the paper starts with a random head',
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
      'fidelity switch: one more factor of layerDecay below the head, for a pooler that does not exist (google-research/electra, model/optimization.py; its issue 51)',
    ),
  warmupFraction: fractionOrZero.default(0.1).describe('Table 7'),
  weightDecay: z.number().min(0).default(0).describe('Table 7; the reference code has 0.01'),
  batchSize: count.default(32).describe('Table 7'),
  epochs: count.default(3).describe('Table 7'),
  taskEpochs: z
    .boolean()
    .default(true)
    .describe(
      'a task that sets its own epochs keeps them, whatever epochs says (Table 7: 10 for RTE and STS)',
    ),
  doubleUnordered: z
    .boolean()
    .default(false)
    .describe(
      'fidelity switch: train MRPC and STS-B in both orders of a pair (google-research/electra, finetune/classification/classification_tasks.py)',
    ),
  dropout: fractionOrZero.default(0.1).describe('Table 7'),
  attentionDropout: fractionOrZero.default(0.1).describe('Table 7'),
});

export const pairSetNames = ['offline', 'blimp'] as const;
export type PairSetName = (typeof pairSetNames)[number];

export const pairs = z.strictObject({
  sets: z
    .array(z.enum(pairSetNames))
    .default([])
    .describe('minimal pairs after pre-training; offline: made of reserved text; blimp: from pairs.blimpDir'),
  at: z
    .array(z.number().gt(0).lt(1))
    .default([])
    .describe(
      'fractions of pre-training at which a checkpoint is kept and scored as well; the last and the untrained networks always are',
    ),
  blimpDir: z.string().min(1).optional().describe("folder of BLiMP's .jsonl files"),
  most: z
    .int()
    .min(1)
    .default(100)
    .describe(
      "BLiMP: pairs of each paradigm, the first of its file's 1,000; counts in the version of a score",
    ),
});

export const probe = z.strictObject({
  tasks: z
    .array(z.string())
    .default([])
    .describe('frozen probes after pre-training: names of tasks, glue, offline, words, or YAML files'),
  at: z
    .array(z.number().gt(0).lt(1))
    .default([])
    .describe(
      'fractions of pre-training at which a checkpoint is kept and probed as well; the last and the untrained encoder always are',
    ),
});
