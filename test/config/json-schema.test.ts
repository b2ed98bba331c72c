import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  configFileSchema,
  configFileSchemaText,
  keysOf,
  type SchemaNode,
} from '../../src/config/json-schema.ts';
import { presetNames } from '../../src/config/resolve.ts';
import type { KnownNames } from '../../src/config/schema.ts';
import { corpusNames } from '../../src/data/corpora/registry.ts';
import { taskChoices } from '../../src/downstream/tasks/registry.ts';
import { optimiserNames } from '../../src/optim/registry.ts';
import { regimeNames } from '../../src/regimes/registry.ts';

const folder = join(import.meta.dirname, '../../configs');
const file = join(folder, 'schema.json');
const known = {
  regimes: regimeNames,
  corpora: corpusNames,
  tasks: taskChoices,
  optimisers: optimiserNames,
};
const schema = configFileSchema(known);

describe('configs/schema.json', () => {
  it('is up to date but for names that are new (else: npm run docs)', async () => {
    const text = configFileSchemaText(known);
    const written = existsSync(file) ? readFileSync(file, 'utf8') : text;
    const lacksOnlyNames = configFileSchemaText(amongThose(written)) === written;
    // npm says which of its scripts runs.
    const isWriting = process.env.npm_lifecycle_event === 'docs';
    await expect(lacksOnlyNames && !isWriting ? written : text).toMatchFileSnapshot(file);
  });

  /** The names that exist and stand in a text: a registry may have more, which editors then do not suggest yet. */
  function amongThose(text: string): KnownNames {
    const those = (names: readonly string[]) => names.filter((name) => text.includes(JSON.stringify(name)));
    return {
      regimes: those(regimeNames),
      corpora: those(corpusNames),
      tasks: those(taskChoices),
      optimisers: those(optimiserNames),
    };
  }

  it('is JSON that means the schema', () => {
    expect(JSON.parse(configFileSchemaText(known))).toEqual(schema);
  });

  it('asks for extends, or for a name and a regime, and for nothing else', () => {
    expect(schema.anyOf).toEqual([{ required: ['extends'] }, { required: ['name', 'regime'] }]);
    expect(schema.required).toBeUndefined();
    const sections = Object.values(schema.properties!).filter(({ type }) => type === 'object');
    expect(sections.flatMap(({ required = [] }) => required)).toEqual([]);
  });

  it('is closed, and suggests the names that exist', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties?.model?.additionalProperties).toBe(false);
    const suggestedBy = (node: SchemaNode | undefined) => node?.anyOf?.[0]?.enum;
    expect(suggestedBy(schema.properties?.regime)).toEqual(regimeNames);
    expect(suggestedBy(schema.properties?.data?.properties?.corpora?.items)).toEqual(corpusNames);
    expect(suggestedBy(schema.properties?.finetune?.properties?.tasks?.items)).toEqual(taskChoices);
  });

  it('knows every key of every preset, and describes each of them', () => {
    const keys = keysOf(schema);
    const written = presetNames(folder).flatMap((name) => {
      const mapping = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
      return Object.entries(mapping).flatMap(([key, value]) =>
        typeof value === 'object' ? Object.keys(value as object).map((inner) => `${key}.${inner}`) : [key],
      );
    });
    expect(written.filter((key) => !keys.includes(key))).toEqual([]);
  });
});
