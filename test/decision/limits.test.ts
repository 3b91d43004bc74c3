import { describe, expect, it } from '@jest/globals';
import { compareConfiguration } from '../../src/decision/configuration/compare.ts';
import { decideCase, OTHER_COMMIT, onMain, summaryOf, text } from './example.ts';

const compare = (before: string | undefined, after: string | undefined, name = 'testops.yml') =>
  compareConfiguration({
    before: before === undefined ? [] : [text(name, before)],
    after: after === undefined ? [] : [text(name, after)],
  });
const effects = (before: string | undefined, after: string | undefined) =>
  compare(before, after).changes.map(({ pointer, effect }) => `${pointer} ${effect}`);

/** Each pair is read in both directions: what loosens one way tightens the other. */
const pairs: readonly (readonly [strict: string, loose: string, pointer: string])[] = [
  ['determinism-check: { runs: 5 }', 'determinism-check: { runs: 3 }', '/determinism-check/runs'],
  ['slo-gate: { consecutive-days: 7 }', 'slo-gate: { consecutive-days: 3 }', '/slo-gate/consecutive-days'],
  ['slo-gate: { consecutive-days: 7 }', 'slo-gate: {}', '/slo-gate/consecutive-days'],
  ['slo-gate: { objectives: [a.yaml, b.yaml] }', 'slo-gate: { objectives: [a.yaml] }', '/slo-gate/objectives'],
  ["slo-gate: { thresholds: ['d: p(95)<200'] }", "slo-gate: { thresholds: ['d: p(95) < 300'] }", '/slo-gate/thresholds'],
  ["slo-gate: { thresholds: ['checks: rate>0.99'] }", "slo-gate: { thresholds: ['checks: rate>=0.9'] }", '/slo-gate/thresholds'],
  ["slo-gate: { thresholds: ['d: p(95)<200', 'd: p(99)<400'] }", "slo-gate: { thresholds: ['d: p(95)<200'] }", '/slo-gate/thresholds'],
  ['telemetry-scan: { fail-on: medium }', 'telemetry-scan: { fail-on: high }', '/telemetry-scan/fail-on'],
  ['telemetry-scan: {}', 'telemetry-scan: { fail-on: critical }', '/telemetry-scan/fail-on'],
  ['telemetry-scan: { paths: [a, b] }', 'telemetry-scan: { paths: [a] }', '/telemetry-scan/paths'],
  ['telemetry-scan: {}', 'telemetry-scan: { accepted: [{ match: x }] }', '/telemetry-scan/accepted'],
  ['telemetry-scan: { paths: [a] }', 'telemetry-scan: { paths: [a], required: false }', '/telemetry-scan/required'],
  ['deploy-preview: { min-runners: 3 }', 'deploy-preview: {}', '/deploy-preview/min-runners'],
  ['snapshot-compare: { rules: { absolute: 0.1 } }', 'snapshot-compare: { rules: { absolute: 0.2 } }', '/snapshot-compare/rules/absolute'],
  ['snapshot-compare: { rules: {} }', 'snapshot-compare: { rules: { ignore: [a] } }', '/snapshot-compare/rules/ignore'],
  [
    "slo-gate: { thresholds: ['d{name:a,b:c}: p(95)<200, avg<100'] }",
    "slo-gate: { thresholds: ['d{name:a,b:c}: p(95)<200, avg<101'] }",
    '/slo-gate/thresholds',
  ],
  ['slo-gate: { min-samples: 100 }', 'slo-gate: { min-samples: 10 }', '/slo-gate/min-samples'],
  ['determinism-check: { vary: [all] }', 'determinism-check: { vary: [all, -time] }', '/determinism-check/vary'],
  ['determinism-check: {}', 'determinism-check: { vary: [time] }', '/determinism-check/vary'],
  ['determinism-check: { compare: [stdout, exit] }', 'determinism-check: { compare: [exit] }', '/determinism-check/compare'],
  ['determinism-check: {}', 'determinism-check: { allow-exit-codes: [1] }', '/determinism-check/allow-exit-codes'],
  [
    'determinism-check: { accepted: [{ match: a }] }',
    'determinism-check: { accepted: [{ match: a }, { match: b }] }',
    '/determinism-check/accepted',
  ],
  ['snapshot-compare: {}', 'snapshot-compare: { mode: accept }', '/snapshot-compare/mode'],
  [
    'rules: [{ files: a, ignore: true }]',
    'rules: [{ files: b, path: /x, ignore: true }, { files: a, ignore: true }]',
    '/rules/["b","~1x"]/ignore',
  ],
  [
    'rules: [{ files: a, tolerance: { relative: 0.1 } }]',
    'rules: [{ files: a, tolerance: { relative: 0.1, absolute: 1 } }]',
    '/rules/["a"]/tolerance/absolute',
  ],
  ['rules: [{ files: a, round: 6 }]', 'rules: [{ files: a, round: 2 }]', '/rules/["a"]/round'],
  ['slo-gate: { url: a }', '{}', '/slo-gate'],
  ['items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }] }, { id: b }]', 'items: [{ id: b }]', '/items/a'],
  [
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }, { kind: file, path: x }] }]',
    'items: [{ id: a, evidence: [{ kind: file, path: x }] }]',
    '/items/a/evidence/slo-gate',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: file, path: x, contains: [y, z] }] }]',
    'items: [{ id: a, evidence: [{ kind: file, path: x, contains: [z] }] }]',
    '/items/a/evidence/["x"]/contains',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate, without: [s] }] }]',
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }] }]',
    '/items/a/evidence/slo-gate/without',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: statement, by: ada, max-age: 7d }] }]',
    'items: [{ id: a, evidence: [{ kind: statement, by: ada, max-age: 30d }] }]',
    '/items/a/evidence/0/max-age',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: measurement, gate: slo-gate, id: days, at-least: 7 }] }]',
    'items: [{ id: a, evidence: [{ kind: measurement, gate: slo-gate, id: days, at-least: 5 }] }]',
    '/items/a/evidence/slo-gate days/at-least',
  ],
  ['decision-record: {}', 'decision-record: { required: [slo-gate] }', '/decision-record/required'],
  ['decision-record: { required: [a, b] }', 'decision-record: { required: [b] }', '/decision-record/required'],
  ['decision-record: { policy: policy.yml }', 'decision-record: {}', '/decision-record/policy'],
  ['approvals: { environments: [beta] }', 'approvals: { environments: [beta, dev] }', '/approvals/environments'],
  ['freshness: { runs: same }', 'freshness: { runs: earlier }', '/freshness/runs'],
  ['freshness: { evidence-max-age: 24h }', 'freshness: { evidence-max-age: 2d }', '/freshness/evidence-max-age'],
  ['freshness: { evidence-max-age: 8h }', 'freshness: {}', '/freshness/evidence-max-age'],
  ['requirements: [{ id: e, gates: [slo-gate] }]', 'requirements: []', '/requirements/e/gates'],
  [
    'requirements: [{ id: e, coverage: [{ gate: g, measurement: runs, at-least: 5 }] }]',
    'requirements: [{ id: e, coverage: [{ gate: g, measurement: runs, at-least: 4 }] }]',
    '/requirements/e/coverage/g runs/at-least',
  ],
  ['requirements: [{ id: e, gates: [x] }]', 'requirements: [{ id: e, gates: [x], when: { paths: [a] } }]', '/requirements/e/when/paths'],
  ['waivers: { max-days: 5 }', 'waivers: {}', '/waivers/max-days'],
  ['waivers: { owners: [ada] }', 'waivers: { owners: [ada, bob] }', '/waivers/owners'],
  ['waivers: { owners: [ada] }', 'waivers: {}', '/waivers/owners'],
  ['approvals: { at-least: 2 }', 'approvals: { at-least: 1 }', '/approvals/at-least'],
  ['person: required', '{}', '/person'],
  ['tag-first: refuse', 'tag-first: allow', '/tag-first'],
  [
    'metadata: { name: a }\nspec: { objectives: [{ displayName: f, target: 0.99 }] }',
    'metadata: { name: a }\nspec: { objectives: [{ displayName: f, target: 0.9 }] }',
    '/spec/objectives/f/target',
  ],
  [
    'spec: { objectives: [{ displayName: f, op: lte, value: 200 }] }',
    'spec: { objectives: [{ displayName: f, op: lte, value: 300 }] }',
    '/spec/objectives/f/value',
  ],
  [
    'spec: { objectives: [{ displayName: f, op: gte, value: 300 }] }',
    'spec: { objectives: [{ displayName: f, op: gte, value: 200 }] }',
    '/spec/objectives/f/value',
  ],
];

