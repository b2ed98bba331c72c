// Where another thread begins: as bin/electra-lab.js does, it makes TypeScript readable, for itself.
import { register } from 'tsx/esm/api';

register();
export const { jobForThread } = await import('./thread-jobs.ts');
