/** What a report reads of a run's configuration, which may be of an older version: what is not there is left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readYamlFile } from '../config/yaml-file.ts';
import { inWordsOfNow } from './learning.ts';
import { type RunRecord, runFolder } from './run-folder.ts';

const setting = z.object({
  generator: z
    .object({ kind: z.enum(['network', 'unigram', 'uniform']).catch('network') })
    .catch({ kind: 'network' }),
});

export type RunSetting = z.infer<typeof setting>;

/** @throws {ConfigError} with file and line if the run's configuration is no YAML */
export function readSetting(results: string, runId: string): RunSetting {
  const path = join(runFolder(results, runId), 'config.yaml');
  return setting.parse(existsSync(path) ? readYamlFile(path).mapping : {});
}

/** A record with its reason in the words of now, see `inWordsOfNow`. */
export function restated(results: string, record: RunRecord): RunRecord {
  if (record.status !== 'failed-to-learn') return record;
  return inWordsOfNow(record, readSetting(results, record.runId));
}
