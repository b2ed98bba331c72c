/** WCAG 2.2's contrasts (1.4.3, 1.4.11), and colours that stay apart for eyes without one kind of cone. */
import { describe, expect, it } from 'vitest';
import { regimeNames } from '../../../src/regimes/registry.ts';
import {
  colourOf,
  dark,
  indicesOf,
  isDashed,
  knownArms,
  light,
  symbolOf,
} from '../../../src/report/figures/palette.ts';

type Vector = [number, number, number];

/** From sRGB to light, each in [0, 1]. */
function linear(hex: string): Vector {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Vector;
}

function contrast(a: string, b: string): number {
  const luminances = [a, b].map((hex) => dot([0.2126, 0.7152, 0.0722], linear(hex)));
  return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1. */
const eyes: Record<string, [Vector, Vector, Vector]> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green cones': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue cones': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Björn Ottosson's OKLab, in which equal distances look equally far. */
function oklab(rgb: Vector): Vector {
  const cones = (
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ] as Vector[]
  ).map((row) => Math.cbrt(dot(row, rgb))) as Vector;
  return (
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ] as Vector[]
  ).map((row) => dot(row, cones)) as Vector;
}

function seen(hex: string, eye: [Vector, Vector, Vector]): Vector {
  return oklab(eye.map((row) => Math.max(0, dot(row, linear(hex)))) as Vector);
}

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the %s theme', (_, theme) => {
  const grounds = [theme.surface, theme.raised];

  it.each(['text', 'muted', 'accent', 'holds', 'reverses', 'open'] as const)('%s is readable', (name) => {
    for (const ground of grounds) expect(contrast(theme[name], ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('draws every series with a contrast of 3', () => {
    const contrasts = theme.series.flatMap((colour) => grounds.map((ground) => contrast(colour, ground)));
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(eyes))('keeps every two series apart for eyes with %s', (_, eye) => {
    const colours = theme.series.map((hex) => seen(hex, eye));
    const distances = colours.flatMap((a, i) =>
      colours.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
    );
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(0.079);
  });
});

describe('the index of an arm', () => {
  it('is the same on every page for every arm that has one of its own', () => {
    for (const [place, name] of knownArms.entries()) {
      expect(indicesOf([name])).toEqual([place]);
      expect(indicesOf(['other', ...regimeNames.toReversed(), name]).at(-1)).toBe(place);
    }
  });

  it('is no other regime’s, however many there are', () => {
    const names = [...regimeNames, 'one', 'two', 'three'];
    expect(new Set(indicesOf(names)).size).toBe(names.length);
  });

  it('gives the others colours that no arm beside them has, while there are any', () => {
    const indices = indicesOf(['joint', 'wide', 'bert', 'narrow', 'two-stage', 'a', 'b']);
    expect(new Set(indices.map(colourOf)).size).toBe(7);
  });

  it('tells arms of one colour apart by shape and by dashes', () => {
    const names = [...regimeNames, 'joint-unigram', 'two-stage-fresh'];
    const indices = indicesOf(names);
    const drawn = (looks: (index: number) => unknown) =>
      new Set(indices.map((index) => `${colourOf(index)} ${looks(index)}`)).size;
    expect([drawn(symbolOf), drawn(isDashed)]).toEqual([names.length, names.length]);
  });
});
