/** electra-lab pairs on runs of seconds. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { pairsSummary } from '../../src/commands/pairs.ts';
import type { PairsRow } from '../../src/downstream/pairs/pairs-table.ts';
import { readCsv, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeToyBlimp } from '../helpers/toy-blimp.ts';

const folder = temporaryFolder();
const [out, cache, blimp] = ['out', 'cache', 'blimp'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
let runs: string[];

async function run(...args: string[]): Promise<{ stdout: string; stderr: string; code: number | undefined }> {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    }),
  );
  try {
    await main([...args, '--engine', 'onnx', '--cache', cache, '--quiet']);
    return { ...text, code: process.exitCode as number | undefined };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
    process.exitCode = undefined;
  }
}

beforeAll(async () => {
  writeToyBlimp(blimp);
  const config = join(folder, 'tiny.yaml');
  const training = { steps: 6, checkpointEvery: 2, keepAt: [0.5] };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  for (const seed of [0, 1]) await run('run', config, '--out', out, '--set', `seed=${seed}`);
  runs = readdirSync(join(out, 'runs')).map((name) => join(out, 'runs', name));
}, 60_000);

const ofBlimp = () => ['--sets', 'blimp', '--blimp', blimp];

describe('electra-lab pairs', () => {
  it('scores several runs, untrained and at their last checkpoints, and writes pairs.csv', async () => {
    const { stdout } = await run('pairs', ...runs, ...ofBlimp());
    expect(stdout.match(/^tiny +6 +blimp +generator +PLL +all /gm)).toHaveLength(2);
    expect(stdout).toContain(`Results: ${out}/pairs.csv`);
    const rows = readCsv(join(out, 'pairs.csv'));
    expect(new Set(rows.map(({ run_id }) => run_id)).size).toBe(2);
    expect(new Set(rows.map(({ checkpoint_step }) => checkpoint_step))).toEqual(new Set(['0', '6']));
  });

  it('scores the checkpoints that --at names, and one that is named by its folder', async () => {
    const stepsOf = async (...args: string[]) => {
      const { rows } = JSON.parse((await run('pairs', ...args, ...ofBlimp(), '--json')).stdout);
      return [...new Set((rows as PairsRow[]).map(({ checkpointStep }) => checkpointStep))];
    };
    expect(await stepsOf(runs[0]!, '--at', '0.5')).toEqual([0, 6, 3]);
    expect(await stepsOf(join(runs[1]!, 'checkpoints', 'step-000000004'))).toEqual([0, 6, 4]);
  });

  it('says in one line what it cannot do', async () => {
    const told = async (...args: string[]) => (await run('pairs', ...args)).stderr;
    expect(await told(runs[0]!, '--sets', 'blimp')).toMatch(
      /^electra-lab: blimp: expected a folder with BLiMP's files, got none; .*\n$/,
    );
    expect(await told(runs[0]!, '--sets', 'blmp')).toMatch(
      /^electra-lab: pairs\.sets.*: expected .*offline.*"blmp".*\n$/,
    );
    expect(await told(runs[0]!, '--at', 'half')).toMatch(/^electra-lab: .*\n$/);
    expect(await told(runs[0]!, '--at', '0.25', ...ofBlimp())).toMatch(
      /^electra-lab: pairs\.at: 0\.25: expected a checkpoint .*kept-0\.25, got none; .*\n$/,
    );
    const wrong = writeToyBlimp(join(folder, 'wrong'));
    writeFileSync(join(wrong, 'wrong.jsonl'), 'no JSON\n');
    expect(await told(runs[0]!, '--blimp', wrong)).toMatch(
      /wrong\.jsonl:1: expected a pair of sentences in JSON, got "no JSON"; .*\n$/,
    );
  });
});

const row = (checkpointStep: number, accuracy: number, more: Partial<PairsRow> = {}): PairsRow => ({
  runId: 'bert-s0',
  name: 'bert',
  regime: 'bert',
  seed: 0,
  checkpointStep,
  set: 'offline',
  paradigm: 'all',
  field: 'all',
  term: 'all',
  network: 'bert',
  scorer: 'pseudo-log-likelihood',
  pairs: 8,
  accuracy,
  ties: 1,
  standardError: 0.02,
  unigramAccuracy: 0.5,
  bigramAccuracy: 0.75,
  version: '1-1',
  trainFlops: 0,
  officialFlops: 0,
  elapsedSeconds: 1,
  ...more,
});

it('has a line per checkpoint and term, with the untrained network beside, and no field or paradigm', () => {
  vi.stubEnv('COLUMNS', '200');
  const [table] = pairsSummary(
    [
      row(0, 0.5),
      row(0, 0.4, { term: 'verb_form', field: 'morphology' }),
      row(30, 0.875),
      row(30, 0.25, { term: 'verb_form', field: 'morphology' }),
      row(30, 0.1, { field: 'morphology' }),
      row(30, 0.1, { paradigm: 'a', field: 'm', term: 't' }),
    ],
    { explains: false },
  );
  vi.unstubAllEnvs();
  const [, , all, verbForm, ...rest] = table!.split('\n').map((line) => line.split(/ {2,}/));
  expect(all).toEqual([
    'bert',
    '30',
    'offline',
    'bert',
    'PLL',
    'all',
    '8',
    '87.5 %',
    '2.0 %',
    '1',
    '50.0 %',
    '50.0 %',
    '75.0 %',
  ]);
  expect(verbForm!.slice(5, 11)).toEqual(['verb_form', '8', '25.0 %', '2.0 %', '1', '40.0 %']);
  expect(rest).toEqual([]);
});
