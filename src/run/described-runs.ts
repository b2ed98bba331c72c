/** Has one run of each arm read a few held-out sentences, as far as its weights are there, for the report. */
import { ConfigError, DataError } from '../base/errors.ts';
import { groupBy } from '../base/group.ts';
import { RandomStream } from '../base/random.ts';
import {
  type PreparationContext,
  type PreparedData,
  prepareData,
} from '../data/preparation/prepared-data.ts';
import type { Engine } from '../engine/program.ts';
import { describeText } from '../evaluation/described-text.ts';
import { heldOutSentences } from '../evaluation/held-out-sentences.ts';
import { predictTexts } from '../evaluation/text-predictions.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import { checkpointsFolder, isDone, type RunRecord, readRecords, runFolder } from '../results/run-folder.ts';
import { readStoredConfig } from '../results/stored-config.ts';
import { readExperiments } from '../results/stored-experiment.ts';
import { assertSameText, checkpointOf, findRun } from '../results/stored-run.ts';
import { readTexts, type StoredText, textVersion, writeTexts } from '../results/stored-text.ts';
import { listCheckpoints, loadWeights } from '../training/checkpoint.ts';
import { createRunModel } from '../training/run-model.ts';

export interface DescriptionContext extends Pick<PreparationContext, 'cacheFolder'> {
  /** Asked for once there is something to compute. */
  openEngine(): Promise<Engine>;
  /** Is told why a run is left out. */
  note(line: string): void;
}

const sentenceCount = 4;

/**
 * Writes `text.json`: what it holds of a run stays as long as the run does, also when the weights are gone. A run that
 * cannot be read is left out, as a report needs none of this.
 */
export async function describeRuns(results: string, context: DescriptionContext): Promise<void> {
  const stored = readTexts(results);
  const texts: StoredText[] = [];
  for (const record of describedRecords(results)) {
    const known = stored.find((text) => isOf(text, record));
    const text = known ?? (await describedOrNone(results, record, context));
    if (text) texts.push(text);
  }
  if (texts.length > 0 && JSON.stringify(texts) !== JSON.stringify(stored)) writeTexts(results, texts);
}

function isOf({ runId, version, step }: StoredText, { runId: id, progress }: RunRecord): boolean {
  return runId === id && version === textVersion && step === progress?.step;
}

/** The first finished run of each arm; without an experiment, of each name and regime. */
function describedRecords(results: string): RunRecord[] {
  const done = readRecords(results).filter(isDone);
  const arms = readExperiments(results).flatMap((experiment) =>
    experiment.arms.map(({ runs }) => runs.map(({ runId }) => runId)),
  );
  const groups = groupBy(done, ({ name, regime }) => `${name}\n${regime}`);
  const first =
    arms.length > 0
      ? arms.map((ids) => done.find(({ runId }) => ids.includes(runId)))
      : [...groups.values()].map(([record]) => record);
  return [...new Set(first.filter((record) => record !== undefined))];
}

async function describedOrNone(
  results: string,
  record: RunRecord,
  context: DescriptionContext,
): Promise<StoredText | undefined> {
  try {
    return await described(runFolder(results, record.runId), record, context);
  } catch (error) {
    if (!(error instanceof DataError || error instanceof ConfigError)) throw error;
    context.note(`text.json leaves out ${record.runId}: ${error.message}`);
    return undefined;
  }
}

/** @returns undefined of a run without weights */
async function described(
  folder: string,
  { runId }: RunRecord,
  { cacheFolder, openEngine, note }: DescriptionContext,
): Promise<StoredText | undefined> {
  if (listCheckpoints(checkpointsFolder(folder)).length === 0) return undefined;
  const run = findRun(folder);
  const checkpoint = checkpointOf(run, note);
  const config = readStoredConfig(folder);
  const data = await prepareData(config.data, { cacheFolder });
  assertSameText(run, data.hash);
  const model = createRunModel(config, data);
  const { step } = loadWeights(checkpoint, model.plans, model.store);
  const subject = { ...model, memory: weightMemory(model.store), engine: await openEngine() };
  return { runId, version: textVersion, step, sentences: await sentencesOf(subject, data) };
}

async function sentencesOf(
  subject: Omit<Parameters<typeof predictTexts>[0], 'vocabulary'>,
  { vocabulary, heldOut }: PreparedData,
) {
  const texts = heldOutSentences({ heldOut, vocabulary }, sentenceCount);
  if (texts.length === 0) return [];
  const predictions = await predictTexts(
    { ...subject, vocabulary },
    texts,
    new RandomStream('shown samples'),
  );
  return texts.map((text, i) => describeText(text, predictions[i]!, vocabulary));
}
