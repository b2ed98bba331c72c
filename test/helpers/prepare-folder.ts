/** A program that makes a folder of text ready in one thread, and prints the hash of it and how many examples it has. */
import { prepareData } from '../../src/data/preparation/prepared.ts';

const [folder, cacheFolder] = process.argv.slice(2);
const options = {
  corpora: [],
  vocabularySize: 500,
  lowercase: true,
  sequenceLength: 64,
  heldOutFraction: 0.1,
};
const { train, heldOut } = await prepareData(
  { ...options, folder },
  { cacheFolder: cacheFolder!, threads: 0 },
);
process.stdout.write(`${train.count} ${heldOut.count}`);
