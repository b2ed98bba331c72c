/** How far a training is: what a checkpoint and every row of a curve say. */
import type { Spending } from './budget.ts';
import type { LossWindow } from './loss-window.ts';

/** How far a run is. */
export interface TrainingState extends Spending {
  /** Optimiser steps done, over all stages. Also the cursor into the data. */
  step: number;
  /** Tokens read, padding not counted. */
  tokens: number;
  /** Floating-point operations of the matrix products that training has executed. */
  flops: number;
  /** The same as the paper's script counts it, from sizes alone. */
  officialFlops: number;
  elapsedSeconds: number;
  /** The stage that runs, and what was spent when it began. */
  stage: Spending & { index: number };
  /** Training losses since the last row of curves.csv. */
  window: LossWindow;
}
