/** electra-lab report: from a results folder to claims, figures and one page that shows them. */
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { assertHasRuns, readReportData } from '../analysis/report-contents.ts';
import { writeVerdicts } from '../analysis/verdicts.ts';
import type { Engine } from '../engine/program.ts';
import type { ClaimRow } from '../report/verdict-rows.ts';
import { underTablesLock, writeTables } from '../results/tables.ts';
import { describeRuns } from '../run/described-runs.ts';
import { open, print, printJson, progressFor } from './command.ts';
import { cacheOption, jsonOption } from './options.ts';

interface ReportArguments {
  results: string;
  open: boolean;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  command: 'report <results>',
  describe: 'write the figures, verdicts and report page of a results folder',
  builder: (yargs) =>
    yargs
      .positional('results', {
        type: 'string',
        demandOption: true,
        describe: 'a folder that sweep or run has written',
      })
      .option('open', { type: 'boolean', default: false, describe: 'show the page in the browser' })
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 report results/quickstart --open', 'the quickstart, in the browser') as never,
  handler: execute,
};

async function execute({ results, open: isShown, json, ...others }: ReportArguments): Promise<void> {
  const { paths, claims } = await buildReport(results, others);
  if (json) printJson({ paths, claims });
  else print(paths.join('\n'));
  if (isShown) await show(resolve(paths[0]!));
}

interface BuiltReport {
  /** The page's first. */
  paths: string[];
  claims: ClaimRow[];
  /** What each experiment found, in one sentence, by its name. */
  answers: ReadonlyMap<string, string>;
}

/** Writes tables, figures and pages of a results folder anew. */
export async function buildReport(
  results: string,
  { cache, quiet }: Pick<ReportArguments, 'cache' | 'quiet'>,
): Promise<BuiltReport> {
  assertHasRuns(results);
  const { note, stop } = progressFor({ quiet });
  // Only here: drawing libraries would slow the start of every other command.
  const { writeReport } = await import('../report/write-report.ts');
  const { answersIn } = await import('../report/answer-words.ts');
  return underTablesLock(results, async () => {
    writeTables(results);
    const verdicts = writeVerdicts(results);
    await describeRuns(results, { cacheFolder: cache, openEngine: openReader, note });
    stop();
    const data = readReportData(results, verdicts);
    return { paths: writeReport(results, data), claims: verdicts.claims, answers: answersIn(data) };
  });
}

/** Whatever the runs were trained on: sentences are the same on every machine. */
async function openReader(): Promise<Engine> {
  const { engine } = await open({ engine: 'onnx', threads: 1, precision: 'f32' });
  return engine;
}

/** A machine without a screen has the file all the same. */
async function show(page: string): Promise<void> {
  const sorry = `No browser could be started here; open ${page} yourself.`;
  const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasScreen) return print(sorry);
  try {
    const { default: openFile } = await import('open');
    const child = await openFile(page);
    child.on('error', () => print(sorry));
  } catch {
    print(sorry);
  }
}
