/** What is behind a score, where the one who wrote it knows: fine-tuning seeds, and the tasks of an average. */
import type { ScoreReport } from './report-data.ts';

export interface DetailedScore extends ScoreReport {
  /** How many the score is the median of. */
  finetuneSeeds?: number;
  /** Among them. */
  lowest?: number;
  highest?: number;
  /** What an average is taken over. */
  tasks?: readonly string[];
}
