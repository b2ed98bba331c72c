/**
 * A frozen probe: a linear model on what an encoder that is not trained any further says of a task's examples. What it
 * scores is what the encoder holds in a linear form, not how fast a head learns.
 */
import { sha256 } from '../../base/atomic-files.ts';
import type { Engine } from '../../engine/program.ts';
import { type MetricName, scoreBy } from '../../metrics/scores.ts';
import { createLinearFitter, type FitOptions, type LinearModel, predict } from '../linear/linear-fit.ts';
import type { Answers } from '../tasks/answer-scores.ts';
import type { Task, TaskData, TaskExample } from '../tasks/task.ts';
import { clusteredError } from './clustered-error.ts';
import type { Features, StateReader } from './pooled-states.ts';
import { layerChoices, standardised } from './standardise.ts';

/** Raise it when the same encoder and examples would score otherwise. */
export const probeVersion = '1';

/** scikit-learn's C, from strong to weak. */
const penalties = [0.001, 0.01, 0.1, 1];
/** One document of so many chooses the penalty. */
const choosingShare = 5;
/** More make a probe slow and hardly better. */
const mostToTrain = 20_000;

export interface ProbeScore {
  /** `all`, or a layer's number, the embeddings' being 0. */
  layers: string;
  part: string;
  metric: MetricName;
  /** Absent where it is undefined: the correlation of a constant. */
  score?: number;
  standardError?: number;
  /** scikit-learn's C. */
  penalty: number;
  /** That the probe was fitted on. */
  examples: number;
}

/** @returns by layers, part of dev and metric: all layers together first */
export async function probeTask(
  engine: Engine,
  reader: StateReader,
  task: Task,
  data: TaskData,
): Promise<ProbeScore[]> {
  const { fitting, choosing } = parted(data.train.slice(0, mostToTrain));
  const train = [...fitting, ...choosing];
  const trained = await reader.read(train, task.maxLength);
  const parts: [string, Features][] = [];
  for (const [part, examples] of Object.entries(data.dev)) {
    parts.push([part, await reader.read(examples, task.maxLength)]);
  }
  const scores: ProbeScore[] = [];
  for (const layers of layerChoices(trained)) {
    const {
      width,
      train: rows,
      others,
    } = standardised(
      layers.numbers,
      trained,
      parts.map(([, part]) => part),
    );
    const model = await fitChoosing(engine, task, rows, train, fitting.length, width);
    const answers = parts.map(([part], i) => [part, model.answer(others[i]!)] as const);
    const { penalty } = model;
    const fitted = { layers: layers.name, penalty, examples: train.length };
    scores.push(
      ...scoresOf(task, data.dev, Object.fromEntries(answers)).map((score) => ({ ...fitted, ...score })),
    );
  }
  return scores;
}

/** Whole documents, so that no document is on both sides; examples of none by their place. */
function parted(examples: readonly TaskExample[]): Record<'fitting' | 'choosing', TaskExample[]> {
  const isChoosing = ({ document }: TaskExample, i: number) =>
    (document === undefined ? i : Number.parseInt(sha256(document).slice(0, 8), 16)) % choosingShare === 0;
  return {
    fitting: examples.filter((example, i) => !isChoosing(example, i)),
    choosing: examples.filter(isChoosing),
  };
}

interface FittedProbe {
  penalty: number;
  answer(features: Float32Array): Float64Array;
}

/** @param rows [train.length, width], those that fit first */
async function fitChoosing(
  engine: Engine,
  task: Task,
  rows: Float32Array,
  train: readonly TaskExample[],
  fitting: number,
  width: number,
): Promise<FittedProbe> {
  const classes = task.labels.length;
  const options: FitOptions = { width, classes };
  const scale = scaleOf(train, classes);
  const labels = Float64Array.from(train, ({ label }) => (label - scale.mean) / scale.deviation);
  const fitted = { features: rows.subarray(0, fitting * width), labels: labels.subarray(0, fitting) };
  const held = { features: rows.subarray(fitting * width), labels: labels.subarray(fitting) };
  const chosen = await choosePenalty(engine, task, fitted, held, options);
  const fitter = await createLinearFitter(engine, { features: rows, labels }, options);
  await fitter.fit(chosen.penalty, chosen.model);
  await fitter.dispose();
  const answer = (features: Float32Array) =>
    predict(chosen.model, features, options).map((value) => value * scale.deviation + scale.mean);
  return { penalty: chosen.penalty, answer };
}

/** Numbers are fitted with mean 0 and spread 1, so that one grid of penalties serves all; classes as they are. */
function scaleOf(train: readonly TaskExample[], classes: number): { mean: number; deviation: number } {
  if (classes > 0) return { mean: 0, deviation: 1 };
  const mean = train.reduce((sum, { label }) => sum + label, 0) / train.length;
  const variance = train.reduce((sum, { label }) => sum + (label - mean) ** 2, 0) / train.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

type Rows = { features: Float32Array; labels: Float64Array };

/** The penalty that scores best on the held examples, the stronger of two alike, and the model that it gave. */
async function choosePenalty(
  engine: Engine,
  { metrics }: Task,
  fitted: Rows,
  held: Rows,
  options: FitOptions,
): Promise<{ penalty: number; model: LinearModel }> {
  const { width, classes } = options;
  const fitter = await createLinearFitter(engine, fitted, options);
  const model = new Float64Array((width + 1) * Math.max(1, classes));
  let best = { penalty: penalties[0]!, model: model.slice(), score: -Infinity };
  for (const penalty of penalties) {
    await fitter.fit(penalty, model);
    const score =
      scoreBy(metrics[0], predict(model, held.features, options), held.labels, classes) ?? -Infinity;
    if (score > best.score) best = { penalty, model: model.slice(), score };
  }
  await fitter.dispose();
  return best;
}

function scoresOf({ metrics, labels }: Task, dev: TaskData['dev'], answers: Answers) {
  return Object.entries(dev).flatMap(([part, examples]) => {
    const actual = Float64Array.from(examples, ({ label }) => label);
    const clusters = examples.map(({ document }, i) => document ?? String(i));
    return metrics.map((metric) => {
      const scoreOf = (rows: readonly number[]) => {
        const [predicted, expected] = [answers[part]!, actual].map((values) =>
          rows.map((row) => values[row]!),
        );
        return scoreBy(metric, predicted!, expected!, labels.length);
      };
      const score = scoreOf(examples.map((_, i) => i));
      const standardError = score === undefined ? undefined : clusteredError(clusters, scoreOf);
      return {
        ...{ part, metric },
        ...(score !== undefined && { score }),
        ...(standardError !== undefined && { standardError }),
      };
    });
  });
}
