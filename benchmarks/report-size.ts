/**
 * Times a report of 200 runs × 2,000 points of 8 measurements: building it from a results folder, and opening it in
 * Chromium until the curves are drawn. The numbers in the folder are made up; they are deleted afterwards.
 *
 *   npx tsx benchmarks/report-size.ts --runs 200 --points 2000
 *
 * Prints the report's paths and one JSON line. Seconds of the processor stand beside those of the clock, which a busy machine makes longer.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import yargs from 'yargs';
import { writeFileAtomically } from '../src/base/atomic-files.ts';
import { writeCsv } from '../src/base/csv.ts';
import { RandomStream } from '../src/base/random.ts';
import { main } from '../src/cli.ts';
import { type RunRecord, runFolder, writeRecord } from '../src/results/run-folder.ts';
import { type CurveRow, curveColumns } from '../src/training/curve-rows.ts';
import { launch } from '../test/report/browser/chromium.ts';

const { runs, points } = yargs(process.argv.slice(2))
  .option('runs', { type: 'number', default: 200 })
  .option('points', { type: 'number', default: 2000 })
  .strict()
  .parseSync();

const metrics = ['mlm_accuracy', 'rtd_auc', 'train_loss', 'train_mlm_loss', 'train_rtd_loss'];
const gradientNorms = ['', '_generator', '_discriminator'].map((of) => `train_gradient_norm${of}`);

const results = mkdtempSync(join(tmpdir(), 'report-size-'));
try {
  for (let i = 0; i < runs; i++) writeRun(i);
  const build = await timeBuild();
  const open = await timeOpening();
  const { size } = statSync(join(results, 'report.html'));
  process.stdout.write(`${JSON.stringify({ runs, points, ...build, ...open, pageBytes: size })}\n`);
} finally {
  rmSync(results, { recursive: true });
}

function writeRun(index: number): void {
  const regime = ['joint', 'bert', 'two-stage', 'adversarial'][index % 4]!;
  const runId = `${regime}-s${index >> 2}-${String(index).padStart(10, '0')}`;
  const folder = runFolder(results, runId);
  const record: RunRecord = {
    ...{ runId, name: regime, regime, seed: index >> 2, status: 'finished', engine: 'onnx', threads: 1 },
    ...{ dataHash: '', vocabularyHash: '', startedAt: '', warnings: [], finetune: [], finetuneHash: '' },
    probe: [],
    pairs: [],
    provenance: { node: '', packages: {}, machine: { system: '', cpu: '', cores: 1, memoryBytes: 0 } },
    parameters: { discriminator: 1e6 },
    progress: {
      step: points,
      tokens: 1000 * points,
      flops: 4e9 * points,
      officialFlops: 5e9 * points,
      elapsedSeconds: 100,
    },
    metrics: { mlm_accuracy: 0.2, rtd_auc: 0.6 },
  };
  writeRecord(folder, record);
  writeFileAtomically(
    join(folder, 'config.yaml'),
    `name: ${regime}\nregime: ${regime}\nseed: ${record.seed}\n`,
  );
  writeCsv(join(folder, 'curves.csv'), curveColumns, rowsOf(runId, new RandomStream('report-size', index)));
}

function* rowsOf(runId: string, random: RandomStream): Iterable<CurveRow> {
  for (let step = 1; step <= points; step++) {
    const cost = {
      step,
      tokens: 1000 * step,
      flops: 4e9 * step,
      officialFlops: 5e9 * step,
      elapsedSeconds: 0.05 * step,
    };
    for (const metric of [...metrics, ...gradientNorms])
      yield { runId, ...cost, metric, value: random.uniform() };
  }
}

/** The command, without Node's start. */
async function timeBuild() {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await main(['report', results]);
  const buildSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { buildSeconds, buildCpuSeconds: (user + system) / 1e6 };
}

/** From the address to the drawn curves, in the browser's page process. */
async function timeOpening() {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const session = await browser.newBrowserCDPSession();
  const cpuSeconds = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === 'renderer' ? cpuTime : 0), 0);
  };
  const [start, before] = [performance.now(), await cpuSeconds()];
  await page.goto(pathToFileURL(join(results, 'report.html')).href);
  await page.locator('#curve-chart svg').waitFor();
  const openSeconds = (performance.now() - start) / 1000;
  const openCpuSeconds = (await cpuSeconds()) - before;
  await browser.close();
  return { openSeconds, openCpuSeconds };
}
