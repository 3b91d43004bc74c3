import { describe, expect, it } from '@jest/globals';
import type { DecisionInput } from '../../src/decision/index.ts';
import { COMMIT, decideCase, evidenceOf, inputOf, OTHER_COMMIT, onMain, summaryOf, withSlo } from './example.ts';

type Case = readonly [name: string, changes: Partial<DecisionInput>, outcome: string, exit: number, codes: readonly string[]];

const policy = (yaml: string) => ({ policy: onMain('policy.yml', `version: 1\n${yaml}`) });
const requirement = (fields: string) => policy(`requirements:\n  - { id: engine, ${fields} }`);
const waiver = (fields = '', rule = 'gate-passed', match = 'slo-gate', from = '2026-11-20', until = '2026-11-25') => ({
  waivers: onMain(
    'waivers.yml',
    `version: 1\nwaivers:\n  - { rule: ${rule}, match: "${match}", reason: known, owner: ada, effectiveOn: "${from}", effectiveUntil: "${until}"${fields} }\n`,
  ),
});
const failed = { evidence: withSlo({ verdict: 'fail' }) };
const unmeasured = { evidence: withSlo({ verdict: 'inconclusive' }) };
const changed = (...paths: string[]) => ({
  changes: { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT, paths },
  configuration: { before: [], after: [] },
});
const checks = (...entries: [string, 'pass' | 'warn' | 'fail' | 'inconclusive'][]) => ({
  evidence: withSlo({ checks: entries.map(([id, verdict]) => ({ id, verdict })) }),
});
const measured = (id: string, value: number | null) => ({ evidence: withSlo({ measurements: [{ id, value, unit: 'days' }] }) });

