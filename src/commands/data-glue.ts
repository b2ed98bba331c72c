/** electra-lab data glue: downloads the benchmark and checks it to the last row. */
import type { CommandModule } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { type GlueArchive, glueArchives, glueServer } from '../data/downloads/glue-archives.ts';
import { installGlue, isInstalled } from '../data/downloads/glue-download.ts';
import { glueTasks } from '../downstream/tasks/glue.ts';
import type { Progress } from '../progress/progress.ts';
import { print, printJson, progressFor, textTable } from './command.ts';
import { jsonOption, oneText } from './options.ts';

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
        ...{ type: 'string', demandOption: true, requiresArg: true, coerce: oneText('--dir') },
        describe: 'folder to put it into; tasks that are whole there are kept',
      })
      .option('tasks', {
        ...{ type: 'string', array: true, requiresArg: true, default: taskNames, coerce: namesIn },
        ...{ defaultDescription: 'all', describe: 'only these: --tasks cola,rte' },
      })
      .option('from', {
        ...{ type: 'string', requiresArg: true, default: glueServer, coerce: webAddress },
        describe: 'another server with the same paths',
      })
      .option('json', jsonOption)
      .example('$0 data glue --dir glue', 'all nine tasks; run it again to go on after a break')
      .epilogue('The data sets stand under their own terms, most of them for research only.') as never,
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
  state: 'downloaded' | 'there already';
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
  const state = isInstalled(archive, to.dir) ? 'there already' : 'downloaded';
  await installWithProgress(archive, to, progress);
  const { train, dev } = task.load({ glueDir: to.dir });
  return { task: name, state, train: train.length, dev: Object.values(dev).flat().length };
}

function installWithProgress(
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
