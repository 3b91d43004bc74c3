import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { parse } from 'yaml';

type Node = { readonly [key: string]: Node };

const contract = parse(readFileSync(join(import.meta.dirname, '../../src/testops-api/openapi.yaml'), 'utf8')) as Node;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
addFormatsModule.default(ajv);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract:api', components: contract.components });

/** Every place with a schema and an example beside it. */
function examplesIn(node: Node, path = ''): [string, Node, unknown][] {
  if (typeof node !== 'object' || node === null) return [];
  const own: [string, Node, unknown][] = [];
  if (node.schema !== undefined && 'example' in node) own.push([path, node.schema, node.example]);
  if (node.schema !== undefined && node.examples !== undefined) {
    for (const [name, { value }] of Object.entries(node.examples)) own.push([`${path}/${name}`, node.schema, value]);
  }
  return [
    ...own,
    ...Object.entries(node).flatMap(([key, child]) => (key.startsWith('example') ? [] : examplesIn(child, `${path}/${key}`))),
  ];
}

/** References of the document, as the validator knows them. */
function resolvable(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract:api#/'));
}

function validate(name: string, value: unknown): boolean {
  return ajv.compile({ $ref: `contract:api#/components/schemas/${name}` })(value);
}

describe('the contract of a TestOps service', () => {
  const examples = examplesIn(contract);

  it.each(examples)('%s is an example of its schema', (_, schema, value) => {
    const check = ajv.compile(resolvable(schema));
    expect([check(value), ajv.errorsText(check.errors)]).toEqual([true, 'No errors']);
  });

  it('has an example of each call and each problem', () => {
    expect(examples.length).toBeGreaterThanOrEqual(13);
  });

  it('resolves every reference', () => {
    const references = [...JSON.stringify(contract).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] as string);
    const broken = references.filter(
      (reference) => reference.split('/').reduce<Node | undefined>((node, key) => node?.[key], contract) === undefined,
    );
    expect(references.length).toBeGreaterThan(20);
    expect(broken).toEqual([]);
  });

  const report = examples.find(([path]) => path.includes('/reports/') && path.endsWith('completed'))?.[2] as Node;
  it.each([
    ['a metric of an unknown type', { metrics: [{ name: 'x', type: 'histogram', unit: 'ms', count: 1 }] }],
    ['a rate above one', { metrics: [{ name: 'x', type: 'rate', unit: 'ratio', count: 1, rate: 1.5 }] }],
    ['a percentile that is none', { metrics: [{ name: 'x', type: 'trend', unit: 'ms', count: 1, percentiles: { p95: 1 } }] }],
    ['an unknown status', { status: 'done' }],
    ['a count below zero', { requests: -1 }],
    ['no time of the end', { finishedAt: undefined }],
  ])('refuses a report with %s', (_, change) => {
    expect(validate('Report', report)).toBe(true);
    expect(validate('Report', JSON.parse(JSON.stringify({ ...report, ...change })))).toBe(false);
  });

  it.each(['HEAD', '4F1C2D3E5A6B7C8D9E0F1A2B3C4D5E6F7A8B9C0D', '4f1c2d3'])('refuses to deploy %s', (commit) => {
    expect(validate('DeployRequest', { commit, flags: {} })).toBe(false);
    expect(validate('DeployRequest', { commit: 'a'.repeat(40), flags: {} })).toBe(true);
  });
});
