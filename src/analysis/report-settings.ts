/** What a report reads of a run's configuration, which may be of an older version: what is not there is left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutAbsent } from '../base/without-absent.ts';
import { readYamlFile } from '../config/yaml-file.ts';
import { regimes } from '../regimes/registry.ts';
import type { Predictor, RunSetting } from '../report/report-data.ts';
import { type RunRecord, runFolder } from '../results/run-folder.ts';
import { inWordsOfNow } from '../run/learning-check.ts';

const number = z.number().optional().catch(undefined);
const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => (typeof value === 'object' ? (value ?? {}) : {}), z.object(shape));

const configuration = z.object({
  regime: z.string().optional().catch(undefined),
  data: section({
    corpora: z.array(z.string()).optional().catch(undefined),
    vocabularySize: number,
    sequenceLength: number,
  }),
  model: section({ layers: number, hidden: number }),
  generator: section({
    kind: z.enum(['network', 'unigram', 'uniform']).catch('network'),
    size: z.number().catch(1),
  }),
  optimiser: section({ learningRate: number }),
  training: section({ batchSize: number }),
  finetune: section({ seeds: number }),
});

type Configuration = z.infer<typeof configuration>;

export function readSetting(results: string, runId: string): RunSetting {
  const { data, model, optimiser, training, finetune, ...networks } = readConfiguration(results, runId);
  const predictor = predictorOf(networks);
  const sections = { ...data, ...model, ...optimiser, ...training };
  return withoutAbsent({ ...sections, finetuneSeeds: finetune.seeds, predictor });
}

/** @throws {ConfigError} with file and line if the file is no YAML */
function readConfiguration(results: string, runId: string): Configuration {
  const path = join(runFolder(results, runId), 'config.yaml');
  return configuration.parse(existsSync(path) ? readYamlFile(path).mapping : {});
}

function predictorOf({ regime, generator }: Pick<Configuration, 'regime' | 'generator'>) {
  const known = regimes.find(({ name }) => name === regime);
  if (!known) return undefined;
  const { predictor: network, stages } = known;
  const learns = (stage: (typeof stages)[number]) => stage.trains.includes(network);
  const when = learns(stages.at(-1)!) ? 'always' : stages.some(learns) ? 'before the last stage' : 'never';
  const own = network === 'generator' ? generator : { kind: 'network', size: 1 };
  return { network, ...own, learns: own.kind === 'network' ? when : 'never' } satisfies Predictor;
}

/** A record with its reason in the words of now, see `inWordsOfNow`. */
export function withCurrentReason(results: string, record: RunRecord): RunRecord {
  if (record.status !== 'failed-to-learn') return record;
  return inWordsOfNow(record, readConfiguration(results, record.runId));
}
