import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { DOCUMENTS, kindOfYaml, placeOf, readBlocks } from './document-blocks.ts';

const schema = JSON.parse(readFileSync('docs/testops.schema.json', 'utf8')) as {
  readonly properties: Readonly<Record<string, { readonly properties?: Readonly<Record<string, { readonly description?: string }>> }>>;
};
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const accepts = ajv.compile(schema);

const SHOWN = DOCUMENTS.flatMap(readBlocks).filter((block) => block.language === 'yaml' && kindOfYaml(block) === 'configuration');
const KEPT = ['.github/testops.yml', 'examples/toron/testops.yml', 'examples/consumer/.github/testops.yml'];

describe('the schema that editors complete by', () => {
  it.each([
    ...SHOWN.map((block) => [placeOf(block), block.text] as const),
    ...KEPT.map((path) => [path, readFileSync(path, 'utf8')] as const),
  ])('accepts the configuration of %s', (_, text) => {
    const document = { version: 1, 'telemetry-scan': { paths: ['logs/**'] }, ...(parse(text) as object) };
    expect({ accepted: accepts(document), errors: accepts.errors }).toEqual({ accepted: true, errors: null });
  });

  it.each([
    'version: 2',
    'slo-gate: { result: [a] }',
    'deploy-preview: { min-runners: many }',
    'slo: {}',
    'telemetry-scan: { fail-on: severe }',
  ])('marks %s', (text) => expect(accepts({ version: 1, ...(parse(text) as object) })).toBe(false));

  it('says of every key what it is', () => {
    const silent = Object.entries(schema.properties).flatMap(([section, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, { description = '' }]) => description.length < 5)
        .map(([key]) => `${section}.${key}`),
    );
    expect(silent).toEqual([]);
    expect(Object.values(schema.properties).flatMap(({ properties = {} }) => Object.keys(properties)).length).toBeGreaterThan(40);
  });
});
