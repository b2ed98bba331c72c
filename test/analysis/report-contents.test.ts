import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { assertHasRuns, readReportData, type VerdictRows } from '../../src/analysis/report-contents.ts';
import { ConfigError, DataError } from '../../src/base/errors.ts';
import type { ClaimRow, SummaryRow } from '../../src/report/verdict-rows.ts';
import { writeExperiment } from '../../src/results/stored-experiment.ts';
import { messageOf } from '../config/scratch.ts';
import { temporaryFolder } from '../end-to-end/program.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const stored = fileURLToPath(new URL('../../results/first-look', import.meta.url));
const runs = readdirSync(join(stored, 'runs')).sort();
const results = join(folder, 'results');
const nothing: VerdictRows = { summary: [], claims: [] };
const read = () => readReportData(results, nothing);
const idOf = (regime: string) => runs.find((id) => id.startsWith(`${regime}-s0`))!;
const [bert, joint] = [idOf('bert'), idOf('joint')];
const record = join(results, 'runs', bert, 'run.json');

beforeEach(() => {
  rmSync(results, { recursive: true, force: true });
  cpSync(stored, results, { recursive: true });
  rmSync(join(results, 'experiments'), { recursive: true });
  for (const id of runs) {
    if (id !== bert && id !== joint) rmSync(join(results, 'runs', id), { recursive: true });
  }
});

describe('a results folder', () => {
  it('that no experiment wrote still has its runs, with measurements, scores, curves and configuration', () => {
    const { title, experiments, runs } = read();
    const raw = JSON.parse(readFileSync(record, 'utf8'));
    expect([title, experiments]).toEqual(['results', []]);
    expect(runs.map(({ runId }) => runId)).toEqual([bert, joint]);
    const [run] = runs;
    expect(run!.metrics.mlm_accuracy).toBe(raw.metrics.mlm_accuracy);
    expect(run!.trainFlops).toBe(raw.progress.flops);
    expect(run!.curves.mlm_accuracy!.at(-1)!.value).toBe(raw.metrics.mlm_accuracy);
    expect(run!.scores.map(({ metric }) => metric)).toContain('task.genre');
    expect(run!.config).toMatch(/^name: bert\nregime: bert\n/);
    expect(run!.command).toBe(`npx electra-lab run runs/${bert}/config.yaml --threads 1 --out again`);
  });

  it('takes averages over the tasks of the runs that an experiment reports, whatever pilots were scored on', () => {
    const tasksOf = (index: number) =>
      read().runs[index]!.scores.find(({ metric }) => metric === 'downstream')?.tasks?.length;
    const arm = { name: 'joint', coordinates: {}, runs: [{ seed: 0, runId: joint }] };
    const words = { name: 'mine', title: '', claim: '', command: '', preset: '' };
    writeExperiment(results, { ...words, arms: [arm], claims: [] });
    const pilot = JSON.parse(readFileSync(record, 'utf8'));
    pilot.finetune = pilot.finetune.filter(({ task }: { task: string }) => task === 'genre');
    writeFileSync(record, JSON.stringify(pilot));
    expect([tasksOf(0), tasksOf(1)]).toEqual([undefined, 7]); // bert, the pilot, and joint
  });

  it('calls a run interrupted whose record says that it trains while no process has its folder', () => {
    const text = readFileSync(record, 'utf8');
    for (const [said, shown] of [
      ['training', 'interrupted'],
      ['fine-tuning', 'interrupted'],
      ['failed', 'failed'],
    ]) {
      writeFileSync(record, JSON.stringify({ ...JSON.parse(text), status: said }));
      expect(read().runs[0]!.status).toBe(shown);
    }
  });

  it('says what each run was set to and which network predicts, and nothing where there is no configuration', () => {
    rmSync(join(results, 'runs', joint, 'config.yaml'));
    const [first, second] = read().runs;
    expect(first!.setting).toMatchObject({
      corpora: ['gutenberg', 'sotu', 'brown'],
      layers: 2,
      hidden: 128,
      learningRate: 0.002,
      predictor: { network: 'bert', kind: 'network', size: 1, learns: 'always' },
    });
    expect(second!.setting).toEqual({});
  });

  it('has no curves of a run whose own file is gone: the table of all runs is made from it', () => {
    rmSync(join(results, 'runs', bert, 'curves.csv'));
    const curvesOf = (id: string) => read().runs.find(({ runId }) => runId === id)!.curves;
    expect(curvesOf(bert)).toEqual({});
    expect(Object.keys(curvesOf(joint)).length).toBeGreaterThan(1);
  });

  it('gives each experiment its own rows, and the runs that are there', () => {
    const arms = [
      {
        name: 'bert',
        coordinates: { x: 1 },
        runs: [
          { seed: 0, runId: bert },
          { seed: 1, runId: 'later' },
        ],
      },
    ];
    const texts = { title: 't', claim: 'c', command: 'x', preset: 'quick' };
    writeExperiment(results, { name: 'one', ...texts, figure: 'objectives', arms, claims: [] });
    const rows = {
      summary: [{ experiment: 'one' }, { experiment: 'two' }] as SummaryRow[],
      claims: [{ experiment: 'two' }] as ClaimRow[],
    };
    const [one] = readReportData(results, rows).experiments;
    expect(one).toEqual({
      name: 'one',
      ...texts,
      figure: 'objectives',
      arms: [{ name: 'bert', coordinates: { x: 1 }, runIds: [bert] }],
      tasks: expect.arrayContaining([{ name: 'similarity', metric: 'spearman' }]),
      averages: { [bert]: [expect.objectContaining({ metric: 'downstream' })] },
      summary: [{ experiment: 'one' }],
      claims: [],
    });
  });
});

