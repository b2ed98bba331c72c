/**
 * The package as a library: define a configuration, run it, read results, load weights, encode text. `docs/library.md`
 * has an example; what is not exported here may change with any version.
 */
import { type Verdicts, verdictsOf } from './analysis/verdicts.ts';
import { defaultCacheFolder, open, presetsFolder } from './commands/command.ts';
import { resolveObject } from './config/resolve.ts';
import type { RunConfig } from './config/schema.ts';
import { WordPieceTokenizer } from './data/vocabulary/wordpiece.ts';
import { createTextEncoder, type EncodedText, type TextEncoder } from './exchange/text-encoder.ts';
import { viewsOf } from './optim/parameter-store.ts';
import { silentProgress } from './progress/progress-display.ts';
import { type RunRecord, readRecords } from './results/run-folder.ts';
import { known, readStoredConfig } from './results/stored-config.ts';
import { checkpointOf, findRun, recordOf, vocabularyOf } from './results/stored-run.ts';
import { assembleTables } from './results/tables.ts';
import { executeRun } from './run/run.ts';
import { loadWeights } from './training/checkpoint.ts';
import { createRunModel } from './training/run-model.ts';

export { ConfigError, DataError, InterruptedError, TrainingError } from './base/errors.ts';
export type { EncodedText, RunConfig, RunRecord, TextEncoder };

/** What a configuration may say: any part of it, and the preset or the file that it `extends`. */
export type ConfigChanges = DeepPartial<RunConfig> & { extends?: string };
type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** Where things lie, and what executes the model. */
export interface RunnerOptions {
  /** Prepared text; by default the command line's. */
  cacheFolder?: string;
  /** As `--engine`; `auto` by default. */
  engine?: string;
  /** Of the onnx engine; 1 by default. */
  threads?: number;
  /** Told what goes on, a line at a time. */
  note?(line: string): void;
}

/**
 * The complete configuration of a run, as a YAML file of the same keys would give it.
 *
 * @throws {ConfigError} naming the key that is wrong
 */
export function defineConfig(changes: ConfigChanges): RunConfig {
  return resolveObject(changes, 'defineConfig', { known, presetsFolder });
}

/**
 * Pre-trains, evaluates and fine-tunes, or finishes what an earlier call began; a finished run is not repeated.
 *
 * @param options.results the results folder, whose tables are written anew
 * @param options.signal once aborted, the run saves and stops
 * @throws {InterruptedError} after the signal
 */
export async function run(
  config: RunConfig,
  options: RunnerOptions & { results: string; signal?: AbortSignal },
): Promise<RunRecord> {
  const { results, signal = new AbortController().signal } = options;
  const { cacheFolder, threads, note } = withDefaults(options);
  const { engine } = await open({ engine: options.engine ?? 'auto', threads, precision: 'f32' });
  const progress = { ...silentProgress(), note };
  const listen = () => signal;
  const record = await executeRun(config, {
    results,
    cacheFolder,
    engine,
    threads,
    existing: 'resume',
    progress,
    listen,
  });
  assembleTables(results);
  return record;
}

/** The runs of a results folder with their measurements, and what they come to. */
export interface Results extends Verdicts {
  runs: RunRecord[];
}

/**
 * Reads a results folder and writes nothing.
 *
 * @throws {DataError} if a file in it is broken
 */
export function readResults(results: string): Results {
  return { runs: readRecords(results), ...verdictsOf(results) };
}

export interface TrainedModel {
  config: RunConfig;
  record: RunRecord;
  /** By network and name, such as `discriminator/embeddings.token`. */
  weights: Record<string, Float32Array>;
  /** Of the network that downstream tasks read. */
  encoder: TextEncoder;
}

/**
 * Loads a run's weights, its tokenizer and its encoder. `encoder.dispose()` gives the memory back.
 *
 * @param path the folder of a run, or of one of its checkpoints; `import` makes one of other people's weights
 * @throws {ConfigError} if there is no run
 * @throws {DataError} if its weights are missing, or not those of its record
 */
export async function loadModel(path: string, options: RunnerOptions = {}): Promise<TrainedModel> {
  const { cacheFolder, threads, note } = withDefaults(options);
  const stored = findRun(path);
  const record = recordOf(stored);
  const checkpoint = checkpointOf(stored, note);
  const config = readStoredConfig(stored.folder);
  const vocabulary = await vocabularyOf(config, record, { cacheFolder, onProgress: note });
  const { regime, plans, store } = createRunModel(config, { vocabulary });
  loadWeights(checkpoint, plans, store);
  const { engine } = await open({ engine: options.engine ?? 'auto', threads, precision: 'f32' });
  const tokenizer = new WordPieceTokenizer(vocabulary, config.data);
  const parts = { plans, encoder: regime.encoder, store, tokenizer, maxLength: config.data.sequenceLength };
  return {
    config,
    record,
    weights: viewsOf(store.values, store.parameters),
    encoder: createTextEncoder(engine, parts),
  };
}

function withDefaults({ cacheFolder = defaultCacheFolder, threads = 1, note = () => {} }: RunnerOptions) {
  return { cacheFolder, threads, note };
}
