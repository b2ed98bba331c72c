/** The engines that a machine may have beside onnx, from the command line: all that a run does, and going on after a kill. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOpenvino } from '../helpers/openvino.ts';
import { writeToyBlimp } from '../helpers/toy-blimp.ts';
import {
  electraLab,
  onlyRun,
  outcomeOf,
  readCsv,
  start,
  temporaryFolder,
  tinyRunYaml,
  until,
  writeCorpus,
} from './program.ts';

const { folder, remove } = temporaryFolder();
const [config, task, cache] = ['tiny.yaml', 'task.yaml', 'cache'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const on = (engine: string) => ['--cache', cache, '--engine', engine, '--threads', '1'];
const run = (out: string, engine: string, ...more: string[]) => [
  'run',
  config,
  '--out',
  out,
  ...on(engine),
  ...more,
];

beforeAll(() => {
  const table = Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 'bas det\tyes' : 'rob nez\tno'));
  writeFileSync(join(folder, 'train.tsv'), `text\tknown\n${table.join('\n')}\n`);
  const files = { train: 'train.tsv', dev: 'train.tsv', columns: { first: 'text', label: 'known' } };
  writeFileSync(
    task,
    JSON.stringify({ name: 'known', ...files, labels: ['no', 'yes'], metrics: ['accuracy'] }),
  );
  const training = { steps: 60, logEvery: 7, evaluateEvery: 20, checkpointEvery: 3 };
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus')), { training }));
});
afterAll(remove);

const engines = [{ engine: 'openvino', isHere: hasOpenvino }];

describe.each(engines)('on $engine', ({ engine, isHere }) => {
  const [unbroken, killed] = [`${engine}-unbroken`, `${engine}-killed`].map((name) => join(folder, name)) as [
    string,
    string,
  ];

  it.skipIf(!isHere)('a run that was killed ends as if nothing had happened', async () => {
    expect(await electraLab(run(unbroken, engine))).toMatchObject({ code: 0 });
    const { child, ended } = start(run(killed, engine));
    const checkpoints = () => join(onlyRun(killed), 'checkpoints');
    await until(() => existsSync(checkpoints()) && readdirSync(checkpoints()).length > 0, 600);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(await electraLab(run(killed, engine, '--resume'))).toMatchObject({ code: 0 });
    expect(outcomeOf(onlyRun(killed))).toEqual(outcomeOf(onlyRun(unbroken)));
  });

  it.skipIf(!isHere)('a run is fine-tuned, probed, scored on pairs and evaluated', async () => {
    const finetuned = ['finetune', onlyRun(unbroken), '--tasks', task, '--seeds', '1', ...on(engine)];
    expect(await electraLab(finetuned)).toMatchObject({ code: 0 });
    expect(readCsv(join(unbroken, 'finetune.csv'))).toMatchObject([{ task: 'known', metric: 'accuracy' }]);
    const measurements = [
      ['probe', '--tasks', task],
      ['pairs', '--sets', 'blimp', '--blimp', writeToyBlimp(join(folder, 'blimp'))],
      ['evaluate'],
    ];
    for (const [command, ...options] of measurements) {
      const measured = [command!, onlyRun(unbroken), ...options, ...on(engine)];
      expect(await electraLab(measured)).toMatchObject({ code: 0 });
    }
    const record = JSON.parse(readFileSync(join(onlyRun(unbroken), 'run.json'), 'utf8'));
    expect([record.finetune.length, record.probe.length > 0, record.pairs.length > 0]).toEqual([
      1,
      true,
      true,
    ]);
  });
});
