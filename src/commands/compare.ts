/** electra-lab compare: runs, arms or results folders side by side. */
import type { CommandModule } from 'yargs';
import { groupsOf, type SubjectGroup } from '../analysis/compared-subjects.ts';
import { type Comparison, compare } from '../analysis/comparison.ts';
import { readRunReport } from '../analysis/report-contents.ts';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { comparisonNote, comparisonTables, type Table } from '../report/comparison-words.ts';
import { isTerm } from '../report/metric-display.ts';
import type { ComparisonPart } from '../report/page/comparison-page.ts';
import { print, printJson } from './command.ts';
import { jsonOption, textOption } from './options.ts';
import { textTable } from './text-table.ts';

interface CompareArguments {
  subjects: string[];
  html?: string;
  terms: boolean;
  json: boolean;
}

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <subjects..>',
  describe: 'compare runs, arms or results folders: settings, measurements, curves',
  builder: (yargs) =>
    yargs
      .positional('subjects', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'folders of runs, results folders, or arms as FOLDER:ARM',
      })
      .option('html', textOption('--html', 'also write a page with the curves in one figure'))
      .option('terms', {
        type: 'boolean',
        default: false,
        describe: 'also compare single terms of minimal pairs',
      })
      .option('json', jsonOption)
      .example('$0 compare results/figure3-study', 'all arms of one study')
      .example(
        '$0 compare results/quickstart:joint results/quickstart:bert --html joint-bert.html',
        'two arms',
      )
      .example('$0 compare results/quickstart results/figure3-study', 'the arms that both have') as never,
  handler: execute,
};

async function execute({ subjects, html, terms, json }: CompareArguments): Promise<void> {
  const comparisons = groupsOf(subjects)
    .map(compare)
    .map((one) => (terms ? one : withoutTerms(one)));
  if (html !== undefined) await writePage(html, subjects.join(' and '), comparisons);
  if (json)
    return printJson({ comparisons: comparisons.map(facts), ...(html !== undefined && { page: html }) });
  const page = html === undefined ? [] : ['', `Page: ${html}`];
  print([...comparisons.flatMap(linesOf), comparisonNote, ...page].join('\n'));
}

function withoutTerms(comparison: Comparison): Comparison {
  return { ...comparison, measurements: comparison.measurements.filter(({ metric }) => !isTerm(metric)) };
}

function linesOf(comparison: Comparison): string[] {
  const tables = comparisonTables(comparison).flatMap(tableLines);
  return comparison.name === '' ? tables : [`# ${comparison.name}`, '', ...tables];
}

function tableLines({ caption, header, rows }: Table): string[] {
  return rows.length === 0 ? [`${caption}.`, ''] : [`${caption}:`, textTable(header, rows), ''];
}

async function writePage(path: string, title: string, comparisons: readonly Comparison[]): Promise<void> {
  // Only here: drawing libraries would slow the start of every other command.
  const { comparisonPage } = await import('../report/page/comparison-page.ts');
  const runs = comparisons.flatMap((one) => one.subjects).flatMap(({ runs }) => runs);
  const reports = runs.map(({ folder, record }, i) => ({
    ...readRunReport(folder, record),
    runId: String(i),
  }));
  let next = 0;
  const parts = comparisons.map((one): ComparisonPart => {
    const curves = one.subjects.map(({ name, runs }) => ({ name, runIds: runs.map(() => String(next++)) }));
    return { ...one, curves };
  });
  writeFileAtomically(path, comparisonPage(title, parts, reports));
}

/** What programs read: runs by their folders, without their whole records. */
function facts({ name, subjects, settings, measurements }: Comparison) {
  return { name, subjects: subjects.map(subjectFacts), settings, measurements };
}

function subjectFacts({ name, runs }: SubjectGroup['subjects'][number]) {
  return {
    name,
    runs: runs.map(({ folder, record }) => ({
      folder,
      run_id: record.runId,
      seed: record.seed,
      status: record.status,
    })),
  };
}
