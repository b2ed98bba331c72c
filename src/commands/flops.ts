/** electra-lab flops: what runs cost, counted from their configurations; nothing is trained. */
import type { CommandModule } from 'yargs';
import { presetNames, resolveConfig } from '../config/resolve.ts';
import { costOf, type RunCost } from '../training/cost.ts';
import { known, presetsFolder, print, printJson } from './command.ts';
import { jsonOption, setOption } from './options.ts';
import { textTable } from './text-table.ts';

interface FlopsArguments {
  configs: string[];
  set: string[];
  sparseLookups: boolean;
  json: boolean;
}

interface Row extends RunCost {
  name: string;
  regime: string;
}

export const flopsCommand: CommandModule<object, FlopsArguments> = {
  command: 'flops [configs..]',
  describe: 'count the FLOPs of runs, as the paper counts and as they are executed',
  builder: (yargs) =>
    yargs
      .positional('configs', {
        type: 'string',
        array: true,
        default: [],
        defaultDescription: 'every preset',
        describe: 'YAML files, or names of presets',
      })
      .option('set', setOption('change a key of every configuration: --set generator.size=0.5'))
      .option('sparse-lookups', {
        type: 'boolean',
        default: false,
        describe: 'count embedding look-ups as free in the official count, not as dense products',
      })
      .option('json', jsonOption)
      .example('$0 flops electra-small bert-small', "the paper's Table 1, small models") as never,
  handler: execute,
};

function execute({ configs, set, sparseLookups, json }: FlopsArguments): void {
  const names = configs.length > 0 ? configs : presetNames(presetsFolder);
  const rows = names.map((file) => {
    const config = resolveConfig(file, { set, known, presetsFolder });
    return { name: config.name, regime: config.regime, ...costOf(config, sparseLookups) };
  });
  if (json) printJson(rows);
  else printTable(rows);
}

function printTable(rows: readonly Row[]): void {
  const header = ['run', 'regime', 'stage', 'parameters', 'steps'];
  const counts = ['official a step', 'official', 'executed a step', 'executed'];
  print(textTable([...header, ...counts], rows.flatMap(tableRows)));
  print(
    '\nofficial: as google-research/electra, flops_computation.py (backward as forward, dense look-ups); for what it does' +
      '\nnot know, our extension of it. executed: matrix products, forward and backward, 2 per multiply-add.',
  );
}

/** One row a stage; the weights of all networks in the first. */
function tableRows({ name, regime, parameters, stages }: Row): string[][] {
  const total = Object.values(parameters).reduce((sum, count) => sum + count, 0);
  return stages.map(({ stage, steps, flopsPerStep, officialFlopsPerStep }, i) => [
    ...(i === 0 ? [name, regime] : ['', '']),
    stages.length > 1 ? stage : '',
    i === 0 ? total.toLocaleString('en-US') : '',
    steps?.toLocaleString('en-US') ?? '',
    scientific(officialFlopsPerStep),
    scientific(steps && steps * officialFlopsPerStep),
    scientific(flopsPerStep),
    scientific(steps && steps * flopsPerStep),
  ]);
}

function scientific(value: number | undefined): string {
  return value === undefined ? '' : value.toExponential(3);
}
