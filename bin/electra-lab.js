#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.js';

const { main } = await importTypeScript(fileURLToPath(new URL('../src/cli.ts', import.meta.url)));
await main(process.argv.slice(2));
