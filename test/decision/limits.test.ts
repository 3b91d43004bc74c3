import { describe, expect, it } from '@jest/globals';
import { buildBundle, compareConfiguration, compareDocuments, compareInputs, decide, verifyBundle } from '../../src/decision/index.ts';
import { directionsTable } from '../../src/suite/configuration/directions.ts';
import { comparedWith, decideCase, inputOf, OTHER_COMMIT, onMain, summaryOf, text } from './example.ts';

const directions = directionsTable();
const CONFIGURATION = 'testops.yml';
/** A testops.yml that names one document of each kind. */
const NAMING = `
slo-gate: { objectives: ["slo/*.yaml"] }
snapshot-compare: { rules: rules.yml }
telemetry-scan: { rules: [own.yml, leaks.toml] }
decision-record: { policy: policy.yml, checklist: readiness.yml }`;

type Side = Readonly<Record<string, string>>;
const compare = (before: Side, after: Side, branch?: Side) => {
  const filesOf = (side: Side) => Object.entries(side).map(([name, content]) => text(name, content));
  return compareConfiguration(
    { before: filesOf(before), after: filesOf(after), ...(branch ? { branch: filesOf(branch) } : {}), configuration: CONFIGURATION },
    directions,
  );
};
const effectsOf = (before: Side, after: Side, branch?: Side) =>
  compare(before, after, branch).changes.map(({ file, pointer, effect }) => `${file === CONFIGURATION ? '' : file}${pointer} ${effect}`);
const effects = (before: string, after: string) => effectsOf({ [CONFIGURATION]: before }, { [CONFIGURATION]: after });
const effectsIn = (name: string, before: string | undefined, after: string | undefined) => {
  const sideOf = (content: string | undefined): Side => ({
    [CONFIGURATION]: NAMING,
    ...(content === undefined ? {} : { [name]: content }),
  });
  return compare(sideOf(before), sideOf(after)).changes.map(({ pointer, effect }) => `${pointer} ${effect}`);
};

type Pair = readonly [strict: string, loose: string, pointer: string];

