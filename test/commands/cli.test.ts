/** Every command with wrong input: one line, in the project's form, with the right exit code. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { holderName } from '../../src/base/folder-lock.ts';
import { main } from '../../src/cli.ts';
import { experimentsFolder } from '../../src/commands/command.ts';
import { shownPath } from '../../src/config/yaml-file.ts';
import { taskChoices } from '../../src/downstream/tasks/registry.ts';
import { engineNames } from '../../src/engine/engines.ts';
import { electraLab, temporaryFolder, tinyRunYaml, writeCorpus } from '../end-to-end/program.ts';
import { serveFiles } from '../helpers/file-server.ts';

const { folder, remove } = temporaryFolder();
const config = join(folder, 'tiny.yaml');
const cache = join(folder, 'cache');
const out = join(folder, 'out');
beforeAll(() => {
  writeFileSync(config, tinyRunYaml(writeCorpus(join(folder, 'corpus'))));
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'empty'));
});
afterAll(remove);
beforeEach(() => {
  process.exitCode = undefined;
});

/** Runs the command line in this process. */
async function run(...args: string[]) {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    }),
  );
  try {
    await main(args);
    return { ...text, code: process.exitCode ?? 0 };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
    process.exitCode = undefined;
  }
}

describe('what every command line can be asked for', () => {
  const env = { COLUMNS: '80' };
  it.each(['-h', 'sweep -h'])('%s shows help within 80 columns', async (words) => {
    const { code, stdout } = await electraLab(words.split(' '), { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('electra-lab')]);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('-v is the version', async () => {
    expect((await electraLab(['-v'])).stdout).toBe((await electraLab(['--version'])).stdout);
  });

  it('--no-color, before and after a command, changes nothing, as nothing is coloured', async () => {
    const plain = await run('data', 'list');
    expect(await run('data', 'list', '--no-color')).toEqual(plain);
    expect(await run('--no-color', 'data', 'list')).toEqual(plain);
    expect(plain.stdout).not.toContain('\u001b');
  });

  it.each(['60', '100'])('COLUMNS=%s is how wide tables are', async (columns) => {
    vi.stubEnv('COLUMNS', columns);
    const { stdout } = await run('data', 'list');
    vi.unstubAllEnvs();
    const rules = stdout.split('\n').filter((line) => line.startsWith('─'));
    expect(Math.max(...rules.map((line) => line.length))).toBeLessThanOrEqual(Number(columns));
    expect(Math.max(...rules.map((line) => line.length))).toBeGreaterThan(Number(columns) / 2);
  });
});

describe('a mistake of the user', () => {
  const quickstart = shownPath(join(experimentsFolder, 'quickstart.yaml'));
  const commands = 'one of 20 names (run, sweep, plan, tune, signal, report, …)';
  it.each<[string, string]>([
    ['', `command: expected ${commands}, got nothing; see \`electra-lab --help\``],
    ['frobnicate', `command: expected ${commands}, got "frobnicate"; see \`electra-lab --help\``],
    ['rn smoke', `command: expected ${commands}, got "rn"; did you mean "run"?`],
    ['run', 'run: expected a configuration, got nothing; see `electra-lab run --help`'],
    ['report', 'report: expected a results folder, got nothing; see `electra-lab report --help`'],
    [
      'report absent',
      'absent: expected a results folder, got no file; name a folder that sweep or run has written, like results/quickstart',
    ],
    ['run smoke more', 'run: expected no further words, got "more"; see `electra-lab run --help`'],
    ['run smoke --resum', 'run: expected one of its options, got "--resum"; did you mean "--resume"?'],
    ['run smoke --bogus 3', 'run: expected one of its options, got "--bogus"; see `electra-lab run --help`'],
    ['run smoke --out', '--out: expected a value, got nothing; see `electra-lab run --help`'],
    ['run smoke --out a --out b', '--out: expected one value, got ["a","b"]'],
    ['run smoke --set', '--set: expected a value, got nothing; see `electra-lab run --help`'],
    [
      'run smoke --set training.stepss=3',
      '--set training.stepss: expected a known key, got "training.stepss"; did you mean "training.steps"?',
    ],
    ['run smoke --threads 0', '--threads: expected a whole number from 1, got 0'],
    ['run smoke --threads abc', '--threads: expected a whole number from 1, got "abc"'],
    [
      'run smoke --engine cuda',
      '--engine: expected one of auto, onnx, openvino, webgpu, javascript, tensorflow, got "cuda"; see `electra-lab run --help`',
    ],
    ['run smoke --resume --overwrite', 'run: expected --resume or --overwrite, got both; choose one'],
    ['run nofile.yaml', 'nofile.yaml: expected a YAML file, got no file; check the path'],
    ['evaluate', "evaluate: expected a run's folder, got nothing; see `electra-lab evaluate --help`"],
    [
      'evaluate nofolder --set training.steps=3',
      '--set: expected a key of evaluation or data, got "training.steps=3"; another run is another training: use `electra-lab run`',
    ],
    [
      'evaluate nofolder',
      'nofolder/config.yaml: expected the configuration of a run, got no file; name a folder like results/<name>/runs/<id>',
    ],
    ['export nofolder', '--to: expected a value, got nothing; see `electra-lab export --help`'],
    ['import', "import: expected a checkpoint's folder, got nothing; see `electra-lab import --help`"],
    [
      'import nofolder --as x',
      'nofolder: expected a Hugging Face checkpoint, got "no config.json"; name the folder of config.json, model.safetensors and vocab.txt',
    ],
    [
      'import nofolder --as x --set model.layers=3',
      '--set: expected a key of data, training, finetune or another recipe, got "model.layers=3"; the weights decide it; --as gives the name',
    ],
    ['sweep', 'sweep: expected an experiment, got nothing; see `electra-lab sweep --help`'],
    [
      'sweep quickstrat',
      'experiment: expected one of quickstart, got "quickstrat"; did you mean "quickstart"?',
    ],
    [
      'signal quickstart',
      `${quickstart}: expected pilot runs, got none; add \`signal\` with seeds, short and long: { seeds: [900, 901], short: { training: { steps: 500 } }, … }`,
    ],
    [
      'tune quickstart',
      `${quickstart}: expected a search, got none; add \`tuning\` with grid and seeds, as experiments/figure3-training-algorithms.yaml has`,
    ],
    ['sweep quickstart --jobs 0', '--jobs: expected a whole number from 1, got 0'],
    ['sweep quickstart --wait', '--wait: expected --launcher slurm with it, got none; add --launcher slurm'],
    [
      'sweep quickstart --launcher slurm --time 4:59',
      '--time: expected at least 5 minutes, got "4:59"; write 4:00:00 for four hours',
    ],
    [
      'sweep quickstart --launcher slurm --mem 4G;ls',
      '--mem: expected one word as sbatch takes it, got "4G;ls"',
    ],
    [
      'data',
      'data: expected list, tasks, prepare, glue or blimp, got nothing; see `electra-lab data --help`',
    ],
    [
      'data lsit',
      'data: expected list, tasks, prepare, glue or blimp, got "lsit"; see `electra-lab data --help`',
    ],
    [
      'data prepare',
      'data prepare: expected a configuration, got nothing; see `electra-lab data prepare --help`',
    ],
    ['pairs', "pairs: expected runs' folders, got nothing; see `electra-lab pairs --help`"],
    [
      'pairs none',
      'none/config.yaml: expected the configuration of a run, got no file; name a folder like results/<name>/runs/<id>',
    ],
    ['pairs none --most 0', '--most: expected a whole number from 1, got 0'],
    ['data blimp', '--dir: expected a value, got nothing; see `electra-lab data blimp --help`'],
    ['data blimp --dir x --from x', '--from: expected an address that begins with https://, got "x"'],
    ['data glue', '--dir: expected a value, got nothing; see `electra-lab data glue --help`'],
    ['data glue --dir', '--dir: expected a value, got nothing; see `electra-lab data glue --help`'],
    [
      'data glue --dir x --tasks cola,rt',
      '--tasks: expected one of cola, sst-2, mrpc, sts-b, qqp, mnli, qnli, rte, wnli, got "rt"; did you mean "rte"?',
    ],
    [
      'data glue --dir x --from ftp://x',
      '--from: expected an address that begins with https://, got "ftp://x"',
    ],
    [
      'data tasks --tasks genre,simmilarity',
      `--tasks: expected one of ${taskChoices.length} names (cola, sst-2, mrpc, sts-b, qqp, mnli, …), got "simmilarity"; did you mean "similarity"?`,
    ],
    [
      'sweep quickstart --only joint,bret --dry-run',
      '--only: expected one of joint, bert, two-stage, adversarial, got "bret"; did you mean "bert"?',
    ],
    [
      'sweep quickstart --seeds 3-1',
      '--seeds: expected whole numbers, each once, got "3-1"; write 0,1,2 or 0-4',
    ],
    [
      'plan quickstart --seeds 1,1',
      '--seeds: expected whole numbers, each once, got "1,1"; write 0,1,2 or 0-4',
    ],
    [
      'sweep quickstart --only joint,, --dry-run',
      '--only: expected names with commas between them, got "joint,,"',
    ],
    ['init', 'init: expected a name, got nothing; see `electra-lab init --help`'],
    ['init ../up', 'init: expected a name of letters, digits, dots, - and _, got "../up"'],
    [
      'init quickstart.yaml',
      'init: expected a name that no experiment of the suite has, got "quickstart.yaml"',
    ],
    ['tune', 'tune: expected an experiment, got nothing; see `electra-lab tune --help`'],
    ['bench quick', 'bench: expected no further words, got "quick"; see `electra-lab bench --help`'],
    [
      'bench --engine cuda',
      '--engine: expected one of onnx, openvino, webgpu, javascript, tensorflow, got "cuda"',
    ],
    ['bench --threads 1,0', '--threads: expected a whole number from 1, got 0'],
    ['data list --jsn', 'data list: expected one of its options, got "--jsn"; did you mean "--json"?'],
  ])('electra-lab %s', async (line, message) => {
    const { code, stderr, stdout } = await run(...line.split(' ').filter(Boolean));
    expect(
      stderr.replace(/experiment: expected one of .*, got/, 'experiment: expected one of quickstart, got'),
    ).toBe(`electra-lab: ${message}\n`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names tasks, and how to keep the model of one, where an export has none', async () => {
    const path = join(folder, 'a run');
    mkdirSync(path);
    writeFileSync(join(path, 'config.yaml'), '');
    const told = async (task: string) => {
      const { stderr } = await run('export', path, '--to', 'onnx', '--out', out, '--task', task);
      return stderr;
    };
    expect(await told('gnre')).toMatch(
      /^electra-lab: --task: expected one of \d+ names \(cola, .*\), got "gnre"; did you mean "genre"\?\n$/,
    );
    expect(await told('genre')).toBe(
      `electra-lab: --task: expected a fine-tuned model, got none; keep one: electra-lab finetune '${path}' --tasks genre --keep-weights\n`,
    );
  });

  it.runIf(existsSync('/proc/self'))('is not told of an option that the command lacks', () => {
    const program = fileURLToPath(new URL('../../bin/electra-lab.js', import.meta.url));
    const { stderr } = spawnSync(process.execPath, [program, 'init', 'mine'], {
      cwd: '/proc',
      encoding: 'utf8',
    });
    expect(stderr).toBe(
      'electra-lab: mine.yaml: expected a writable file, got "ENOENT"; choose a folder on a file system that takes new files\n',
    );
  });

  it('is told in English whatever the language of the system', async () => {
    const { code, stderr } = await electraLab(['run', 'smoke', '--bogus'], {
      env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
    });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected one of its options'),
    });
  });

  it('names TensorFlow and the command that adds it where it cannot load', async () => {
    const { code, stderr } = await run('run', config, '--engine', 'tensorflow', '--out', out);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^electra-lab: engine tensorflow: expected @tensorflow\/tfjs-node-gpu to load, got ".*"; run `npm .*`\n$/,
    );
  });
});

