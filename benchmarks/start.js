/** Runs a benchmark the way the program itself starts: `node benchmarks/start.js joint-step.ts quick`. */
import { fileURLToPath } from 'node:url';
import { importTypeScript } from '../bin/import-typescript.js';

const [name] = process.argv.splice(2, 1);
await importTypeScript(fileURLToPath(new URL(name, import.meta.url)));
