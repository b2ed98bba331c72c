/** The forest plot, read back from its own SVG. */
import { describe, expect, it } from 'vitest';
import { claimsFigure } from '../../../src/report/figures/claims.ts';
import type { ClaimRow } from '../../../src/report/verdict-rows.ts';
import { experiments, titlesIn } from './read-figures.ts';

const claims = experiments.find(({ figure }) => figure === 'training-algorithms')!.claims;
const [holds, reverses, open, equivalent] = claims as [ClaimRow, ClaimRow, ClaimRow, ClaimRow];
const panelOf = (...some: ClaimRow[]) => claimsFigure('e', some)!.panels[0]!.svg;

/** By mark: how many there are. */
const countOf = (svg: string, mark: string) => svg.split(`data-mark="${mark}"`).length - 1;

describe('the figure of the claims', () => {
  it('is absent without claims', () => {
    expect(claimsFigure('e', [])).toBeUndefined();
  });

  it('has a panel for each measurement, because differences in other units share no axis', () => {
    const { panels, values } = claimsFigure('e', claims)!;
    expect(panels.map(({ id, title }) => [id, title])).toEqual([
      ['e-claims-downstream', 'mean downstream score'],
      ['e-claims-mlm-accuracy', 'masked tokens predicted, argmax (secondary)'],
    ]);
    expect(values).toHaveLength(claims.length);
  });

  it('says arms, difference, interval and verdict of every claim to those who do not see it', () => {
    const svg = panelOf(holds, reverses);
    expect(svg).toContain('joint over bert: +2.0 points (+0.4 to +3.6), holds');
    expect(titlesIn(svg)).toContain('joint over bert: −2.0 points (−3.6 to −0.4), reverses');
    expect(svg).toContain('>holds</text>');
    expect(svg).toContain("the paper's way →");
  });

  it('gives each verdict a shape of its own', () => {
    const shapes = [holds, reverses, open, equivalent].map((claim) => {
      const svg = panelOf({ ...claim, metric: 'downstream' });
      const dots = svg.slice(svg.lastIndexOf('data-mark="dot"'));
      // Path and rotation alone: a shape is told apart without its colour.
      return [/ d="[^"]+"/, /rotate\([-\d]+\)/, /<circle/].map((part) => part.exec(dots)?.[0] ?? '').join();
    });
    expect(new Set(shapes).size).toBe(4);
  });

  it('shades the margin where one is declared, and only there', () => {
    expect(countOf(panelOf(equivalent), 'rect')).toBe(1);
    expect(countOf(panelOf(holds), 'rect')).toBe(0);
  });

  it('dashes an interval that no correction was made for, and has none of one seed', () => {
    expect(panelOf(holds)).not.toContain('stroke-dasharray');
    const { correctedLow: _, correctedHigh: __, ...untested } = open;
    expect(panelOf(untested)).toContain('stroke-dasharray');
    const { intervalLow: ___, intervalHigh: ____, ...single } = untested;
    const rules = panelOf(untested).split('<line').length - panelOf(single).split('<line').length;
    expect(rules).toBe(1);
  });

  it('says what was not measured', () => {
    const {
      difference: _,
      correctedLow: __,
      correctedHigh: ___,
      intervalLow: ____,
      intervalHigh: _____,
      ...none
    } = open;
    expect(panelOf(none)).toContain('not measured');
  });
});
