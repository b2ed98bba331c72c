/** The sections of a run's configuration that say how weights move, and for how long. Defaults as in `sections.ts`. */
import { z } from 'zod';

const clipScopes = ['all', 'network'] as const;

const fractionOrZero = z.number().min(0).lt(1);
const count = z.int().min(1);
const cadence = z.int().min(0);

export const optimiser = z.strictObject({
  kind: z
    .string()
    .default('adamw')
    .describe(
      'adamw: the paper’s; lion: every weight moves by the rate, against the sign of a mean gradient (Chen et al. 2023). Lion needs a third to a tenth of the rate, 3 to 10 times the weightDecay, and beta2 0.99',
    ),
  learningRate: z.number().gt(0).default(5e-4).describe('peak, before warm-up and decay (Table 6)'),
  generatorRate: z
    .number()
    .gt(0)
    .default(1)
    .describe('multiplies the learning rate of the weights that the generator owns (ours)'),
  warmupSteps: cadence.default(10_000).describe('linear warm-up, multiplied by the decay (Table 6)'),
  beta1: fractionOrZero.default(0.9).describe('decay of the mean gradient (Table 6)'),
  beta2: fractionOrZero
    .default(0.999)
    .describe('adamw: decay of the mean squared gradient (Table 6); lion: of the moment that is kept'),
  epsilon: z.number().gt(0).default(1e-6).describe('adamw (Table 6)'),
  weightDecay: z.number().min(0).default(0.01).describe('decoupled; not on biases and layer norms (Table 6)'),
  clipNorm: z
    .number()
    .min(0)
    .default(1)
    .describe('largest gradient norm, 0 = never clip (google-research/electra, model/optimization.py)'),
  clipBy: z
    .enum(clipScopes)
    .default('all')
    .describe(
      'all: one norm over all trained weights (google-research/electra); network: each network’s own, so that one with steep gradients does not slow the other (ours)',
    ),
  biasCorrection: z
    .boolean()
    .default(false)
    .describe('adamw; off in the reference code (google-research/electra, model/optimization.py)'),
});

const amount = z.number().gt(0).optional();

const budget = z.strictObject({
  tokens: amount.describe('tokens read, padding not counted'),
  flops: amount.describe('executed operations of the matrix products (train_flops)'),
  officialFlops: amount.describe('operations as the paper counts them (official_flops)'),
  seconds: amount.describe('training time; the only budget under which two runs of one seed may differ'),
});

const fork = z.strictObject({
  run: z.string().min(1).describe('the folder of a finished run'),
  at: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe('the fraction of its training at which its checkpoint was kept; 1: its last'),
});

export const training = z.strictObject({
  steps: count.default(1_000_000).describe('optimiser steps of each stage (Table 6)'),
  budget: budget
    .optional()
    .describe('one quantity that ends the run instead of steps, divided evenly among its stages'),
  startFrom: z
    .string()
    .min(1)
    .optional()
    .describe(
      'continued pre-training: the folder of a finished run, or of an import, whose weights all networks begin with; everything else starts again',
    ),
  fork: fork
    .optional()
    .describe(
      'begins where another run of the same seed was: weights, optimiser and place in the data; the schedule is its own',
    ),
  keepAt: z
    .array(z.number().gt(0).lt(1))
    .default([])
    .describe('fractions of pre-training at which a checkpoint is kept, such as for a fork'),
  batchSize: count.default(128).describe('sequences a step, B (Table 6)'),
  logEvery: cadence.default(100).describe('steps between rows of training losses; 0 = never'),
  evaluateEvery: cadence
    .default(10_000)
    .describe('steps between evaluations; always before the first and after the last'),
  checkpointEvery: cadence.default(1000).describe('steps between checkpoints; always after the last'),
});
