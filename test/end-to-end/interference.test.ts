/** What others do to a run while it goes on: its folder deleted, its terminal closed, its process killed early. */
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  electraLab,
  onlyRun,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const [config, cache] = [join(folder, 'tiny.yaml'), join(folder, 'cache')];
const rest = ['--cache', cache, '--engine', 'onnx', '--threads', '1'];
const run = (out: string, ...more: string[]) => ['run', config, '--out', out, ...rest, ...more];
const checkpointsOf = (out: string) => {
  const path = join(onlyRun(out), 'checkpoints');
  return existsSync(path) ? readdirSync(path).filter((name) => /^step-\d+$/.test(name)) : [];
};

beforeAll(() => {
  const training = { steps: 400, evaluateEvery: 0, checkpointEvery: 20 };
  const finetune = { tasks: [], seeds: 1 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training, finetune }));
});
afterAll(remove);

describe('a run', () => {
  it('whose folder is deleted while it goes on fails, and says that nothing is kept', async () => {
    const out = join(folder, 'deleted');
    const { child, ended } = start(run(out));
    await until(() => child.exitCode !== null || checkpointsOf(out).length > 0);
    rmSync(onlyRun(out), { recursive: true, maxRetries: 10 }); // the run writes into it meanwhile
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /curves\.csv: expected the file that the run writes, got no file; it was deleted or moved while the run went on, after which step \d+ was done; kept: nothing$/,
    );
  });

  it('whose terminal is closed saves, and goes on where it was', async () => {
    const out = join(folder, 'closed');
    const { child, ended } = start(run(out));
    await until(() => child.exitCode !== null || checkpointsOf(out).length > 0);
    child.kill('SIGHUP');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('all saved; go on with --resume')]);
  });

  it('whose checkpoint cannot be read is not called damaged', async () => {
    const out = join(folder, 'closed');
    const newest = join(onlyRun(out), 'checkpoints', checkpointsOf(out).sort().at(-1)!, 'checkpoint.json');
    const bytes = readFileSync(newest);
    rmSync(newest);
    symlinkSync(newest, newest);
    const { code, stderr } = await electraLab(run(out, '--resume'));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('expected the description of a checkpoint that can be read, got "ELOOP"'),
    ]);
    expect(stderr).not.toContain('damaged');
    rmSync(newest);
    writeFileSync(newest, bytes);
    const resumed = await electraLab(run(out, '--resume'));
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining('tiny: ')]);
  });
});

describe('a cell of a sweep', () => {
  it('that was killed before its first checkpoint simply starts the next time', async () => {
    const [out, experiment] = [join(folder, 'sweep'), join(folder, 'one.yaml')];
    const study = { claim: 'nothing', preset: 'tiny.yaml', arms: { joint: { extends: 'tiny.yaml' } } };
    writeFileSync(experiment, JSON.stringify(study));
    const sweep = ['sweep', experiment, '--out', out, ...rest];
    const { child, ended } = start(sweep);
    const lock = () => join(onlyRun(out), 'lock');
    await until(
      () => child.exitCode !== null || (existsSync(lock()) && existsSync(join(onlyRun(out), 'run.json'))),
    );
    const [, pid] = readdirSync(lock())[0]!.split('~');
    process.kill(Number(pid), 'SIGKILL');
    expect((await ended).code).toBe(1);
    const { stdout } = await electraLab([...sweep, '--dry-run']);
    expect(stdout).toContain('0 finished and reused, 0 to resume, 1 new, 0 failed before.');
    const { code, stderr } = await electraLab(sweep);
    expect([code, stderr]).toEqual([0, expect.stringContaining('joint: ')]);
    expect(readCsv(join(out, 'runs.csv')).map(({ steps }) => steps)).toEqual(['400']);
  });
});
