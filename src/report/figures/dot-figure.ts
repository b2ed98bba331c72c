/** Arms against one another: Table 5, weight tying, and whatever an experiment compares. */
import { type Measure, measureNamed } from '../metric-display.ts';
import { besidesOf } from './baselines.ts';
import { besidesWords, missingWords, scoresWords, seedsWords, sentences } from './captions.ts';
import { dotPanel } from './dot-panel.ts';
import type { Figure, Omission } from './figure.ts';
import { type Arm, mainScore, samplesOf } from './series.ts';
import { valuesByMeasure, valuesOf } from './values.ts';

export interface FigureNames {
  id: string;
  title: string;
}

/** The downstream score of each arm. */
export function scoreFigure(names: FigureNames, arms: readonly Arm[], primary?: string): Figure | Omission {
  const metric = mainScore(arms, primary);
  if (metric === undefined) return { ...names, why: 'no arm has been scored yet' };
  return dotFigure({ names, arms, metrics: [metric], caption: scoresWords(arms, [metric]) });
}

/**
 * One panel for each measurement that an arm has.
 *
 * @param options.caption what is particular; seeds, baselines and what is left out are said of all
 */
export function dotFigure(options: {
  names: FigureNames;
  arms: readonly Arm[];
  metrics: readonly string[];
  caption: string;
}): Figure | Omission {
  const { names, arms, metrics, caption } = options;
  const measures = metrics
    .filter((metric) => arms.some((arm) => samplesOf(arm, metric).length > 0))
    .map(measureNamed);
  const [first] = measures;
  if (first === undefined) return { ...names, why: 'no arm has these measurements yet' };
  const besides = measures.map((measure) => besidesOf(arms, measure));
  const panels = measures.map((measure, i) => ({
    id: `${names.id}-${slugOf(measure.name)}`,
    title: measure.label,
    svg: dotPanel(arms, measure, besides[i]!)!,
  }));
  const said = [seedsWords(arms), caption, besidesWords(besides.flat()), missingWords(arms, metrics)];
  const table =
    measures.length === 1
      ? { measure: first, values: valuesOf(arms, first, besides[0]!) }
      : {
          measure: allPanels(arms),
          values: valuesByMeasure(
            arms,
            measures.map(({ name }) => name),
          ),
        };
  return { ...names, caption: sentences(said), panels, ...table };
}

/** Of a table with a column per panel, whose cells have their units with them. */
function allPanels(arms: readonly Arm[]): Measure {
  const intervals = arms.some(({ runs }) => runs.length > 1) ? ', means with 95\u00a0% intervals' : '';
  return { name: '', label: `all panels${intervals}`, unit: 'number' };
}

/** A name for files: `task.word-in-context` → `task-word-in-context`. */
export function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'unnamed'
  );
}
