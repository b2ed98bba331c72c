/** What is said before the runs of an experiment: what it goes without. */
import { pilotsOf } from '../experiment/signal.ts';
import { doubtsAbout, signalRows } from '../experiment/signal-table.ts';
import { searchedKeys } from '../experiment/tuning-table.ts';
import type { OpenedExperiment } from './experiment-options.ts';

/** That values which could be searched were not. */
export function untunedNotes({ plan: { name }, trials }: OpenedExperiment): string[] {
  if (trials.length === 0 || trials.some(({ isChosen }) => isChosen)) return [];
  const keys = searchedKeys(trials).join(', ');
  return [`${name}: not tuned: ${keys} as file and preset say; electra-lab tune ${name} searches`];
}

/** What the pilots say against the measurement that is to decide, if there are pilots here and it is named. */
export function primaryNotes({ plan, trials, results }: OpenedExperiment): string[] {
  const { name, content } = plan;
  const [metric, pilots] = [content.primary?.metric, pilotsOf(plan, trials, results)];
  const hasEnded = pilots.some(({ length, record }) => length === 'long' && record !== undefined);
  if (metric === undefined || !hasEnded) return [];
  const doubts = doubtsAbout(metric, content.signal!.atLeast, signalRows(pilots, content.primary));
  return doubts.map((doubt) => `${name}: warning: primary: ${doubt}; see electra-lab signal ${name} --read`);
}
