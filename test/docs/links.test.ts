import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsIn, codeSpansIn, linksIn } from '../../docs/tools/markdown.ts';

const root = join(import.meta.dirname, '../..');
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

/** What readers are sent to today; the two logs below also name what there was on their day. */
const present = [
  'README.md',
  'CONTRIBUTING.md',
  'results/README.md',
  'benchmarks/README.md',
  ...docs.map((name) => `docs/${name}`),
];
const logs = ['CHANGELOG.md', 'experiments/LOG.md'];

const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** `file → target` for every target that is not there. */
function brokenLinks(file: string, text: string): string[] {
  return linksIn(text)
    .filter((target) => !/^[a-z]+:/.test(target))
    .flatMap((target) => {
      const [path = '', anchor] = target.split('#');
      const goal = path === '' ? file : relative(root, join(root, dirname(file), path));
      if (!existsSync(join(root, goal))) return [`${file} → ${target}`];
      const isAnchored =
        anchor === undefined || anchorsIn(goal === file ? text : textOf(goal)).includes(anchor);
      return isAnchored ? [] : [`${file} → ${target}`];
    });
}

/** Paths in code spans that no file has: `src/regimes/joint.ts`; of what a reader fills in, none. */
function missingPaths(text: string): string[] {
  const isPath = (span: string) =>
    /^(src|test|bin|configs|experiments|benchmarks|docs|results)\/[\w./-]*$/.test(span);
  const isMade = (span: string) => /^results\/(smoke|quickstart)/.test(span);
  return codeSpansIn(text).filter((span) => isPath(span) && !isMade(span) && !existsSync(join(root, span)));
}

describe('the documentation', () => {
  it.each([...present, ...logs])('%s links to files and headings that exist', (file) => {
    expect(brokenLinks(file, textOf(file))).toEqual([]);
  });

  it.each(present)('%s names paths that exist', (file) => {
    expect(missingPaths(textOf(file))).toEqual([]);
  });

  it('has no page that nobody links to', () => {
    const linked = [...present, ...logs].flatMap((file) =>
      linksIn(textOf(file)).map((target) => relative(root, join(root, dirname(file), target.split('#')[0]!))),
    );
    expect(docs.filter((name) => !linked.includes(`docs/${name}`))).toEqual([]);
  });

  it('finds a missing file, a missing heading and a missing path', () => {
    const text = '# Here\n\n[a](none.md) [b](#here) [c](#there) `src/none.ts` <img src="none.svg">';
    expect(brokenLinks('README.md', text)).toEqual([
      'README.md → none.md',
      'README.md → #there',
      'README.md → none.svg',
    ]);
    expect(missingPaths(text)).toEqual(['src/none.ts']);
  });
});
