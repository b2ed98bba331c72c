#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const words = process.argv.slice(2);
const placeOf = (path) => new URL(`../${path}`, import.meta.url);

/** A checkout runs its sources; a package comes without them, and with what the compiler made of them. */
async function importPart(name) {
  const source = fileURLToPath(placeOf(`src/${name}.ts`));
  if (!existsSync(source)) return import(placeOf(`dist/${name}.js`).href);
  const { importTypeScript } = await import('./import-typescript.js');
  return importTypeScript(source);
}

try {
  const { prepareProcess } = await importPart('prepare-process');
  prepareProcess(words);
  const { main } = await importPart('cli');
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
