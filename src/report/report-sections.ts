/** What the report draws, experiment by experiment: the same for the page, the Markdown and the figure files. */
import { scoresWords } from './figures/captions.ts';
import { dotFigure, type FigureNames } from './figures/dot-figure.ts';
import { costsFigure, diagnosticsFigure, mainFigure } from './figures/experiment-figures.ts';
import { type Figure, isOmission, type Omission } from './figures/figure.ts';
import { type Arm, armsByName, armsOf } from './figures/series.ts';
import { isTerm } from './metric-display.ts';
import type { ExperimentReport, ReportData, RunReport } from './report-data.ts';

export interface Section {
  title: string;
  /** Absent in a folder that no experiment wrote. */
  experiment?: ExperimentReport;
  arms: readonly Arm[];
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
    return { title, experiment, arms, main, ...measured(name, arms) };
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
  return { title: 'Runs', arms, main, ...measured('runs', arms) };
}

function measured(name: string, arms: readonly Arm[]): Pick<Section, 'diagnostics' | 'costs'> {
  return { diagnostics: diagnosticsFigure(name, arms), costs: costsFigure(name, arms) };
}

/** Every figure that could be drawn. */
export function figuresOf(sections: readonly Section[]): Figure[] {
  const all = sections.flatMap(({ main, diagnostics, costs }) => [main, diagnostics, costs]);
  return all.filter((figure): figure is Figure => !isOmission(figure));
}
