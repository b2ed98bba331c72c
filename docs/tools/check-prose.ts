/**
 * Checks the prose of README, docs and CONTRIBUTING: `npm run check` runs it.
 *
 *   npx tsx docs/tools/check-prose.ts [FILES…]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findingsIn } from './prose.ts';

const root = join(import.meta.dirname, '../..');

/** Pages that are not checked, with the reason. */
const left: Record<string, string> = {
  'configuration.md': 'made from the schema, whose descriptions are src’s',
};

function checkedFiles(): string[] {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && !(name in left));
  return ['README.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)].map((name) =>
    join(root, name),
  );
}

const given = process.argv.slice(2);
const files = given.length > 0 ? given : checkedFiles();
const lines = files.flatMap((file) =>
  findingsIn(readFileSync(file, 'utf8')).map(
    ({ sentence, problem }) => `${relative(process.cwd(), file)}: ${problem}: ${sentence}`,
  ),
);
for (const line of lines) console.error(line);
if (lines.length > 0) process.exit(1);
