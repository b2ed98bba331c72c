/** One results folder and several processes at once: no row is lost, whoever writes the tables last. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  electraLab,
  type Row,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const rest = ['--cache', join(folder, 'cache'), '--engine', 'onnx'];
const study = (name: string) => join(folder, `${name}.yaml`);
const armsIn = (out: string) => readCsv(join(out, 'runs.csv')).map(({ arm }: Row) => arm);

beforeAll(() => {
  const training = { steps: 60, checkpointEvery: 20 };
  writeFileSync(study('tiny'), tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  for (const [name, regime] of [
    ['one', 'joint'],
    ['two', 'bert'],
  ] as const) {
    const arms = { [name]: { extends: './tiny.yaml', regime, finetune: { tasks: [], seeds: 1 } } };
    writeFileSync(study(name), JSON.stringify({ claim: 'nothing', preset: 'tiny.yaml', arms }));
  }
});
afterAll(remove);

describe('two sweeps into one folder', () => {
  const out = join(folder, 'swept');
  const sweep = (name: string) => ['sweep', study(name), '--out', out, ...rest];

  it('at once: the later one is told who has the folder, and what is there stays', async () => {
    const ended = await Promise.all([electraLab(sweep('one')), electraLab(sweep('two'))]);
    const refused = ended.filter(({ code }) => code !== 0);
    for (const { code, stderr } of refused) {
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /expected a results folder that no other process is writing, got one held by process \d+/,
        ),
      ]);
    }
    const done = ['one', 'two'].filter((_, i) => ended[i]!.code === 0);
    expect(armsIn(out).sort()).toEqual(done);
  });

  it('one after the other: the tables have the runs of both', async () => {
    for (const name of ['one', 'two']) expect((await electraLab(sweep(name))).code).toBe(0);
    expect(armsIn(out).sort()).toEqual(['one', 'two']);
  });
});

describe('several runs into one folder at once', () => {
  it('are all in its tables', async () => {
    const out = join(folder, 'runs');
    const run = (seed: number) => ['run', study('tiny'), '--set', `seed=${seed}`, '--out', out, ...rest];
    const ended = await Promise.all([0, 1, 2].map((seed) => electraLab(run(seed))));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(
      readCsv(join(out, 'runs.csv'))
        .map(({ seed }) => seed)
        .sort(),
    ).toEqual(['0', '1', '2']);
    const curves = new Set(readCsv(join(out, 'curves.csv')).map(({ run_id: id }) => id));
    expect([...curves].sort()).toEqual(readdirSync(join(out, 'runs')).sort());
  });
});

describe('a report that is made while a run goes on', () => {
  it('is of what is there, and spoils neither the run nor the next report', async () => {
    const out = join(folder, 'reported');
    const { child, ended } = start(['run', study('tiny'), '--out', out, ...rest]);
    const hasBegun = () => existsSync(join(out, 'runs')) && readdirSync(join(out, 'runs')).some(hasRecord);
    const hasRecord = (id: string) => existsSync(join(out, 'runs', id, 'run.json'));
    await until(() => child.exitCode !== null || hasBegun());
    for (let reports = 0; reports < 2 || child.exitCode === null; reports++) {
      const { code, stderr } = await electraLab(['report', out]);
      expect([code, stderr]).toEqual([0, '']);
      expect(statSync(join(out, 'curves.csv')).size).toBeGreaterThan(0);
    }
    expect((await ended).code).toBe(0);
    expect((await electraLab(['report', out])).code).toBe(0);
    expect(readCsv(join(out, 'runs.csv')).map(({ steps }) => steps)).toEqual(['60']);
  });
});
