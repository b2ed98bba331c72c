#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.js';

const words = process.argv.slice(2);
const importSource = (name) => importTypeScript(fileURLToPath(new URL(`../src/${name}`, import.meta.url)));

try {
  const { prepareProcess } = await importSource('prepare-process.ts');
  prepareProcess(words);
  const { main } = await importSource('cli.ts');
  await main(words);
} catch (error) {
  // Nothing of the program's own is there yet to say what the system refuses.
  if (!/^E[A-Z]+$/.test(error?.code)) throw error;
  const remedy = 'raise the limit (ulimit -n), or let yourself read its folder; run the same command again';
  process.stderr.write(
    `electra-lab: the program: expected files that can be read, got "${error.code}"; ${remedy}\n`,
  );
  process.exitCode = 1;
  process.on('uncaughtException', () => {}); // for the same reason, and said already
}
