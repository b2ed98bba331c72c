/**
 * The configuration's schema as JSON Schema: what editors complete and check, and what error messages read rules from.
 *
 * `configs/schema.json` is made from it; `npx vitest run test/config/json-schema.test.ts -u` writes it anew.
 */
import { z } from 'zod';
import { type KnownNames, runConfigSchema } from './schema.ts';

/** The part of JSON Schema that the configuration uses. */
export interface SchemaNode {
  $schema?: string;
  title?: string;
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean;
  required?: readonly string[];
  anyOf?: readonly SchemaNode[];
  items?: SchemaNode;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

/** The schema of a complete configuration. */
export function configSchema(known: KnownNames): SchemaNode {
  return schemaNodeOf(runConfigSchema(known));
}

/** A zod schema as JSON Schema, of what goes in (defaults may be left out). */
export function schemaNodeOf(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, {
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.type === 'object') delete jsonSchema.default; // says nothing beside the keys' own defaults
    },
  }) as SchemaNode;
}

/**
 * The schema of a configuration file: as a complete configuration, but another file may hold a part of it. Names of
 * regimes, corpora and tasks are suggestions, so that the file need not follow a registry at once.
 */
export function configFileSchema(known: KnownNames): SchemaNode {
  const { $schema, properties, required = [], ...rest } = suggestNames(configSchema(known), openNames);
  return {
    ...($schema && { $schema }),
    title: 'A run of electra-lab',
    ...rest,
    properties: {
      $schema: { type: 'string', description: 'where editors find this schema; ignored' },
      extends: {
        type: 'string',
        minLength: 1,
        description: 'a preset by name, or a YAML file relative to this one; what stands here wins over it',
      },
      ...properties,
    },
    anyOf: [{ required: ['extends'] }, { required }],
  };
}

/** Where the configuration names what a registry holds. */
const openNames = [
  ['regime'],
  ['optimiser', 'kind'],
  ['data', 'corpora', '*'],
  ['finetune', 'tasks', '*'],
  ['probe', 'tasks', '*'],
];

/** The same schema, which takes any text at these paths and suggests the names; `*` stands for the items of a list. */
function suggestNames(root: SchemaNode, paths: readonly (readonly string[])[]): SchemaNode {
  return paths.reduce((node, path) => changedAt(node, path, suggested), root);
}

function suggested({ enum: names, type, anyOf, ...rest }: SchemaNode): SchemaNode {
  const choices = anyOf ?? [{ type: type!, enum: names! }];
  return { ...rest, anyOf: [...choices, { type: 'string' }] };
}

function changedAt(
  node: SchemaNode,
  [key, ...inner]: readonly string[],
  change: (node: SchemaNode) => SchemaNode,
): SchemaNode {
  if (key === undefined) return change(node);
  if (key === '*') return { ...node, items: changedAt(node.items!, inner, change) };
  const entries = Object.entries(node.properties!);
  const properties = entries.map(([name, value]) => [
    name,
    name === key ? changedAt(value, inner, change) : value,
  ]);
  return { ...node, properties: Object.fromEntries(properties) };
}

/** The text of `configs/schema.json`. */
export function configFileSchemaText(known: KnownNames): string {
  return schemaText(configFileSchema(known));
}

/** Laid out as Biome would. */
export function schemaText(schema: SchemaNode): string {
  const text = JSON.stringify(schema, null, 2);
  return `${text.replace(/^(.*)\[\n([^[\]{}]*?)\n *\](,?)$/gm, onOneLine)}\n`;
}

function onOneLine(whole: string, before: string, items: string, comma: string): string {
  const line = `${before}[${items.trim().replace(/\n */g, ' ')}]${comma}`;
  return line.length <= 110 ? line : whole;
}

/** The schema of one key; undefined if there is no such key. */
export function schemaAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, step) => {
    if (node?.items && typeof step === 'number') return node.items;
    const { properties = {} } = node ?? {};
    return typeof step === 'string' && Object.hasOwn(properties, step) ? properties[step] : undefined;
  }, root);
}

/** Every key, sections too, as `--set` writes it: `model`, `model.layers`, … */
export function keysOf(root: SchemaNode): string[] {
  return Object.entries(root.properties ?? {}).flatMap(([key, node]) => [
    key,
    ...keysOf(node).map((inner) => `${key}.${inner}`),
  ]);
}
