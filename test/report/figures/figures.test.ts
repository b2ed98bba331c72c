/** What the drawings hold, read back from their own SVG. */
import { describe, expect, it } from 'vitest';
import { checkpointsFigure } from '../../../src/report/figures/checkpoints.ts';
import { dotFigure, scoreFigure, slugOf } from '../../../src/report/figures/dot-figure.ts';
import { efficiencyFigure } from '../../../src/report/figures/efficiency.ts';
import { generatorSizeFigure } from '../../../src/report/figures/generator-size.ts';
import { type Arm, armsByName, mainScore } from '../../../src/report/figures/series.ts';
import { figureKinds, type RunReport } from '../../../src/report/report-data.ts';
import { mainFigure } from '../../../src/report/report-sections.ts';

import { arm, armsFor, drawn, names, runs, ticksIn, titlesIn } from './read-figures.ts';

describe('every figure', () => {
  it.each(figureKinds)('%s shows each seed of each arm, and each mean with n and interval', (kind) => {
    const { panels, values } = drawn(mainFigure('e', kind, armsFor(kind)));
    const points = values.filter(({ samples }) => samples.length > 0).length;
    expect(values.flatMap(({ samples }) => samples)).toHaveLength(5 * points);
    for (const { svg } of panels) {
      const titles = titlesIn(svg);
      expect(titles.filter((title) => /, seed \d: /.test(title))).toHaveLength(5 * points);
      // Once on the bar, once on the point.
      expect(titles.filter((title) => /\(n = 5, 95 % interval/.test(title))).toHaveLength(2 * points);
    }
  });

  it.each(figureKinds)('%s is left out, with a reason, where nothing was fine-tuned', (kind) => {
    const bare = armsFor(kind).map((one) => ({
      ...one,
      runs: one.runs.map((run) => ({ ...run, scores: [] })),
    }));
    expect(mainFigure('e', kind, bare)).toMatchObject({ why: 'no arm has been scored yet' });
  });

  it('crosses the seeds that failed to learn, and says so', () => {
    const { panels } = drawn(scoreFigure(names, armsFor('objectives')));
    expect(titlesIn(panels[0]!.svg).filter((title) => title.endsWith('failed to learn'))).toHaveLength(1);
  });

  it.each(figureKinds)('%s draws what failed to learn last, where no mark hides it', (kind) => {
    for (const { svg } of drawn(mainFigure('e', kind, armsFor(kind))).panels) {
      const titles = titlesIn(svg);
      const first = titles.findIndex((title) => title.endsWith('failed to learn'));
      const after = titles.slice(first).filter((title) => !title.endsWith('failed to learn'));
      // In dots one below the other, rows hide nothing of one another: the last row is what may follow.
      expect(after.filter((title) => title.includes(armsFor(kind)[3]!.name))).toEqual([]);
    }
  });

  it('has a hollow mean where no seed learned, and only there', () => {
    const failed = arm('failed', {}, 0.4);
    failed.runs = failed.runs.map((run) => ({ ...run, status: 'failed-to-learn' }));
    const arms = [failed, arm('learned', {}, 0.5, 1)];
    for (const draw of [scoreFigure, checkpointsFigure])
      expect(drawn(draw(names, arms)).panels[0]!.svg.match(/fill="var\(--surface\)"/g)).toHaveLength(1);
  });

  it('has an alternative text with the numbers', () => {
    const { panels } = drawn(scoreFigure(names, [arm('a & b', {}, 0.5)]));
    expect(panels[0]!.svg).toMatch(/aria-label="mean downstream score\. a &amp; b: 50\.0\u00a0% \(n = 1\)\./);
  });

  it('says the axis with its unit', () => {
    const { panels } = drawn(checkpointsFigure(names, armsFor('training-algorithms')));
    expect(panels[0]!.svg).toContain('executed training FLOPs (10¹³)');
    expect(panels[1]!.svg).toContain('training FLOPs as the paper counts (10¹³)');
    expect(panels[0]!.svg).toContain('mean downstream score (%)');
  });
});

describe('the checkpoints of an arm', () => {
  it('stand aside where another arm has the same cost and score', () => {
    const arms = ['a', 'b', 'c'].map((name, index) => arm(name, {}, 0.5, index + 1));
    const { svg } = drawn(checkpointsFigure(names, arms)).panels[0]!;
    const means = [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)[^>]*><title>(\w), step/g)];
    const across = arms.map(({ name }) => Number(means.find((mean) => mean[3] === name)?.[1]));
    expect(across[1]! - across[0]!).toBeGreaterThanOrEqual(18);
    expect(across[2]! - across[1]!).toBeCloseTo(across[1]! - across[0]!);
  });

  it('are one point per step, at the mean cost of its seeds', () => {
    const { values } = drawn(checkpointsFigure(names, armsFor('training-algorithms')));
    expect(values.filter((row) => row.arm === 'joint').map(({ at }) => at)).toEqual([
      'step 500',
      'step 1000',
      'step 2000',
    ]);
  });

  it('begin with the untrained encoder where it was scored', () => {
    const untrained = arm('a', {}, 0.4);
    untrained.runs[0]!.scores[0]!.checkpointStep = 0;
    expect(drawn(checkpointsFigure(names, [untrained])).values[0]!.at).toBe('untrained');
  });
});