describe('limits since the last beta', () => {
  it.each(pairs)('%s is stricter than %s', (strict, loose, pointer) => {
    expect(effects(strict, loose)).toEqual([`${pointer} loosened`]);
    expect(effects(loose, strict)).toEqual([`${pointer} tightened`]);
  });

  it.each([
    ['the same', 'slo-gate: { url: a }', 'slo-gate: {url: a}', []],
    ['what is no limit', 'slo-gate: { url: a }', 'slo-gate: { url: b }', ['/slo-gate/url changed']],
    ['the order of keys and lists', 'a: 1\ntelemetry-scan: { paths: [a, b] }', 'telemetry-scan: { paths: [b, a] }\na: 1', []],
    [
      'another policy file',
      'decision-record: { policy: a.yml }',
      'decision-record: { policy: b.yml }',
      ['/decision-record/policy loosened'],
    ],
    ['a default written out', 'telemetry-scan: {}', 'telemetry-scan: { fail-on: high }', []],
    [
      'a limit that is no number any more',
      'determinism-check: { runs: 5 }',
      'determinism-check: { runs: many }',
      ['/determinism-check/runs loosened'],
    ],
    [
      'an operator turned round',
      'objectives: [{ id: a, op: lte, value: 5 }]',
      'objectives: [{ id: a, op: gte, value: 5 }]',
      ['/objectives/a/op loosened'],
    ],
  ])('%s', (_name, before, after, expected) => expect(effects(before, after)).toEqual(expected));

  it('sees an objective that is gone, and one that is new', () => {
    const one = 'spec: { objectives: [{ displayName: a, op: lte, value: 5, target: 0.9 }] }';
    const none = 'spec: { objectives: [] }';
    expect(effects(one, none)).toEqual(['op', 'target', 'value'].map((key) => `/spec/objectives/a/${key} loosened`));
    expect(effects(none, one)).toEqual(['op', 'target', 'value'].map((key) => `/spec/objectives/a/${key} tightened`));
  });

  it('sees a file that is gone and one that is new', () => {
    expect(effects('determinism-check: { runs: 5 }', undefined)).toEqual(['/determinism-check loosened']);
    expect(effects(undefined, 'determinism-check: { runs: 5 }')).toEqual(['/determinism-check tightened']);
  });

  it('says which file cannot be read', () => expect(compare('a: [', 'a: 1')).toEqual({ changes: [], unreadable: ['testops.yml'] }));

  const changes = { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT, paths: [] };
  const configuration = {
    before: [text('testops.yml', 'slo-gate: { consecutive-days: 7 }')],
    after: [text('testops.yml', 'slo-gate: { consecutive-days: 1 }')],
  };
  const version = '2.5.0-beta.1';

  it('breaks a rule for tags, which can be waived', () => {
    const pointer = 'testops.yml#/slo-gate/consecutive-days';
    const waivers = onMain(
      'waivers.yml',
      `version: 1\nwaivers: [{ rule: limits-kept, match: "${pointer}", reason: r, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }]`,
    );
    expect(summaryOf(decideCase({ version, changes, configuration }))).toEqual({ outcome: 'NO-GO', exit: 1, codes: ['limit-loosened'] });
    expect(summaryOf(decideCase({ version, changes, configuration, waivers }))).toEqual({ outcome: 'CONDITIONAL', exit: 0, codes: [] });
    expect(decideCase({ changes, configuration })).toMatchObject({
      outcome: 'GO',
      outcomeForTag: 'NO-GO',
      configurationChanges: [{ file: 'testops.yml', pointer: '/slo-gate/consecutive-days', before: '7', after: '1', effect: 'loosened' }],
    });
  });

  it('fails closed where nothing was compared or read', () => {
    expect(summaryOf(decideCase({ version, changes }))).toEqual({ outcome: 'NO-GO', exit: 2, codes: ['configuration-not-compared'] });
    const unreadable = { before: [text('testops.yml', 'a: [')], after: [] };
    expect(summaryOf(decideCase({ version, changes, configuration: unreadable })).codes).toEqual(['configuration-unreadable']);
    expect(decideCase({ version, changes, configuration: { before: configuration.before, after: configuration.before } }).outcome).toBe(
      'GO',
    );
    expect(decideCase({ version }).outcome).toBe('GO');
  });
});