describe('a folder that is no results folder', () => {
  it('is told when it is not there', () => {
    const path = join(folder, 'absent');
    expect(messageOf(() => readReportData(path, nothing), ConfigError)).toBe(
      `${path}: expected a results folder, got no file; name a folder that sweep or run has written, like results/quickstart`,
    );
  });

  it('is told when it has no runs', () => {
    const path = join(folder, 'empty');
    mkdirSync(path);
    expect(messageOf(() => readReportData(path, nothing), ConfigError)).toBe(
      `${join(path, 'runs')}: expected at least one run with a run.json, got none; run \`electra-lab sweep\` or \`electra-lab run\` with --out first`,
    );
  });

  it('is told with the line where a record is no JSON', () => {
    writeFileSync(record, readFileSync(record, 'utf8').replace('"bert"', 'bert'));
    const line =
      readFileSync(record, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes(' bert')) + 1;
    expect(messageOf(read, DataError)).toContain(
      `${record}:${line}: expected a run record in JSON, got "something else"; `,
    );
  });

  it('is told with the key where a record is of another kind', () => {
    writeFileSync(record, readFileSync(record, 'utf8').replace('"seed": 0', '"seed": "0"'));
    expect(messageOf(read, DataError)).toBe(
      `${record}: expected a run record with seed (number), got "0"; restore this file`,
    );
  });

  it.each([
    ['null', 'a run record, got null'],
    ['[]', 'a run record, got []'],
    ['{}', 'a run record with runId (string), got nothing'],
  ])('is told with its folder where a record is %s', (text, complaint) => {
    writeFileSync(record, text);
    const message = `${record}: expected ${complaint}; restore this file`;
    expect(messageOf(read, DataError)).toBe(message);
    expect(messageOf(() => assertHasRuns(results), DataError)).toBe(message);
  });

  it('is told where a record cannot be read', () => {
    rmSync(record);
    mkdirSync(record);
    expect(messageOf(read, DataError)).toBe(
      `${record}: expected a run record in JSON, got "EISDIR"; there is a folder of this name; rename it, or delete it`,
    );
  });

  it.each([
    ['null', 'an experiment, got null'],
    ['{}', 'an experiment with name (string), got nothing'],
  ])('is told with the file where an experiment is %s', (text, complaint) => {
    const path = join(results, 'experiments', 'one.json');
    mkdirSync(join(results, 'experiments'));
    writeFileSync(path, text);
    expect(messageOf(read, DataError)).toBe(
      `${path}: expected ${complaint}; delete this file and run the sweep again`,
    );
  });

  it('is told with the line where an experiment is cut off', () => {
    const path = join(results, 'experiments', 'one.json');
    mkdirSync(join(results, 'experiments'));
    writeFileSync(path, '{\n  "name": "one",\n');
    expect(messageOf(read, DataError)).toBe(
      `${path}:3: expected an experiment in JSON, got "something else"; delete this file and run the sweep again`,
    );
  });
});
