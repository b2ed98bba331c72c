/** electra-lab data glue, data blimp: download a benchmark and check it to the last row. */

import type { CommandModule } from 'yargs';
import { counted } from '../base/counted.ts';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import {
  blimpArchive,
  blimpServer,
  installBlimp,
  isBlimpInstalled,
} from '../data/downloads/blimp-download.ts';
import {
  type GlueArchive,
  glueArchives,
  glueServer,
  installGlue,
  isInstalled,
} from '../data/downloads/glue-download.ts';
import { readBlimp } from '../downstream/pairs/blimp.ts';
import { glueTasks } from '../downstream/tasks/glue.ts';
import type { Progress } from '../progress/progress.ts';
import { print, printJson, progressFor } from './command.ts';
import { jsonOption, oneText, textOption } from './options.ts';
import { textTable } from './text-table.ts';

interface GlueArguments {
  dir: string;
  tasks: string[];
  from: string;
  json: boolean;
  quiet: boolean;
}

const taskNames = glueTasks.map(({ name }) => name);

export const glueCommand: CommandModule<object, GlueArguments> = {
  command: 'glue',
  describe: 'download GLUE: 376 MB, 313 of them MNLI',
  builder: (yargs) =>
    yargs
      .option('dir', {
        ...textOption('--dir', 'folder to write to; complete tasks in it are kept'),
        demandOption: true,
      })
      .option('tasks', {
        type: 'string',
        array: true,
        requiresArg: true,
        default: taskNames,
        coerce: namesIn,
        defaultDescription: 'all',
        describe: 'only these: --tasks cola,rte',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        default: glueServer,
        coerce: webAddress,
        describe: 'another server with the same paths',
      })
      .option('json', jsonOption)
      .example('$0 data glue --dir glue', 'all nine tasks; run it again to resume an interrupted download')
      .epilogue('Each data set has terms of its own; most allow research only.') as never,
  async handler({ dir, tasks, from, json, quiet }) {
    const progress = progressFor({ quiet });
    const rows: GlueRow[] = [];
    try {
      for (const name of tasks) rows.push(await install(name, { dir, server: from }, progress));
    } finally {
      progress.stop();
    }
    if (json) return printJson(rows);
    const cells = rows.map(({ task, state, train, dev }) => [task, state, ...[train, dev].map(String)]);
    print(textTable(['task', 'files', 'train rows', 'dev rows'], cells));
    if (!quiet) print(`\nTo use it: electra-lab finetune RUN --tasks glue --glue-dir ${dir}`);
  },
};

interface GlueRow {
  task: string;
  state: 'downloaded' | 'already there';
  train: number;
  dev: number;
}

/** Reading a task checks its rows, whether its files are new or not. */
async function install(
  name: string,
  to: { dir: string; server: string },
  progress: Progress,
): Promise<GlueRow> {
  const task = glueTasks.find((candidate) => candidate.name === name)!;
  const archive = glueArchives.find(({ folder }) => folder === task.folder)!;
  const state = isInstalled(archive, to.dir) ? 'already there' : 'downloaded';
  await downloadGlue(archive, to, progress);
  const { train, dev } = task.load({ glueDir: to.dir });
  return { task: name, state, train: train.length, dev: Object.values(dev).flat().length };
}

function downloadGlue(
  archive: GlueArchive,
  to: { dir: string; server: string },
  progress: Progress,
): Promise<void> {
  return installGlue(archive, to, {
    onRetry: (reason) => progress.note(`${archive.folder}: ${reason}; trying again`),
    onFile(name, bytes) {
      const kilobytes = (count: number) => Math.ceil(count / 1000);
      const phase = progress.begin(name, kilobytes(bytes), 'kB');
      return (done) => {
        phase.advance(kilobytes(done), {});
        if (done === bytes) phase.end();
      };
    },
  });
}

/** `--tasks a,b --tasks c` names three. */
function namesIn(values: readonly string[]): string[] {
  const names = [...new Set(values.flatMap((value) => value.split(',')))];
  const unknown = names.find((name) => !taskNames.includes(name));
  if (unknown === undefined) return names;
  throw new ConfigError(explain('--tasks', oneOf(taskNames), unknown, didYouMean(unknown, taskNames)));
}

/** For the `coerce` of `--from`. */
export function webAddress(value: unknown): string {
  const text = oneText('--from')(value)!;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new ConfigError(explain('--from', 'an address that begins with https://', text));
}

/** electra-lab data blimp: downloads the benchmark of minimal pairs and checks it to the last line. */
interface BlimpArguments {
  dir: string;
  from: string;
  json: boolean;
  quiet: boolean;
}

export const blimpCommand: CommandModule<object, BlimpArguments> = {
  command: 'blimp',
  describe: 'download BLiMP: 2.4 MB, 67 paradigms of 1,000 minimal pairs',
  builder: (yargs) =>
    yargs
      .option('dir', {
        ...textOption('--dir', 'folder to write to; a complete copy in it is kept'),
        demandOption: true,
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        default: blimpServer,
        coerce: webAddress,
        describe: 'another server with the same path',
      })
      .option('json', jsonOption)
      .example('$0 data blimp --dir blimp', 'run it again to resume an interrupted download')
      .epilogue('BLiMP is by Warstadt et al. (2020), under CC-BY.') as never,
  async handler({ dir, from, json, quiet }) {
    const state = isBlimpInstalled(dir) ? 'already there' : 'downloaded';
    const progress = progressFor({ quiet });
    try {
      if (state === 'downloaded') await downloadBlimp(dir, from, progress);
    } finally {
      progress.stop();
    }
    // Reading checks its lines, whether its files are new or not.
    const paradigms = readBlimp(dir, Number.MAX_SAFE_INTEGER).paradigms();
    const pairs = paradigms.reduce((sum, paradigm) => sum + paradigm.pairs.length, 0);
    if (json) return printJson({ state, paradigms: paradigms.length, pairs });
    print(`${dir}: ${state}, ${counted(paradigms.length, 'paradigm')}, ${counted(pairs, 'pair')}`);
    if (!quiet) print(`\nTo use it: electra-lab pairs RUN --blimp ${dir}`);
  },
};

function downloadBlimp(dir: string, server: string, progress: Progress): Promise<void> {
  const kilobytes = (count: number) => Math.ceil(count / 1000);
  const phase = progress.begin('BLiMP.zip', kilobytes(blimpArchive.bytes), 'kB');
  return installBlimp(
    { dir, server },
    {
      onRetry: (reason) => progress.note(`BLiMP: ${reason}; trying again`),
      onProgress(done) {
        phase.advance(kilobytes(done), {});
        if (done === blimpArchive.bytes) phase.end();
      },
    },
  );
}
