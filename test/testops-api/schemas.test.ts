import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { parse } from 'yaml';
import type { z } from 'zod';
import { previewDeployment, serviceHealth, serviceReport } from '../../src/testops-api/schemas.ts';

const contract = parse(readFileSync(join(import.meta.dirname, '../../src/testops-api/openapi.yaml'), 'utf8'));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
addFormatsModule.default(ajv);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract:api', components: contract.components });

const answers: readonly (readonly [name: string, schema: z.ZodType, path: string, method: string, status: string])[] = [
  ['Deployment', previewDeployment, '/v1/deploy/preview', 'post', '202'],
  ['Health', serviceHealth, '/v1/health', 'get', '200'],
  ['Report', serviceReport, '/v1/reports/{id}', 'get', '200'],
];

/** What may stand in the place of any value of an example. */
const REPLACEMENTS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e9,
  '',
  'x',
  '2026-11-20T09:30:00Z',
  'trend',
  'counter',
  [],
  {},
  [1],
  { a: 1 },
  { a: 'b' },
];

/** The example with one thing changed: every member left out, every value replaced, every object with a member that nobody knows. */
function* variantsOf(value: unknown): Generator<unknown> {
  yield* REPLACEMENTS;
  if (typeof value === 'number') yield* [-value, value + 0.5, value * 1000];
  if (typeof value === 'string') yield* [value.toUpperCase(), `${value} `, value.slice(1)];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const variant of variantsOf(item)) yield value.with(index, variant);
    }
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, 'not-in-the-contract': 1 };
    for (const [key, member] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      for (const variant of variantsOf(member)) yield { ...value, [key]: variant };
    }
  }
}

describe.each(answers)('%s', (name, schema, path, method, status) => {
  const isValid = ajv.compile({ $ref: `contract:api#/components/schemas/${name}` });
  const examples = Object.values(contract.paths[path][method].responses[status].content['application/json'].examples as object).map(
    (example: { readonly value: unknown }) => example.value,
  );

  it('takes the examples of the contract, and loses nothing that it names', () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(schema.parse(example)).toEqual(example);
  });

  it('agrees with the contract about everything near the examples', () => {
    let refused = 0;
    let taken = 0;
    for (const variant of examples.flatMap((example) => [...variantsOf(example)])) {
      const expected = isValid(variant);
      if (schema.safeParse(variant).success !== expected) {
        throw new Error(`the contract ${expected ? 'takes' : 'refuses'} ${JSON.stringify(variant)}`);
      }
      if (expected) taken += 1;
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(10);
  });
});

it('refuses replicas and metrics that are listed twice, which a schema cannot say', () => {
  const runner = { id: 'a', ready: true };
  const health = { status: 'ready', engine: { ready: true, version: '1' }, runners: [runner], gateways: [] };
  expect(serviceHealth.safeParse(health).success).toBe(true);
  expect(serviceHealth.safeParse({ ...health, runners: [runner, runner] }).success).toBe(false);
});
