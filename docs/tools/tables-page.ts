/** Writes docs/tables.md from the declarations of tables and measurements, so that no column is described twice. */
import type { DeclaredColumn } from '../../src/base/column.ts';
import { measurements } from '../../src/metrics/measurements.ts';
import type { DeclaredTable } from '../../src/results/columns/registry.ts';
import { unitWords } from '../../src/results/columns/run-columns.ts';

const opening = `# Tables

This page is made from the tables' declarations by \`npm run docs\`; do not edit it.

## A results folder

\`\`\`
results/<experiment>/
  report.html       claims with verdicts, figures, curves and every run; opens from disk without a network
  report.md         the same in short; figures/ has each figure as SVG and PNG
  datapackage.json  every table with its columns, types, units and meanings
  *.csv             the tables below
  text.json         four held-out sentences as one run of each arm reads them: samples, probabilities, verdicts
  experiments/      <name>.json: arms, runs, claims and the command
                    <name>.tuning.csv: the search and its cost; <name>.signal.csv: what the pilots showed
  runs/<run-id>/    config.yaml (complete), run.json (record), curves.csv
                    not in git: checkpoints/, answers/, predictions/, classifiers/
\`\`\`

\`npx electra-lab report FOLDER\` rebuilds the report, its figures, the tables and \`datapackage.json\` from the run folders and \`experiments/\`. Git keeps neither \`curves.csv\` beside the tables nor \`datapackage.json\`: that command writes both.

- **A run's id** is its regime, its seed and a hash. The hash covers everything that decides the pre-trained weights and how they are measured, as far as it differs from the defaults.
- **A checkpoint** holds one [safetensors](https://github.com/huggingface/safetensors) file per network.
- **CSV files** follow RFC 4180 in UTF-8. A quantity that is not defined is an empty cell, never 0. Text that begins with \`=\`, \`+\`, \`-\` or \`@\` gets an apostrophe before it, so that no spreadsheet executes it.
- **Fractions** (accuracies, scores, precision, recall) lie between 0 and 1; correlations lie between −1 and 1. Only printed text has percent.
- **A row is one observation**, and \`run_id\` joins the tables.

## Load them

These examples read what \`npm run quickstart\` leaves, and a test runs them. In pandas:

\`\`\`python
import pandas as pd
scores = pd.read_csv("results/quickstart/finetune.csv").query("is_main_metric")
print(scores.pivot_table(index="arm", columns="task", values="score"))
\`\`\`

In DuckDB, which also joins tables:

\`\`\`python
import duckdb
losses = duckdb.sql("SELECT arm, avg(value) FROM 'results/quickstart/runs.csv' JOIN 'results/quickstart/curves.csv' USING (run_id) WHERE metric = 'mlm_loss' AND step = steps GROUP BY arm")
print(losses)
\`\`\`

[Frictionless](https://framework.frictionlessdata.io) reads types, units and meanings from \`datapackage.json\`, and checks every cell:

\`\`\`python
from frictionless import Package
runs = Package("results/quickstart/datapackage.json").get_resource("runs")
print(runs.validate().valid, {field.name: field.type for field in runs.schema.fields})
\`\`\`
`;

/** @param tables in the order of the page */
export function tablesPage(tables: readonly DeclaredTable[]): string {
  return [opening, ...tables.map(sectionOf), measurementsOfSteps()].join('\n');
}

function sectionOf({ file, row, columns, keys }: DeclaredTable): string {
  const note = [`A row is ${row}.`, keys].filter((part) => part !== undefined).join(' ');
  const extra = file === 'runs.csv' ? ` ${ofRuns}` : '';
  return `## ${file.replace('experiments/*.', '')}\n\n${note}${extra}${where(file)}\n\n${tableOf(columns)}\n`;
}

const ofRuns =
  'The measurements are those of the last evaluation; [measurements.md](measurements.md) says how they are made.';

function where(file: string): string {
  return file.includes('*') ? ` It lies in \`${file.replace('*', '<name>')}\`.` : '';
}

function tableOf(columns: readonly DeclaredColumn[]): string {
  const rows = columns.map(({ name, type, unit = '', meaning }) =>
    rowOf([`\`${name}\``, type, unit, meaning]),
  );
  return [rowOf(['column', 'type', 'unit', 'meaning']), '|---|---|---|---|', ...rows].join('\n');
}

/** What curves.csv has and runs.csv has not. */
function measurementsOfSteps(): string {
  const rows = measurements
    .filter(({ of }) => of === 'training steps')
    .map(({ name, unit, meaning }) => rowOf([`\`${name}\``, unitWords(unit), meaning]));
  const header = [rowOf(['metric', 'unit', 'mean over the steps since the last such row']), '|---|---|---|'];
  return `## Measurements of training steps\n\n${aboutSteps}\n\n${[...header, ...rows].join('\n')}\n\n${aboutLogs}\n`;
}

const aboutSteps =
  'curves.csv has these besides the measurements of runs.csv. A regime may add others, which are called by their names.';

const aboutLogs =
  "`--log tensorboard`, on `run`, `sweep` and `tune`, also writes event files beside each run's `curves.csv`. They hold every row as a scalar with label and unit, and the generator's entropy at each masked position as a histogram. `tensorboard --logdir results/quickstart/runs` groups the charts by arm. If you ask for a log after a run has ended, it is made from the run's `curves.csv`.";

/** A bar would end the cell. */
function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
