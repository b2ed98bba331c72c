/** Runs that are killed, interrupted or damaged, against one that is not. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const [config, cache] = [join(folder, 'tiny.yaml'), join(folder, 'cache')];
const argumentsFor = (out: string, ...more: string[]) => [
  'run',
  config,
  '--out',
  out,
  '--cache',
  cache,
  '--engine',
  'onnx',
  '--threads',
  '1',
  ...more,
];
const unbroken = join(folder, 'unbroken');

beforeAll(async () => {
  // Checkpoints at every third step, losses at every seventh: most checkpoints lie in the middle of a row.
  const training = { steps: 120, logEvery: 7, evaluateEvery: 40, checkpointEvery: 3 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
  expect((await electraLab(argumentsFor(unbroken))).code).toBe(0);
});
afterAll(remove);

const checkpointsOf = (out: string) => {
  const path = join(onlyRun(out), 'checkpoints');
  return existsSync(path) ? readdirSync(path) : [];
};

describe('a run that was killed', () => {
  const moments: Record<string, (out: string) => boolean> = {
    'before its first step': (out) => existsSync(join(onlyRun(out), 'lock')),
    'after its first checkpoint': (out) => checkpointsOf(out).some((name) => /^step-0+[36]$/.test(name)),
    'while a checkpoint was being written': (out) =>
      checkpointsOf(out).some((name) => /step-0+(?:[3-9]\d|1\d\d)\.part$/.test(name)),
    'between two late checkpoints': (out) => checkpointsOf(out).some((name) => /^step-0+7\d$/.test(name)),
  };

  it.each(Object.keys(moments))('%s ends as if nothing had happened', async (moment) => {
    const out = join(folder, moment.replaceAll(' ', '-'));
    const { child, ended } = start(argumentsFor(out));
    await until(() => child.exitCode !== null || moments[moment]!(out));
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const resumed = await electraLab(argumentsFor(out, '--resume'));
    expect(resumed.stderr).not.toContain('electra-lab:');
    expect(resumed.code).toBe(0);
    expect(outcomeOf(onlyRun(out))).toEqual(outcomeOf(onlyRun(unbroken)));
    expect(checkpointsOf(out).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a run that was interrupted', () => {
  const out = join(folder, 'interrupted');

  it('finishes its step, saves, exits 130, and goes on to the same end', async () => {
    const { child, ended } = start(argumentsFor(out));
    await until(() => checkpointsOf(out).length > 0);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    const [, step] = /tiny: interrupted after step (\d+) of 120, all saved; go on with --resume\n$/.exec(
      stderr,
    )!;
    expect(checkpointsOf(out).sort().at(-1)).toBe(`step-${step!.padStart(9, '0')}`);
    const record = JSON.parse(readFileSync(join(onlyRun(out), 'run.json'), 'utf8'));
    expect(record).toMatchObject({
      status: 'interrupted',
      reason: expect.stringContaining(`step ${step} of 120`),
    });
    expect(existsSync(join(onlyRun(out), 'lock'))).toBe(false);

    const refused = await electraLab(argumentsFor(out));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('; add --resume to go on, or --overwrite to start again\n');

    expect((await electraLab(argumentsFor(out, '--resume'))).code).toBe(0);
    expect(outcomeOf(onlyRun(out))).toEqual(outcomeOf(onlyRun(unbroken)));
  });
});

describe('a run whose newest checkpoint is damaged', () => {
  it('says which, and goes on from the one before when that is deleted', async () => {
    const out = join(folder, 'damaged');
    const { child, ended } = start(argumentsFor(out));
    await until(() => checkpointsOf(out).some((name) => /^step-0+[3-9]\d$/.test(name)));
    child.kill('SIGKILL');
    await ended;
    const newest = join(
      onlyRun(out),
      'checkpoints',
      checkpointsOf(out)
        .filter((name) => !name.endsWith('.part'))
        .sort()
        .at(-1)!,
    );
    const file = join(newest, 'generator.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);

    const refused = await electraLab(argumentsFor(out, '--resume'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${file}: expected content with SHA-256 `);
    const [, remedy] = /; it is damaged; delete (\S+) to go on from the checkpoint before it\n$/.exec(
      refused.stderr,
    )!;
    rmSync(remedy!, { recursive: true });
    expect((await electraLab(argumentsFor(out, '--resume'))).code).toBe(0);
    expect(outcomeOf(onlyRun(out))).toEqual(outcomeOf(onlyRun(unbroken)));
  });
});
