/** Which figures an experiment gets. */
import type { FigureKind } from '../report-data.ts';
import { checkpointsFigure } from './checkpoints.ts';
import { dotFigure, type FigureNames, scoreFigure, slugOf } from './dot-figure.ts';
import { efficiencyFigure } from './efficiency.ts';
import type { Figure, Omission } from './figure.ts';
import { generatorSizeFigure } from './generator-size.ts';
import type { Arm } from './series.ts';

type Draw = (names: FigureNames, arms: readonly Arm[], primary?: string) => Figure | Omission;

const drawings: Record<FigureKind, { title: string; draw: Draw }> = {
  'training-algorithms': { title: 'Figure 3, right: training algorithms', draw: checkpointsFigure },
  'generator-size': { title: 'Figure 3, left: generator size', draw: generatorSizeFigure },
  objectives: { title: 'Table 5: objectives', draw: scoreFigure },
  'weight-tying': { title: 'Section 3.2: weight tying', draw: scoreFigure },
  efficiency: { title: 'Table 1: efficiency', draw: efficiencyFigure },
};

/**
 * What the experiment is about; without a figure of the paper, its arms' scores.
 *
 * @param primary the metric that it is decided by; without one, or without values of it, the average is drawn
 */
export function mainFigure(
  name: string,
  kind: FigureKind | undefined,
  arms: readonly Arm[],
  primary?: string,
): Figure | Omission {
  const { title, draw } = kind ? drawings[kind] : { title: 'Downstream score', draw: scoreFigure };
  return draw({ id: `${slugOf(name)}-${kind ?? 'scores'}`, title }, arms, primary);
}

const diagnosed = ['mlm_accuracy', 'mlm_accuracy_sampled', 'mlm_entropy', 'rtd_auc', 'rtd_common_auc'];

export function diagnosticsFigure(name: string, arms: readonly Arm[]): Figure | Omission {
  const caption =
    'Measured on held-out text at the end of pre-training. A weaker generator makes its own samples easier to tell.';
  return dotFigure({
    names: { id: `${slugOf(name)}-diagnostics`, title: 'Generator and discriminator' },
    arms,
    metrics: diagnosed,
    caption,
  });
}

const counted = ['elapsed_seconds', 'train_flops', 'official_flops', 'peak_memory_bytes'];

export function costsFigure(name: string, arms: readonly Arm[]): Figure | Omission {
  const caption = 'Of pre-training alone.';
  return dotFigure({
    names: { id: `${slugOf(name)}-costs`, title: 'What it cost' },
    arms,
    metrics: counted,
    caption,
  });
}