/** Each pair is read in both directions: what loosens one way tightens the other. */
const pairs: readonly Pair[] = [
  ['determinism-check: { runs: 5 }', 'determinism-check: { runs: 3 }', '/determinism-check/runs'],
  ['determinism-check: { runs: 5 }', 'determinism-check: {}', '/determinism-check/runs'],
  ['slo-gate: { consecutive-days: 7 }', 'slo-gate: { consecutive-days: 3 }', '/slo-gate/consecutive-days'],
  ['slo-gate: { consecutive-days: 7 }', 'slo-gate: {}', '/slo-gate/consecutive-days'],
  ['slo-gate: { objectives: [a.yaml, b.yaml] }', 'slo-gate: { objectives: [a.yaml] }', '/slo-gate/objectives'],
  ["slo-gate: { thresholds: ['d: p(95)<200'] }", "slo-gate: { thresholds: ['d: p(95) < 300'] }", '/slo-gate/thresholds'],
  ["slo-gate: { thresholds: ['d: p(95)<200'] }", "slo-gate: { thresholds: ['d: p(95)<=200'] }", '/slo-gate/thresholds'],
  ["slo-gate: { thresholds: ['checks: rate>0.99'] }", "slo-gate: { thresholds: ['checks: rate>=0.9'] }", '/slo-gate/thresholds'],
  ["slo-gate: { thresholds: ['d: p(95)<200', 'd: p(99)<400'] }", "slo-gate: { thresholds: ['d: p(95)<200'] }", '/slo-gate/thresholds'],
  [
    "slo-gate: { thresholds: ['d{name:a,b:c}: p(95)<200, avg<100'] }",
    "slo-gate: { thresholds: ['d{name:a,b:c}: p(95)<200, avg<101'] }",
    '/slo-gate/thresholds',
  ],
  ['slo-gate: { min-samples: 100 }', 'slo-gate: { min-samples: 10 }', '/slo-gate/min-samples'],
  ['slo-gate: { max-recovery-seconds: 30 }', 'slo-gate: { max-recovery-seconds: 99999 }', '/slo-gate/max-recovery-seconds'],
  ['slo-gate: { require-kinds: [load] }', 'slo-gate: {}', '/slo-gate/require-kinds'],
  ['slo-gate: { burn-rates: 30d }', 'slo-gate: {}', '/slo-gate/burn-rates'],
  ['slo-gate: { burn-rates: 7d }', 'slo-gate: { burn-rates: 30d }', '/slo-gate/burn-rates'],
  ['slo-gate: {}', 'slo-gate: { day-rule: last }', '/slo-gate/day-rule'],
  ['slo-gate: {}', 'slo-gate: { max-regression: 11 }', '/slo-gate/max-regression'],
  ['slo-gate: { baseline: "last:10" }', 'slo-gate: {}', '/slo-gate/baseline'],
  ['slo-gate: { ledger-head: "412:9f86" }', 'slo-gate: { ledger-head: "3:9f86" }', '/slo-gate/ledger-head'],
  ['slo-gate: { results: [a, b] }', 'slo-gate: { results: [a] }', '/slo-gate/results'],
  ['slo-gate: { results: ["a/*"] }', 'slo-gate: { results: ["a/*", "!a/b"] }', '/slo-gate/results'],
  ['telemetry-scan: { fail-on: medium }', 'telemetry-scan: { fail-on: high }', '/telemetry-scan/fail-on'],
  ['telemetry-scan: {}', 'telemetry-scan: { fail-on: critical }', '/telemetry-scan/fail-on'],
  ['telemetry-scan: { paths: [a, b] }', 'telemetry-scan: { paths: [a] }', '/telemetry-scan/paths'],
  ['telemetry-scan: { paths: [a, b] }', 'telemetry-scan: { paths: a }', '/telemetry-scan/paths'],
  ['telemetry-scan: {}', 'telemetry-scan: { accepted: [{ match: x }] }', '/telemetry-scan/accepted/x'],
  [
    'telemetry-scan: { accepted: [{ match: x, effectiveUntil: 2026-11-25 }] }',
    'telemetry-scan: { accepted: [{ match: x, effectiveUntil: 2026-11-26 }] }',
    '/telemetry-scan/accepted/x/effectiveUntil',
  ],
  ['telemetry-scan: { paths: [a] }', 'telemetry-scan: { paths: [a], required: false }', '/telemetry-scan/required'],
  ['telemetry-scan:', 'version:', '/telemetry-scan'],
  ['slo-gate: { url: a }', '{}', '/slo-gate'],
  ['deploy-preview: { min-runners: 3 }', 'deploy-preview: {}', '/deploy-preview/min-runners'],
  ['deploy-preview: {}', 'deploy-preview: { deadline-seconds: 121 }', '/deploy-preview/deadline-seconds'],
  ['determinism-check: { vary: [all] }', 'determinism-check: { vary: [all, -time] }', '/determinism-check/vary'],
  ['determinism-check: {}', 'determinism-check: { vary: [time] }', '/determinism-check/vary'],
  [
    'determinism-check: { require-variations: [all] }',
    'determinism-check: { require-variations: [time] }',
    '/determinism-check/require-variations',
  ],
  ['determinism-check: { compare: [stdout, exit] }', 'determinism-check: { compare: [exit] }', '/determinism-check/compare'],
  ['determinism-check: {}', 'determinism-check: { allow-exit-codes: [1] }', '/determinism-check/allow-exit-codes'],
  [
    'determinism-check: { accepted: [{ match: a }] }',
    'determinism-check: { accepted: [{ match: a }, { match: b }] }',
    '/determinism-check/accepted/b',
  ],
  ['snapshot-compare: {}', 'snapshot-compare: { mode: accept }', '/snapshot-compare/mode'],
  ['snapshot-compare: { store: { public-key: a } }', 'snapshot-compare: { store: {} }', '/snapshot-compare/store/public-key'],
  ['decision-record: {}', 'decision-record: { required: [slo-gate] }', '/decision-record/required'],
  ['decision-record: { required: [a, b] }', 'decision-record: { required: [b] }', '/decision-record/required'],
  ['decision-record: { policy: policy.yml }', 'decision-record: {}', '/decision-record/policy'],
];

