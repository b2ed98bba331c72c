/** Fails where a test was skipped that had no reason to be: only real GLUE files may be absent. */
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status !== 'passed')
    .map(({ fullName, status }) => ({ name, fullName, status })),
);
const unexcused = skipped.filter(({ name }) => process.env.GLUE_DIR || !name.endsWith('tasks/glue.test.ts'));
for (const { name, fullName, status } of unexcused) console.error(`${name}: ${fullName}: ${status}`);
if (unexcused.length > 0) process.exit(1);
