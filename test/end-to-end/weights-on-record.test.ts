/** A record that came back from elsewhere (git, a copy) over weights of another moment. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  electraLab,
  onlyRun,
  outcomeOf,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const [config, experiment] = [join(folder, 'tiny.yaml'), join(folder, 'one.yaml')];
const repository = join(folder, 'repository');
const [whole, mixed] = [join(folder, 'whole'), join(repository, 'results')];
const rest = ['--cache', join(folder, 'cache'), '--engine', 'onnx', '--threads', '1'];
const sweep = (out: string, ...more: string[]) => ['sweep', experiment, '--out', out, ...rest, ...more];
const checkpoints = (out: string) => join(onlyRun(out), 'checkpoints');

beforeAll(async () => {
  const training = { steps: 120, evaluateEvery: 0, checkpointEvery: 10 };
  const finetune = { tasks: [], seeds: 1 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training, finetune }));
  const arms = { joint: { extends: 'tiny.yaml' } };
  const study = { title: 'One', claim: 'nothing', preset: 'tiny.yaml', seeds: [0], arms };
  writeFileSync(experiment, JSON.stringify(study));
  mkdirSync(repository);
  const { code, stderr } = await electraLab(sweep(mixed));
  expect([code, stderr]).toEqual([0, expect.stringContaining('joint: ')]);
  commit(mixed);
  renameSync(mixed, whole);

  const { child, ended } = start(sweep(mixed));
  const isUnderWay = () => readdirSync(checkpoints(mixed)).some((name) => /^step-0+[2-5]0$/.test(name));
  await until(() => child.exitCode !== null || (onlyRun(mixed).endsWith('none') ? false : tried(isUnderWay)));
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  git('checkout', 'results');
});
afterAll(remove);

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
    cwd: repository,
    stdio: 'pipe',
  });
}

/** All but the weights, as our own results are. */
function commit(results: string): void {
  git('init', '--quiet');
  writeFileSync(join(repository, '.gitignore'), 'checkpoints/\n');
  git('add', '.gitignore', results);
  git('commit', '--quiet', '--message', 'Results');
}

function tried(isTrue: () => boolean): boolean {
  try {
    return isTrue();
  } catch {
    return false; // not there yet
  }
}

describe('a finished record over the weights of an earlier step', () => {
  const refusal = () =>
    new RegExp(
      `: expected one of step-000000110, step-000000120, as in run.json, got "step-0+\\d+"; restore the weights of ` +
        `that record, or delete \\S+/checkpoints to train again$`,
    );

  it('is not called finished', async () => {
    const { code, stdout } = await electraLab(sweep(mixed, '--dry-run'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/joint +unusable/);
    expect(stdout).toContain('0 finished and reused, 0 to resume, 0 new, 0 failed before, 1 whose weights');
    const { stdout: status } = await electraLab(sweep(mixed, '--status'));
    expect(status).toContain('as in run.json');
  });

  it.each([
    ['evaluate', []],
    ['finetune', ['--tasks', 'cola']],
    ['export', ['--to', 'hf', '--out', join(folder, 'exported')]],
  ])('is refused by %s', async (command, more) => {
    const { code, stderr } = await electraLab([
      command,
      onlyRun(mixed),
      '--cache',
      join(folder, 'cache'),
      ...more,
    ]);
    expect(stderr.trimEnd()).toMatch(refusal());
    expect(code).toBe(1);
  });

  it('is refused where another run would begin with it', async () => {
    const begin = [
      'run',
      config,
      '--set',
      `training.startFrom=${onlyRun(mixed)}`,
      '--out',
      join(folder, 'next'),
    ];
    const { code, stderr } = await electraLab([...begin, ...rest]);
    expect(stderr.trimEnd()).toMatch(refusal());
    expect(code).toBe(1);
  });

  it('is not trained on by a sweep, until its weights are deleted as the message says', async () => {
    const refused = await electraLab(sweep(mixed));
    expect(refused.code).toBe(1);
    expect(refused.stderr.trimEnd()).toMatch(refusal());
    rmSync(checkpoints(mixed), { recursive: true });
    const { code, stderr } = await electraLab(sweep(mixed));
    expect([code, stderr]).toEqual([0, expect.stringContaining('joint: ')]);
    expect(outcomeOf(onlyRun(mixed))).toEqual(outcomeOf(onlyRun(whole)));
  });
});

describe('weights that are not those of the record though the step is', () => {
  it('are refused by their digest', async () => {
    const out = join(folder, 'other');
    cpSync(whole, out, { recursive: true });
    const path = join(onlyRun(out), 'run.json');
    const record = JSON.parse(readFileSync(path, 'utf8'));
    record.files.checkpoints['step-000000120'].sha256 = '0'.repeat(64);
    writeFileSync(path, JSON.stringify(record));
    const { code, stderr } = await electraLab(['evaluate', onlyRun(out), '--cache', join(folder, 'cache')]);
    expect(stderr).toContain('expected weights with SHA-256 000000000000…, as in run.json, got "');
    expect(code).toBe(1);
  });

  it('are said to be unchecked once, where the record is of an older version', async () => {
    const out = join(folder, 'older');
    cpSync(whole, out, { recursive: true });
    const path = join(onlyRun(out), 'run.json');
    const { files: _, ...record } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(record));
    const { code, stderr } = await electraLab(['evaluate', onlyRun(out), '--cache', join(folder, 'cache')]);
    expect(
      stderr.match(/its record is of an older version and has no checksum of the weights/g),
    ).toHaveLength(1);
    expect(code).toBe(0);
  });
});

describe('a finished run whose last checkpoint is gone', () => {
  it('goes on from the one before, which its record knows, to the same end', async () => {
    const out = join(folder, 'shortened');
    cpSync(whole, out, { recursive: true });
    rmSync(join(checkpoints(out), 'step-000000120'), { recursive: true });
    const refused = await electraLab(['evaluate', onlyRun(out), '--cache', join(folder, 'cache')]);
    expect(refused.stderr).toContain('expected step 120, as in run.json, got 110');
    const { code, stdout } = await electraLab(sweep(out, '--dry-run'));
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 to resume')]);
    expect((await electraLab(sweep(out))).code).toBe(0);
    expect(outcomeOf(onlyRun(out))).toEqual(outcomeOf(onlyRun(whole)));
  });
});
