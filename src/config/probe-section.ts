/** The section `probe`: which frozen probes a run is scored by. Nothing of it counts in the run's id. */
import { z } from 'zod';

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
