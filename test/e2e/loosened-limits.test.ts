import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';

const FILES = {
  '.gitignore': 'testops-evidence\ntestops-out\nload\nlogs\n',
  'testops.yml': `version: 1
load: k6 run load.js
slo-gate:
  results: ["load/*.json"]
  objectives: ["slo/*.yaml"]
  thresholds: ["http_req_duration: p(95)<500"]
  require-kinds: [load]
  max-recovery-seconds: 30
  max-regression: 10
  baseline: "last:10"
  consecutive-days: 3
  burn-rates: 30d
  day-rule: worst
  ledger: ledger.jsonl
telemetry-scan:
  paths: ["logs/**"]
  rules: [own.yml]
determinism-check:
  run: node build.mjs
  outputs: ["out/**"]
snapshot-compare:
  baseline: baseline
  actual: actual
  rules: rules.yml
decision-record: { checklist: readiness.yml }
`,
  'slo/a.yaml': `objectives:
  - { name: cart, metric: http_req_duration, statistic: p(95), fail: "< 500", warn: "< 450", weight: 2, key: true }
  - { name: answered, bad: http_req_failed, total: http_reqs, fail: ">= 99 %" }
  - { name: calm, metric: http_req_duration, statistic: p(99), fail: "< 800", during-faults: "< 900" }
score: { pass: 90, warn: 75 }
`,
  'own.yml': `rules:
  - id: employee-number
    title: Employee number
    pattern: "EMP-(\\\\d{6})"
    severity: high
`,
  'rules.yml': '- files: "a/**"\n  ignore: true\n- files: "*.png"\n  image: { pixels: 4 }\n',
  'readiness.yml': `version: 1
items:
  - id: sbom
    title: SBOM
    evidence:
      - { kind: artifact, name: sbom.json, sha256: "${'1'.repeat(64)}" }
      - { kind: gate, gate: slo-gate }
`,
};
type Name = keyof typeof FILES;

/** What is edited, and how: the text that is there, and what it becomes. */
const loosenings: readonly (readonly [what: string, file: Name, from: string | RegExp, to: string])[] = [
  ['the limit of an objective', 'slo/a.yaml', 'fail: "< 500"', 'fail: "< 60000"'],
  ['an objective that is gone', 'slo/a.yaml', /.*answered.*\n/, ''],
  ['the score that passes', 'slo/a.yaml', 'pass: 90', 'pass: 76'],
  ['a key objective', 'slo/a.yaml', ', key: true', ''],
  ['the weight of an objective', 'slo/a.yaml', 'weight: 2', 'weight: 0.001'],
  ['a limit during faults', 'slo/a.yaml', '"< 900"', '"< 90000"'],
  ['a threshold', 'testops.yml', 'p(95)<500', 'p(95)<60000'],
  ['the regression that is accepted', 'testops.yml', 'max-regression: 10', 'max-regression: 1000'],
  ['the time to recover', 'testops.yml', 'max-recovery-seconds: 30', 'max-recovery-seconds: 99999'],
  ['the kinds of results that are needed', 'testops.yml', /.*require-kinds.*\n/, ''],
  ['the baseline of the evaluations', 'testops.yml', /.*baseline: "last.*\n/, ''],
  ['burn rates', 'testops.yml', /.*burn-rates.*\n/, ''],
  ['the rule of days', 'testops.yml', 'worst', 'last'],
  ['the ledger', 'testops.yml', 'ledger.jsonl', 'other.jsonl'],
  ['the days in a row', 'testops.yml', /.*consecutive-days.*\n/, ''],
  ['results', 'testops.yml', 'load/*.json', 'load/k6.json'],
  ['a negation in objectives', 'testops.yml', '["slo/*.yaml"]', '["slo/*.yaml", "!slo/a.yaml"]'],
  ['a negation in paths', 'testops.yml', '["logs/**"]', '["logs/**", "!logs/users.log"]'],
  ['a negation in outputs', 'testops.yml', '["out/**"]', '["out/**", "!out/b"]'],
  ['the severity of a custom rule', 'own.yml', 'severity: high', 'severity: low'],
  ['an exception of a custom rule', 'own.yml', 'severity: high', 'severity: high\n    unless: [".*"]'],
  ['the pattern of a custom rule', 'own.yml', /EMP-.*/, 'never-ever"'],
  ['custom rules that are gone', 'testops.yml', '[own.yml]', '[]'],
  ['the severity that fails', 'testops.yml', '  paths: ["logs', '  fail-on: critical\n  paths: ["logs'],
  ['a rule that ignores all', 'rules.yml', /^/, '- files: "**"\n  ignore: true\n'],
  ['a rule that redacts all', 'rules.yml', /^/, '- files: "**"\n  path: /**\n  redact: true\n'],
  ['a rule that accepts renames', 'rules.yml', /^/, '- files: "**"\n  renamed: accept\n'],
  ['the pixels that may differ', 'rules.yml', 'pixels: 4', 'pixels: 4000'],
  ['the snapshot baseline', 'testops.yml', 'baseline: baseline', 'baseline: actual2'],
  ['a gate', 'testops.yml', /telemetry-scan:\n.*\n.*\n/, ''],
  ['a gate that is only reported', 'testops.yml', 'telemetry-scan:', 'telemetry-scan:\n  required: false'],
  ['the digest of an artifact', 'readiness.yml', /, sha256: .* }/, ' }'],
  ['a proof', 'readiness.yml', /.*artifact.*\n/, ''],
];

