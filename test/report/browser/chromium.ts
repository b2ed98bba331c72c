/** A real browser without a screen: the one that the system has. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first of its usual names on the PATH. */
export const browserPath: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(existsSync);

export const missingBrowser = `no browser: expected one of ${names.join(', ')} on the PATH, got none; on Debian: apt-get install chromium`;

export function launch(): Promise<Browser> {
  // Chromium's sandbox refuses to start for root, which CI is.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: browserPath!, args });
}