const rulesPairs: readonly Pair[] = [
  ['[{ files: b, ignore: true }]', '[{ files: a, path: /x, ignore: true }, { files: b, ignore: true }]', '/a ~1x/ignore'],
  ['[{ files: a, tolerance: { absolute: 0.1 } }]', '[{ files: a, tolerance: { absolute: 0.2 } }]', '/a/tolerance/absolute'],
  ['[{ files: a, tolerance: { relative: 0.1 } }]', '[{ files: a, tolerance: { relative: 0.1, absolute: 1 } }]', '/a/tolerance/absolute'],
  ['[{ files: a, round: 6 }]', '[{ files: a, round: 2 }]', '/a/round'],
  ['[{ files: a, ignore: true }]', '[{ files: a, ignore: true }, { files: b, redact: true }]', '/b/redact'],
  ['[]', '[{ files: a, renamed: accept }]', '/a/renamed'],
  ['[]', '[{ files: a, unordered: true }]', '/a/unordered'],
  ['[]', '[{ files: a, key: id }]', '/a/key'],
  ['[]', '[{ files: a, image: { pixels: 9 } }]', '/a/image'],
  ['[{ files: a, image: {} }]', '[{ files: a, image: { pixels: 9 } }]', '/a/image/pixels'],
  ['[{ files: a, image: {} }]', '[{ files: a, image: { threshold: 0.2 } }]', '/a/image/threshold'],
  ['[{ files: a, image: { antialiasing: count } }]', '[{ files: a, image: {} }]', '/a/image/antialiasing'],
];

const checklistPairs: readonly Pair[] = [
  ['items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }] }, { id: b }]', 'items: [{ id: b }]', '/items/a'],
  [
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }, { kind: file, path: x }] }]',
    'items: [{ id: a, evidence: [{ kind: file, path: x }] }]',
    '/items/a/evidence/gate slo-gate',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: file, path: x, contains: [y, z] }] }]',
    'items: [{ id: a, evidence: [{ kind: file, path: x, contains: [z] }] }]',
    '/items/a/evidence/file x/contains',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate, without: [s] }] }]',
    'items: [{ id: a, evidence: [{ kind: gate, gate: slo-gate }] }]',
    '/items/a/evidence/gate slo-gate/without',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: statement, by: ada, max-age: 7d }] }]',
    'items: [{ id: a, evidence: [{ kind: statement, by: ada, max-age: 30d }] }]',
    '/items/a/evidence/statement ada/max-age',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: measurement, gate: slo-gate, id: days, at-least: 7 }] }]',
    'items: [{ id: a, evidence: [{ kind: measurement, gate: slo-gate, id: days, at-least: 5 }] }]',
    '/items/a/evidence/measurement slo-gate days/at-least',
  ],
  [
    'items: [{ id: a, evidence: [{ kind: artifact, name: sbom, sha256: 00 }] }]',
    'items: [{ id: a, evidence: [{ kind: artifact, name: sbom }] }]',
    '/items/a/evidence/artifact sbom/sha256',
  ],
];

const policyPairs: readonly Pair[] = [
  ['approvals: { environments: [beta] }', 'approvals: { environments: [beta, dev] }', '/approvals/environments'],
  ['freshness: { runs: same }', 'freshness: { runs: earlier }', '/freshness/runs'],
  ['freshness: { evidence-max-age: 24h }', 'freshness: { evidence-max-age: 2d }', '/freshness/evidence-max-age'],
  ['freshness: { evidence-max-age: 8h }', 'freshness: {}', '/freshness/evidence-max-age'],
  ['requirements: [{ id: e, gates: [slo-gate] }]', 'requirements: []', '/requirements/e'],
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
];

