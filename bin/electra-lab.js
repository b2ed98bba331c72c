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

const { prepareProcess } = await importPart('prepare-process');
prepareProcess(words);
const { main } = await importPart('cli');
await main(words);
