import { describe, expect, test } from 'vitest';
import {
  type BeginPhase,
  largeBytes,
  megabyteMeter,
  tokenMeter,
} from '../../../src/data/preparation/read-rate.ts';

function recorded() {
  const said: string[] = [];
  const begin: BeginPhase = (label, total, unit) => {
    said.push(`${label}: ${total} ${unit}`);
    return { advance: (done) => said.push(String(done)), end: () => said.push('end') };
  };
  return { said, begin };
}

describe('a meter', () => {
  test('says of a large corpus how many megabytes are done', () => {
    const { said, begin } = recorded();
    const meter = megabyteMeter('reading', 64e6, begin);
    meter.advance(31_600_000);
    meter.end();
    expect(said).toEqual(['reading: 64 MB', '32', 'end']);
  });

  test('says of its tokens how many are done', () => {
    const { said, begin } = recorded();
    const meter = tokenMeter('packing', 10_000_000, begin);
    meter.advance(4_000_000);
    meter.end();
    expect(said).toEqual(['packing: 10000000 tokens', '4000000', 'end']);
  });

  test('says nothing of a small one', () => {
    const { said, begin } = recorded();
    for (const meter of [
      megabyteMeter('reading', largeBytes - 1, begin),
      tokenMeter('packing', largeBytes / 5 - 1, begin),
    ]) {
      meter.advance(1);
      meter.end();
    }
    expect(said).toEqual([]);
  });
});
