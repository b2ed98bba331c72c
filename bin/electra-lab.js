#!/usr/bin/env node
// Runs the TypeScript sources as they are: a checkout has no build step and no stale build.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli.ts');
await main(process.argv.slice(2));
