/** `experiments/schema.json`: what editors know of an experiment's file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { keysOf, schemaNodeOf } from '../../src/config/json-schema.ts';
import { experimentSchema, experimentSchemaText } from '../../src/experiment/experiment-schema.ts';

const folder = join(import.meta.dirname, '../../experiments');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('experiments/schema.json', () => {
  it('is up to date (else: npm run docs)', async () => {
    await expect(experimentSchemaText()).toMatchFileSnapshot(join(folder, 'schema.json'));
  });

  it.each(files)('is named in %s, and knows its keys', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=schema\.json\n/);
    const known = keysOf(schemaNodeOf(experimentSchema));
    expect(Object.keys(parse(text)).filter((key) => !known.includes(key))).toEqual([]);
  });

  it('is closed, and describes every key of a search', () => {
    const { additionalProperties, properties } = schemaNodeOf(experimentSchema);
    expect(additionalProperties).toBe(false);
    const described = Object.values(properties!.tuning!.properties!);
    expect(described.filter(({ description }) => !description)).toEqual([]);
  });
});
