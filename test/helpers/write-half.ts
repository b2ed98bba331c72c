/** A program that begins to write a cache file, says so and then waits for its end. */
import { setTimeout as wait } from 'node:timers/promises';
import { writeCacheFile } from '../../src/data/preparation/cache-file.ts';

await writeCacheFile(process.argv[2]!, async (append) => {
  append(new Uint8Array(2 ** 21));
  process.send!('half way');
  await wait(60_000);
});
