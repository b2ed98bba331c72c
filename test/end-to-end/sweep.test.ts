/** Sweeps as real processes: one arm that fails, a parent that is killed. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import {
  electraLab,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  withoutTimes,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const cache = join(folder, 'cache');
const argumentsFor = (experiment: string, out: string) => [
  'sweep',
  join(folder, experiment),
  '--out',
  out,
  '--cache',
  cache,
  '--engine',
  'onnx',
  '--jobs',
  '2',
];

beforeAll(() => {
  const training = { steps: 150, checkpointEvery: 10 };
  writeFileSync(join(folder, 'tiny.yaml'), tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  const [base, longer] = [{ extends: './tiny.yaml' }, { extends: './tiny.yaml', regime: 'bert' }];
  const claim = { id: 'first', says: 'Joint is ahead.', ahead: 'joint', behind: 'bert', metric: 'mlm_loss' };
  const claims = [{ ...claim, source: 'nowhere', basis: 'words' }];
  writeFileSync(
    join(folder, 'two.yaml'),
    JSON.stringify({ claim: 'one of two', seeds: [0, 1], arms: { joint: base, bert: longer }, claims }),
  );
  const diverging = { ...base, optimiser: { learningRate: 1e30 } };
  writeFileSync(join(folder, 'fails.yaml'), JSON.stringify({ arms: { diverging, joint: base } }));
});
afterAll(remove);

const locksOf = (out: string): string[] =>
  readdirSync(join(out, 'runs')).filter((id) => existsSync(join(out, 'runs', id, 'lock')));
const tables = ['runs.csv', 'curves.csv', 'finetune.csv', 'summary.csv', 'claims.csv'];
const tablesOf = (out: string) => tables.map((name) => withoutTimes(readCsv(join(out, name))));
/** Runs that have saved something. */
const begunIn = (out: string) =>
  existsSync(join(out, 'runs'))
    ? readdirSync(join(out, 'runs')).filter((id) => {
        const path = join(out, 'runs', id, 'checkpoints');
        return existsSync(path) && readdirSync(path).length > 0;
      }).length
    : 0;

describe('a sweep', () => {
  it('goes on when an arm fails, records its reason, and exits 1 without a stack', async () => {
    const out = join(folder, 'fails');
    const { code, stdout, stderr } = await electraLab(argumentsFor('fails.yaml', out));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /electra-lab: fails: expected all 2 runs to finish, got others in diverging; see the reasons in .*runs\.csv\n$|electra-lab: fails: expected all 2 runs to finish, got \["diverging"\]; see the reasons in .*runs\.csv\n$/,
    );
    expect(stdout).toContain('joint');
    const rows = readCsv(join(out, 'runs.csv'));
    expect(Object.fromEntries(rows.map(({ arm, status }) => [arm, status]))).toEqual({
      diverging: 'failed',
      joint: 'failed-to-learn',
    });
    expect(rows.find(({ arm }) => arm === 'diverging')!.reason).toMatch(
      /^diverging: expected finite losses, gradients and weights, got others between steps 1 and \d;/,
    );
  });

  it('killed three times, with its group or alone, leaves no orphans, and restarted gives the same tables', async () => {
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    expect((await electraLab(argumentsFor('two.yaml', whole))).code).toBe(0);

    const withItsGroup = (pid: number) => process.kill(-pid, 'SIGKILL');
    const alone = (pid: number) => process.kill(pid, 'SIGKILL');
    const random = new RandomStream('kills', Date.now());
    for (const [runs, kill] of [
      [2, withItsGroup],
      [2, alone],
      [3, withItsGroup],
    ] as const) {
      const { child, ended } = start(argumentsFor('two.yaml', broken), { detached: true });
      await until(() => begunIn(broken) >= runs && locksOf(broken).length > 0);
      await setTimeout(random.integer(700)); // anywhere: in a step, a checkpoint, an evaluation, between two runs
      kill(child.pid!);
      await ended;
      await until(() => locksOf(broken).length === 0, 15);
    }
    const restarted = await electraLab(argumentsFor('two.yaml', broken));
    expect(restarted.stderr).not.toContain('electra-lab:');
    expect(restarted.code).toBe(0);
    expect(tablesOf(broken)).toEqual(tablesOf(whole));
    expect(readCsv(join(whole, 'claims.csv'))).toMatchObject([
      { seeds_ahead: '2', verdict_at_this_scale: 'inconclusive' },
    ]);
  }, 400_000);
});
