/**
 * Fits the linear models of frozen probes here and with scikit-learn, on the same features of a run's last checkpoint,
 * and prints both accuracies and times at every penalty.
 *
 *   npx tsx benchmarks/compare-probes.ts results/<name>/runs/<id> --tasks part-of-speech --python venv/bin/python
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { bytesOf } from '../src/base/atomic-files.ts';
import { markdownTable } from '../src/base/markdown.ts';
import { prepareData } from '../src/data/preparation/prepared.ts';
import { createLinearFitter, predict } from '../src/downstream/linear/linear-fit.ts';
import { createStateReader, type StateReader } from '../src/downstream/probe/pooled-states.ts';
import { layerChoices, standardised } from '../src/downstream/probe/standardise.ts';
import { taskNamed } from '../src/downstream/tasks/registry.ts';
import type { Task } from '../src/downstream/tasks/task.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { scoreAccuracy } from '../src/metrics/classification.ts';
import { readStoredConfig } from '../src/results/stored-config.ts';
import { listCheckpoints, loadWeights } from '../src/training/checkpoint.ts';
import { createRunModel } from '../src/training/run-model.ts';

interface Fit {
  accuracy: number;
  seconds: number;
}

interface Problem {
  name: string;
  width: number;
  classes: number;
  train: Float32Array;
  dev: Float32Array;
  labels: { train: number[]; dev: number[] };
}

const { run, tasks, glueDir, cache, python } = yargs(process.argv.slice(2))
  .command('$0 <run>', 'compare linear probes with scikit-learn', (y) =>
    y.positional('run', { type: 'string', demandOption: true }),
  )
  .option('tasks', { type: 'string', array: true, default: ['part-of-speech'] })
  .option('glue-dir', { type: 'string' })
  .option('cache', { type: 'string', default: '.cache' })
  .option('python', { type: 'string', default: 'python3' })
  .strict()
  .parseSync() as unknown as {
  run: string;
  tasks: string[];
  glueDir?: string;
  cache: string;
  python: string;
};

const penalties = [0.001, 0.01, 0.1, 1];
const engine = await openOnnx(1);
const config = readStoredConfig(run);
const data = await prepareData(config.data, { cacheFolder: cache });
const { plans, store, regime } = createRunModel(config, data);
loadWeights(listCheckpoints(join(run, 'checkpoints')).at(-1)!, plans, store);
const reader = createStateReader(engine, plans, regime.encoder, store, data.tokenizer);
const rows: string[][] = [];
for (const name of tasks)
  for (const problem of await problemsOf(reader, taskNamed(name))) rows.push(...(await compare(problem)));
await reader.dispose();
console.log(
  markdownTable(
    ['features', 'C', 'ours, %', 'scikit-learn, %', 'apart, points', 'ours, s', 'scikit-learn, s'],
    rows,
  ),
);

/** All layers together, and each by itself. */
async function problemsOf(reader: StateReader, task: Task): Promise<Problem[]> {
  const { train, dev } = task.load({ glueDir });
  const scored = Object.values(dev)[0]!;
  const states = await reader.read(train, task.maxLength);
  const others = [await reader.read(scored, task.maxLength)];
  const labelsOf = (examples: typeof train) => examples.map(({ label }) => label);
  const labels = { train: labelsOf(train), dev: labelsOf(scored) };
  return layerChoices(states).map(({ name, numbers }) => {
    const { width, train, others: parts } = standardised(numbers, states, others);
    const features = { width, classes: task.labels.length, train, dev: parts[0]! };
    return { name: `${task.name}, ${name}`, labels, ...features };
  });
}

async function compare(problem: Problem): Promise<string[][]> {
  const [ours, theirs] = [await fitHere(problem), fitThere(problem)];
  return penalties.map((C, i) => {
    const [here, there] = [ours[i]!, theirs[i]!];
    const accuracies = [here.accuracy, there.accuracy, Math.abs(here.accuracy - there.accuracy)];
    const seconds = [here.seconds, there.seconds].map((value) => value.toFixed(2));
    return [problem.name, String(C), ...accuracies.map((value) => (100 * value).toFixed(2)), ...seconds];
  });
}

/** One search goes on where the one before it ended, as in a probe. */
async function fitHere({ width, classes, train, dev, labels }: Problem): Promise<Fit[]> {
  const examples = { features: train, labels: Float64Array.from(labels.train) };
  const fitter = await createLinearFitter(engine, examples, { width, classes });
  const model = new Float64Array((width + 1) * classes);
  const fits: Fit[] = [];
  for (const C of penalties) {
    const startedAt = performance.now();
    await fitter.fit(C, model);
    const seconds = (performance.now() - startedAt) / 1000;
    fits.push({ seconds, accuracy: scoreAccuracy(predict(model, dev, { width, classes }), labels.dev) });
  }
  await fitter.dispose();
  return fits;
}

function fitThere({ width, classes, train, dev, labels }: Problem): Fit[] {
  const folder = mkdtempSync(join(tmpdir(), 'probes-'));
  try {
    writeFileSync(join(folder, 'train.bin'), bytesOf(train));
    writeFileSync(join(folder, 'dev.bin'), bytesOf(dev));
    writeFileSync(join(folder, 'problem.json'), JSON.stringify({ width, classes, labels, penalties }));
    const script = fileURLToPath(new URL('sklearn_probes.py', import.meta.url));
    const { status } = spawnSync(python, [script, folder], {
      stdio: 'inherit',
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    if (status !== 0) throw new Error(`${python} ${script}: expected it to end well, got status ${status}`);
    return JSON.parse(readFileSync(join(folder, 'fits.json'), 'utf8')) as Fit[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
