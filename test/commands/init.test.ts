/** What a newcomer begins from: it is valid as it is written, and never lies over another file. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { readCsv, temporaryFolder, writeCorpus } from '../end-to-end/program.ts';

const { folder, remove } = temporaryFolder();
const before = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  remove();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...args: string[]) {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  await main(args);
  for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
  return { ...text, code: process.exitCode ?? 0 };
}

describe('electra-lab init', () => {
  it('writes an experiment and its configuration, and says what to do with them', async () => {
    expect(await run('init', 'my-ablation')).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'my-ablation.yaml\nmy-ablation-run.yaml\n\nTo see what it costs: electra-lab plan my-ablation.yaml\nTo run it: electra-lab sweep my-ablation.yaml\n',
    });
    for (const file of ['my-ablation.yaml', 'my-ablation-run.yaml']) {
      const [, schema] = /^# yaml-language-server: \$schema=(\S+)/.exec(readFileSync(file, 'utf8'))!;
      expect(existsSync(schema!)).toBe(true);
    }
  });

  it.each(['SCHEMA', 'NAME'])('takes %s for a name like any other', async (name) => {
    await run('init', name);
    expect(readFileSync(`${name}.yaml`, 'utf8')).toContain(`preset: ./${name}-run.yaml`);
  });

  it('writes what a sweep takes as it is: three runs', async () => {
    const { code, stdout } = await run('sweep', 'my-ablation.yaml', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nweight 5 .*\nweight 50 .*\nbert /);
    expect(stdout).toContain('3 runs: 0 finished and reused, 0 to resume, 3 new');
  });

  it('writes what runs to its report, here a small arm of ten steps', async () => {
    const sets = [
      'training.steps=10',
      'optimiser.warmupSteps=2',
      'evaluation.examples=16',
      'finetune.tasks=[]',
      'model.hidden=16',
      'model.heads=2',
      'model.feedForward=16',
      'model.embedding=16',
      'data.corpora=[]',
      `data.folder=${writeCorpus(join(folder, 'texts'))}`,
      'data.vocabularySize=96',
      'data.sequenceLength=16',
      'data.heldOutFraction=0.2',
    ].flatMap((set) => ['--set', set]);
    const { code, stdout } = await run(
      'sweep',
      'my-ablation.yaml',
      '--only',
      'bert',
      '--cache',
      'cache',
      ...sets,
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('Report: results/my-ablation/report.html'),
    });
    const rows = readCsv(join('results', 'my-ablation', 'runs.csv'));
    expect(rows.map(({ arm, steps }) => `${arm}: ${steps}`)).toEqual(['bert: 10']);
  });

  it.each(['taken.yaml', 'taken-run.yaml'])('writes nothing where there is %s', async (name) => {
    writeFileSync(name, 'mine');
    const files = readdirSync('.');
    expect(await run('init', 'taken')).toEqual({
      code: 2,
      stdout: '',
      stderr: `electra-lab: ${name}: expected no file yet, got one; choose another name, or move it away\n`,
    });
    expect(readdirSync('.')).toEqual(files);
    expect(readFileSync(name, 'utf8')).toBe('mine');
    rmSync(name);
  });
});
