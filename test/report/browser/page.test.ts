/** The page in a real browser: it draws, its switches switch, it asks the network for nothing, everybody can read it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { parse } from 'csv-parse/sync';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../../src/report/write-report.ts';
import { temporaryFolder } from '../../end-to-end/program.ts';
import { hostileName, madeUpReport } from '../made-up-report.ts';
import { browserPath, launch, missingBrowser } from './chromium.ts';

if (!browserPath) process.stderr.write(`\nreport page: NOT TESTED, ${missingBrowser}\n\n`);

describe.skipIf(!browserPath)('the report page (needs chromium on the PATH)', () => {
  const { folder, remove } = temporaryFolder();
  const address = pathToFileURL(join(folder, 'report.html')).href;
  /** A page of a few figures: axe looks at every element of every one. */
  const shortAddress = pathToFileURL(join(folder, 'short', 'report.html')).href;
  /** One run, with as many steps as labels of four digits need. */
  const singleAddress = pathToFileURL(join(folder, 'single', 'report.html')).href;
  let browser: Browser;
  beforeAll(async () => {
    writeReport(folder, madeUpReport());
    const { experiments, ...rest } = madeUpReport({ seeds: 2 });
    writeReport(join(folder, 'short'), { ...rest, experiments: experiments.slice(0, 2) });
    const { experiments: singles, ...single } = madeUpReport({ arms: 1, seeds: 1, points: 3000 });
    writeReport(join(folder, 'single'), { ...single, experiments: singles.slice(0, 1) });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    remove();
  });

  /** Opens the page; whatever it complains of, asks for or pops up is noted. */
  async function open(
    options: BrowserContextOptions = {},
    file = address,
  ): Promise<{ page: Page; events: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, ...options });
    const events: string[] = [];
    page.on('console', (message) => events.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => events.push(`error: ${error.message}`));
    page.on('request', (request) => events.push(`request: ${request.url()}`));
    page.on('dialog', (dialog) => {
      events.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(file);
    return { page, events };
  }

  const drawing = (page: Page) => page.locator('#curve-chart svg').innerHTML();

  it('asks for its own file and nothing else, complains of nothing, and runs no name as code', async () => {
    const { page, events } = await open();
    await page.locator('details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    await page.selectOption('#curve-metric', 'rtd_auc');
    expect(events).toEqual([`request: ${address}`]);
    expect(await page.locator('h1').textContent()).toBe(`made up ${hostileName}`);
    await page.close();
  });

  it('draws every figure in a size that can be seen', async () => {
    const { page } = await open();
    const sizes = await page.locator('figure:not([id$="-claims"]) .panel svg').evaluateAll((all) =>
      all.map((svg) => {
        const { width, height } = svg.getBoundingClientRect();
        return { width, height, dots: svg.querySelectorAll('[data-mark="dot"] > *').length };
      }),
    );
    // Five experiments with five diagnostics and four costs each, and 2 + 2 + 1 + 1 + 2 panels of their own.
    expect(sizes).toHaveLength(5 * (5 + 4) + 8);
    expect(sizes.filter(({ width, height, dots }) => width < 200 || height < 80 || dots < 20)).toEqual([]);
    await page.close();
  });

  it.each([
    ['#curve-metric', 'train_loss'],
    ['#curve-axis', 'flops'],
    ['#curve-group', 'Made up: generator-size'],
  ])('draws anew when %s is switched to %s', async (control, choice) => {
    const { page } = await open();
    const before = await page.locator('#curve-chart').innerHTML();
    await page.selectOption(control, choice);
    const after = await page.locator('#curve-chart').innerHTML();
    // The groups of these data have the same arms, in the same colours: the same drawing, drawn again.
    if (control !== '#curve-group') expect(after).not.toBe(before);
    expect(await page.locator('#curve-chart g[data-mark="line"]').count()).toBe(20);
    await page.close();
  });

  it('leaves out the curves of an arm that is unticked, and its row', async () => {
    const { page } = await open();
    await page.getByLabel('bert', { exact: true }).uncheck();
    expect(await page.locator('#curve-chart g[data-mark="line"]').count()).toBe(3 * 5);
    expect(await page.locator('#curve-last tbody th').allTextContents()).toEqual([
      'joint',
      'two-stage',
      hostileName,
    ]);
    await page.close();
  });

  it.each([320, 390, 1100])('keeps the labels of the step axis apart at %i pixels', async (width) => {
    const { page } = await open({ viewport: { width, height: 800 } }, singleAddress);
    const gaps = await page
      .locator('#curve-chart g[data-mark="x-axis tick label"] text')
      .evaluateAll((all) => {
        const boxes = all.map((label) => label.getBoundingClientRect());
        return boxes.slice(1).map(({ left }, i) => left - boxes[i]!.right);
      });
    expect(gaps.length).toBeGreaterThan(0);
    expect(Math.min(...gaps)).toBeGreaterThan(8);
    await page.close();
  });

  it('gives a range of last values where there is more than one run', async () => {
    const { page } = await open({}, shortAddress);
    const ranges = () => page.locator('#curve-last tbody td:last-child').allTextContents();
    for (const range of await ranges()) expect(range).toMatch(/^\d+\.\d\u00a0% to \d+\.\d\u00a0%$/);
    await page.goto(singleAddress);
    expect(await ranges()).toEqual(['']);
    await page.close();
  });

  it('shows arm, seed, step and value of the point under the pointer', async () => {
    const { page } = await open();
    await page.locator('#curve-chart').scrollIntoViewIfNeeded();
    const box = (await page.locator('#curve-chart svg').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const chart = page.locator('#curve-chart');
    await expect.poll(() => chart.textContent()).toMatch(/seed \d.*step \d+: \d+\.\d\u00a0%/s);
    await page.close();
  });

  it('steps along a run with left and right and to the next run with up and down, shown and said', async () => {
    const { page } = await open();
    const said = page.locator('#curve-point');
    const pressed = async (key: string) => {
      await page.keyboard.press(key);
      const words = (await said.textContent())!;
      const shown = () => page.locator('#curve-chart').textContent();
      for (const line of words.split('\n')) await expect.poll(shown).toContain(line);
      const [, run, step] = words.match(/^(.*)\nstep (\d+)/)!;
      return { run, step: Number(step) };
    };
    await page.locator('#curve-chart').focus();
    const last = await pressed('ArrowRight');
    const before = await pressed('ArrowLeft');
    expect(before.run).toBe(last.run);
    expect(before.step).toBeLessThan(last.step);
    const next = await pressed('ArrowDown');
    expect(next.run).not.toBe(last.run);
    expect(next.step).toBe(before.step);
    await page.close();
  });

  it('is worked by the keyboard alone, and shows where the focus is', async () => {
    const { page } = await open();
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    for (let i = 0; i < 200 && (await focused()) !== 'curve-metric'; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('curve-metric');
    const outline = await page
      .locator('#curve-metric')
      .evaluate((select) => getComputedStyle(select).outlineStyle);
    expect(outline).toBe('solid');
    const before = await drawing(page);
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#curve-metric').inputValue()).not.toBe('mlm_accuracy');
    expect(await drawing(page)).not.toBe(before);
    const summary = page.locator('#runs details').first();
    await summary.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await summary.locator('pre').first().isVisible()).toBe(true);
    await page.close();
  });

  it.each([390, 1100])('scrolls sideways nowhere at %i pixels', async (width) => {
    const { page } = await open({ viewport: { width, height: 800 } });
    await page.locator('details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.close();
  });

  it.each([11, 30])('shows %i arms on a narrow screen, or a scroll bar beside them', async (arms) => {
    const { page } = await open({ viewport: { width: 390, height: 800 } }, singleAddress);
    const { hidden, overflow } = await page.locator('#curve-arms').evaluate((list, count) => {
      const label = list.querySelector('label')!;
      list.append(...Array.from({ length: count - 1 }, () => label.cloneNode(true)));
      const [last, whole] = [list.lastElementChild!, list].map((one) => one.getBoundingClientRect());
      return { hidden: last!.bottom > whole!.bottom, overflow: getComputedStyle(list).overflowY };
    }, arms);
    expect([hidden, overflow]).toEqual(arms > 20 ? [true, 'scroll'] : [false, 'visible']);
    await page.close();
  });

  it('keeps the name of a row in sight where its table is scrolled sideways', async () => {
    const { page } = await open({ viewport: { width: 390, height: 800 } }, shortAddress);
    await page.locator('figure details').first().locator('summary').click();
    const area = page.locator('figure details .scroll').first();
    const name = area.locator('tbody th').first();
    const before = await name.boundingBox();
    expect(await area.evaluate((table) => table.scrollWidth > table.clientWidth)).toBe(true);
    await area.evaluate((table) => table.scrollBy({ left: 200, behavior: 'instant' }));
    expect((await name.boundingBox())!.x).toBe(before!.x);
    await page.close();
  });

  it('prints tables whole, and nothing that is to be switched', async () => {
    // Of A4 at 96 pixels an inch, less the margins.
    const { page } = await open({ viewport: { width: 718, height: 1000 } }, shortAddress);
    await page.emulateMedia({ media: 'print' });
    await page.locator('details:not(.run)').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true;
    });
    expect(await page.locator('select:visible, input:visible').count()).toBe(0);
    const widths = await page
      .locator('table:visible')
      .evaluateAll((all) => all.map((table) => table.getBoundingClientRect().right));
    expect(widths.length).toBeGreaterThan(0);
    expect(Math.max(...widths)).toBeLessThanOrEqual(718);
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'has no fault that axe finds in the %s theme, contrast among them',
    async (colorScheme) => {
      const { page } = await open({ colorScheme }, shortAddress);
      await page.locator('details').evaluateAll((all) => {
        for (const details of all) (details as HTMLDetailsElement).open = true;
      });
      await page.evaluate(axe.source);
      const { violations, passes } = (await page.evaluate('axe.run()')) as axe.AxeResults;
      const faults = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      );
      expect(faults).toEqual([]);
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
      await page.close();
    },
  );

  /** Presses a button, and reads the file that it gives. */
  async function taken(page: Page, button: Locator): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  it('gives every figure as SVG, PNG and CSV, and every table as CSV, and asks the network for none of it', async () => {
    const { page, events } = await open({}, shortAddress);
    const panel = page.locator('figure .panel').first();
    const svg = await taken(page, panel.getByRole('button', { name: 'as SVG' }));
    expect(svg.name).toBe('made-up-training-algorithms-claims-downstream.svg');
    expect(svg.bytes.toString()).toMatch(/^<svg[^>]*xmlns="http:/);
    expect(svg.bytes.toString()).not.toContain('var(--');
    const png = await taken(page, panel.getByRole('button', { name: 'as PNG' }));
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(png.bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(2000);
    const values = await taken(
      page,
      page.locator('figure').first().getByRole('button', { name: 'values as CSV' }),
    );
    const [header, first] = parse(values.bytes) as string[][];
    expect(header!.slice(0, 3)).toEqual(['claim', 'measured by', 'difference']);
    expect(first!.slice(0, 3)).toEqual([
      'joint over bert',
      'mean downstream score',
      '+2.0 points (+0.4 to +3.6)',
    ]);
    const bare = await page
      .locator('.scroll')
      .evaluateAll(
        (all) =>
          all.filter(
            (area) => !area.closest('figure') && area.previousElementSibling?.className !== 'actions',
          ).length,
      );
    expect(bare).toBe(0);
    const addresses = events.map((event) => event.slice(0, 14));
    expect(addresses.filter((event) => !/^request: (file|data|blob):?/.test(event))).toEqual([]);
    await page.close();
  });

  it('sorts its runs by any column, both ways, with empty cells last, and leaves out rows', async () => {
    const { page } = await open({}, shortAddress);
    const table = page.locator('#run-table table');
    const header = await table.locator('thead th').allTextContents();
    expect(header).toContain('optimiser.learningRate');
    const column = (name: string) =>
      table.locator(`tbody tr:visible > :nth-child(${header.indexOf(name) + 1})`);
    const rates = () => column('optimiser.learningRate').allTextContents();
    const press = (name: string) => table.getByRole('button', { name }).click();
    await press('optimiser.learningRate');
    expect(await rates()).toEqual((await rates()).toSorted());
    await press('optimiser.learningRate');
    expect(await rates()).toEqual((await rates()).toSorted().reverse());
    expect(await table.locator('th[aria-sort="descending"]').count()).toBe(1);
    await press('generator.size');
    expect((await column('generator.size').allTextContents()).slice(-2)).toEqual(['', '']);
    await page.locator('#runs input[type="search"]').fill('bert finished');
    expect(await column('regime').allTextContents()).toEqual(['bert', 'bert']);
    const csv = await taken(page, page.locator('#run-table').getByRole('button', { name: 'as CSV' }));
    expect(parse(csv.bytes) as string[][]).toHaveLength(1 + 2);
    await page.close();
  });

  it('shows what was drawn for a masked word, and how likely it was, where the pointer or the focus is', async () => {
    const { page } = await open({ viewport: { width: 390, height: 800 } }, shortAddress);
    const sample = page.locator('#text .sample').first();
    const tip = sample.locator('.tip');
    expect(await tip.isVisible()).toBe(false);
    await sample.hover();
    expect(await tip.isVisible()).toBe(true);
    expect(await tip.textContent()).toContain('“dog” 4.1 %, drawn for');
    await page.mouse.move(0, 0);
    await page.locator('#text .sample').nth(1).focus();
    await page.keyboard.press('Shift+Tab');
    expect(await tip.isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.close();
  });

  it('shows seeds and means with their values when one stays on them', async () => {
    const { page } = await open();
    const titles = await page.locator('.panel svg title').allTextContents();
    expect(titles).toContainEqual(expect.stringMatching(/^bert, seed 3: \d+\.\d\u00a0%$/));
    expect(titles).toContainEqual(expect.stringMatching(/^bert: .* \(n = 5, 95 % interval .* to .*\)$/));
    await page.close();
  });
});
