/** What figures say beside the arms: baselines, captions, and their tables. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { checkpointsFigure } from '../../../src/report/figures/checkpoints.ts';
import { dotFigure, scoreFigure } from '../../../src/report/figures/dot-figure.ts';
import { efficiencyFigure } from '../../../src/report/figures/efficiency.ts';
import type { Arm } from '../../../src/report/figures/series.ts';
import { valuesHeader, valuesRows } from '../../../src/report/page/figures.ts';
import { figureKinds, type ScoreReport } from '../../../src/report/report-data.ts';
import { costsFigure, mainFigure } from '../../../src/report/report-sections.ts';
import { arm, armsFor, drawn, names, runs, titlesIn } from './read-figures.ts';

describe('what a score is read beside', () => {
  const scored = (name: string, more: Partial<ScoreReport>[], index = 0): Arm => {
    const [run, score] = [runs[0]!, runs[0]!.scores[0]!];
    const scores = more.map((one) => ({ ...score, metric: 'task.rte', score: 0.5, ...one }));
    return { name, index, coordinates: {}, runs: [{ ...run, scores }] };
  };
  const ofTask = (arms: readonly Arm[]) => drawn(scoreFigure(names, arms));
  const untrained = { checkpointStep: 0, score: 0.31 };

  it.each(figureKinds)('%s has a dashed line at what a bag of words scores, in words too', (kind) => {
    const { panels, values, caption } = drawn(mainFigure('e', kind, armsFor(kind)));
    for (const { svg } of panels) {
      expect(titlesIn(svg)).toContain('bag of words 52.0\u00a0%');
      expect(/aria-label="([^"]*)"/.exec(svg)![1]).toContain('bag of words 52.0\u00a0%');
      expect(parseHTML(svg).document.toString()).toContain('stroke-dasharray="5 3"');
    }
    expect(values.find(({ arm: name }) => name === 'bag of words')).toMatchObject({
      spread: { n: 0, mean: 0.52 },
      samples: [],
    });
    expect(caption).toContain('bag of words (a linear model of the words)');
  });

  it('is one line where all arms share it, and a tick in an arm’s row where it is the arm’s', () => {
    const arms = [
      scored('a', [{ bagOfWordsScore: 0.6, majorityScore: 0.2 }, untrained]),
      scored('b', [{ bagOfWordsScore: 0.6, majorityScore: 0.3 }]),
    ];
    const { svg } = ofTask(arms).panels[0]!;
    const marks = (kind: string) =>
      parseHTML(svg).document.querySelectorAll(`g[data-mark="${kind}"] title`).length;
    // A line of the words; ticks of two commonest classes and of one encoder without training.
    expect([marks('rule'), marks('tick')]).toEqual([1, 2 + 1]);
    expect(svg).toContain(
      'Beside it: bag of words 60.0\u00a0%; commonest class: a 20.0\u00a0%, b 30.0\u00a0%; untrained: a 31.0\u00a0%.',
    );
  });

  it.each(['training-algorithms', 'efficiency'] as const)(
    '%s draws a probe that decides, above what needs no encoder',
    (kind) => {
      const metric = 'probe.part-of-speech';
      const [start, half, end] = [0.6, 0.7, 0.75].map((score, i) => ({
        metric,
        score,
        checkpointStep: 500 * i,
      }));
      const floors = { wordIdentityScore: 0.5, majorityScore: 0.3, trainFlops: 4e12 };
      const none = { bagOfWordsScore: undefined as never };
      const arms = [
        scored(
          'joint',
          [start!, { ...half, ...floors }, { ...end, ...floors }].map((one) => ({ ...one, ...none })),
        ),
      ];
      const { panels, values, caption, measure } = drawn(mainFigure('e', kind, arms, metric));
      expect(measure.label).toBe('frozen probe of part-of-speech');
      expect(titlesIn(panels.at(-1)!.svg)).toContain('word itself 50.0\u00a0%');
      expect(values.find(({ arm: name }) => name === 'word itself')?.spread).toEqual({ n: 0, mean: 0.5 });
      expect(values.at(kind === 'efficiency' ? 0 : 2)).toMatchObject({
        arm: 'joint',
        spread: { mean: 0.75 },
      });
      expect(caption).toContain('word itself (the commonest class of each word)');
    },
  );

  it('keeps the untrained encoder apart from what was trained, and has a column for it', () => {
    const { values } = ofTask([scored('a', [untrained, { checkpointStep: 500 }]), scored('b', [{}])]);
    expect(valuesHeader(values)).toContain('untrained');
    expect(values.map(({ arm: name, spread, columns }) => [name, spread?.mean, columns.untrained])).toEqual([
      ['a', 0.5, '31.0\u00a0%'],
      ['b', 0.5, ''],
      ['bag of words', 0.52, undefined],
    ]);
    expect(scoreFigure(names, [scored('a', [untrained])])).toMatchObject({ why: expect.any(String) });
  });

  it('shows how far fine-tuning seeds reach, and says how many there are', () => {
    const seeds = { finetuneSeeds: 3, lowest: 0.4, highest: 0.7 };
    const { panels, caption } = ofTask([scored('a', [seeds]), scored('b', [{ finetuneSeeds: 1 }])]);
    expect(titlesIn(panels[0]!.svg)).toContain(
      'a, seed 0: fine-tuning seeds from 40.0\u00a0% to 70.0\u00a0%',
    );
    expect(caption).toContain('Scores are the median of 1 to 3 fine-tuning seeds, thin lines their range.');
    expect(ofTask([scored('a', [{ finetuneSeeds: 1 }])]).caption).toContain(
      'Each score is of one fine-tuning seed.',
    );
  });
});

describe('a caption', () => {
  it('lists the tasks of an average', () => {
    const one = arm('a', {}, 0.5);
    const [run] = one.runs;
    const scores: ScoreReport[] = [{ ...run!.scores[0]!, tasks: ['rte', 'cola', 'genre'] }];
    const { caption } = drawn(scoreFigure(names, [{ ...one, runs: [{ ...run!, scores }] }]));
    expect(caption).toContain('The mean is over rte, cola and genre.');
  });

  it('names the arms that panels leave out, and why', () => {
    const [joint, bert] = armsFor('objectives');
    const { rtd_auc: _, ...metrics } = bert!.runs[0]!.metrics;
    const without = { ...bert!, runs: [{ ...bert!.runs[0]!, metrics }] };
    const metricsDrawn = ['mlm_accuracy', 'rtd_auc', 'absent'];
    const { caption } = drawn(
      dotFigure({ names, arms: [joint!, without], metrics: metricsDrawn, caption: '' }),
    );
    expect(caption).toContain('Left out because they have no network that finds replaced tokens: bert.');
  });

  it('breaks no percent sign from its number', () => {
    for (const kind of figureKinds)
      expect(drawn(mainFigure('e', kind, armsFor(kind))).caption).not.toMatch(/\d %/);
  });
});

describe('the table of a figure', () => {
  it('has a column for each panel, with what each arm is read beside', () => {
    const arms = armsFor('objectives').slice(0, 2);
    const metrics = ['mlm_accuracy', 'rtd_auc', 'absent'];
    const { panels, values, measure } = drawn(dotFigure({ names, arms, metrics, caption: '' }));
    expect(valuesHeader(values)).toEqual(['arm', 'seeds', ...panels.map(({ title }) => title)]);
    const rows = valuesRows(values, measure);
    expect(rows.map(([name, seeds]) => [name, seeds])).toEqual([
      ['joint', '5'],
      ['bert', '5'],
      ['commonest token', ''],
    ]);
    expect(rows[0]![3]).toMatch(/^0\.\d{3} \(0\.\d{3} to 0\.\d{3}; token frequencies 0\.550\)$/);
    expect(rows[2]!.slice(2)).toEqual(['5.0\u00a0%', '']);
  });

  it('has what each point of a line cost, and each seed last', () => {
    const { values, measure } = drawn(checkpointsFigure(names, armsFor('training-algorithms')));
    const header = valuesHeader(values);
    expect(header.slice(5)).toEqual([
      'executed training FLOPs',
      'training FLOPs as the paper counts',
      'each seed',
    ]);
    // Half of 1e13 at half of the steps; the paper's count is 1.3 times as much.
    const row = valuesRows(values, measure).find(
      ([name, at]) => name === 'joint' && at === 'step\u00a01000',
    )!;
    expect(row.slice(5, 7)).toEqual(['5.00e12', '6.50e12']);
    const costs = drawn(efficiencyFigure(names, armsFor('efficiency'))).values[0]!.columns;
    expect(costs).toEqual({ 'executed training FLOPs': '1.00e13' });
  });

  it('gives no interval that reads like its mean, and speaks of intervals where there are any', () => {
    const arms = armsFor('objectives').slice(0, 1);
    const { values, measure } = drawn(costsFigure('e', arms));
    // Each seed executed 1e13.
    expect(valuesRows(values, measure)[0]![2]).toBe('1.00e13');
    expect(measure.label).toBe('all panels, means with 95\u00a0% intervals');
    const single = arms.map((one) => ({ ...one, runs: one.runs.slice(0, 1) }));
    expect(drawn(costsFigure('e', single)).measure.label).toBe('all panels');
  });

  it('says once that all seeds failed', () => {
    const failed = armsFor('objectives')[0]!;
    const all = { ...failed, runs: failed.runs.map((run) => ({ ...run, status: 'failed-to-learn' })) };
    const { values, measure } = drawn(scoreFigure(names, [all]));
    expect(valuesRows(values, measure)[0]!.at(-1)).toMatch(
      /^([\d.]+\u00a0%(, )?){5} \(all failed to learn\)$/,
    );
  });
});