describe('a file that is not as it should be', () => {
  const tiny = (...more: string[]) => ['run', config, '--engine', 'onnx', '--cache', cache, ...more];
  it.each<[string, () => string[], RegExp]>([
    [
      'an output folder that is a file',
      () => tiny('--out', join(folder, 'file')),
      /file\/runs: expected a writable file, got "ENOTDIR"; a part of this path is a file; choose another folder \(--out\)$/,
    ],
    [
      'a corpus folder that is empty',
      () => tiny('--out', out, '--set', `data.folder=${folder}/empty`),
      /empty: expected \.txt files, got none; put UTF-8 text files into it$/,
    ],
    [
      'a cache folder that is a file',
      () =>
        tiny('--out', out, '--cache', join(folder, 'file')).filter(
          (arg, i, all) => !(arg === '--cache' && all.lastIndexOf('--cache') !== i) && arg !== cache,
        ),
      /file: expected a writable file, got "ENOTDIR"; a part of this path is a file; choose another folder \(--cache or ELECTRA_LAB_CACHE\)$/,
    ],
    [
      'text that is too short',
      () => tiny('--out', out, '--set', 'training.batchSize=9999'),
      /data: expected at least one batch \(training\.batchSize 9999\) of training examples, got \d+; add text, or shorten data\.sequenceLength$/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await run(...args());
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(1);
  });

  it.each([
    [
      'a corpus folder that is missing',
      () => [`data.folder=${folder}/none`],
      /none: expected a folder of \.txt files, got no folder; check the path \(data\.folder\)$/,
    ],
    [
      'a run to start from that is missing',
      () => [`training.startFrom=${folder}/none`],
      /training\.startFrom: expected the folder of a finished run, got "/,
    ],
  ] as const)('%s is a mistake of the user', async (_, set, message) => {
    const { code, stderr } = await run(...tiny('--out', out, '--set', ...set()));
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    [
      ['sweep', 'quickstart', '--dry-run=yes'],
      '--dry-run: expected no value, true or false, got "yes"; write --dry-run alone',
    ],
    [
      ['sweep', 'quickstart', '--json=maybe'],
      '--json: expected no value, true or false, got "maybe"; write --json alone',
    ],
    [
      ['export', 'x', '--to', 'hf', '--to', 'onnx', '--out', 'y'],
      '--to: expected one value, got ["hf","onnx"]; give it once',
    ],
    [['run', 'smoke', '--engine'], '--engine: expected a value, got nothing; see `electra-lab run --help`'],
    [
      ['import', 'x', '--as', 'y', '--set', 'data={}'],
      '--set: expected a key of data, training, finetune or another recipe, got "data={}"; the weights decide it; --as gives the name',
    ],
    [['run', 'a\u001b[31mb'], 'got "a\\u001b[31mb"; write ./a\\u001b[31mb for a file'],
    [
      ['run', 'smoke', '--set', 'model.hidden=65536'],
      'model: expected a network of at most 2147483648 weights, got ',
    ],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(message);
    expect(code).toBe(2);
  });

  it('a run that a living process is writing', async () => {
    const { stdout } = await run(...tiny('--out', out, '--json'));
    const path = join(out, 'runs', JSON.parse(stdout).runId);
    const sleeper = spawn('sleep', ['60']);
    const holder = { pid: sleeper.pid!, host: hostname(), started: new Date(0), job: undefined };
    mkdirSync(join(path, 'lock'));
    writeFileSync(join(path, 'lock', holderName(holder)), '');
    const { code, stderr } = await run(...tiny('--out', out));
    sleeper.kill();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${path}: expected a results folder that no other process is writing, got one held by process ${sleeper.pid}`,
    );
  });

  it('a disk that is full loses nothing that was good', async () => {
    // A limit on the size of one file stands for the disk: the optimiser's moments do not fit, the curves do.
    const program = fileURLToPath(new URL('../../bin/electra-lab.js', import.meta.url));
    const full = join(folder, 'full');
    const line = `trap '' XFSZ; ulimit -f 20; exec ${process.execPath} ${program} ${tiny('--out', full).join(' ')}`;
    const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^electra-lab: \S+optimiser\.safetensors: expected a writable file, got "EFBIG"; /,
    );
    expect(status).toBe(1);
  });
});

describe('a server without GLUE', () => {
  it('is named in one line, with what to do', async () => {
    const server = await serveFiles({});
    const { code, stderr } = await run('data', 'glue', '--dir', join(folder, 'glue'), '--from', server.url);
    await server.close();
    expect({ code, line: stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code: 1,
      line: `electra-lab: ${server.url}/glue/data/CoLA.zip: expected a file, got HTTP 404 Not Found; the file has moved; get it elsewhere, or name another server with --from`,
    });
  });
});

describe('a reader that leaves early', () => {
  const program = fileURLToPath(new URL('../../bin/electra-lab.js', import.meta.url));
  const inShell = (line: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${line}`], { encoding: 'utf8' });

  it('is no error, and does not stop the work', () => {
    const results = join(folder, 'piped');
    const { status, stdout } = inShell(
      `${process.execPath} ${program} run ${config} --engine onnx --cache ${cache} --out ${results} 2>&1 | head -1`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^engine: .*\n$/) });
    expect(existsSync(join(results, 'runs.csv'))).toBe(true);
  });

  it('is told apart from a full disk', () => {
    const { status, stderr } = inShell(`${process.execPath} ${program} data list > /dev/full`);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'electra-lab: output: expected a place that can be written, got "ENOSPC"\n',
    });
  });
});

