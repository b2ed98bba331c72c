import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '../../src/base/errors.ts';
import { curveData } from '../../src/report/curve-data.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { messageOf } from '../config/scratch.ts';
import { temporaryFolder } from '../end-to-end/program.ts';
import { hostileName, madeUpReport } from './made-up-report.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const data = madeUpReport({ seeds: 3 });
let paths: string[];
let page: string;
let markdown: string;
beforeAll(() => {
  paths = writeReport(folder, data);
  [page, markdown] = [paths[0]!, paths[1]!].map((path) => readFileSync(path, 'utf8')) as [string, string];
});

describe('a report', () => {
  it('is a page, a Markdown text, and each figure as SVG and PNG', () => {
    expect(paths.slice(0, 2).map((path) => basename(path))).toEqual(['report.html', 'report.md']);
    const figures = readdirSync(join(folder, 'figures'));
    expect(figures).toHaveLength(paths.length - 2);
    expect(figures.filter((name) => name.endsWith('.svg')).length).toBe(figures.length / 2);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('has the same bytes when it is written again', () => {
    const before = paths.map((path) => readFileSync(path));
    const again = writeReport(folder, madeUpReport({ seeds: 3 })).map((path) => readFileSync(path));
    expect(again.map((bytes, i) => bytes.equals(before[i]!))).toEqual(before.map(() => true));
  });

  it('deletes drawings of an earlier report, and nothing else', () => {
    const inFigures = (name: string) => join(folder, 'figures', name);
    const names = ['old.svg', 'old.png', 'by-hand.svg', 'photograph.png', 'notes.txt'];
    for (const name of names) writeFileSync(inFigures(name), '');
    const again = writeReport(folder, data);
    expect(names.filter((name) => existsSync(inFigures(name)))).toEqual(names.slice(2));
    expect(again.filter((path) => !existsSync(path))).toEqual([]);
    for (const name of names.slice(2)) rmSync(inFigures(name));
  });

  it('has colours of its own in figure files, and pixels in PNG', () => {
    const svg = paths.filter((path) => path.endsWith('.svg')).map((path) => readFileSync(path, 'utf8'));
    expect(svg.filter((text) => text.includes('var('))).toEqual([]);
    for (const path of paths.filter((name) => name.endsWith('.png')))
      expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
  });

  it('has no name that is read as markup', () => {
    const scripts = page.match(/<script\b/g);
    // The data and the program.
    expect(scripts).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain(hostileName);
    expect(markdown).not.toContain('<script');
  });

  it('links every figure in the Markdown to a file that is there', () => {
    const links = [...markdown.matchAll(/\]\((figures\/[^)]+)\)/g)].map(([, link]) => link!);
    expect(links).toHaveLength((paths.length - 2) / 2);
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  });

  it('names the licences of what it carries', () => {
    expect(page).toContain('@observablehq/plot 0.6.17');
    expect(page).toContain('Permission to use, copy, modify');
  });

  it('says what is in the way where it cannot write', () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    expect(messageOf(() => writeReport(blocked, data), DataError)).toMatch(
      /report\.html: expected a writable file, got "(EEXIST|ENOTDIR)"; /,
    );
    rmSync(blocked);
  });
});

