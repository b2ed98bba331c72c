/** Shows how text is made ready: notes, and phases where there is much of it. */
import type { PreparationContext } from '../data/preparation/prepared.ts';
import type { Progress } from './progress.ts';

/** @param name what each line begins with, where several things go on */
export function showPreparation(
  progress: Progress,
  name?: string,
): Required<Pick<PreparationContext, 'onProgress' | 'beginPhase'>> {
  const named = (text: string) => (name === undefined ? text : `${name}: ${text}`);
  return {
    onProgress: (line) => progress.note(named(line)),
    beginPhase: (label, total, unit) => progress.begin(named(label), total, unit),
  };
}
