/**
 * Damaged files, read by the commands that read them: each is refused in one sentence, or read. What carries a checksum is
 * never read otherwise than it was written.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { onlyRun, temporaryFolder } from '../end-to-end/program.ts';
import { damaged } from '../helpers/damage.ts';
import { campaignTimeout, chosen, faultsAmong, shortRunYaml } from './campaign.ts';
import { type Answer, faultsOf, type ServedProgram, serveProgram } from './served-program.ts';

const { folder, remove } = temporaryFolder();
const [config, results, weights] = ['tiny.yaml', 'results', 'hf'].map((name) => join(folder, name));
const engine = ['--cache', join(folder, 'cache'), '--engine', 'onnx'];
const hub = (name: string) => join(weights!, 'bert', name);
const ofRun = (name: string) => join(onlyRun(results!), name);
const ofCheckpoint = (name: string) => {
  const checkpoints = ofRun('checkpoints');
  return join(checkpoints, readdirSync(checkpoints).sort().at(-1)!, name);
};
let program: ServedProgram;

interface Damaged {
  path(): string;
  /** Reads the file. */
  args(): string[];
  /** Of a whole campaign. */
  tries: number;
  /** Whether a checksum stands for it: then it is read as it was, or not at all. */
  isChecked?: boolean;
}

const evaluate = () => ['evaluate', onlyRun(results!), '--json', '--quiet', ...engine];
const report = () => ['report', results!];
const importHub = () => ['import', join(weights!, 'bert'), '--as', 'mine', '--out', join(folder, 'imported')];
const files: Record<string, Damaged> = {
  'a configuration': {
    path: () => config!,
    args: () => ['run', config!, '--print-config'],
    tries: 150,
  },
  'config.json': { path: () => hub('config.json'), args: importHub, tries: 100 },
  'tokenizer_config.json': { path: () => hub('tokenizer_config.json'), args: importHub, tries: 50 },
  'vocab.txt': { path: () => hub('vocab.txt'), args: importHub, tries: 100 },
  'model.safetensors': { path: () => hub('model.safetensors'), args: importHub, tries: 100 },
  'checkpoint.json': {
    path: () => ofCheckpoint('checkpoint.json'),
    args: evaluate,
    tries: 60,
    isChecked: true,
  },
  'bert.safetensors': {
    path: () => ofCheckpoint('bert.safetensors'),
    args: evaluate,
    tries: 60,
    isChecked: true,
  },
  'config.yaml': { path: () => ofRun('config.yaml'), args: evaluate, tries: 60 },
  'curves.csv': { path: () => ofRun('curves.csv'), args: report, tries: 50, isChecked: true },
  'run.json': { path: () => ofRun('run.json'), args: report, tries: 50 },
};

beforeAll(async () => {
  writeFileSync(config!, shortRunYaml(join(folder, 'corpus')));
  program = serveProgram({ cwd: folder });
  const { code, stderr } = await program.ask(['run', config!, '--out', results!, '--quiet', ...engine]);
  expect([code, stderr]).toEqual([0, '']);
  await program.ask(['export', onlyRun(results!), '--to', 'hf', '--out', weights!, '--cache', engine[1]!]);
}, campaignTimeout);
afterAll(() => {
  program?.stop();
  remove();
});

/** What a reader of the tables gets. */
function shown({ stdout }: Answer): string {
  const table = join(results!, 'curves.csv');
  return stdout + readFileSync(table, 'utf8');
}

it.each(Object.keys(files))('%s', { timeout: campaignTimeout }, async (name) => {
  const { path, args, tries, isChecked } = files[name]!;
  const [file, words] = [path(), args()];
  const whole = readFileSync(file);
  const clear = () => rmSync(join(folder, 'imported'), { recursive: true, force: true });
  const before = await program.ask(words);
  expect([before.code, before.stderr]).toEqual([0, '']);
  const numbers = Array.from({ length: tries }, (_, i) => i);
  const found = await faultsAmong(`damaged ${name}`, chosen(numbers, 6), async (i) => {
    clear();
    writeFileSync(file, damaged(whole, new RandomStream('damage', name, i)));
    const answer = await program.ask(words);
    const isOther = isChecked && answer.code === 0 && shown(answer) !== shown(before);
    return [...faultsOf(answer), ...(isOther ? [`read otherwise: ${answer.stdout.slice(0, 300)}`] : [])];
  });
  writeFileSync(file, whole);
  expect(found).toEqual([]);
});
