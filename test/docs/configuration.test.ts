import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationPage } from '../../docs/tools/configuration-page.ts';
import { keysOf, type SchemaNode } from '../../src/config/json-schema.ts';

const root = join(import.meta.dirname, '../..');
const schema: SchemaNode = JSON.parse(readFileSync(join(root, 'configs/schema.json'), 'utf8'));

describe('docs/configuration.md', () => {
  it('is up to date (else: npm run docs)', async () => {
    await expect(configurationPage(schema)).toMatchFileSnapshot(join(root, 'docs/configuration.md'));
  });

  it('has a row for every key', () => {
    const page = configurationPage(schema);
    const sections = Object.keys(schema.properties!).filter(
      (name) => schema.properties![name]!.type === 'object',
    );
    const keys = keysOf(schema).filter((key) => !sections.includes(key));
    const written = keys.map((key) => {
      const [section, ...rest] = key.split('.');
      return sections.includes(section!) ? rest.join('.') : key;
    });
    expect(written.filter((key) => !page.includes(`| \`${key}\` |`))).toEqual([]);
  });

  it('states a rule with both of its bounds, and a default', () => {
    const size: SchemaNode = { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.25 };
    const page = configurationPage({ properties: { generator: { type: 'object', properties: { size } } } });
    expect(page).toContain('## generator\n');
    expect(page).toContain('| `size` | a number > 0, ≤ 1 | `0.25` |  |');
  });
});
