/** Fine-tuning as real processes: cells that are kept when one is killed, the control, predictions, bad input. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  electraLab,
  onlyRun,
  type Row,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  withoutTimes,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const [config, cache, task] = ['tiny.yaml', 'cache', 'task.yaml'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const engine = ['--cache', cache, '--engine', 'onnx', '--threads', '1'];
const pretrain = (out: string) => electraLab(['run', config, '--out', out, ...engine]);
const argumentsFor = (out: string, ...more: string[]) => [
  'finetune',
  onlyRun(out),
  '--tasks',
  task,
  '--seeds',
  '3',
  ...engine,
  ...more,
];
const rowsIn = (out: string): Row[] => readCsv(join(out, 'finetune.csv'));
/** Scores that the run's record has. */
const recorded = (out: string): unknown[] =>
  JSON.parse(readFileSync(join(onlyRun(out), 'run.json'), 'utf8')).finetune;

/** Is a word among the first of the corpus' words? Pairs of short and of long texts. */
function table(count: number, shift: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const isKnown = (i + shift) % 3 === 0;
    return `${isKnown ? 'bas det' : 'rob nez'} ${'fit gov '.repeat(i % 4)}\t${isKnown ? 'yes' : 'no'}`;
  });
  return `text\tknown\n${rows.join('\n')}\n`;
}

const unbroken = join(folder, 'unbroken');
beforeAll(async () => {
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus'))));
  writeFileSync(join(folder, 'train.tsv'), table(96, 0));
  writeFileSync(join(folder, 'dev.tsv'), table(20, 1));
  const columns = { first: 'text', label: 'known' };
  const files = { train: 'train.tsv', dev: 'dev.tsv', test: 'dev.tsv' };
  const metrics = ['accuracy', 'f1'];
  writeFileSync(
    task,
    JSON.stringify({ name: 'known', ...files, columns, labels: ['no', 'yes'], metrics, epochs: 40 }),
  );
  for (const out of [unbroken, join(folder, 'killed')]) expect((await pretrain(out)).code).toBe(0);
  expect((await electraLab(argumentsFor(unbroken))).code).toBe(0);
});
afterAll(remove);

describe('fine-tuning that was killed', () => {
  it('goes on with the cells that are missing, and ends with the same table', async () => {
    const out = join(folder, 'killed');
    const { child, ended } = start(argumentsFor(out));
    await until(() => child.exitCode !== null || recorded(out).length > 0);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const kept = recorded(out);
    expect(kept.length).toBeLessThan(3 * 2); // seeds × metrics
    const resumed = await electraLab(argumentsFor(out));
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).not.toContain('seed 0');
    expect(recorded(out).slice(0, kept.length)).toEqual(kept); // its seconds too
    expect(withoutTimes(rowsIn(out))).toEqual(withoutTimes(rowsIn(unbroken)));
  });

  it('makes nothing anew when all is there', async () => {
    const before = rowsIn(unbroken);
    const { code, stdout, stderr } = await electraLab(argumentsFor(unbroken));
    expect({ code, stderr: stderr.includes('steps') }).toEqual({ code: 0, stderr: false });
    expect(stdout).toMatch(/tiny +30 +known +accuracy +40 +3 /);
    expect(rowsIn(unbroken)).toEqual(before);
  });
});

