/** Sweeps as real processes: one arm that fails, a parent that is killed. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  ...['sweep', join(folder, experiment), '--out', out, '--cache', cache, '--engine', 'onnx', '--jobs', '2'],
];

beforeAll(() => {
  const training = { steps: 150, checkpointEvery: 10 };
  writeFileSync(join(folder, 'tiny.yaml'), tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  const [base, longer] = [{ extends: './tiny.yaml' }, { extends: './tiny.yaml', regime: 'bert' }];
  writeFileSync(
    join(folder, 'two.yaml'),
    JSON.stringify({ claim: 'one of two', arms: { joint: base, bert: longer } }),
  );
  const diverging = { ...base, optimiser: { learningRate: 1e30 } };
  writeFileSync(join(folder, 'fails.yaml'), JSON.stringify({ arms: { diverging, joint: base } }));
});
afterAll(remove);

const recordsOf = (out: string) => {
  const runs = join(out, 'runs');
  const ids = existsSync(runs) ? readdirSync(runs) : [];
  return ids.flatMap((id) => {
    const path = join(runs, id, 'run.json');
    return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8'))] : [];
  });
};
const locksOf = (out: string): string[] =>
  readdirSync(join(out, 'runs')).filter((id) => existsSync(join(out, 'runs', id, 'lock.json')));
const tablesOf = (out: string) =>
  ['runs.csv', 'curves.csv', 'finetune.csv'].map((name) => withoutTimes(readCsv(join(out, name))));
const bothAreTraining = (out: string) =>
  existsSync(join(out, 'runs')) &&
  readdirSync(join(out, 'runs')).filter((id) => {
    const path = join(out, 'runs', id, 'checkpoints');
    return existsSync(path) && readdirSync(path).length > 0;
  }).length === 2;

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
    expect(Object.fromEntries(rows.map(({ name, status }) => [name, status]))).toEqual({
      diverging: 'failed',
      joint: 'finished',
    });
    expect(rows.find(({ name }) => name === 'diverging')!.reason).toMatch(
      /^diverging: expected finite losses, gradients and weights, got others between steps 1 and \d;/,
    );
  });

  it('killed with its group or alone leaves no orphans, and restarted gives the same tables', async () => {
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    expect((await electraLab(argumentsFor('two.yaml', whole))).code).toBe(0);

    for (const kill of [
      (pid: number) => process.kill(-pid, 'SIGKILL'),
      (pid: number) => process.kill(pid, 'SIGKILL'),
    ]) {
      const { child, ended } = start(argumentsFor('two.yaml', broken), { detached: true });
      await until(() => bothAreTraining(broken) && locksOf(broken).length > 0);
      kill(child.pid!);
      await ended;
      await until(() => locksOf(broken).length === 0, 15);
    }
    expect(recordsOf(broken).map(({ status }) => status)).toContain('interrupted');
    const restarted = await electraLab(argumentsFor('two.yaml', broken));
    expect(restarted.stderr).not.toContain('electra-lab:');
    expect(restarted.code).toBe(0);
    expect(tablesOf(broken)).toEqual(tablesOf(whole));
  });
});
