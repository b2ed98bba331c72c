import { describe, expect, it } from 'vitest';
import { type Address, RandomStream } from '../../src/base/random.ts';

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const words = (...address: Address) => {
  const stream = new RandomStream(...address);
  return take(8, () => stream.uint32());
};
const mean = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length;

describe('a stream', () => {
  it('is a pure function of its address', () => {
    expect(words(1, 'mask', 512)).toEqual(words(1, 'mask', 512));
  });

  it('differs from that of every other address, however alike', () => {
    const addresses: Address[] = [
      [],
      [1],
      ['1'],
      [1, 2],
      [12],
      ['1', '2'],
      ['1,2'],
      [2, 1],
      ['mask', 1],
      ['mask1'],
    ];
    const distinct = new Set(addresses.map((address) => words(...address).join()));
    expect(distinct.size).toBe(addresses.length);
  });

  it('masks by halves of what single draws would have given, and goes on from there', () => {
    const [one, other] = [new RandomStream(5), new RandomStream(5)];
    const values = new Float32Array(999);
    one.fillMask(values, 0.25, 1.5);
    const halves = take(500, () => other.uint32()).flatMap((bits) => [bits >>> 16, bits & 0xffff]);
    expect([...values]).toEqual(halves.slice(0, 999).map((half) => (half < 0.25 * 0x10000 ? 0 : 1.5)));
    expect(take(3, () => one.uint32())).toEqual(take(3, () => other.uint32()));
  });

  it('is the one that the joined address names, when split, and does not advance the first', () => {
    const whole = words(1);
    const parent = new RandomStream(1);
    const child = parent.split('mask').split(3, 'x');
    expect(take(8, () => child.uint32())).toEqual(words(1, 'mask', 3, 'x'));
    expect(take(8, () => parent.uint32())).toEqual(whole);
  });

  it('splits alike before and after numbers were drawn', () => {
    const parent = new RandomStream(1);
    parent.uint32();
    expect(parent.split('a').uint32()).toBe(new RandomStream(1, 'a').uint32());
  });

  it('keeps its numbers from release to release: results depend on them', () => {
    expect(words('pinned', 20200326)).toEqual([
      462528610, 88738382, 3305057589, 1545434934, 2195237378, 3727941187, 1126706193, 2339243249,
    ]);
  });

  it('is uncorrelated with the stream of the next step', () => {
    const n = 4000;
    const [a, b] = [take(n, fromSteps(0)), take(n, fromSteps(1))];
    const covariance = mean(a.map((value, i) => (value - 0.5) * (b[i]! - 0.5)));
    // A product of two independent uniforms about 0 has standard deviation 1/12.
    expect(Math.abs(covariance)).toBeLessThan((5 * (1 / 12)) / Math.sqrt(n));
  });

  function fromSteps(start: number): () => number {
    let step = start;
    return () => new RandomStream('steps', step++).uniform();
  }
});

describe('uniform', () => {
  const stream = new RandomStream('uniform');
  const n = 100_000;
  const values = take(n, () => stream.uniform());

  it('stays inside (0, 1) and survives a float32', () => {
    for (const value of values) {
      if (!(value > 0 && value < 1 && Math.fround(value) === value)) expect.fail(String(value));
    }
  });

  it.each([0, 0xffffffff])('keeps its ends open in float32, even for the word %d', (word) => {
    class Constant extends RandomStream {
      override uint32(): number {
        return word;
      }
    }
    const value = Math.fround(new Constant().uniform());
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
  });

  it('has the mean and variance of the uniform distribution', () => {
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    // Var (x - ½)² = 1/80 - 1/144.
    const variance = mean(values.map((value) => (value - 1 / 2) ** 2));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt((1 / 80 - 1 / 144) / n));
  });
});

describe('integer', () => {
  it('gives each integer below the limit equally often, and no other', () => {
    const stream = new RandomStream('integer');
    const [n, limit] = [60_000, 6];
    const counts = new Map<number, number>();
    for (const value of take(n, () => stream.integer(limit))) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const expected = n / limit;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(chiSquare).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
  });

  it('is 0 below a limit of 1', () => {
    expect(new RandomStream('one').integer(1)).toBe(0);
  });
});

describe('truncatedNormal', () => {
  const stream = new RandomStream('normal');
  const n = 100_000;
  const values = take(n, () => stream.truncatedNormal());

  it('never leaves two standard deviations', () => {
    expect(Math.max(...values.slice(0, 50_000).map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.max(...values.slice(50_000).map(Math.abs))).toBeLessThanOrEqual(2);
  });

  it('has mean 0 and the variance of a normal cut at two', () => {
    // 1 - 2·2·φ(2) / (Φ(2) - Φ(-2))
    const variance = 1 - (4 * Math.exp(-2)) / Math.sqrt(2 * Math.PI) / 0.954499736103642;
    expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(variance, 1.7);
  });
});

describe('shuffle', () => {
  it('keeps every item, in the same array', () => {
    const items = Int32Array.from({ length: 100 }, (_, i) => i);
    const shuffled = new RandomStream('shuffle').shuffle(items);
    expect(shuffled).toBe(items);
    expect([...items]).not.toEqual([...items].sort((a, b) => a - b));
    expect([...items].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('gives each order equally often', () => {
    const stream = new RandomStream('orders');
    const n = 12_000;
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const order = stream.shuffle([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - n / 6) ** 2 / (n / 6), 0);
    expect(chiSquare).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
  });

  it('leaves an empty list and a single item as they are', () => {
    const stream = new RandomStream('few');
    expect(stream.shuffle([])).toEqual([]);
    expect(stream.shuffle(['a'])).toEqual(['a']);
  });
});