const SLO = 'apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: a }\n';
const objectivesPairs: readonly Pair[] = [
  [
    `${SLO}spec: { objectives: [{ displayName: f, target: 0.99 }] }`,
    `${SLO}spec: { objectives: [{ displayName: f, target: 0.9 }] }`,
    '/spec/objectives/f/target',
  ],
  [
    `${SLO}spec: { objectives: [{ displayName: f, op: lte, value: 200 }] }`,
    `${SLO}spec: { objectives: [{ displayName: f, op: lte, value: 300 }] }`,
    '/spec/objectives/f/value',
  ],
  [
    `${SLO}spec: { objectives: [{ displayName: f, op: gte, value: 300 }] }`,
    `${SLO}spec: { objectives: [{ displayName: f, op: gte, value: 200 }] }`,
    '/spec/objectives/f/value',
  ],
  [`${SLO}spec: { alertPolicies: [fast] }`, `${SLO}spec: { alertPolicies: [] }`, '/spec/alertPolicies/fast'],
  [
    'apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: { name: a }\nspec: { condition: { op: gte, threshold: 2 } }',
    'apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: { name: a }\nspec: { condition: { op: gte, threshold: 20 } }',
    '/spec/condition/threshold',
  ],
  ['objectives: [{ name: a, fail: "< 300" }]', 'objectives: [{ name: a, fail: "< 30000" }]', '/objectives/a/fail'],
  ['objectives: [{ name: a, fail: "< 300" }]', 'objectives: [{ name: a, fail: "<= 300" }]', '/objectives/a/fail'],
  ['objectives: [{ name: a, fail: ">= 99 %" }]', 'objectives: [{ name: a, fail: ">= 98.9 %" }]', '/objectives/a/fail'],
  ['objectives: [{ name: a, fail: "< 3", warn: "< 2" }]', 'objectives: [{ name: a, fail: "< 3" }]', '/objectives/a/warn'],
  ['objectives: [{ name: a, fail: "< 3", key: true }]', 'objectives: [{ name: a, fail: "< 3" }]', '/objectives/a/key'],
  ['objectives: [{ name: a, fail: "< 3" }]', 'objectives: [{ name: a, fail: "< 3", during-faults: "< 9" }]', '/objectives/a/during-faults'],
  ['objectives: [{ name: a, within: 30s, for: 1m }]', 'objectives: [{ name: a, within: 30s, for: 2m }]', '/objectives/a/for'],
  ['objectives: [{ name: a, within: 30s }]', 'objectives: [{ name: a, within: 30s, for: 2m }]', '/objectives/a/for'],
  ['objectives: [{ name: a }, { name: b }]', 'objectives: [{ name: a }]', '/objectives/b'],
  ['objectives: [{ name: a }]', 'objectives: [{ name: a }]\nscore: { pass: 90 }', '/score'],
  ['objectives: [{ name: a }]\nscore: { pass: 90 }', 'objectives: [{ name: a }]\nscore: { pass: 90, warn: 60 }', '/score/warn'],
];

const ownPairs: readonly Pair[] = [
  ['rules: [{ id: a }, { id: b }]', 'rules: [{ id: a }]', '/rules/b'],
  ['rules: [{ id: a, severity: high }]', 'rules: [{ id: a, severity: low }]', '/rules/a/severity'],
  ['rules: [{ id: a }]', 'rules: [{ id: a, unless: [".*"] }]', '/rules/a/unless'],
  ['rules: [{ id: a }]', 'rules: [{ id: a, keywords: [x] }]', '/rules/a/keywords'],
  ['rules: [{ id: a, keywords: [x, y] }]', 'rules: [{ id: a, keywords: [x] }]', '/rules/a/keywords'],
  ['rules: [{ id: a }]', 'rules: [{ id: a, entropy: 3 }]', '/rules/a/entropy'],
];

const documentPairs = [
  ...rulesPairs.map((pair) => ['rules.yml', ...pair] as const),
  ...checklistPairs.map((pair) => ['readiness.yml', ...pair] as const),
  ...policyPairs.map((pair) => ['policy.yml', ...pair] as const),
  ...objectivesPairs.map((pair) => ['slo/a.yaml', ...pair] as const),
  ...ownPairs.map((pair) => ['own.yml', ...pair] as const),
  [
    'leaks.toml',
    '[[rules]]\nid = "a"\nregex = "x"',
    '[[rules]]\nid = "a"\nregex = "x"\nallowlist = { stopwords = ["x"] }',
    '/rules/a/allowlist/stopwords',
  ],
] as const;