describe('generator sizes', () => {
  const sized = [
    arm('one', { 'generator.size': 1 }, 0.5),
    arm('eighth', { 'generator.size': 0.125 }, 0.6),
    arm('unigram', { 'generator.kind': 'unigram' }, 0.4),
    arm('three quarters', { 'generator.size': 0.75 }, 0.55),
  ];

  it('stand from small to large, as fractions, token frequencies before them', () => {
    const { panels } = drawn(generatorSizeFigure(names, sized));
    expect(ticksIn(panels[0]!.svg)).toEqual(['unigram', '1/8', '3/4', '1']);
  });

  it('know token frequencies by the configuration where no coordinate says so', () => {
    const predictor = { network: 'generator', kind: 'unigram', size: 0.5, learns: 'never' as const };
    const plain = arm('plain', {}, 0.4);
    const configured = { ...plain, runs: [{ ...plain.runs[0]!, setting: { predictor } }] };
    const { panels } = drawn(generatorSizeFigure(names, [configured, ...sized.slice(0, 2)]));
    expect(ticksIn(panels[0]!.svg)).toEqual(['unigram', '1/8', '1']);
  });

  it('have no line to token frequencies, which are no size', () => {
    const [line] = /data-mark="line"[^>]*><path d="([^"]+)"/
      .exec(drawn(generatorSizeFigure(names, sized)).panels[0]!.svg)!
      .slice(1);
    expect(line!.match(/[ML]/g)).toHaveLength(3);
  });

  it('make a line for each discriminator', () => {
    const { panels } = drawn(generatorSizeFigure(names, armsFor('generator-size')));
    expect(panels[0]!.svg).toContain('discriminator 128 wide');
    expect(panels[0]!.svg).toContain('discriminator 192 wide');
    const named = [0.5, 1].map((size) =>
      arm(`${size}`, { discriminator: 'wide', 'generator.size': size }, 0.5),
    );
    const [panel] = drawn(generatorSizeFigure(names, named)).panels;
    expect(panel!.svg).toContain('discriminator wide');
  });

  it('are left out where arms have no size', () => {
    expect(generatorSizeFigure(names, [arm('a', {}, 0.5)])).toMatchObject({
      why: 'fewer than two arms have a coordinate generator.size',
    });
  });
});

describe('a share of the budget', () => {
  it('is drawn against its cost, a line per regime', () => {
    const { panels } = drawn(efficiencyFigure(names, armsFor('efficiency')));
    expect(panels.map(({ id }) => id)).toEqual(['x-downstream', 'x-flops']);
    for (const regime of ['joint', 'bert', 'two-stage', 'adversarial'])
      expect(panels[1]!.svg).toContain(regime);
  });
});

describe('a measurement that no arm has', () => {
  it('gets no panel; the others do', () => {
    const arms = armsFor('objectives');
    const { panels } = drawn(dotFigure({ names, arms, metrics: ['rtd_auc', 'absent'], caption: '' }));
    expect(panels.map(({ id }) => id)).toEqual(['x-rtd-auc']);
    expect(dotFigure({ names, arms, metrics: ['absent'], caption: '' })).toMatchObject({
      why: expect.any(String),
    });
  });
});

describe('arms of a folder without experiments', () => {
  const run = (name: string, seed: number, runId: string) =>
    ({ ...runs[0]!, name, seed, runId }) as RunReport;

  it('are runs of one name, a seed each', () => {
    const arms = armsByName([run('a', 0, 'a-s0-1'), run('a', 1, 'a-s1-2'), run('b', 0, 'b-s0-3')]);
    expect(arms.map(({ name, runs: own }) => [name, own.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('are one arm where a sweep wrote the seed into the name', () => {
    const arms = armsByName([
      run('a, seed 0', 0, 'a-s0-1'),
      run('a, seed 1', 1, 'a-s1-2'),
      run('a, learningRate 0.1, seed 1', 1, 'a-s1-3'),
      run('b, seed 10', 0, 'b-s0-4'),
    ]);
    expect(arms.map(({ name, runs: own }) => [name, own.length])).toEqual([
      ['a', 2],
      ['a, learningRate 0.1', 1],
      ['b, seed 10', 1],
    ]);
  });

  it('are told apart by their hash where one seed comes twice', () => {
    const arms = armsByName([run('a', 0, 'a-s0-1f'), run('a', 0, 'a-s0-2e')]);
    expect(arms.map(({ name }) => name)).toEqual(['a · 1f', 'a · 2e']);
  });

  it('are compared by a task where there is no average that all have', () => {
    const scored = (metrics: string[]): Arm => ({
      ...arm('a', {}, 0.5),
      runs: [{ ...runs[0]!, scores: metrics.map((metric) => ({ ...runs[0]!.scores[0]!, metric })) }],
    });
    expect(mainScore([scored(['downstream', 'task.rte']), scored(['task.genre', 'task.rte'])])).toBe(
      'task.rte',
    );
    expect(mainScore([scored(['task.rte', 'downstream']), scored(['downstream'])])).toBe('downstream');
    expect(mainScore([scored(['task.rte']), scored(['task.genre'])])).toBeUndefined();
  });

  it('are compared by what the experiment is decided by, where one of them has it', () => {
    const scored = (metrics: string[]): Arm => ({
      ...arm('a', {}, 0.5),
      runs: [{ ...runs[0]!, scores: metrics.map((metric) => ({ ...runs[0]!.scores[0]!, metric })) }],
    });
    const arms = [scored(['downstream', 'probe.verb-form']), scored(['downstream'])];
    expect(mainScore(arms, 'probe.verb-form')).toBe('probe.verb-form');
    expect(mainScore(arms, 'probe.part-of-speech')).toBe('downstream');
  });
});

it('names files without a character that a file system or a link would mind', () => {
  expect(slugOf('task.word-in-context')).toBe('task-word-in-context');
  expect(slugOf('<script> & "x"')).toBe('script-x');
  expect(slugOf('../..')).toBe('unnamed');
});
