#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.js';

const { main, prepareProcess } = await importTypeScript(
  fileURLToPath(new URL('../src/cli.ts', import.meta.url)),
);
prepareProcess(process.argv.slice(2));
await main(process.argv.slice(2));
