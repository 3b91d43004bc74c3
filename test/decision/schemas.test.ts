import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { type DecisionInput, decisionJsonSchema, documentJsonSchemas } from '../../src/decision/index.ts';
import { decideCase, onMain, withSlo } from './example.ts';

function compile(schema: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

const POLICY = `
version: 1
requirements:
  - { id: engine, when: { paths: ["engine/**"] }, gates: [determinism-check], refreshed: ["docs/public/**"] }
freshness: { evidence-max-age: 24h, runs: same }
waivers: { max-days: 14, not-waivable: ["gate-passed/telemetry-scan"] }
approvals: { at-least: 1 }
person: required
`;
const WAIVERS =
  'version: 1\nwaivers: [{ rule: gate-passed, match: slo-gate, reason: r, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }]';
const CHECKLIST = 'version: 1\nitems: [{ id: one, title: One, evidence: [{ kind: gate, gate: slo-gate }] }]';

describe('the published schemas', () => {
  const validate = compile(decisionJsonSchema());

  // A second implementation of JSON Schema reads what the first one wrote.
  it.each<readonly [string, Partial<DecisionInput>]>([
    ['GO', {}],
    ['NO-GO', { evidence: [] }],
    [
      'CONDITIONAL for a version',
      {
        version: '2.5.0-beta.1',
        evidence: withSlo({ verdict: 'fail' }),
        waivers: onMain('waivers.yml', WAIVERS),
        checklist: onMain('readiness.yml', CHECKLIST),
      },
    ],
    [
      'with a policy and a person',
      { policy: onMain('policy.yml', POLICY), person: { by: 'ada', decision: 'go', reason: 'r', at: '2026-11-22T11:00:00Z' } },
    ],
    ['outside git', { subject: { workspaceSha256: 'a'.repeat(64) } }],
  ])('fit a decision: %s', (_name, changes) => {
    const decision = JSON.parse(JSON.stringify(decideCase(changes)));
    expect({ valid: validate(decision), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  it.each<readonly [string, (decision: Record<string, unknown>) => void]>([
    ['an unknown outcome', (decision) => Object.assign(decision, { outcome: 'MAYBE' })],
    ['an unknown member', (decision) => Object.assign(decision, { extra: 1 })],
    ['no rules', (decision) => delete decision.rules],
    ['another type', (decision) => Object.assign(decision, { _type: 'https://example.com' })],
  ])('refuse a decision with %s', (_name, spoil) => {
    const decision = JSON.parse(JSON.stringify(decideCase()));
    spoil(decision);
    expect(validate(decision)).toBe(false);
  });

  it('fit the documents that people write, and refuse misspelt keys', () => {
    const schemas = documentJsonSchemas();
    for (const [name, yaml, key] of [
      ['policy', POLICY, 'freshnes'],
      ['checklist', CHECKLIST, 'item'],
      ['waivers', WAIVERS, 'waiver'],
    ] as const) {
      const check = compile(schemas[name]);
      expect({ name, valid: check(parse(yaml)), errors: check.errors }).toEqual({ name, valid: true, errors: null });
      expect(check({ ...parse(yaml), [key]: {} })).toBe(false);
    }
  });
});
