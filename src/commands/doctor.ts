/** electra-lab doctor: what this machine has, and the command that would add what it lacks. */

import { availableParallelism, totalmem } from 'node:os';
import type { CommandModule } from 'yargs';
import { counted } from '../base/counted.ts';
import { describeCorpora } from '../data/corpora/registry.ts';
import { type EngineFinding, examineEngines } from '../engine/engines.ts';
import { print, printJson } from './command.ts';
import { jsonOption } from './options.ts';
import { textTable } from './text-table.ts';

/** One thing that may be there or not. */
interface Finding extends EngineFinding {
  kind: 'engine' | 'corpus';
}

export const doctorCommand: CommandModule<object, { json: boolean }> = {
  command: 'doctor',
  describe: 'show which engines and corpora this machine has, and how to add the others',
  builder: (yargs) =>
    yargs.option('json', jsonOption).example('$0 doctor', 'a check before the first run') as never,
  async handler({ json }) {
    const engines = await examineEngines();
    const findings: Finding[] = [
      ...engines.map((engine) => ({ kind: 'engine' as const, ...engine })),
      ...examineCorpora(),
    ];
    const machine = { node: process.version, cores: availableParallelism(), memoryBytes: totalmem() };
    if (json) return printJson({ machine, findings });
    print(
      `Node ${machine.node}, ${counted(machine.cores, 'core')}, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB memory\n`,
    );
    const rows = findings.map(({ kind, name, isAvailable, detail }) => [
      kind,
      name,
      isAvailable ? 'yes' : 'no',
      detail,
    ]);
    print(textTable(['kind', 'name', 'here', 'detail'], rows));
    for (const { name, remedy } of findings) if (remedy) print(`\nto add ${name}: ${remedy}`);
    print('\nThe engines tensorflow and webgpu have not been run on a GPU by this project yet.');
  },
};

function examineCorpora(): Finding[] {
  return describeCorpora().map(({ name, title, isInstalled, packageName }) => ({
    kind: 'corpus',
    name,
    isAvailable: isInstalled,
    detail: title,
    ...(isInstalled ? {} : { remedy: `npm install ${packageName}` }),
  }));
}
