/** Writes docs/configuration.md from configs/schema.json, so that no key, rule or default is written twice. */
import type { SchemaNode } from '../../src/config/json-schema.ts';

/** An enumeration longer than this is counted, not listed. */
const mostListed = 10;

const opening = `# Configuration

This page is made from \`configs/schema.json\` by \`npm run docs\`; do not edit it.

A run is a YAML file. \`extends\` names a preset or another file, \`--set a.b=c\` changes one key, and \`--print-config\` shows the result. The later of these wins: defaults, preset, file, \`--set\`. An unknown key or an impossible combination is an error before any data is read.

Each default is the paper's ELECTRA-Small and cites its table, unless the key says otherwise. With the line \`# yaml-language-server: $schema=schema.json\` an editor completes and checks the file.

| preset | what it is for |
|---|---|
| [\`smoke\`](../configs/smoke.yaml) | checks that everything works: takes seconds and learns nothing |
| [\`quick\`](../configs/quick.yaml) | the quickstart's runs: minutes on one core |
| [\`laptop\`](../configs/laptop.yaml) | half an hour a run on one core with AVX-512, an hour without (estimated from the step); tried at a quarter of its length only |
| [\`electra-small\`](../configs/electra-small.yaml), [\`bert-small\`](../configs/bert-small.yaml), [\`electra-base\`](../configs/electra-base.yaml), [\`electra-large\`](../configs/electra-large.yaml) | the paper's Table 6; bring your own text and time |

The small presets leave the paper's recipe where it does not learn at this scale. \`configs/quick.yaml\` gives the reason for each difference, and [experiments/LOG.md](../experiments/LOG.md) has the trials.
`;

/** @param schema of a configuration file, as `configs/schema.json` has it */
export function configurationPage(schema: SchemaNode): string {
  const entries = Object.entries(schema.properties ?? {});
  const isSection = ([, node]: [string, SchemaNode]) => node.type === 'object';
  const single = entries.filter((entry) => !isSection(entry));
  const sections = entries.filter(isSection).map(([name, node]) => section(name, rowsOf(node)));
  const top = section('The run itself', single.map(row));
  return [opening, top, ...sections].join('\n');
}

function section(title: string, rows: readonly string[]): string {
  const header = '| key | value | default | what it does |\n|---|---|---|---|';
  return `## ${title}\n\n${header}\n${rows.join('\n')}\n`;
}

/** Keys of an object, and of objects within it as `outer.inner`. */
function rowsOf({ properties = {} }: SchemaNode, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, node]) => [
    row([`${prefix}${key}`, node]),
    ...rowsOf(node, `${prefix}${key}.`),
  ]);
}

function row([key, node]: [string, SchemaNode]): string {
  const standard = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  return `| \`${key}\` | ${escaped(ruleOf(node))} | ${standard} | ${escaped(node.description ?? '')} |`;
}

/** What a value may be: `a number > 0, ≤ 1`. */
function ruleOf({
  type,
  enum: names,
  anyOf,
  items,
  pattern,
  ...bounds
}: SchemaNode & { pattern?: string }): string {
  // A text of any kind beside names only says that the names are suggestions.
  if (anyOf)
    return anyOf
      .filter((node) => Object.keys(node).join() !== 'type')
      .map(ruleOf)
      .join(', or ');
  if (names && names.length > mostListed) return `one of ${names.length} names`;
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (pattern === '\\.ya?ml$') return 'a YAML file';
  if (items) return `a list; each: ${ruleOf(items)}`;
  const limits = limitsOf(bounds);
  return [nouns[type ?? ''] ?? 'a value', ...limits].join(' ').replace(/ ([^ ]+ [^ ]+) (≤|<)/, ' $1, $2');
}

const nouns: Record<string, string> = {
  string: 'text',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  number: 'a number',
  object: 'the keys below',
};

function limitsOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SchemaNode): string[] {
  const limits: [string, number | undefined][] = [
    ['≥', minimum],
    ['>', exclusiveMinimum],
    ['≤', maximum],
    ['<', exclusiveMaximum],
  ];
  return limits.flatMap(([sign, bound]) => (bound === undefined ? [] : [`${sign} ${bound}`]));
}

/** A bar would end the cell. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
