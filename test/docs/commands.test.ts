/** Every command that README, docs, experiments, help texts and messages print is one that the program takes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codeBlocksIn, codeSpansIn } from '../../docs/tools/markdown.ts';
import { allCommands, assertReadable } from '../../src/cli.ts';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { experimentNames } from '../../src/commands/completion.ts';
import { presetNames, resolveConfig } from '../../src/config/resolve.ts';
import { electraLab, temporaryFolder } from '../end-to-end/program.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'benchmarks/README.md',
  'results/README.md',
  ...filesIn('docs', '.md'),
];
const sources = filesIn('src', '.ts');
const examples = [...filesIn('experiments', '.yaml'), ...filesIn('src/commands/init', '.yaml')];

/** A line of a shell, without what follows the command: a comment, or words in brackets. */
function commandIn(line: string): string | undefined {
  const [, words] = /^(?:\$ )?(?:npx )?electra-lab (\S.*)$/.exec(line.trim()) ?? [];
  // PY stands for an option of its own, as the page says.
  return words
    ?.replace(/ PY$/, '')
    .replace(/ +#.*$| {2,}.*$| *\(.*$|;.*$/, '')
    .trim();
}

const printed = (path: string): string[] => {
  const text = read(path);
  if (path.endsWith('.md'))
    return [...codeBlocksIn(text).flatMap((block) => block.split('\n')), ...codeSpansIn(text)];
  if (path.endsWith('.yaml')) return text.split('\n').map((line) => line.replace(/^# */, ''));
  const shown = [...text.matchAll(/`(electra-lab [^`\n]+)\\?`/g)].map(([, words]) =>
    words!.replace(/\\$/, ''),
  );
  const given = [...text.matchAll(/\.example\(\s*(['"`])\$0 (.*?)\1/gs)].map(
    ([, , words]) => `electra-lab ${words}`,
  );
  return [...shown, ...given];
};

const commands = [...pages, ...examples, ...sources].flatMap((path) =>
  [...new Set(printed(path).flatMap((line) => commandIn(line) ?? []))]
    .filter((words) => !words.includes('${') && allCommands.includes(words.split(' ')[0]!))
    .map((words) => [path, words] as const),
);

/** As a shell reads it, quotation marks included. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, one, two, three]) => one ?? two ?? three!,
  );
}

/** What stands for something of the reader's: RUN, my-ablation.yaml, <name>. */
const isPlaceholder = (word: string) => /[A-Z<]|^my-|^mine|[/.]/.test(word);

it('finds commands in every place that prints some', () => {
  const places = commands.map(([path]) => path.split('/')[0]);
  expect(new Set(places)).toEqual(
    new Set(['README.md', 'benchmarks', 'docs', 'experiments', 'results', 'src']),
  );
  expect(commands.length).toBeGreaterThan(100);
});

describe.each(commands)('%s: electra-lab %s', (_, command) => {
  const words = wordsOf(command);
  const [name = '', first = ''] = words;

  it('has a command, options and values that exist', async () => {
    if (allCommands.includes(command) || /^--(help|version)$/.test(command)) return; // its name alone speaks of it
    await assertReadable(words);
    const names = { run: presetNames(presetsFolder), sweep: experimentNames(), tune: experimentNames() };
    const own = Object.hasOwn(names, name) ? names[name as keyof typeof names] : [];
    if (own.length > 0 && !isPlaceholder(first)) expect(own).toContain(first);
  });

  const sets = words.filter((_, i) => words[i - 1] === '--set').filter((set) => !set.includes('RUN'));
  // Not `runIf`: CI takes a skipped test for one that could not run.
  if (name !== 'run' || sets.length === 0) return;
  it('sets keys that go together', () => {
    // A run of the reader's is taken for the paper's: its 10,000 steps of warm-up are the most that any preset has.
    const config = isPlaceholder(first) ? 'electra-small' : first;
    resolveConfig(config, { set: sets, known, presetsFolder });
  });
});

describe('commands that cost little', () => {
  const { folder, remove } = temporaryFolder();
  afterAll(remove);

  it.each(['data list', 'doctor', 'init my-ablation', 'sweep my-ablation.yaml --dry-run', 'flops quick'])(
    '%s ends well',
    async (command) => {
      const { code, stdout } = await electraLab(wordsOf(command), { cwd: folder });
      expect([code, stdout.length > 0]).toEqual([0, true]);
      if (command.startsWith('init')) expect(existsSync(join(folder, 'my-ablation.yaml'))).toBe(true);
    },
  );
});
