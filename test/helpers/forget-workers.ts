/** A program that lets other threads do something and then ends, without having closed them. */
import { startTextWorkers } from '../../src/data/preparation/thread-pool.ts';

const workers = startTextWorkers(2);
const batch = { sources: [{ name: 'd', paragraphs: ['w0'] }], bytes: 2 };
for await (const { result } of workers.run('countPieces', [batch], {})) {
  process.stdout.write(`${result.pieces} ${result.counts[0]}\n`);
}
