/**
 * What an experiment's file may say. `configs/` has what one run is; a file here has which runs make one claim, and what
 * the paper says of it.
 */
import { z } from 'zod';
import { schemaNodeOf, schemaText } from '../config/json-schema.ts';
import { figureKinds } from '../report/report-data.ts';

const seeds = z
  .array(z.int().min(0))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'each seed once');
const mapping = z.record(z.string(), z.unknown());
const text = z.string().min(1);

/** What the paper says of two arms. */
const claim = z.strictObject({
  id: text.describe('names the claim in claims.csv'),
  says: text.describe('the claim in one sentence'),
  ahead: text.describe('the arm that the paper puts ahead'),
  behind: text.describe('the arm that it puts behind'),
  metric: text.optional().describe('the metric that decides it, if not the primary metric (or downstream)'),
  also: z.array(text).default([]).describe('metrics by which the same arms make secondary claims'),
  pairing: z
    .enum(['independent', 'forked'])
    .default('independent')
    .describe(
      'forked: the runs of both arms were forked from one run for each seed and are compared in pairs',
    ),
  source: text.describe('section, table or figure'),
  basis: z.enum(['number', 'words']).describe('whether the source prints numbers or only words'),
  paper: z.strictObject({ ahead: z.number(), behind: z.number(), unit: text }).optional(),
  otherSource: text.optional().describe('what another source says about the same claim'),
  predictsFailureOf: z.array(text).default([]).describe('arms that the claim says fail to learn'),
});

const margin = z.number().gt(0);

/** What decides, named before the first reported seed. */
const primary = z.strictObject({
  metric: text.describe('downstream, task.<name>, probe.<task>, pairs.<set> or a measurement of runs.csv'),
  margin: margin.describe(
    "the largest difference in either direction that would not matter, in the metric's unit (0.02 = 2 points)",
  ),
  checkpoints: z
    .union([z.literal(1), z.literal(3)])
    .default(1)
    .describe("how many last checkpoints a run's value is the mean of"),
});

const grid = mapping.describe('keys, and the values to try of each; every combination is a candidate');

/** The search for values of some keys: as many candidates for every arm. */
const tuning = z.strictObject({
  grid,
  byArm: z
    .record(z.string(), z.strictObject({ grid }))
    .default({})
    .describe(
      'arms with their own grid of equally many candidates; for arms that start from another run, which are searched',
    ),
  seeds: seeds.describe('pre-training seeds that the experiment does not report'),
  metric: text
    .default('task.verb-form')
    .describe('the metric that decides; no reported task except the primary one'),
  changes: mapping.default({}).describe('how a search run differs, for example in fewer steps'),
  random: z
    .strictObject({
      candidates: z.int().min(2).describe('how many points are drawn'),
      seed: z.int().min(0).default(0).describe('draws other points'),
    })
    .optional()
    .describe(
      'draws points of the grid instead of all; a key may then be a range, { from: 0.0001, to: 0.01, scale: log }',
    ),
  halving: z
    .strictObject({
      factor: z.number().min(2).default(3).describe('one candidate of so many goes on from a rung'),
      rungs: z.int().min(1).max(4).default(2).describe('how often candidates are left'),
    })
    .optional()
    .describe('successive halving: candidates pause early in their training and only the best go on'),
});

const lengths = { short: mapping, long: mapping };

/** Pilot runs that show which measurements can decide. */
const signal = z.strictObject({
  seeds: seeds.min(2).describe('pre-training seeds that the experiment does not report'),
  short: lengths.short.describe('how the shorter pilot of an arm differs, for example in fewer steps'),
  long: lengths.long.describe('how the longer pilot differs'),
  arms: z.array(text).default([]).describe('arms that have pilots; none means all'),
  byArm: z
    .record(z.string(), z.strictObject(lengths).partial())
    .default({})
    .describe('what else the pilots of an arm change'),
  measure: mapping.default({}).describe('what pilots are measured by: finetune, probe, pairs'),
  atLeast: z
    .number()
    .gt(0)
    .default(2)
    .describe('the signal-to-noise that the primary measurement should have'),
});

export const experimentSchema = z.strictObject({
  title: text.optional().describe('the heading in the report'),
  claim: z.string().default('').describe('what is compared, in one sentence'),
  preset: text.optional().describe('what every arm extends; --preset names another'),
  figure: z.enum(figureKinds).optional().describe('the figure in the report that shows it'),
  seeds: seeds.default([0]).describe('pre-training seeds'),
  common: mapping.default({}).describe('configuration of every arm'),
  arms: mapping.describe('names and what each changes; `grid` expands one into many'),
  byPreset: z.record(z.string(), mapping).default({}).describe('what else changes under a preset'),
  tuning: tuning.optional(),
  signal: signal.optional(),
  primary: primary.optional(),
  margins: z.record(z.string(), margin).default({}).describe('margins of other metrics'),
  claims: z.array(claim).default([]),
});

/** The text of `experiments/schema.json`, from which editors complete and check; `npm run docs` writes it anew. */
export function experimentSchemaText(): string {
  return schemaText({ title: 'An experiment of electra-lab', ...schemaNodeOf(experimentSchema) });
}

export type ExperimentFile = z.infer<typeof experimentSchema>;
export type Tuning = z.infer<typeof tuning>;
export type Signal = z.infer<typeof signal>;