const waiverCases: readonly Case[] = [
  ['a waived failure', { ...failed, ...waiver() }, 'CONDITIONAL', 0, []],
  ['a waived inconclusive gate', { ...unmeasured, ...waiver() }, 'CONDITIONAL', 0, []],
  ['a waiver that is not needed', waiver(), 'GO', 0, []],
  [
    'an expired waiver',
    { ...failed, ...waiver('', 'gate-passed', 'slo-gate', '2026-11-01', '2026-11-21') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-expired'],
  ],
  ['a waiver on its last day', { ...failed, ...waiver('', 'gate-passed', 'slo-gate', '2026-11-01', '2026-11-22') }, 'CONDITIONAL', 0, []],
  [
    'a waiver that begins tomorrow',
    { ...failed, ...waiver('', 'gate-passed', 'slo-gate', '2026-11-23') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-not-yet'],
  ],
  ['a waiver for another gate', { ...failed, ...waiver('', 'gate-passed', 'determinism-check') }, 'NO-GO', 1, ['gate-failed']],
  ['a waiver for everything', { ...failed, ...waiver('', 'gate-passed', '*') }, 'NO-GO', 1, ['gate-failed']],
  ['a waiver for this commit', { ...failed, ...waiver(`, scope: { commits: ["${COMMIT}"] }`) }, 'CONDITIONAL', 0, []],
  [
    'a waiver for another commit',
    { ...failed, ...waiver(`, scope: { commits: ["${OTHER_COMMIT}"] }`) },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-out-of-scope'],
  ],
  [
    'a waiver for this tag',
    { ...failed, version: '2.5.0-beta.1', ...waiver(', scope: { tags: ["v2.5.0-beta.*"] }') },
    'CONDITIONAL',
    0,
    [],
  ],
  [
    'a waiver for another tag',
    { ...failed, version: '2.6.0-beta.1', ...waiver(', scope: { tags: ["v2.5.0-beta.*"] }') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-out-of-scope'],
  ],
  [
    'a waiver for a tag, and no tag',
    { ...failed, ...waiver(', scope: { tags: ["v2.5.0-beta.*"] }') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-out-of-scope'],
  ],
  [
    'a rule that the policy lets nobody waive',
    { ...failed, ...waiver(), ...policy('waivers: { not-waivable: ["gate-passed/slo-*"] }') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-not-allowed'],
  ],
  [
    'missing evidence, waived',
    { evidence: [evidenceOf('determinism-check')], ...waiver('', 'evidence-sound') },
    'NO-GO',
    1,
    ['evidence-missing', 'waiver-not-allowed'],
  ],
  ['missing evidence, the gate waived', { evidence: [evidenceOf('determinism-check')], ...waiver() }, 'NO-GO', 1, ['evidence-missing']],
  [
    'a dirty tree, waived',
    { dirty: true, version: '2.5.0-beta.1', ...waiver('', 'tree-clean', 'commit') },
    'NO-GO',
    1,
    ['dirty-tree-for-tag', 'waiver-not-allowed'],
  ],
  [
    'stale evidence, waived',
    {
      ...policy('freshness: { evidence-max-age: 20m }'),
      evidence: [evidenceOf('determinism-check', { run: { finishedAt: '2026-11-22T11:50:00Z' } }), evidenceOf('slo-gate')],
      ...waiver('', 'evidence-fresh'),
    },
    'CONDITIONAL',
    0,
    [],
  ],
  ['a waiver within the longest time', { ...failed, ...waiver(), ...policy('waivers: { max-days: 6 }') }, 'CONDITIONAL', 0, []],
  [
    'a waiver beyond the longest time',
    { ...failed, ...waiver(), ...policy('waivers: { max-days: 5 }') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-too-long'],
  ],
  ['a waiver by an owner', { ...failed, ...waiver(), ...policy('waivers: { owners: [ada] }') }, 'CONDITIONAL', 0, []],
  [
    'a waiver by somebody else',
    { ...failed, ...waiver(), ...policy('waivers: { owners: [grace] }') },
    'NO-GO',
    1,
    ['gate-failed', 'waiver-owner'],
  ],
  [
    'one of two failures waived',
    { evidence: [evidenceOf('determinism-check', { verdict: 'fail' }), evidenceOf('slo-gate', { verdict: 'fail' })], ...waiver() },
    'NO-GO',
    1,
    ['gate-failed'],
  ],
];

const requirementCases: readonly Case[] = [
  [
    'a check that passed',
    { ...checks(['7 days', 'pass'], ['p95', 'pass']), ...requirement('checks: [{ gate: slo-gate, id: 7 days }]') },
    'GO',
    0,
    [],
  ],
  [
    'a check that is not there',
    { ...checks(['p95', 'pass']), ...requirement('checks: [{ gate: slo-gate, id: 7 days }]') },
    'NO-GO',
    1,
    ['check-missing'],
  ],
  [
    'a check that failed',
    { ...checks(['7 days', 'fail']), ...requirement('checks: [{ gate: slo-gate, id: 7 days }]') },
    'NO-GO',
    1,
    ['check-failed', 'gate-failed'],
  ],
  [
    'a check that is inconclusive',
    { ...checks(['7 days', 'inconclusive']), ...requirement('checks: [{ gate: slo-gate, id: 7 days }]') },
    'NO-GO',
    2,
    ['check-inconclusive', 'gate-inconclusive'],
  ],
  [
    'the gate waived, its required check not',
    { ...checks(['7 days', 'fail']), ...requirement('checks: [{ gate: slo-gate, id: 7 days }]'), ...waiver() },
    'NO-GO',
    1,
    ['check-failed'],
  ],
  [
    'checks by pattern',
    { ...checks(['p95', 'pass'], ['p99', 'fail']), ...requirement('checks: [{ gate: slo-gate, id: "p*" }]'), ...waiver() },
    'NO-GO',
    1,
    ['check-failed'],
  ],
  [
    'enough days',
    { ...measured('days', 7), ...requirement('coverage: [{ gate: slo-gate, measurement: days, at-least: 7 }]') },
    'GO',
    0,
    [],
  ],
  [
    'too few days',
    { ...measured('days', 6), ...requirement('coverage: [{ gate: slo-gate, measurement: days, at-least: 7 }]') },
    'NO-GO',
    1,
    ['coverage-short'],
  ],
  [
    'days not measured',
    { ...measured('days', null), ...requirement('coverage: [{ gate: slo-gate, measurement: days, at-least: 7 }]') },
    'NO-GO',
    2,
    ['coverage-unknown'],
  ],
  [
    'no such measurement',
    { ...measured('nights', 8), ...requirement('coverage: [{ gate: slo-gate, measurement: days, at-least: 7 }]') },
    'NO-GO',
    2,
    ['coverage-unknown'],
  ],
  ['a gate of the policy that is not configured', requirement('gates: [telemetry-scan]'), 'NO-GO', 1, ['gate-not-configured']],
  [
    'a gate of the policy that is reported only',
    { ...failed, required: ['determinism-check'], ...requirement('gates: [slo-gate]') },
    'NO-GO',
    1,
    ['gate-failed'],
  ],
  [
    'a condition on paths that changed',
    { ...changed('engine/a.ts'), ...requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]') },
    'NO-GO',
    1,
    ['gate-not-configured'],
  ],
  [
    'a condition on paths that did not change',
    { ...changed('ui/a.ts'), ...requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]') },
    'GO',
    0,
    [],
  ],
  [
    'a condition on paths, and nothing changed',
    { ...changed(), ...requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]') },
    'GO',
    0,
    [],
  ],
  [
    'a condition on paths without a previous beta',
    requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]'),
    'NO-GO',
    1,
    ['gate-not-configured'],
  ],
  [
    'a condition on paths that nobody knows',
    { changes: { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT }, ...requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]') },
    'NO-GO',
    1,
    ['gate-not-configured'],
  ],
  [
    'a condition on hidden files',
    { ...changed('engine/.hidden/x'), ...requirement('when: { paths: ["engine/**"] }, gates: [telemetry-scan]') },
    'NO-GO',
    1,
    ['gate-not-configured'],
  ],
  [
    'a condition on this tag',
    { version: '2.5.0-beta.1', ...requirement('when: { tags: ["v2.*"] }, gates: [telemetry-scan]') },
    'NO-GO',
    1,
    ['gate-not-configured'],
  ],
  [
    'a condition on another tag',
    { version: '2.5.0-beta.1', ...requirement('when: { tags: ["v3.*"] }, gates: [telemetry-scan]') },
    'GO',
    0,
    [],
  ],
  [
    'documents refreshed',
    { ...changed('engine/a.ts', 'docs/public/a.md'), ...requirement('when: { paths: ["engine/**"] }, refreshed: ["docs/public/**"]') },
    'GO',
    0,
    [],
  ],
  [
    'documents not refreshed',
    { ...changed('engine/a.ts', 'docs/internal/a.md'), ...requirement('when: { paths: ["engine/**"] }, refreshed: ["docs/public/**"]') },
    'NO-GO',
    1,
    ['documents-not-refreshed'],
  ],
  [
    'documents, paths unknown',
    { changes: { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT }, ...requirement('refreshed: ["docs/public/**"]') },
    'NO-GO',
    1,
    ['documents-not-refreshed'],
  ],
  ['documents without a previous beta', requirement('refreshed: ["docs/public/**"]'), 'GO', 0, []],
];

describe('policy and waivers', () => {
  it.each([...waiverCases, ...requirementCases])('%s', (_name, changes, outcome, exit, codes) => {
    expect(summaryOf(decideCase(changes))).toEqual({ outcome, exit, codes: [...codes] });
  });

  it('says by whom and until when a rule is waived', () => {
    const { waivers, findings, rules } = decideCase({ ...failed, ...waiver() });
    expect(waivers).toMatchObject([
      { rule: 'gate-passed', match: 'slo-gate', owner: 'ada', reason: 'known', effectiveUntil: '2026-11-25' },
    ]);
    expect(findings.map(({ code, level }) => `${level} ${code}`)).toEqual([
      'warning decision-record/rule-waived',
      'warning decision-record/gate-failed',
    ]);
    expect(rules.find(({ rule, match }) => rule === 'gate-passed' && match === 'slo-gate')?.outcome).toBe('waived');
  });

  it.each([
    ['unused', waiver(), 'waiver-unused'],
    ['unknown', waiver('', 'gate-passed', 'telemetry-scan'), 'waiver-unused'],
    ['expired and not needed', waiver('', 'gate-passed', 'slo-gate', '2026-11-01', '2026-11-02'), 'waiver-expired'],
  ])('warns of a waiver that is %s', (_name, changes, code) => {
    const { outcome, findings } = decideCase(changes);
    expect(outcome).toBe('GO');
    expect(findings).toMatchObject([{ level: 'warning', code: `decision-record/${code}` }]);
  });

  it('keeps a requirement for tags as an obstacle where there is no tag', () => {
    const decision = decideCase(requirement('when: { tags: ["v2.*"] }, gates: [telemetry-scan]'));
    expect(decision).toMatchObject({ outcome: 'GO', outcomeForTag: 'NO-GO' });
  });

  describe('a preview behind its feature flag', () => {
    const preview = (flags: unknown) => ({
      configured: ['deploy-preview' as const],
      evidence: [evidenceOf('deploy-preview', { inputs: flags === undefined ? {} : { flags } })],
      ...requirement('flags: [new-ui]'),
    });
    it.each([[['new-ui=true']], [['a=1', 'new-ui=blue']], [['new-ui']], [{ 'new-ui': true }], [{ 'new-ui': 'on' }]])('on: %j', (flags) => {
      expect(decideCase(preview(flags)).outcome).toBe('GO');
    });
    it.each([
      [undefined],
      [[]],
      [['new-ui=false']],
      [['new-ui=']],
      [['new-ui-2=true']],
      [{ 'new-ui': false }],
      [{ 'new-ui': 'off' }],
      [{}],
      ['new-ui'],
    ])('off: %j', (flags) =>
      expect(summaryOf(decideCase(preview(flags)))).toEqual({ outcome: 'NO-GO', exit: 1, codes: ['flag-not-used'] }),
    );
  });
});

describe('people', () => {
  const person = (decision: 'go' | 'no-go', at = '2026-11-22T11:00:00Z') => ({ person: { by: 'ada', decision, reason: 'because', at } });
  it.each<Case>([
    ['go on a GO', person('go'), 'GO', 0, []],
    ['no-go on a GO', person('no-go'), 'NO-GO', 1, ['person-said-no-go']],
    ['go on a NO-GO', { ...failed, ...person('go') }, 'NO-GO', 1, ['gate-failed', 'go-against-recommendation']],
    ['go on an unmeasured gate', { ...unmeasured, ...person('go') }, 'NO-GO', 2, ['gate-inconclusive', 'go-against-recommendation']],
    ['go on a CONDITIONAL', { ...failed, ...waiver(), ...person('go') }, 'CONDITIONAL', 0, []],
    [
      'a no-go cannot be waived',
      { ...person('no-go'), ...waiver('', 'person', 'decision') },
      'NO-GO',
      1,
      ['person-said-no-go', 'waiver-not-allowed'],
    ],
    ['a decision of tomorrow', person('go', '2026-11-23T11:00:00Z'), 'NO-GO', 1, ['person-in-future']],
    ['nobody, and somebody is wanted', { version: '2.5.0-beta.1', ...policy('person: required') }, 'NO-GO', 1, ['person-missing']],
    ['somebody, who is wanted', { version: '2.5.0-beta.1', ...policy('person: required'), ...person('go') }, 'GO', 0, []],
    ['nobody is wanted without a tag', policy('person: required'), 'GO', 0, []],
  ])('%s', (_name, changes, outcome, exit, codes) => {
    expect(summaryOf(decideCase(changes))).toEqual({ outcome, exit, codes: [...codes] });
  });

  it('records the recommendation beside the decision', () => {
    expect(decideCase(person('no-go'))).toMatchObject({ recommendation: 'GO', outcome: 'NO-GO', decidedBy: { kind: 'person', by: 'ada' } });
    expect(inputOf().person).toBeUndefined();
    expect(decideCase()).toMatchObject({ decidedBy: { kind: 'policy' } });
  });

  const approval = (by: string, changes: object = {}) => ({
    by,
    kind: 'review' as const,
    state: 'approved' as const,
    at: '2026-11-22T10:00:00Z',
    commit: COMMIT,
    ...changes,
  });
  const quorum = (approvals: DecisionInput['approvals'], fields = 'at-least: 2', author = 'grace') => ({
    version: '2.5.0-beta.1',
    authors: [author],
    ...policy(`approvals: { ${fields} }`),
    ...(approvals ? { approvals } : {}),
  });
  const excluded = (by: string) => [{ by, reason: 'opened-pull-request' as const }];
  const since2 = { rulesVersion: 2 };
  it.each<readonly [string, Partial<DecisionInput>, string, readonly string[]]>([
    ['two people', quorum([approval('ada'), approval('alan')]), 'GO', []],
    ['one person', quorum([approval('ada')]), 'NO-GO', ['quorum-missing']],
    [
      'someone who took part',
      { ...quorum([approval('ada'), approval('alan')]), ...since2, excluded: excluded('Alan') },
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'people without a role, where a commit has nobody who answers for it',
      { ...quorum([approval('ada', { role: 'maintain' }), approval('alan', { role: 'write' })]), ...since2, unattributed: [COMMIT] },
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'maintainers, where a commit has nobody who answers for it',
      { ...quorum([approval('ada', { role: 'maintain' }), approval('alan', { role: 'admin' })]), ...since2, unattributed: [COMMIT] },
      'GO',
      [],
    ],
    ['nobody', quorum(undefined), 'NO-GO', ['quorum-missing']],
    ['one person twice', quorum([approval('ada'), approval('Ada', { at: '2026-11-22T10:01:00Z' })]), 'NO-GO', ['quorum-missing']],
    ['the author', quorum([approval('ada'), approval('Grace')]), 'NO-GO', ['quorum-missing']],
    ['on another commit', quorum([approval('ada'), approval('alan', { commit: OTHER_COMMIT })]), 'NO-GO', ['quorum-missing']],
    ['a review of no commit', quorum([approval('ada'), approval('alan', { commit: undefined })]), 'NO-GO', ['quorum-missing']],
    [
      'the environment, which has no commit',
      quorum([approval('ada'), approval('alan', { kind: 'environment', commit: undefined })]),
      'GO',
      [],
    ],
    [
      'only the environment counts',
      quorum([approval('ada'), approval('alan', { kind: 'environment' })], 'at-least: 2, kinds: [environment]'),
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'taken back',
      quorum([approval('ada'), approval('alan'), approval('alan', { state: 'changes-requested', at: '2026-11-22T10:01:00Z' })]),
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'given again',
      quorum([approval('ada'), approval('alan'), approval('alan', { state: 'dismissed', at: '2026-11-22T09:01:00Z' })]),
      'GO',
      [],
    ],
    [
      'a comment afterwards',
      quorum([approval('ada'), approval('alan'), approval('alan', { state: 'commented', at: '2026-11-22T10:01:00Z' })]),
      'GO',
      [],
    ],
    [
      'in the same second, refused',
      quorum([approval('ada'), approval('alan'), approval('alan', { state: 'rejected' })]),
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'then of another commit',
      quorum([approval('ada'), approval('alan'), approval('alan', { commit: OTHER_COMMIT, at: '2026-11-22T10:01:00Z' })]),
      'GO',
      [],
    ],
    [
      'then refused on another commit',
      quorum([
        approval('ada'),
        approval('alan'),
        approval('alan', { state: 'changes-requested', commit: OTHER_COMMIT, at: '2026-11-22T10:01:00Z' }),
      ]),
      'NO-GO',
      ['quorum-missing'],
    ],
    [
      'of the named environment',
      quorum([approval('ada', { kind: 'environment', environment: 'beta' })], 'at-least: 1, environments: [beta]'),
      'GO',
      [],
    ],
    [
      'of another environment',
      quorum([approval('ada', { kind: 'environment', environment: 'staging' })], 'at-least: 1, environments: [beta]'),
      'NO-GO',
      ['quorum-missing'],
    ],
    ['of tomorrow', quorum([approval('ada'), approval('alan', { at: '2026-11-23T10:01:00Z' })]), 'NO-GO', ['quorum-missing']],
    ['of those who may', quorum([approval('ada'), approval('alan')], 'at-least: 2, from: [ADA, "al*"]'), 'GO', []],
    ['of somebody else', quorum([approval('ada'), approval('mallory')], 'at-least: 2, from: [ada, alan]'), 'NO-GO', ['quorum-missing']],
  ])('quorum: %s', (_name, changes, outcome, codes) => {
    const decision = decideCase(changes);
    expect(summaryOf(decision)).toMatchObject({ outcome, codes });
    expect(decideCase({ ...changes, version: undefined })).toMatchObject({ outcome: 'GO', outcomeForTag: outcome });
  });

  it.each([
    ['approval-own', 'grace', {}],
    ['approval-foreign-commit', 'alan', { commit: OTHER_COMMIT }],
    ['approval-refused', 'alan', { state: 'changes-requested' }],
    ['approval-in-future', 'alan', { at: '2026-11-23T10:01:00Z' }],
    ['approval-not-listed', 'mallory', {}],
  ])('says why an approval does not count: %s', (code, by, changes) => {
    const { findings } = decideCase(quorum([approval(by, changes)], 'at-least: 1, from: [alan, grace]'));
    expect(findings.map((finding) => finding.code)).toContain(`decision-record/${code}`);
  });

  it.each<readonly [string, Partial<DecisionInput>]>([
    ['approval-excluded', { excluded: excluded('ALAN') }],
    ['approval-needs-maintainer', { unattributed: [COMMIT] }],
  ])('says why an approval does not count, since rules version 2: %s', (code, given) => {
    const { findings } = decideCase({ ...quorum([approval('alan')], 'at-least: 1'), ...since2, ...given });
    expect(findings.map((finding) => finding.code)).toContain(`decision-record/${code}`);
    // A decision by the first rules is derived as it was.
    const before = decideCase({ ...quorum([approval('alan')], 'at-least: 1'), ...given });
    if (before.given.rulesVersion === undefined) expect(before.outcome).toBe('GO');
  });
});
