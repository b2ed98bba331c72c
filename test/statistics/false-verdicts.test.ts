/** How often the rule errs, by simulation: experiments whose arms do not differ, judged as real ones are. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { mean } from '../../src/statistics/describe.ts';
import { type Judgement, judgeClaims } from '../../src/statistics/verdict.ts';

const experiments = 4000;
const claims = 4;
/** Three standard errors of a rate of 5 %. */
const tolerance = 3 * Math.sqrt((0.05 * 0.95) / experiments);

/** One score of an arm, its mean 0 but for `outliers`, whose arms all have it. */
type Noise = (stream: RandomStream) => number;
const normal: Noise = (stream) =>
  Math.sqrt(-2 * Math.log(stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
const noises = {
  normal,
  /** Student's with 2 degrees of freedom: its variance is infinite. */
  'heavy-tailed': (stream: RandomStream) => normal(stream) / Math.sqrt(-Math.log(stream.uniform())),
  /** Exponential. */
  skewed: (stream: RandomStream) => -Math.log(stream.uniform()) - 1,
  /** Now and then a seed goes badly wrong. */
  outliers: (stream: RandomStream) => normal(stream) - (stream.uniform() < 0.1 ? 10 : 0),
  /** Far from normal in the direction that t minds: +1 or −1, hardly spread. */
  'two-valued': (stream: RandomStream) => (stream.integer(2) ? 1 : -1) + 0.01 * normal(stream),
} satisfies Record<string, Noise>;

const armOf = (seeds: number, noise: Noise, stream: RandomStream) =>
  Array.from({ length: seeds }, () => noise(stream));
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]!);

/** An experiment's paired differences, by claim. */
type Drawn = (stream: RandomStream) => number[][];
const manyClaims = (drawOne: (stream: RandomStream) => number[]) => (stream: RandomStream) =>
  Array.from({ length: claims }, () => drawOne(stream));

const separateArms = (noise: Noise, seeds: number): Drawn =>
  manyClaims((stream) => minus(armOf(seeds, noise, stream), armOf(seeds, noise, stream)));

/** All claims are about one arm, as about `joint`: its noise moves all of them. */
const sharedArm =
  (noise: Noise, seeds: number): Drawn =>
  (stream) => {
    const shared = armOf(seeds, noise, stream);
    return manyClaims(() => minus(shared, armOf(seeds, noise, stream)))(stream);
  };

interface Judged {
  /** Which of an experiment's claims are false. */
  isFalse?(claim: number): boolean;
  /** Whether a claim's runs count as failed, by how they came out. */
  isFailure?(differences: readonly number[]): boolean;
}

/** The share of experiments with a verdict on a false claim. */
function rateOfVerdicts(draw: Drawn, address: string, { isFalse, isFailure }: Judged = {}): number {
  const stream = new RandomStream('false verdicts', address);
  let count = 0;
  for (let i = 0; i < experiments; i++) {
    const evidence = draw(stream).map((differences) =>
      isFailure?.(differences) ? { differences, obstacle: 'failed' } : { differences },
    );
    const isWrong = ({ verdict }: Judgement, claim: number) =>
      verdict !== 'inconclusive' && (isFalse?.(claim) ?? true);
    if (judgeClaims(evidence).some(isWrong)) count++;
  }
  return count / experiments;
}

/** How often the percentile bootstrap's 95 % interval of the mean leaves out the true mean, 0. */
function rateOfPercentileBootstrap(seeds: number): number {
  const [resamples, trials] = [500, 2000];
  const stream = new RandomStream('percentile bootstrap', seeds);
  let count = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = armOf(seeds, normal, stream);
    const means = Float64Array.from({ length: resamples }, () =>
      mean(values.map(() => values[stream.integer(seeds)]!)),
    ).sort();
    if (means[Math.floor(0.025 * resamples)]! > 0 || means[Math.floor(0.975 * resamples)]! < 0) count++;
  }
  return count / trials;
}

describe('where no arms differ, an experiment of four claims', () => {
  const names = ['normal', 'heavy-tailed', 'skewed', 'outliers'] as const;
  const cases = names.flatMap((name) => [5, 8].map((seeds) => ({ name, seeds })));

  it.each(cases)('errs in one of twenty at most: $name noise, $seeds seeds', ({ name, seeds }) => {
    const rate = rateOfVerdicts(separateArms(noises[name], seeds), `${name} ${seeds}`);
    expect(rate).toBeLessThan(0.05 + tolerance);
  });

  it.each(cases)('that share an arm likewise: $name noise, $seeds seeds', ({ name, seeds }) => {
    const rate = rateOfVerdicts(sharedArm(noises[name], seeds), `shared, ${name} ${seeds}`);
    expect(rate).toBeLessThan(0.05 + tolerance);
  });
});

describe('the bound', () => {
  it('holds for the false claims beside true ones, which leave them a milder level', () => {
    const draw = (stream: RandomStream) =>
      separateArms(
        normal,
        5,
      )(stream).map((differences, claim) =>
        claim < 2 ? differences.map((difference) => difference + 50) : differences,
      );
    const rate = rateOfVerdicts(draw, 'half true', { isFalse: (claim) => claim >= 2 });
    expect(rate).toBeLessThan(0.05 + tolerance);
  });

  it('holds where runs fail by what they came to: failed claims stay in the family', () => {
    const isFailure = (differences: readonly number[]) => Math.min(...differences) < -1;
    const rate = rateOfVerdicts(separateArms(normal, 5), 'failures', { isFailure });
    expect(rate).toBeLessThan(0.05 + tolerance);
  });
});

describe('the limits of the bound, which is for arms alike', () => {
  it('two values of a difference, +x and −x, fall on one side in five pairs of five once in 16', () => {
    const draw = manyClaims((stream) => armOf(5, noises['two-valued'], stream));
    const once = 1 - (1 - 2 / 2 ** 5) ** claims;
    expect(Math.abs(rateOfVerdicts(draw, 'two-valued') - once)).toBeLessThan(0.025);
  });

  it('arms of equal means, of which one is skewed and the other without noise, differ in a fifth', () => {
    const draw = manyClaims((stream) => armOf(5, noises.skewed, stream));
    expect(Math.abs(rateOfVerdicts(draw, 'one skewed') - 0.21)).toBeLessThan(0.025);
  });
});

describe('where all claims are true, by three standard deviations of their differences', () => {
  it('five seeds hold most of the time, and never reverse', () => {
    const stream = new RandomStream('power');
    const draw = manyClaims(() => armOf(5, normal, stream).map((noise) => noise + 3));
    const verdicts = Array.from({ length: 500 }, () =>
      judgeClaims(draw(stream).map((differences) => ({ differences }))).map(({ verdict }) => verdict),
    ).flat();
    const shareOf = (verdict: string) => verdicts.filter((each) => each === verdict).length / verdicts.length;
    expect(shareOf('holds')).toBeGreaterThan(0.9);
    expect(shareOf('reverses')).toBe(0);
  });
});

describe('a percentile bootstrap over seeds, which decides nothing here', () => {
  it('leaves out the truth in a quarter of all cases at three seeds: whenever all have one sign', () => {
    expect(Math.abs(rateOfPercentileBootstrap(3) - 2 / 2 ** 3)).toBeLessThan(0.03);
  });

  it('leaves it out in about one of six at five seeds', () => {
    expect(Math.abs(rateOfPercentileBootstrap(5) - 0.17)).toBeLessThan(0.03);
  });
});