describe('limits since the last beta', () => {
  it.each(pairs)('%s is stricter than %s', (strict, loose, pointer) => {
    expect(effects(strict, loose)).toEqual([`${pointer} loosened`]);
    expect(effects(loose, strict)).toEqual([`${pointer} tightened`]);
  });

  it.each(documentPairs)('in %s: %s is stricter than %s', (name, strict, loose, pointer) => {
    expect(effectsIn(name, strict, loose)).toEqual([`${pointer} loosened`]);
    expect(effectsIn(name, loose, strict)).toEqual([`${pointer} tightened`]);
  });

  it.each([
    ['the same', 'slo-gate: { url: a }', 'slo-gate: {url: a}', []],
    ['a command', 'load: a', 'load: b', ['/load changed']],
    [
      'the number of runs at once',
      'determinism-check: {}',
      'determinism-check: { concurrency: 2 }',
      ['/determinism-check/concurrency changed'],
    ],
    ['the order of keys and lists', 'load: a\ntelemetry-scan: { paths: [a, b] }', 'telemetry-scan: { paths: [b, a] }\nload: a', []],
    [
      'another policy file',
      'decision-record: { policy: a.yml }',
      'decision-record: { policy: b.yml }',
      ['/decision-record/policy loosened'],
    ],
    ['another ledger', 'slo-gate: {}', 'slo-gate: { ledger: mine.jsonl }', ['/slo-gate/ledger loosened']],
    ['another service', 'slo-gate: { url: a }', 'slo-gate: { url: b }', ['/slo-gate/url loosened']],
    ['another baseline', 'snapshot-compare: { baseline: a }', 'snapshot-compare: { baseline: b }', ['/snapshot-compare/baseline loosened']],
    ['a default written out', 'telemetry-scan: {}', 'telemetry-scan: { fail-on: high }', []],
    ['the default of an empty list', 'slo-gate: {}', 'slo-gate: { require-kinds: [] }', []],
    [
      'a limit that is no number any more',
      'determinism-check: { runs: 5 }',
      'determinism-check: { runs: many }',
      ['/determinism-check/runs loosened'],
    ],
    ['a key that no schema knows', 'telemetry-scan: { trust: a }', 'telemetry-scan: { trust: b }', ['/telemetry-scan/trust loosened']],
    ['a section that is no map', 'telemetry-scan: { paths: [a] }', 'telemetry-scan: [a]', ['/telemetry-scan loosened']],
    ['a narrower glob', 'slo-gate: { results: ["load/*.json"] }', 'slo-gate: { results: [load/k6.json] }', ['/slo-gate/results loosened']],
    [
      'names instead of all',
      'determinism-check: { vary: [all] }',
      'determinism-check: { vary: [time] }',
      ['/determinism-check/vary loosened'],
    ],
    [
      'a threshold that is an equality',
      "slo-gate: { thresholds: ['a: count==0'] }",
      "slo-gate: { thresholds: ['a: count==9'] }",
      ['/slo-gate/thresholds loosened'],
    ],
    [
      'white space in a tag',
      "slo-gate: { thresholds: ['a{n:x y}: avg<1'] }",
      "slo-gate: { thresholds: ['a{n:xy}: avg<1'] }",
      ['/slo-gate/thresholds loosened'],
    ],
    ['another report', 'slo-gate: { report-id: a }', 'slo-gate: { report-id: b }', ['/slo-gate/report-id changed']],
    ['no report', 'slo-gate: { report-id: a }', 'slo-gate: {}', ['/slo-gate/report-id loosened']],
    ['who signs', 'decision-record: { signers: [a] }', 'decision-record: { signers: [b] }', ['/decision-record/signers changed']],
  ])('%s', (_name, before, after, expected) => expect(effects(before, after)).toEqual(expected));

  it.each([
    [
      'an operator turned round',
      'slo/a.yaml',
      'objectives: [{ name: a, fail: "< 5" }]',
      'objectives: [{ name: a, fail: "> 5" }]',
      ['/objectives/a/fail loosened'],
    ],
    [
      'another weight',
      'slo/a.yaml',
      'objectives: [{ name: a, weight: 2 }]',
      'objectives: [{ name: a, weight: 3 }]',
      ['/objectives/a/weight loosened'],
    ],
    [
      'a new objective that takes weight from the others',
      'slo/a.yaml',
      'objectives: [{ name: a }]\nscore: { pass: 90 }',
      'objectives: [{ name: a }, { name: b, weight: 99 }]\nscore: { pass: 90 }',
      ['/objectives/b loosened'],
    ],
    ['another pattern', 'own.yml', 'rules: [{ id: a, pattern: x }]', 'rules: [{ id: a, pattern: never }]', ['/rules/a/pattern loosened']],
    ['another kind of objectives', 'slo/a.yaml', `${SLO}spec: {}`, 'objectives: [{ name: a }]', [' loosened']],
    [
      'windows of another length',
      'slo/a.yaml',
      'objectives: [{ name: a, within: 30s }]',
      'objectives: [{ name: a }]',
      ['/objectives/a/within loosened'],
    ],
    ['other digits of redaction', 'rules.yml', '[{ files: a, redact: x }]', '[{ files: a, redact: ".*" }]', ['/a/redact loosened']],
    [
      'a later rule is gone, and an earlier one that forgives more counts',
      'rules.yml',
      '[{ files: "**", tolerance: { absolute: 9 } }, { files: a, tolerance: { absolute: 1 } }]',
      '[{ files: "**", tolerance: { absolute: 9 } }]',
      ['/a/tolerance loosened', '/a/tolerance/absolute tightened'],
    ],
    [
      'the same two rules, the other way round',
      'rules.yml',
      '[{ files: "**", round: 1 }, { files: a, round: 5 }]',
      '[{ files: a, round: 5 }, { files: "**", round: 1 }]',
      ['/a/round loosened'],
    ],
    [
      'the place of another objective',
      'slo/a.yaml',
      'objectives: [{ name: a }, { name: b }]',
      'objectives: [{ name: b }, { name: a }]',
      [],
    ],
    [
      'two rules with one id',
      'own.yml',
      'rules: [{ id: a, pattern: x }]',
      'rules: [{ id: a, pattern: y }, { id: a, pattern: x }]',
      ['/rules/0/pattern loosened', '/rules/1 tightened'],
    ],
  ])('%s', (_name, file, before, after, expected) => expect(effectsIn(file, before, after)).toEqual(expected));
});

