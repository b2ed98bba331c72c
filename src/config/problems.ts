/** What is wrong with a configuration, in the project's one form. zod finds it; the words are ours. */
import type { z } from 'zod';
import { didYouMean, explain, nearestName, oneOf } from '../base/errors.ts';
import { keysOf, type SchemaNode, schemaAt } from './json-schema.ts';

/** A broken rule, and the key that breaks it. */
interface Problem {
  path: readonly PropertyKey[];
  text: string;
}

/** Rules that only some keys have. */
interface RestrictedNode extends SchemaNode {
  minItems?: number;
  /** A list with a rule for each of its values. */
  prefixItems?: readonly SchemaNode[];
  pattern?: string;
}

type Issue = z.core.$ZodIssue;

/**
 * One line: the first problem, and how many more there are.
 *
 * Unknown keys come first, as a slip in a key's name also makes a key go missing.
 *
 * @param issues at least one, parsed with `reportInput`
 * @param schema of what was parsed, see schemaNodeOf
 * @param prefix what the line opens with, given the key that is wrong
 */
export function explainProblems(
  issues: readonly Issue[],
  schema: SchemaNode,
  prefix: (path: readonly PropertyKey[]) => string = () => '',
): string {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const known = issues.filter(({ code }) => code !== 'unrecognized_keys');
  // Of the first alone, as a search for the nearest key of thousands would take minutes.
  const first = unknown.length > 0 ? unknownKey(unknown[0]!, schema) : problemOf(known[0]!, schema);
  const others = unknown.length + known.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  return `${prefix(first.path)}${first.text}${more}`;
}

/**
 * What to do about a key that does not exist: the nearest one, or the same name in another section.
 *
 * @param shown how to write the nearest key: as it stands in its section, or with the section, as `--set` does
 */
export function nearestKey(
  path: readonly PropertyKey[],
  schema: SchemaNode,
  shown: 'in section' | 'in full',
): string {
  const near = nearestPath(path, schema);
  const isSibling = shown === 'in section' && String(near?.slice(0, -1)) === String(path.slice(0, -1));
  if (near) return `did you mean "${isSibling ? near.at(-1) : near.join('.')}"?`;
  const siblings = namesIn(schemaAt(schema, path.slice(0, -1)));
  if (siblings.length > 0 && siblings.length <= 10) return `the keys are ${siblings.join(', ')}`;
  return 'configs/schema.json lists the keys';
}

function nearestPath(path: readonly PropertyKey[], schema: SchemaNode): string[] | undefined {
  const near: string[] = [];
  for (const step of path.map(String)) {
    const names = namesIn(schemaAt(schema, near));
    if (names.length === 0) break; // below a value: the value's key is the nearest
    const name = names.includes(step) ? step : nearestName(step, names);
    if (name === undefined) return sameNameElsewhere(String(path.at(-1)), schema);
    near.push(name);
  }
  return near;
}

function sameNameElsewhere(key: string, schema: SchemaNode): string[] | undefined {
  return keysOf(schema)
    .find((known) => known.endsWith(`.${key}`))
    ?.split('.');
}

function namesIn(node: SchemaNode | undefined): string[] {
  return Object.keys(node?.properties ?? {});
}