interface Rule {
  readonly rule: string;
  readonly match: string;
  readonly outcome: string;
}

/** Each loosens one thing after a beta, through the command. */
describe('limits that a commit loosens', () => {
  let repository: TestRepository;
  beforeAll(async () => {
    repository = await createRepository(FILES);
    await repository.tag('v1.0.0-beta.1');
  });
  afterAll(async () => {
    await repository[Symbol.asyncDispose]();
  });

  /** Limits that the next beta would not keep. */
  async function broken(file: Name, content: string): Promise<readonly string[]> {
    await repository.git('reset', '--hard', '--quiet', 'v1.0.0-beta.1');
    await repository.commit('next', { [file]: content });
    const run = await runCli({ dist: DIST, args: ['decision-record', '--version', '1.0.0-beta.2', '--json'], cwd: repository.path });
    const { rules } = JSON.parse(run.stdout) as { readonly rules: readonly Rule[] };
    const kept = rules.filter(({ rule }) => rule === 'limits-kept');
    expect({ stderr: run.stderr, found: kept.length > 0 }).toMatchObject({ found: true });
    return kept.flatMap(({ match, outcome }) => (outcome === 'holds' ? [] : [match]));
  }

  it('keeps them when nothing changed, and when a command did', async () => {
    expect(await broken('testops.yml', FILES['testops.yml'])).toEqual([]);
    expect(await broken('testops.yml', FILES['testops.yml'].replace('load.js', 'other.js'))).toEqual([]);
  });

  it('keeps them when something became stricter', async () => {
    expect(await broken('slo/a.yaml', FILES['slo/a.yaml'].replace('"< 900"', '"< 850"'))).toEqual([]);
    expect(await broken('rules.yml', FILES['rules.yml'].replace('pixels: 4', 'pixels: 3'))).toEqual([]);
  });

  it.each(loosenings)('%s', async (_what, file, from, to) => {
    const after = FILES[file].replace(from, to);
    expect(after).not.toBe(FILES[file]);
    expect(await broken(file, after)).not.toEqual([]);
  });

  it('names the file and the key', async () => {
    expect(await broken('slo/a.yaml', FILES['slo/a.yaml'].replace('"< 500"', '"< 501"'))).toEqual(['slo/a.yaml#/objectives/cart/fail']);
    expect(await readFile(join(repository.path, 'slo/a.yaml'), 'utf8')).toContain('501');
  });
});