describe('files with limits', () => {
  const base: Side = { [CONFIGURATION]: NAMING, 'slo/a.yaml': 'objectives: [{ name: a }]', 'own.yml': 'rules: [{ id: a }]' };

  it('reports testops.yml that is gone', () => expect(effectsOf(base, {})).toEqual([' loosened']));

  it('takes a first testops.yml as stricter, with the files that it names', () =>
    expect(effectsOf({}, { ...base, 'rules.yml': '[{ files: a, ignore: true }]' }).filter((effect) => effect.endsWith('loosened'))).toEqual(
      [],
    ));

  it.each([
    ['is gone', { [CONFIGURATION]: NAMING, 'own.yml': base['own.yml'] as string }, ['slo/a.yaml/0 loosened']],
    [
      'no longer matches its pattern',
      { ...base, [CONFIGURATION]: NAMING.replace('["slo/*.yaml"]', '["slo/b*.yaml"]') },
      ['slo/a.yaml/0 loosened', '/slo-gate/objectives loosened'],
    ],
    [
      'is left out by a negation',
      { ...base, [CONFIGURATION]: NAMING.replace('"slo/*.yaml"', '"slo/*.yaml", "!slo/a.yaml"') },
      ['slo/a.yaml/0 loosened', '/slo-gate/objectives loosened'],
    ],
    ['is left without a rule', { ...base, 'own.yml': 'rules: []' }, ['own.yml/rules/a loosened']],
  ])('a file that %s loosens', (_name, after, expected) => expect(effectsOf(base, after).sort()).toEqual([...expected].sort()));

  it('takes the file that is named, not one that the name would match as a pattern', () => {
    const odd = { ...base, [CONFIGURATION]: NAMING.replace('rules.yml', '"*.yml"'), 'a.yml': '[]', '*.yml': '[]' };
    expect(effectsOf(odd, { ...odd, '*.yml': '[{ files: a, ignore: true }]' })).toEqual(['*.yml/a/ignore loosened']);
  });

  it('compares the rules of comparison whatever their file is called', () => {
    const rules = '[{ files: a, tolerance: { absolute: 1 } }]';
    const renamed = { [CONFIGURATION]: NAMING.replace('rules.yml', 'other.yml') };
    expect(effectsOf({ ...base, 'rules.yml': rules }, { ...base, ...renamed, 'other.yml': rules })).toEqual([
      '/snapshot-compare/rules changed',
    ]);
    expect(effectsOf({ ...base, 'rules.yml': rules }, { ...base, ...renamed, 'other.yml': rules.replace('1', '2') })).toContain(
      'other.yml/a/tolerance/absolute loosened',
    );
    expect(effectsOf({ ...base, 'rules.yml': rules }, { ...base, ...renamed })).toContain('rules.yml loosened');
  });

  it('reads a file by what names it, not by its keys', () => {
    const odd = { ...base, 'slo/a.yaml': 'objectives: [{ name: a }]\nfail-on: critical' };
    expect(effectsOf(base, odd)).toEqual(['slo/a.yaml/fail-on loosened']);
  });

  it('lets a fixed value follow the default branch', () => {
    const moved = { ...base, [CONFIGURATION]: `${NAMING}\ndeploy-preview: { url: b }` };
    const from = { ...base, [CONFIGURATION]: `${NAMING}\ndeploy-preview: { url: a }` };
    expect(effectsOf(from, moved)).toEqual(['/deploy-preview/url loosened']);
    expect(effectsOf(from, moved, moved)).toEqual(['/deploy-preview/url changed']);
    expect(effectsOf(from, moved, from)).toEqual(['/deploy-preview/url loosened']);
  });

  it.each([
    ['testops.yml', '['],
    ['slo/a.yaml', 'a: ['],
    ['own.yml', 'rules: []\n---\nrules: []'],
    ['leaks.toml', 'a = '],
    ['rules.yml', 'a: 1\na: 2'],
    // What a link in a commit holds: the path that it leads to.
    ['slo/a.yaml', '../shared/slo.yaml'],
    ['own.yml', '../shared/own.yml'],
    ['testops.yml', 'ci/testops.yml'],
  ])('says that %s cannot be read', (name, content) => {
    expect(compare({ ...base, [name]: content }, base).unreadable).toEqual([name]);
    expect(compare(base, { ...base, [name]: content }).unreadable).toEqual([name]);
  });

  it('compares two documents of the default branch', () => {
    const waivers = (list: string) => text('waivers.yml', `version: 1\nwaivers: [${list}]`);
    const one = '{ rule: gate-passed, match: slo-gate, effectiveUntil: 2026-11-25 }';
    const { changes } = compareDocuments('waivers', { before: waivers(''), after: waivers(one) }, directions);
    expect(changes.map(({ pointer, effect }) => `${pointer} ${effect}`)).toEqual(['/waivers/gate-passed slo-gate loosened']);
  });

  it('compares the inputs that a gate ran with', () => {
    const configured = { results: ['load/*.json'], 'min-samples': 100 };
    expect(
      compareInputs(
        'slo-gate',
        { before: configured, after: { ...configured, 'day-rule': 'worst', thresholds: ['a: avg<1'] } },
        directions,
      ),
    ).toMatchObject([{ pointer: '/thresholds', effect: 'tightened' }]);
    expect(compareInputs('slo-gate', { before: configured, after: { ...configured, 'min-samples': 1 } }, directions)).toMatchObject([
      { pointer: '/min-samples', effect: 'loosened' },
    ]);
  });

  it('refuses a table that it cannot read', () =>
    expect(() => compareConfiguration({ before: [], after: [], configuration: CONFIGURATION }, { version: 2 })).toThrow(
      /directions\.json/,
    ));
});