describe('what a command prints', () => {
  const commands = ['', 'run', 'sweep', 'evaluate', 'finetune', 'flops'];
  it.each([...commands, 'data', 'data list', 'data prepare', 'data tasks', 'data glue', 'doctor', 'init'])(
    '%s --help has an example',
    async (line) => {
      const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
      let help = '';
      const log = vi.spyOn(console, 'log').mockImplementation((text: string) => {
        help += text;
      });
      await run(...line.split(' ').filter(Boolean), '--help');
      expect(exit).toHaveBeenCalledWith(0);
      exit.mockRestore();
      log.mockRestore();
      expect(help).toMatch(/Examples:\n {2}electra-lab \w/);
    },
  );

  it('doctor --json is one document that names every engine and corpus', async () => {
    const { code, stdout } = await run('doctor', '--json');
    const { machine, findings } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(machine).toEqual({
      node: process.version,
      cores: expect.any(Number),
      memoryBytes: expect.any(Number),
    });
    const names = findings.map(({ kind, name }: Record<string, string>) => `${kind} ${name}`);
    expect(names.slice(0, engineNames.length)).toEqual(engineNames.map((name) => `engine ${name}`));
    expect(names).toContain('corpus gutenberg');
    for (const { isAvailable, detail, remedy } of findings) {
      expect(detail).toBeTruthy();
      expect(remedy === undefined).toBe(isAvailable);
    }
  });

  it('data list names every corpus with its licence', async () => {
    const { stdout } = await run('data', 'list', '--json');
    for (const corpus of JSON.parse(stdout)) {
      expect(corpus).toMatchObject({
        name: expect.any(String),
        licence: expect.any(String),
        isInstalled: true,
      });
    }
    expect((await run('data', 'list')).stdout).toContain('Any folder of .txt files is a corpus too');
  });

  it('flops gives the paper’s compute from the paper’s presets, and both counts of each stage', async () => {
    const rows = JSON.parse((await run('flops', 'electra-small', 'bert-small', '--json')).stdout);
    const totals = rows.map(({ stages }: { stages: Record<string, number>[] }) =>
      (stages[0]!.steps! * stages[0]!.officialFlopsPerStep!).toExponential(3),
    );
    expect(totals).toEqual(['1.294e+18', '1.419e+18']); // google-research/electra, flops_computation.py
    const half = ['--set', 'generator.size=0.5', '--set', 'generator.sharing=none'];
    const { stdout } = await run('flops', 'electra-small', ...half);
    expect(stdout).toContain('1.424e+18'); // what Table 1 prints for ELECTRA-Small
    const twoStage = ['--set', 'regime=two-stage', '--set', 'generator.size=1'];
    const [{ stages }] = JSON.parse((await run('flops', 'smoke', ...twoStage, '--json')).stdout);
    expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual(['generator', 'discriminator']);
  });

  it('data tasks says how large a task is and what scores nothing was learned for', async () => {
    const { stdout } = await run('data', 'tasks', '--tasks', 'genre', '--json');
    const [row] = JSON.parse(stdout);
    expect(row).toMatchObject({ task: 'genre', part: 'dev', labels: 4, train: 5316, dev: 1254 });
    expect(row.majorityScore).toBeLessThan(row.bagOfWordsScore);
  });

  it('evaluate gives the last evaluation of the run again', async () => {
    const results = join(folder, 'measured');
    const args = ['--engine', 'onnx', '--cache', cache, '--json'];
    const record = JSON.parse((await run('run', config, '--out', results, ...args)).stdout);
    const path = join(results, 'runs', record.runId);
    const { metrics, step } = JSON.parse((await run('evaluate', path, ...args)).stdout);
    expect(step).toBe(30);
    const found = Object.entries(metrics).filter(([, value]) => value !== null);
    expect(Object.fromEntries(found)).toEqual(record.metrics);
    expect(JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')).metrics).toEqual(record.metrics);
  });
});
