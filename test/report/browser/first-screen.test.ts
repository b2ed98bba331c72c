/** What a reader of a real study sees without scrolling. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/commands/report.ts';
import { temporaryFolder } from '../../end-to-end/program.ts';
import { browserPath, launch, missingBrowser } from './chromium.ts';

if (!browserPath) process.stderr.write(`\nfirst screen: NOT TESTED, ${missingBrowser}\n\n`);

const study = fileURLToPath(new URL('../../../results/figure3-training-algorithms', import.meta.url));
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

describe.skipIf(!browserPath)('the first screen of figure3-training-algorithms (needs chromium)', () => {
  const { folder, remove } = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    for (const name of ['experiments', 'runs'])
      cpSync(join(study, name), join(folder, name), { recursive: true });
    await buildReport(folder, { cache: join(folder, 'cache'), quiet: true });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    remove();
  });

  async function open(viewport: typeof desk): Promise<Page> {
    const page = await browser.newPage({ viewport });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    return page;
  }

  const boxOf = async (page: Page, selector: string) => (await page.locator(selector).first().boundingBox())!;

  it('answers with a sentence, which has numbers, compute and seeds', async () => {
    const page = await open(desk);
    expect(await page.locator('.finding').textContent()).toBe(
      'By mean downstream score, nothing is decided with 5 seeds of each arm: 45.0\u00a0% for two-stage, 44.0\u00a0% for bert, 36.7\u00a0% for adversarial (failed to learn) and 35.7\u00a0% for joint, at 8.82e12 to 2.27e13 FLOPs.',
    );
    await page.close();
  });

  it('holds sentence, all claims and the whole first panel of the main figure at a desk', async () => {
    const page = await open(desk);
    for (const selector of ['.finding', '[id$="-claims"] .panels', '.answer figure:last-child .panel']) {
      const { y, height } = await boxOf(page, selector);
      expect(y + height, selector).toBeLessThanOrEqual(desk.height);
    }
    await page.close();
  });

  it('holds sentence and all claims on a phone, in letters of 10 pixels or more', async () => {
    const page = await open(phone);
    for (const selector of ['.finding', '[id$="-claims"] .panels']) {
      const { y, height } = await boxOf(page, selector);
      expect(y + height, selector).toBeLessThanOrEqual(phone.height);
    }
    const svg = await boxOf(page, '[id$="-claims"] svg');
    expect((11 * svg.width) / 380).toBeGreaterThanOrEqual(10);
    await page.close();
  });

  it.each([desk, phone])('scrolls sideways nowhere, and axe finds no fault: %o', async (viewport) => {
    const page = await open(viewport);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual([]);
    await page.close();
  });
});