/** `data.corpora[0]`, as a person would write it. */
function shownKey(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

function unknownKey(path: readonly PropertyKey[], schema: SchemaNode): Problem {
  return {
    path,
    text: explain(shownKey(path), 'a known key', path.at(-1), nearestKey(path, schema, 'in section')),
  };
}

function problemOf(issue: Issue, schema: SchemaNode): Problem {
  const { path, input } = issue;
  const key = shownKey(path);
  if (issue.code === 'custom')
    return { path, text: explain(key, issue.message, input, issue.params?.remedy) };
  const node = schemaAt(schema, path) ?? {};
  if (input === undefined)
    return { path, text: `${key}: expected ${ruleOf(node)}, got nothing; add the key` };
  return { path, text: explain(key, brokenRule(input, node) ?? ruleOf(node), input, remedyFor(input, node)) };
}

/** What a value of the right kind breaks: to ask for a list is no answer to a list. */
function brokenRule(input: unknown, node: SchemaNode): string | undefined {
  const { minItems = 0, prefixItems, pattern } = node as RestrictedNode;
  if (node.type === 'array' && Array.isArray(input)) {
    if (prefixItems) return `a list of ${prefixItems.length} values`;
    return minItems > 1 ? `a list of at least ${minItems} values` : 'a list that is not empty';
  }
  if (pattern && typeof input === 'string' && input !== '') return `text that matches ${pattern}`;
  const isInfinite = node.type === 'number' && Math.abs(Number(input)) === Number.POSITIVE_INFINITY;
  return isInfinite && typeof input === 'number' ? `a finite number${rangeOf(node)}` : undefined;
}

function ruleOf(node: SchemaNode): string {
  const names = node.anyOf?.find((choice) => choice.enum);
  if (names) return `${ruleOf(names)}, or a YAML file`;
  if (node.enum) return node.enum.length > 0 ? oneOf(node.enum) : 'nothing (there is none to choose)';
  switch (node.type) {
    case 'string':
      return node.minLength ? 'text that is not empty' : 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'a mapping';
    default:
      return `a ${node.type === 'integer' ? 'whole number' : 'number'}${rangeOf(node)}`;
  }
}

function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaNode): string {
  const low = minimum ?? exclusiveMinimum;
  const high = maximum ?? exclusiveMaximum;
  if (low !== undefined && high !== undefined) {
    return ` in ${minimum === undefined ? '(' : '['}${low}, ${high}${maximum === undefined ? ')' : ']'}`;
  }
  return low === undefined ? '' : minimum === undefined ? ` above ${low}` : ` of at least ${low}`;
}

function remedyFor(input: unknown, node: SchemaNode): string | undefined {
  const names = node.enum ?? node.anyOf?.find((choice) => choice.enum)?.enum;
  if (names) return typeof input === 'string' ? didYouMean(input, names) : undefined;
  switch (node.type) {
    case 'string':
      return typeof input === 'number' || typeof input === 'boolean'
        ? `write "${input}" in quotes`
        : undefined;
    case 'array':
      return typeof input === 'string' ? `write [${input}]` : undefined;
    case 'object':
      return input === null ? 'indent its keys below it, or remove it' : undefined;
    case 'number':
    case 'integer':
      return typeof input === 'string' ? numberMeant(input) : numberRemedy(input, node);
    default:
      return undefined;
  }
}

function numberRemedy(input: unknown, node: SchemaNode): string | undefined {
  if (typeof input !== 'number') return undefined;
  const isFraction = (node.maximum ?? node.exclusiveMaximum) === 1;
  if (isFraction && input > 1 && input < 100) return `write ${hundredth(input)} for ${input} percent`;
  const isTooLarge = Number.isInteger(input) && input > Number.MAX_SAFE_INTEGER;
  return isTooLarge ? `at most ${Number.MAX_SAFE_INTEGER} can be told apart` : undefined;
}

/** 15 % → 0.15, 1/3 → 0.3333333333333333, 10_000 → 10000: YAML reads these as text. */
function numberMeant(text: string): string | undefined {
  const percent = /^(\d+(?:\.\d+)?) *%$/.exec(text);
  if (percent) return `write ${hundredth(Number(percent[1]))}`;
  const ratio = /^(\d+) *\/ *([1-9]\d*)$/.exec(text);
  if (ratio) return `write ${Number(ratio[1]) / Number(ratio[2])}`;
  const plain = text.replaceAll('_', '');
  return plain.trim() !== '' && Number.isFinite(Number(plain)) ? `write ${Number(plain)}` : undefined;
}

function hundredth(percent: number): number {
  return Number((percent / 100).toPrecision(12)); // 1.1 / 100 is 0.011000000000000001
}