describe('a claim in the report', () => {
  it('says its verdict in words and a sign, at this scale', () => {
    expect(page).toContain('<span aria-hidden="true">✓</span> holds at this scale');
    expect(page).toContain('<span aria-hidden="true">✗</span> reverses at this scale');
    expect(page).toContain('inconclusive at this scale, leaning the paper&#39;s way');
    expect(markdown).toContain(
      '1 holds, 1 reverses, 1 is inconclusive; secondary: 0 hold, 0 reverse, 1 is equivalent, 0 are inconclusive at this scale',
    );
  });

  it('has our difference with its corrected interval, seeds, and the reason', () => {
    expect(page).toContain(
      '+2.0 points (+0.4 to +3.6), 95 % interval, corrected for the experiment&#39;s other claims',
    );
    expect(page).toContain(
      '5 seeds of each arm; 23 would find a difference like this one with probability 0.8',
    );
    expect(page).toContain('the interval has zero in it');
  });

  it('has the numbers as the paper prints them, the words where there are none, and the other source', () => {
    expect(page).toContain('joint 85.0, bert 82.2 GLUE (Table 5)');
    expect(page).toContain('in words only (Figure 3)');
    expect(page).toContain('54 against 65 (a reading note)');
  });

  it('is marked as what is tested where it heads an experiment: it is no result', () => {
    expect(page).toContain('<p>The claim under test: What &lt;script');
    expect(markdown).toContain('\n\nThe claim under test: What &lt;script');
  });

  it('is answered for before its figure, which stands before the figure of the paper and all tables', () => {
    const order = [
      'class="finding"',
      'id="made-up-training-algorithms-claims"',
      'id="made-up-training-algorithms-training-algorithms"',
      'id="claims"',
      'id="measurements"',
    ];
    const places = order.map((part) => page.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    const titles = [
      '**At 1.00e13',
      '### Every claim at this scale',
      '### Figure 3, right: training algorithms',
      '## Claims',
      '## Measurements',
    ];
    const lines = titles.map((part) => markdown.indexOf(part));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    expect(lines[0]).toBeGreaterThan(0);
  });
});

describe('the scores of the report', () => {
  it('stand beside the bag of words, with the arms below it named: 50 % is, 53 % is not', () => {
    const words =
      'below a bag of words (52.0\u00a0%), a linear model of the words alone: joint (50.0\u00a0%).';
    expect(page).toContain(words);
    // In Markdown all space is plain.
    expect(markdown).toContain(words.replace(/\s/g, ' '));
  });

  it('have the scale that was run before them', () => {
    const scale = 'The scale that was run';
    expect(page.indexOf(scale)).toBeLessThan(page.indexOf('Scores by arm'));
    expect(markdown.indexOf(scale)).toBeLessThan(markdown.indexOf('Scores by arm'));
  });
});

describe('the curves of the page', () => {
  const { runs, groups, thinnedTo } = curveData(data);

  it('add up to the steps and values that were read', () => {
    const { steps, values } = runs[0]!.curves.train_loss!;
    const read = steps.map((_, i) => ({
      step: steps.slice(0, i + 1).reduce((sum, difference) => sum + difference),
      value: values[i]!,
    }));
    const points = data.runs[0]!.curves.train_loss!;
    expect(read.map((point) => point.step)).toEqual(points.map((point) => point.step));
    for (const [i, { value }] of read.entries()) expect(value).toBeCloseTo(points[i]!.value, 4);
  });

  it('know what a run had cost at its first and last step, whichever curve has them', () => {
    const [run] = data.runs;
    const early = { step: 0, tokens: 0, trainFlops: 0, value: 1 };
    const curves = { ...run!.curves, mlm_accuracy: [early] };
    const [places] = curveData({ ...data, runs: [{ ...run!, curves }] }).runs;
    expect([places!.steps[0], places!.flops[0]]).toEqual([0, 0]);
    expect(places!.steps.at(-1)).toBe(run!.curves.train_loss!.at(-1)!.step);
  });

  it('are grouped by experiment, and all together', () => {
    expect(groups).toHaveLength(5 + 1);
    expect(
      groups
        .at(-1)!
        .arms.flatMap((arm) => arm.runs)
        .sort((a, b) => a - b),
    ).toEqual(runs.map((_, i) => i));
  });

  it('are whole where they are short, and thinned, which is said, where a screen could not show them', () => {
    expect(thinnedTo).toBe(0);
    const long = curveData(madeUpReport({ seeds: 1, points: 1000 }));
    expect(long.thinnedTo).toBe(400);
    expect(long.runs[0]!.curves.train_loss!.values.length).toBeLessThanOrEqual(400);
  });
});
