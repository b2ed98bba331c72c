/** What a process does before the program is read: it may begin again, which a program read by then would do twice. */
import { restartWithLargePages } from './engine/large-pages.ts';

/** What trains in its own process; the runs of a sweep are given large pages when they are started. */
const trainingCommands = ['run', 'finetune', 'bench'];

/** For a program's first line: not to be called where others share the process. */
export function prepareProcess([command = '']: readonly string[]): void {
  if (trainingCommands.includes(command)) restartWithLargePages();
}
