import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  cutEventFiles,
  listEventFiles,
  openEventFile,
  removeEventFiles,
} from '../../../src/exchange/tensorboard/event-files.ts';
import {
  encodeRecord,
  findEvents,
  type LoggedEvent,
} from '../../../src/exchange/tensorboard/event-records.ts';
import { histogramOf } from '../../../src/exchange/tensorboard/histogram.ts';
import { temporaryFolder } from '../../end-to-end/program.ts';
import { hasPython, keysIn, readEvents } from './read-events.ts';

const host = vi.hoisted(() => ({ name: 'here' }));
vi.mock('node:os', async (original) => ({ ...(await original<object>()), hostname: () => host.name }));

const { folder, remove } = temporaryFolder();
afterAll(remove);

function fail(error: Error): never {
  throw error;
}

async function write(into: string, ...events: LoggedEvent[]): Promise<void> {
  const file = openEventFile(into, fail);
  for (const event of events) file.append(event);
  await file.close();
}

const at = (step: number): LoggedEvent => ({
  wallTime: 1.5,
  step,
  says: [{ tag: 'joint/loss', scalar: step / 2 }],
});

describe('an event file', () => {
  it.runIf(hasPython)(
    'holds for a reader of others what was put in, and begins with the format',
    async () => {
      const into = join(folder, 'one');
      const histogram = histogramOf(Float32Array.of(1, 2, 4));
      const values = [
        { tag: 'joint/loss', scalar: 0.25 },
        { tag: 'zwei Stufen, größe ½/loss', scalar: -7 },
        { tag: 'joint/entropies', histogram },
      ];
      const step = 2 ** 40;
      await write(
        into,
        { wallTime: 1.5, step, says: values },
        { wallTime: 2.5, step: step + 1, says: 'start' },
      );
      const [first, ...others] = readEvents(...listEventFiles(into));
      expect(first).toMatchObject({ step: 0, version: 'brain.Event:2' });
      expect(Math.abs(first!.wallTime - Date.now() / 1000)).toBeLessThan(60);
      expect(others).toEqual([
        { wallTime: 1.5, step, values },
        { wallTime: 2.5, step: step + 1, session: 1 },
      ]);
    },
  );

  it('has the name that TensorBoard looks for, with a later one for each that follows', async () => {
    const into = join(folder, 'names');
    for (const step of [1, 2, 3]) await write(into, at(step));
    const seconds = listEventFiles(into).map((path) =>
      Number(/events\.out\.tfevents\.(\d{10})\./.exec(path)![1]),
    );
    expect(seconds).toEqual([seconds[0], seconds[0]! + 1, seconds[0]! + 2]);
    removeEventFiles(into);
    expect(listEventFiles(into)).toEqual([]);
  });

  it('is cut after a step, and then holds nothing later', async () => {
    const into = join(folder, 'cut');
    await write(into, at(1), at(2), at(3));
    await write(into, at(4));
    expect(cutEventFiles(into, 2)).toEqual(new Set(['1 joint/loss', '2 joint/loss']));
    expect(cutEventFiles(into, 9)).toEqual(new Set(['1 joint/loss', '2 joint/loss']));
    if (hasPython)
      expect(keysIn(readEvents(...listEventFiles(into)))).toEqual(['1 joint/loss', '2 joint/loss']);
  });

  it.each<[string, (path: string) => void]>([
    ['a record without its end', (path) => appendFileSync(path, encodeRecord(at(3)).subarray(0, -1))],
    ['half a length', (path) => appendFileSync(path, Buffer.alloc(5, 1))],
    ['zeros, as a power cut leaves them', (path) => appendFileSync(path, Buffer.alloc(64))],
    [
      'a byte that is another',
      (path) => {
        const damaged = Buffer.from(encodeRecord(at(3)));
        damaged[20]! ^= 1;
        appendFileSync(path, damaged);
      },
    ],
  ])('loses %s and nothing before it', async (name, damage) => {
    const into = join(folder, name);
    await write(into, at(1), at(2));
    const [path] = listEventFiles(into) as [string];
    const whole = readFileSync(path);
    damage(path);
    expect(cutEventFiles(into, 9)).toEqual(new Set(['1 joint/loss', '2 joint/loss']));
    expect(readFileSync(path)).toEqual(whole);
  });

  it('of anything else holds no events', () => {
    expect([...findEvents(Buffer.from('run_id,step,tokens,train_flops'))]).toEqual([]);
  });

  it('that cannot be written is told of once, and stops nobody', async () => {
    host.name = 'no-such-folder/here';
    const errors: string[] = [];
    const file = openEventFile(join(folder, 'unwritable'), ({ message }) => errors.push(message));
    for (const step of [1, 2]) file.append(at(step));
    await file.close();
    file.append(at(3));
    expect(errors).toEqual([
      expect.stringMatching(/here: expected a writable file, got "ENOENT"; choose a folder /),
    ]);
  });
});
