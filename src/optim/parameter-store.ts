/**
 * All weights of a run in one contiguous array, and their gradients and moments in others, so that the optimiser is one
 * pass over memory and engines read and write them in place.
 */
import { RandomStream } from '../base/random.ts';
import { type HostArray, sizeOf } from '../engine/program.ts';
import { type NetworkPlan, offsetName, ownedParameters, weightKey } from '../model/network.ts';
import { initialise, type ParameterSpec } from '../model/parameters.ts';
import { allocateForUpdates, type Moments } from './update-kernel.ts';

export interface StoredParameter {
  /** `<owner>/<name>` */
  key: string;
  network: string;
  spec: ParameterSpec;
  /** Place in the store's arrays, in elements. */
  start: number;
  end: number;
}

export interface ParameterStore {
  readonly parameters: readonly StoredParameter[];
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly moments: Moments;
  /** The part of `values` that holds one weight. */
  value(key: string): Float32Array;
}

/** Lays out the weights that the networks own, network by network. */
export function createParameterStore(plans: readonly NetworkPlan[]): ParameterStore {
  let end = 0;
  const parameters = plans.flatMap((plan) =>
    ownedParameters(plan).map((spec): StoredParameter => {
      const start = end;
      end += sizeOf(spec.shape);
      return { key: `${plan.name}/${spec.name}`, network: plan.name, spec, start, end };
    }),
  );
  const { values, gradients, ...moments } = allocateForUpdates(end);
  const byKey = viewsOf(values, parameters);
  return { parameters, values, gradients, moments, value: (key) => byKey[key]! };
}

/** A weight as a network reads it: its own, another's, or another's plus an offset. Not for writing. */
export function weightOf(store: ParameterStore, plan: NetworkPlan, parameter: string): Float32Array {
  const weight = store.value(weightKey(plan, parameter));
  if (!plan.offsets?.names.includes(parameter)) return weight;
  const offset = store.value(`${plan.name}/${offsetName(parameter)}`);
  return weight.map((value, i) => value + offset[i]!);
}

/** One view per weight into an array laid out like a store. */
export function viewsOf(
  array: Float32Array,
  parameters: readonly StoredParameter[],
): Record<string, Float32Array> {
  return Object.fromEntries(parameters.map(({ key, start, end }) => [key, array.subarray(start, end)]));
}

/** What a program that only reads the weights is bound to, by its names. */
export function weightMemory({ values, parameters }: ParameterStore): Record<string, HostArray> {
  return underPrefix('weights', viewsOf(values, parameters));
}

/** What a step is bound to, by its names: weights, and the gradients that it writes. */
export function stepMemory(store: ParameterStore): Record<string, HostArray> {
  const gradients = underPrefix('gradients', viewsOf(store.gradients, store.parameters));
  return { ...weightMemory(store), ...gradients };
}

/** Arrays under a program's names, e.g. `weights/…`. */
export function underPrefix(prefix: string, views: Record<string, Float32Array>): Record<string, HostArray> {
  return Object.fromEntries(Object.entries(views).map(([key, view]) => [`${prefix}/${key}`, view]));
}

/**
 * Fills every weight; each has a stream of its own, so that adding one does not change the others.
 *
 * @param tokenCounts [V], of the training text
 */
export function initialiseParameters(store: ParameterStore, seed: number, tokenCounts: Uint32Array): void {
  for (const { key, spec, start } of store.parameters) {
    store.values.set(initialise(spec, new RandomStream(seed, 'weights', key), tokenCounts), start);
  }
}
