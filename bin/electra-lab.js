#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.js';

const words = process.argv.slice(2);
const importSource = (name) => importTypeScript(fileURLToPath(new URL(`../src/${name}`, import.meta.url)));

const { prepareProcess } = await importSource('prepare-process.ts');
prepareProcess(words);
const { main } = await importSource('cli.ts');
await main(words);
