/** electra-lab data blimp: downloads the benchmark of minimal pairs and checks it to the last line. */
import type { CommandModule } from 'yargs';
import {
  blimpArchive,
  blimpServer,
  installBlimp,
  isBlimpInstalled,
} from '../data/downloads/blimp-download.ts';
import { readBlimp } from '../downstream/pairs/blimp.ts';
import type { Progress } from '../progress/progress.ts';
import { print, printJson, progressFor } from './command.ts';
import { webAddress } from './data-glue.ts';
import { jsonOption, oneText } from './options.ts';

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
        ...{ type: 'string', demandOption: true, requiresArg: true, coerce: oneText('--dir') },
        describe: 'folder to put it into; if it is whole there, it is kept',
      })
      .option('from', {
        ...{ type: 'string', requiresArg: true, default: blimpServer, coerce: webAddress },
        describe: 'another server with the same path',
      })
      .option('json', jsonOption)
      .example('$0 data blimp --dir blimp', 'run it again to go on after a break')
      .epilogue('BLiMP is by Warstadt et al. (2020), under CC-BY.') as never,
  async handler({ dir, from, json, quiet }) {
    const state = isBlimpInstalled(dir) ? 'there already' : 'downloaded';
    const progress = progressFor({ quiet });
    try {
      if (state === 'downloaded') await installWithProgress(dir, from, progress);
    } finally {
      progress.stop();
    }
    // Reading checks its lines, whether its files are new or not.
    const paradigms = readBlimp(dir, Number.MAX_SAFE_INTEGER).paradigms();
    const pairs = paradigms.reduce((sum, paradigm) => sum + paradigm.pairs.length, 0);
    if (json) return printJson({ state, paradigms: paradigms.length, pairs });
    print(`${dir}: ${state}, ${paradigms.length} paradigms, ${pairs.toLocaleString('en-US')} pairs`);
    if (!quiet) print(`\nTo use it: electra-lab pairs RUN --blimp ${dir}`);
  },
};

function installWithProgress(dir: string, server: string, progress: Progress): Promise<void> {
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
