/** What the report draws, experiment by experiment: the same for the page, the Markdown and the figure files. */

import { namesInFigure } from '../metrics/measurements.ts';
import { type Answer, answerOf } from './answer-words.ts';
import { scoresWords } from './figures/captions.ts';
import { checkpointsFigure } from './figures/checkpoints.ts';
import { claimsFigure } from './figures/claims.ts';
import { dotFigure, type FigureNames, scoreFigure, slugOf } from './figures/dot-figure.ts';
import { efficiencyFigure } from './figures/efficiency.ts';
import { type Figure, isOmission, type Omission } from './figures/figure.ts';
import { generatorSizeFigure } from './figures/generator-size.ts';
import { type Arm, armsByName, armsOf } from './figures/series.ts';
import { isTerm } from './metric-display.ts';
import type { ExperimentReport, FigureKind, ReportData, RunReport } from './report-data.ts';

export interface Section {
  title: string;
  /** Absent in a folder that no experiment wrote. */
  experiment?: ExperimentReport;
  arms: readonly Arm[];
  answer: Answer;
  /** Every claim side by side; absent where there is none. */
  claims?: Figure | undefined;
  main: Figure | Omission;
  diagnostics: Figure | Omission;
  costs: Figure | Omission;
}

export function sectionsOf({ experiments, runs }: ReportData): Section[] {
  if (experiments.length === 0) return [sectionOfRuns(runs)];
  return experiments.map((experiment) => {
    const { name, title, figure, primary } = experiment;
    const arms = armsOf(experiment, runs);
    const main = mainFigure(name, figure, arms, primary?.metric);
    const claims = claimsFigure(name, experiment.claims);
    return {
      title,
      experiment,
      arms,
      answer: answerOf(arms, experiment),
      claims,
      main,
      ...measured(name, arms),
    };
  });
}

/** Without an experiment, all runs side by side, by every score that one of them has. */
function sectionOfRuns(runs: readonly RunReport[]): Section {
  const arms = armsByName(runs);
  const names: FigureNames = { id: 'runs-scores', title: 'Scores after training' };
  const metrics = new Set(runs.flatMap(({ scores }) => scores.map(({ metric }) => metric)));
  const sorted = [...metrics].filter((metric) => !isTerm(metric)).sort();
  const caption = scoresWords(arms, sorted);
  const main = dotFigure({ names, arms, metrics: sorted, caption });
  return { title: 'Runs', arms, answer: answerOf(arms), main, ...measured('runs', arms) };
}

function measured(name: string, arms: readonly Arm[]): Pick<Section, 'diagnostics' | 'costs'> {
  return { diagnostics: diagnosticsFigure(name, arms), costs: costsFigure(name, arms) };
}

/** Every figure that could be drawn. */
export function figuresOf(sections: readonly Section[]): Figure[] {
  const all = sections.flatMap(({ claims, main, diagnostics, costs }) => [
    ...(claims ? [claims] : []),
    main,
    diagnostics,
    costs,
  ]);
  return all.filter((figure): figure is Figure => !isOmission(figure));
}

/** Which figures an experiment gets. */
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

function diagnosticsFigure(name: string, arms: readonly Arm[]): Figure | Omission {
  const caption =
    'Measured on held-out text at the end of pre-training. A weaker generator makes its own samples easier to detect.';
  return dotFigure({
    names: { id: `${slugOf(name)}-diagnostics`, title: 'Generator and discriminator' },
    arms,
    metrics: namesInFigure('diagnostics'),
    caption,
  });
}

export function costsFigure(name: string, arms: readonly Arm[]): Figure | Omission {
  const caption = 'Costs of pre-training alone.';
  return dotFigure({
    names: { id: `${slugOf(name)}-costs`, title: 'What it cost' },
    arms,
    metrics: namesInFigure('costs'),
    caption,
  });
}
