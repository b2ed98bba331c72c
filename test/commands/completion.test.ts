import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli.ts';
import { namesAt } from '../../src/commands/completion.ts';

afterEach(() => void vi.restoreAllMocks());

/** What a shell is told, as the script of `electra-lab completion` asks. */
async function completions(...words: string[]): Promise<string[]> {
  let lines: string[] = [];
  const complaints = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const printed = new Promise<void>((resolve) => {
    vi.spyOn(process, 'exit').mockImplementation(() => resolve() as never);
  });
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines = [...lines, line];
  });
  await main(['--get-yargs-completions', 'electra-lab', ...words]);
  await printed;
  expect(complaints).not.toHaveBeenCalled();
  return lines;
}

describe('the shell is offered', () => {
  it('commands first', async () => {
    expect(await completions('')).toEqual(expect.arrayContaining(['run', 'sweep', 'init', 'completion']));
  });

  it('experiments, presets and tasks where they can stand', async () => {
    expect(await completions('sweep', '')).toEqual(expect.arrayContaining(['quickstart', 'knobs']));
    expect(await completions('sweep', 'knobs', '--preset', '')).toEqual(
      expect.arrayContaining(['quick', 'laptop']),
    );
    expect(await completions('finetune', 'RUN', '--tasks', 'g')).toEqual(
      expect.arrayContaining(['glue', 'genre']),
    );
  });

  it("yargs's options and choices elsewhere", async () => {
    expect(await completions('sweep', 'knobs', '--')).toEqual(expect.arrayContaining(['--jobs', '--log']));
    expect(await completions('run', 'quick', '--log', '')).toEqual(['tensorboard']);
  });

  it.each<[string, string | undefined]>([
    ['run ', 'quick'],
    ['flops quick ', 'quick'],
    ['data prepare ', 'quick'],
    ['plan ', 'quickstart'],
    ['run quick ', undefined],
    ['report ', undefined],
    ['sweep --', undefined],
    ['data ', undefined],
  ])('after “%s” the name %s', (line, name) => {
    const names = namesAt(line.split(' '));
    if (name === undefined) expect(names).toEqual([]);
    else expect(names).toContain(name);
  });
});

it('electra-lab completion prints a script that calls electra-lab', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const exit = new Promise<void>((resolve) => {
    vi.spyOn(process, 'exit').mockImplementation(() => resolve() as never);
  });
  await main(['completion']);
  await exit;
  expect(log.mock.calls.flat().join('\n')).toContain('electra-lab --get-yargs-completions');
});
