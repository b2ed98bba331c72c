/** electra-lab show on runs of seconds. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const folder = temporaryFolder();
const [out, cache] = ['out', 'cache'].map((name) => join(folder, name)) as [string, string];
let runs: Record<string, string>;

const run = (...args: string[]) => runPlain(...args, '--engine', 'onnx', '--cache', cache);

async function runPlain(...args: string[]) {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    }),
  );
  try {
    await main(args);
    return { ...text, code: process.exitCode as number | undefined };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
    process.exitCode = undefined;
  }
}

beforeAll(async () => {
  const config = join(folder, 'tiny.yaml');
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training: { steps: 6 } }));
  for (const regime of ['joint', 'bert'])
    await run('run', config, '--out', out, '--set', `regime=${regime}`, '--quiet');
  const names = readdirSync(join(out, 'runs')).map((name) => [name.split('-')[0], join(out, 'runs', name)]);
  runs = Object.fromEntries(names);
}, 120_000);

const sentence = 'bas [MASK] gov kaz.';

describe('electra-lab show', () => {
  it('prints guesses, sample and every verdict of an ELECTRA, within 80 columns', async () => {
    const { stdout } = await run('show', runs.joint!, '--text', sentence);
    expect(stdout).toMatch(/^place +was +sample +likeliest$/m);
    expect(stdout).toMatch(/^ +\d+ +\[MASK\] +\S+ [\d<. ]+ % +(\S+ [\d.]+ %, ){4}\S+ [\d.]+ %$/m);
    expect(stdout).toMatch(/^ +\d+ +\S+ +\d+\.\d % +[█·]{20} +sampled$/m);
    expect(stdout).toContain("replaced: the discriminator's probability");
    expect(stdout.split('\n').filter((line) => !line.startsWith(runs.joint!) && line.length > 80)).toEqual(
      [],
    );
  });

  it('prints the guesses of a BERT, and that it has no network for the other question', async () => {
    const { stdout } = await run('show', runs.bert!, '--text', sentence);
    expect(stdout).toMatch(/^ +\d+ +\[MASK\] /m);
    expect(stdout).not.toMatch(/^place +reads/m);
    expect(stdout).toContain('This regime has no network that finds replaced tokens.');
  });

  it('prints JSON in snake case, the same each time', async () => {
    const args = ['show', runs.joint!, '--text', 'bas gov kaz div', '--json', '--seed', '3'];
    const [first, again] = [await run(...args), await run(...args)];
    expect(again.stdout).toBe(first.stdout);
    const { tokens, step, seed } = JSON.parse(first.stdout);
    expect([step, seed]).toEqual([6, 3]);
    const masked = tokens.filter((token: object) => 'sample' in token);
    expect(masked.length).toBeGreaterThan(0);
    for (const { best, sample } of masked) {
      expect(best).toHaveLength(5);
      expect(sample.probability).toBeGreaterThan(0);
    }
    for (const { replaced_probability } of tokens) expect(replaced_probability).toBeGreaterThan(0);
  });

  it('says in one line that the weights are missing, before any text is read', async () => {
    const bare = join(folder, 'bare');
    cpSync(runs.joint!, bare, { recursive: true });
    rmSync(join(bare, 'checkpoints'), { recursive: true });
    const { stderr, code } = await run('show', bare, '--text', sentence);
    expect(stderr).toBe(
      `electra-lab: ${bare}/checkpoints: expected a checkpoint, got none; git keeps no weights; run it first\n`,
    );
    expect(code).toBe(1);
  });

  it.each([
    [['--text', ''], '--text: expected one value, got ""'],
    [['--text', 'bas', '--seed', '-1'], '--seed: expected a whole number from 0, got -1'],
    [[], '--text: expected a value, got nothing; see `electra-lab show --help`'],
  ])('refuses %j', async (args, message) => {
    const { stderr, code } = await run('show', runs.joint!, ...args);
    expect(stderr).toBe(`electra-lab: ${message}\n`);
    expect(code).toBe(2);
  });
});

describe('the report of runs whose weights are there', () => {
  const texts = (): { runId: string; step: number; sentences: { token: string }[][] }[] =>
    JSON.parse(readFileSync(join(out, 'text.json'), 'utf8'));
  const report = () => runPlain('report', out, '--quiet', '--cache', cache);

  it('has the same held-out sentences of each, with samples, and verdicts where there is a discriminator', async () => {
    await report();
    const [bert, joint] = texts() as [ReturnType<typeof texts>[number], ReturnType<typeof texts>[number]];
    expect([bert.step, joint.step]).toEqual([6, 6]);
    const words = ({ sentences }: typeof bert) => sentences.map((tokens) => tokens.map(({ token }) => token));
    expect(words(bert)).toEqual(words(joint));
    expect(words(joint).length).toBeGreaterThan(0);
    expect(joint.sentences.flat().every((token) => 'replaced' in token)).toBe(true);
    expect(bert.sentences.flat().some((token) => 'replaced' in token)).toBe(false);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('What each arm does with text');
  });

  it('keeps what weights said after they are gone, and leaves run folders as they were', async () => {
    const before = readFileSync(join(out, 'text.json'));
    const files = readdirSync(runs.joint!);
    rmSync(join(runs.joint!, 'checkpoints'), { recursive: true });
    await report();
    expect(readFileSync(join(out, 'text.json')).equals(before)).toBe(true);
    expect(readdirSync(runs.joint!)).toEqual(files.filter((name) => name !== 'checkpoints'));
    rmSync(join(out, 'text.json'));
    await report();
    expect(texts().map(({ runId }) => runId.split('-')[0])).toEqual(['bert']);
  });
});