describe('the rule limits-kept', () => {
  const version = '2.5.0-beta.1';
  const loosened = comparedWith('slo-gate: { consecutive-days: 7 }', 'slo-gate: { consecutive-days: 1 }');

  it('breaks a rule for tags, which can be waived', () => {
    const pointer = 'testops.yml#/slo-gate/consecutive-days';
    const waivers = onMain(
      'waivers.yml',
      `version: 1\nwaivers: [{ rule: limits-kept, match: "${pointer}", reason: r, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }]`,
    );
    expect(summaryOf(decideCase({ version, ...loosened }))).toEqual({ outcome: 'NO-GO', exit: 1, codes: ['limit-loosened'] });
    expect(summaryOf(decideCase({ version, ...loosened, waivers }))).toEqual({ outcome: 'CONDITIONAL', exit: 0, codes: [] });
    const change = {
      file: 'testops.yml',
      pointer: '/slo-gate/consecutive-days',
      before: '7',
      after: '1',
      effect: 'loosened',
      since: 'v2.4.0-beta.1',
    };
    expect(decideCase({ ...loosened })).toMatchObject({ outcome: 'GO', outcomeForTag: 'NO-GO', configurationChanges: [change] });
  });

  it('takes the table along, so that the bundle derives again without the gates', () => {
    const input = inputOf({ version, ...loosened });
    const { files } = buildBundle(decide(input), input, () => 'text');
    const codes = (bundle: ReadonlyMap<string, Uint8Array>) => verifyBundle(bundle, { now: input.now }).findings.map(({ code }) => code);
    expect(codes(files)).toEqual(['decision-record/decision-no-go']);
    const table = [...files].find(([, bytes]) => bytes.length === loosened.limits?.directions.bytes.length)?.[0] ?? '';
    expect(codes(new Map([...files].filter(([path]) => path !== table)))).toEqual(['decision-record/bundle-file-missing']);
  });

  it('compares with every commit that the base names, and says since when', () => {
    const [one] = loosened.base?.compared ?? [];
    if (!one || !loosened.base) throw new Error('nothing to compare with');
    const unknown = { ...one, commit: '3'.repeat(40), tag: 'v2.4.0-beta.2', standing: 'unknown', why: ['between'] } as const;
    const decision = decideCase({ version, ...loosened, base: { ...loosened.base, compared: [one, unknown] } });
    const findings = decision.findings.filter(({ code }) => code === 'decision-record/limit-loosened');
    expect(findings.map(({ args }) => [args.since, args.standing])).toEqual([
      ['v2.4.0-beta.1', 'accepted'],
      ['v2.4.0-beta.2', 'unknown'],
    ]);
    expect(decision.rules.filter(({ rule, outcome }) => rule === 'limits-kept' && outcome === 'broken')).toHaveLength(1);
  });

  it('derives decisions of rules version 1 as they were', () => {
    const configuration = {
      before: [text('testops.yml', 'slo-gate: { burn-rates: 30d }')],
      after: [text('testops.yml', 'slo-gate: { burn-rates: none }')],
    };
    const changes = { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT, paths: [] };
    const first = { rulesVersion: 1, base: undefined, limits: undefined, defaultBranch: undefined, version, changes };
    expect(decideCase({ ...first, configuration }).configurationChanges).toMatchObject([{ effect: 'changed' }]);
    expect(decideCase({ ...first, configuration }).given.rulesVersion).toBeUndefined();
    expect(summaryOf(decideCase(first))).toEqual({ outcome: 'NO-GO', exit: 2, codes: ['configuration-not-compared'] });
    expect(summaryOf(decideCase({ ...first, changes: undefined }))).toEqual({ outcome: 'GO', exit: 0, codes: [] });
  });

  it('fails closed where nothing was compared or read', () => {
    const blind = { outcome: 'NO-GO', exit: 2, codes: ['limits-not-compared'] };
    expect(summaryOf(decideCase({ version, base: undefined }))).toEqual(blind);
    expect(summaryOf(decideCase({ version, limits: undefined }))).toEqual(blind);
    expect(summaryOf(decideCase({ version, ...comparedWith(undefined, 'version: 1') }))).toEqual(blind);
    expect(summaryOf(decideCase({ version, ...comparedWith('version: 1', undefined) }))).toEqual(blind);
    expect(summaryOf(decideCase({ version, ...comparedWith('a: [', 'version: 1') })).codes).toEqual(['configuration-unreadable']);
    expect(decideCase({ version, ...comparedWith('slo-gate: { runs: 1 }', 'slo-gate: { runs: 1 }') }).outcome).toBe('GO');
    expect(decideCase({ version }).outcome).toBe('GO');
  });
});