describe('fine-tuning', () => {
  it('writes a row per seed and metric, and answers from which the scores can be worked out again', () => {
    const rows = rowsIn(unbroken);
    expect(rows.map(({ finetune_seed, metric }) => `${finetune_seed} ${metric}`)).toEqual([
      '0 accuracy',
      '0 f1',
      '1 accuracy',
      '1 f1',
      '2 accuracy',
      '2 f1',
    ]);
    expect(rows[0]).toMatchObject({ arm: 'tiny', checkpoint_step: '30', task: 'known', part: 'dev' });
    for (const { finetune_seed, settings, score } of rows.filter(({ metric }) => metric === 'accuracy')) {
      const name = `step-30-${settings}-seed-${finetune_seed}.json`;
      const { parts } = JSON.parse(readFileSync(join(onlyRun(unbroken), 'answers/known', name), 'utf8'));
      const { predicted, actual } = parts.dev as Record<'predicted' | 'actual', number[]>;
      const right = predicted.filter((answer, i) => answer === actual[i]);
      expect(right.length / actual.length).toBe(Number(score));
    }
  });

  it('marks the untrained control so that it cannot be taken for the run', async () => {
    const before = rowsIn(unbroken);
    expect((await electraLab(argumentsFor(unbroken, '--untrained'))).code).toBe(0);
    const rows = rowsIn(unbroken);
    expect(rows.slice(0, before.length)).toEqual(before);
    const control = rows.slice(before.length);
    expect(control).toHaveLength(3 * 2);
    for (const row of control) {
      expect(row).toMatchObject({ arm: 'tiny', checkpoint_step: '0', train_flops: '0' });
    }
  });

  it('scores a checkpoint that is named, beside the last one', async () => {
    const checkpoint = join(onlyRun(unbroken), 'checkpoints', 'step-000000025');
    const named = ['finetune', checkpoint, '--tasks', task, '--seeds', '1', '--json', ...engine];
    const { code, stdout } = await electraLab(named);
    expect(code).toBe(0);
    const { rows } = JSON.parse(stdout);
    expect(rows.map(({ checkpointStep }: { checkpointStep: number }) => checkpointStep)).toEqual([25, 25]);
  });

  it('tries settings side by side, without touching the scores of others', async () => {
    const before = rowsIn(unbroken);
    const varied = argumentsFor(unbroken, '--seeds', '1', '--vary', 'finetune.learningRate=[0.001,0.002]');
    const { code, stdout } = await electraLab(varied.filter((_, i) => i !== 4 && i !== 5));
    expect(code).toBe(0);
    expect(stdout).toMatch(/0\.001 +\w{10} +known +accuracy.*\n.*\n.*0\.002 +\w{10} +known +accuracy/);
    expect(rowsIn(unbroken).slice(0, before.length)).toEqual(before);
    expect(
      rowsIn(unbroken)
        .slice(before.length)
        .map((row) => row.learning_rate),
    ).toEqual(['0.001', '0.001', '0.002', '0.002']);
  });

  it('writes predictions of dev and test on request, also of scores that are there', async () => {
    const { code } = await electraLab(argumentsFor(unbroken, '--predictions'));
    expect(code).toBe(0);
    const [name] = readdirSync(join(onlyRun(unbroken), 'predictions')).sort();
    expect(name).toMatch(/^step-30-\w{10}-seed-0$/);
    const path = join(onlyRun(unbroken), 'predictions', name!);
    const [header, ...rows] = readFileSync(join(path, 'known.tsv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('index\tprediction');
    expect(rows).toHaveLength(20);
    for (const [i, row] of rows.entries()) expect(row).toMatch(new RegExp(`^${i}\\t(yes|no)$`));
    expect(readFileSync(join(path, 'dev', 'known.tsv'), 'utf8').split('\n')).toHaveLength(20 + 2);
  });

  it('keeps weights on request, which changes no score, and exports them with their labels', async () => {
    const before = rowsIn(unbroken);
    const one = (...more: string[]) => argumentsFor(unbroken, ...more).filter((_, i) => i !== 4 && i !== 5);
    expect((await electraLab(one('--seeds', '1', '--keep-weights'))).code).toBe(0);
    const bySettings = (rows: Row[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(bySettings(withoutTimes(rowsIn(unbroken)))).toEqual(bySettings(withoutTimes(before)));
    const exported = join(folder, 'classifier');
    const words = ['export', onlyRun(unbroken), '--to', 'onnx', '--task', 'known', '--cache', cache];
    const { code, stdout } = await electraLab([...words, '--out', exported]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${exported}\n` });
    const { id2label } = JSON.parse(readFileSync(join(exported, 'config.json'), 'utf8'));
    expect(id2label).toEqual({ 0: 'no', 1: 'yes' });
    expect(readFileSync(join(exported, 'README.md'), 'utf8')).toMatch(/- dev, accuracy: [01]\.\d{4}\n/);
    const hub = await electraLab(words.map((word) => (word === 'onnx' ? 'hf' : word)).concat('--out', 'x'));
    expect(hub.code).toBe(2);
    expect(hub.stderr).toContain('--to: expected onnx, as --task is there, got "hf"');
    const batch = ['export', onlyRun(unbroken), '--to', 'hf', '--batch', '2', '--out', 'x'];
    const shaped = await electraLab(batch);
    expect([shaped.code, shaped.stderr]).toEqual([2, expect.stringContaining('as --batch is there')]);
  });

  it('scores texts that have changed anew, in place of the old scores', async () => {
    const out = join(folder, 'killed');
    const versions = () =>
      new Set((recorded(out) as { taskVersion: string }[]).map((row) => row.taskVersion));
    const [before, ...others] = versions();
    expect(others).toEqual([]);
    writeFileSync(join(folder, 'dev.tsv'), table(30, 2));
    expect((await electraLab(argumentsFor(out))).code).toBe(0);
    expect(recorded(out)).toHaveLength(3 * 2);
    expect(versions().size).toBe(1);
    expect(versions().has(before!)).toBe(false);
  });
});

describe('fine-tuning that cannot be', () => {
  it.each<[string, () => string[], RegExp, number]>([
    [
      'a folder without a run',
      () => ['finetune', join(folder, 'nowhere'), '--tasks', 'rte'],
      /nowhere\/config\.yaml: expected the configuration of a run, got no file; name a folder like results\/<name>\/runs\/<id>$/,
      2,
    ],
    [
      'a checkpoint that is not there',
      () => ['finetune', join(onlyRun(unbroken), 'checkpoints', 'step-7'), '--tasks', 'rte'],
      /step-7: expected a checkpoint, got none; there are step-000000025, step-000000030$/,
      2,
    ],
    [
      'no task',
      () => ['finetune', onlyRun(unbroken)],
      /finetune: expected at least one task, got none; add --tasks offline, --tasks glue --glue-dir DIR, or names with commas between$/,
      2,
    ],
    [
      'an unknown task',
      () => ['finetune', onlyRun(unbroken), '--tasks', 'rte,colla'],
      /finetune\.tasks\[1\]: expected one of .*, or a YAML file, got "colla"; did you mean "cola"\?$/,
      2,
    ],
    [
      'a key of another section',
      () => ['finetune', onlyRun(unbroken), '--tasks', 'rte', '--set', 'training.steps=3'],
      /--set: expected a key of finetune, got "training\.steps=3"; another run is another training: use `electra-lab run`$/,
      2,
    ],
    [
      'no seeds',
      () => ['finetune', onlyRun(unbroken), '--tasks', 'rte', '--seeds', '0'],
      /--seeds: expected a whole number from 1, got 0$/,
      2,
    ],
    [
      'GLUE without its folder',
      () => ['finetune', onlyRun(unbroken), '--tasks', 'glue'],
      /glue: expected a folder with GLUE's files, got none; name one with --glue-dir or finetune\.glueDir$/,
      2,
    ],
    [
      'a GLUE folder that is not there',
      () => ['finetune', onlyRun(unbroken), '--tasks', 'glue', '--glue-dir', join(folder, 'no-glue')],
      /no-glue: expected a folder with GLUE's files \(CoLA\/train\.tsv, …\), got no folder; check the path \(--glue-dir\)$/,
      1,
    ],
  ])('with %s says so in one line', async (_, args, message, exitCode) => {
    const { code, stderr, stdout } = await electraLab(args());
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  });

  it('stops before any training of a run when a table of a task is broken', async () => {
    writeFileSync(join(folder, 'dev.tsv'), 'text\tknown\nbas\tmaybe\n');
    const out = join(folder, 'broken');
    const args = [
      'run',
      config,
      '--out',
      out,
      '--set',
      `finetune.tasks=[${JSON.stringify(task)}]`,
      ...engine,
    ];
    const { code, stderr } = await electraLab(args);
    expect(stderr).toMatch(/dev\.tsv:2: expected one of no, yes, got "maybe"\n$/);
    expect(code).toBe(1);
    expect(existsSync(join(onlyRun(out), 'checkpoints'))).toBe(false);
  });
});
