/** Fails where a test was skipped that had no reason to be: only real GLUE files may be absent, and a Slurm that cannot be installed. */
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status !== 'passed')
    .map(({ fullName, status }) => ({ name, fullName, status })),
);
const { GLUE_DIR, WITHOUT_SLURM } = process.env;
const excused = [
  ...(GLUE_DIR ? [] : ['tasks/glue.test.ts']),
  ...(WITHOUT_SLURM ? ['end-to-end/slurm.test.ts'] : []),
];
const unexcused = skipped.filter(({ name }) => !excused.some((end) => name.endsWith(end)));
for (const { name, fullName, status } of unexcused) console.error(`${name}: ${fullName}: ${status}`);
if (unexcused.length > 0) process.exit(1);
