/** The section `pairs`: which minimal pairs a run is scored on. Nothing of it counts in the run's id. */
import { z } from 'zod';

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
