/** What one run is: its name, regime and seed, the sections of its configuration, and the rules between keys. */
import { z } from 'zod';
import { type Conflict, conflictsIn } from './conflicts.ts';
import * as sections from './sections.ts';

/** Names that other layers own; the schema only lists what exists. */
export interface KnownNames {
  regimes: readonly string[];
  corpora: readonly string[];
  tasks: readonly string[];
  /** Absent: any. */
  optimisers?: readonly string[];
  /** What a regime asks of a configuration that keeps all other rules. */
  conflictOf?(config: RunConfig): Conflict | undefined;
}

const identity = z.strictObject({
  name: z.string().min(1).describe('names the results folder'),
  description: z.string().optional(),
  regime: z.string().describe('how generator and discriminator are trained'),
  seed: z.int().min(0).default(0).describe('weights, data order, masks, samples and dropout'),
});

export type ModelConfig = z.infer<typeof sections.model>;
export type GeneratorConfig = z.infer<typeof sections.generator>;
export type ObjectiveConfig = z.infer<typeof sections.objective>;
export type TrainingConfig = z.infer<typeof sections.training>;
export type OptimiserConfig = z.infer<typeof sections.optimiser>;
export type FinetuneConfig = z.infer<typeof sections.finetune>;
export type PairsConfig = z.infer<typeof sections.pairs>;
export type ProbeConfig = z.infer<typeof sections.probe>;
export type RunConfig = z.infer<typeof identity> & {
  data: z.infer<typeof sections.data>;
  model: ModelConfig;
  generator: GeneratorConfig;
  objective: ObjectiveConfig;
  optimiser: OptimiserConfig;
  training: TrainingConfig;
  evaluation: z.infer<typeof sections.evaluation>;
  finetune: FinetuneConfig;
  probe: ProbeConfig;
  pairs: PairsConfig;
};
export type MaskingStyle = Exclude<(typeof sections.maskingStyles)[number], 'regime'>;

/** The schema of a run's configuration after `extends` and `--set` are resolved. */
export function runConfigSchema(known: KnownNames): z.ZodType<RunConfig> {
  return identity
    .extend({
      regime: named(known.regimes).describe(identity.shape.regime.description!),
      data: sections.data
        .extend({ corpora: listOf(known.corpora, sections.data.shape.corpora) })
        .prefault({}),
      model: sections.model.prefault({}),
      generator: sections.generator.prefault({}),
      objective: sections.objective.prefault({}),
      optimiser: optimiserSection(known.optimisers),
      training: sections.training.prefault({}),
      evaluation: sections.evaluation.prefault({}),
      finetune: sections.finetune
        .extend({ tasks: tasksOf(known.tasks, sections.finetune.shape.tasks) })
        .prefault({}),
      probe: sections.probe.extend({ tasks: tasksOf(known.tasks, sections.probe.shape.tasks) }).prefault({}),
      pairs: sections.pairs.prefault({}),
    })
    .superRefine((config, context) => {
      const conflicts = [...conflictsIn(config), known.conflictOf?.(config)];
      for (const conflict of conflicts) if (conflict) reject(conflict, context);
    });
}

/** The section, closed over the names that exist. */
function optimiserSection(names: readonly string[] | undefined) {
  const { optimiser } = sections;
  if (!names) return optimiser.prefault({});
  const { kind } = optimiser.shape;
  const closed = named(names).default(kind.def.defaultValue).describe(kind.description!);
  return optimiser.extend({ kind: closed }).prefault({});
}

function named(names: readonly string[]) {
  return z.enum(names as [string, ...string[]]);
}

/** The same list, closed over the names that exist. */
function listOf(names: readonly string[], list: z.ZodDefault<z.ZodArray<z.ZodString>>) {
  const values = list.def.defaultValue;
  return z.array(named(names)).default(values).describe(list.description!);
}

/** Tasks that exist, and files that describe others. */
function tasksOf(names: readonly string[], list: z.ZodDefault<z.ZodArray<z.ZodString>>) {
  const file = z.string().regex(/\.ya?ml$/);
  return z
    .array(z.union([named(names), file]))
    .default(list.def.defaultValue)
    .describe(list.description!);
}

function reject({ path, expected, got, remedy }: Conflict, context: z.RefinementCtx): void {
  context.addIssue({ code: 'custom', path: [...path], message: expected, input: got, params: { remedy } });
}
