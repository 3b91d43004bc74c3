import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GATE_IDS } from '../../src/core/index.ts';
import {
  buildBundle,
  type DecisionInput,
  decide,
  filesNamedBy,
  type InputDocument,
  limitFilesNamedBy,
  readChecklist,
  selectLimitFiles,
  verifyBundle,
} from '../../src/decision/index.ts';
import { directionsTable } from '../../src/suite/configuration/directions.ts';
import { COMMIT, comparedWith, evidenceOf, inputOf, NOW, OTHER_COMMIT, summaryOf, text } from './example.ts';

/** A whole policy, checklist and list of waivers, and a candidate that meets them, under a fixed clock. */
const folder = new URL('../../fixtures/decision-record/full/', import.meta.url);
const main = { kind: 'default-branch' as const, commit: OTHER_COMMIT };
const read = (name: string, origin?: InputDocument['origin']): InputDocument => ({
  name,
  bytes: new Uint8Array(readFileSync(new URL(name, folder))),
  ...(origin ? { origin } : {}),
});
const checklist = read('readiness.yml', main);
const passing = Object.fromEntries(GATE_IDS.map((gate) => [gate, evidenceOf(gate)]));
const evidence: Record<string, InputDocument> = {
  ...passing,
  'determinism-check': evidenceOf('determinism-check', { measurements: [{ id: 'runs', value: 5, unit: 'runs' }] }),
  'slo-gate': evidenceOf('slo-gate', {
    checks: [
      { id: 'consecutive-days', verdict: 'pass' },
      { id: 'http_req_duration: p(95)<300', verdict: 'pass' },
    ],
    measurements: [{ id: 'consecutive-days', value: 7, unit: 'days' }],
  }),
  'telemetry-scan': evidenceOf('telemetry-scan', { checks: ['critical', 'high', 'medium', 'low'].map((id) => ({ id, verdict: 'pass' })) }),
  'deploy-preview': evidenceOf('deploy-preview', { inputs: { flags: { 'new-dashboard': true } } }),
};
const artifacts = [4, 5, 6, 7, 8, 9].map((phase) => ({ name: `hardening-phase-${phase}`, sha256: String(phase).repeat(64) }));

function candidate(changes: Partial<DecisionInput> = {}, other: Record<string, InputDocument> = {}): DecisionInput {
  return inputOf({
    configured: GATE_IDS,
    evidence: Object.values({ ...evidence, ...other }),
    version: '2.5.0-beta.1',
    policy: read('policy.yml', main),
    checklist,
    waivers: read('waivers.yml', main),
    files: filesNamedBy(readChecklist(checklist)).map((name) => read(name)),
    artifacts: [...artifacts, { name: 'telemetry-compliance-report', sha256: 'a'.repeat(64) }],
    changes: { tag: 'v2.4.0-beta.2', commit: OTHER_COMMIT, paths: ['engine/core.ts', 'ui/app.tsx', 'docs/public/guide.md'] },
    ...comparedWith('slo-gate: { consecutive-days: 7 }', 'slo-gate: { consecutive-days: 7 }'),
    authors: ['mary'],
    approvals: ['ada', 'alan'].map((by) => ({
      by,
      kind: 'review' as const,
      state: 'approved' as const,
      at: '2026-11-22T10:00:00Z',
      commit: COMMIT,
    })),
    person: { by: 'grace', decision: 'go', reason: 'all lines are green', at: '2026-11-22T11:50:00Z' },
    ...changes,
  });
}

describe('a whole readiness checklist', () => {
  it('is met', () => {
    const input = candidate();
    const decision = decide(input);
    expect(summaryOf(decision)).toEqual({ outcome: 'GO', exit: 0, codes: [] });
    expect(decision).toMatchObject({ outcomeForTag: 'GO', maxAge: '3d', configurationChanges: [] });
    expect(verifyBundle(buildBundle(decision, input, () => '').files, { now: NOW })).toMatchObject({ accepted: true, exit: 0 });
  });

  it('is met on condition, where a picture differs', () => {
    const decision = decide(candidate({}, { 'snapshot-compare': evidenceOf('snapshot-compare', { verdict: 'fail' }) }));
    expect(summaryOf(decision)).toEqual({ outcome: 'CONDITIONAL', exit: 0, codes: [] });
    expect(decision.waivers).toMatchObject([{ owner: '@ada', effectiveUntil: '2026-11-30' }]);
  });

  it.each<readonly [string, Partial<DecisionInput>, Record<string, InputDocument>, readonly string[]]>([
    [
      'six days',
      {},
      {
        'slo-gate': evidenceOf('slo-gate', {
          checks: [{ id: 'consecutive-days', verdict: 'fail' }],
          measurements: [{ id: 'consecutive-days', value: 6, unit: 'days' }],
        }),
      },
      ['check-failed', 'gate-failed', 'readiness-check', 'readiness-gate', 'readiness-measurement'],
    ],
    ['a phase without its artifact', { artifacts: artifacts.slice(1) }, {}, ['readiness-artifact-missing']],
    [
      'an open critical finding',
      {},
      {
        'telemetry-scan': evidenceOf('telemetry-scan', {
          checks: [{ id: 'critical', verdict: 'fail' }],
          findings: [{ code: 'telemetry-scan/private-key', level: 'error', args: {} }],
        }),
      },
      ['gate-failed', 'readiness-check', 'readiness-gate', 'readiness-open-finding'],
    ],
    [
      'no incident template',
      { files: [read('docs/rollback-rehearsal.md'), read('VERSIONING_AND_RELEASE_NOTES.md')] },
      {},
      ['readiness-file-missing'],
    ],
    [
      'notes without the documentation version',
      {
        files: [
          read('docs/rollback-rehearsal.md'),
          read('.github/ISSUE_TEMPLATE/warroom.yml'),
          text('VERSIONING_AND_RELEASE_NOTES.md', '## 2.5.0\n\n## 2.4.0\nDocumentation: docs-2.5.0\n'),
        ],
      },
      {},
      ['readiness-note-missing'],
    ],
    [
      'four runs',
      {},
      { 'determinism-check': evidenceOf('determinism-check', { measurements: [{ id: 'runs', value: 4, unit: 'runs' }] }) },
      ['coverage-short'],
    ],
    [
      'a preview without its flag',
      {},
      { 'deploy-preview': evidenceOf('deploy-preview', { inputs: { flags: { 'new-dashboard': false } } }) },
      ['flag-not-used'],
    ],
    [
      'documents of yesterday',
      { changes: { tag: 'v2.4.0-beta.2', commit: OTHER_COMMIT, paths: ['engine/core.ts'] } },
      {},
      ['documents-not-refreshed'],
    ],
    ['one approval', { approvals: candidate().approvals?.slice(1) ?? [] }, {}, ['quorum-missing']],
    ['nobody deciding', { person: undefined }, {}, ['person-missing']],
    [
      'the tag before the gates',
      { version: undefined, tag: { name: 'v2.5.0-beta.1', commit: COMMIT }, tagFirst: true },
      {},
      ['tag-before-decision'],
    ],
    [
      'statements two weeks later',
      { now: NOW + 13.5 * 86_400_000 },
      Object.fromEntries(Object.entries(evidence).map(([gate]) => [gate, evidence[gate] as InputDocument])),
      ['evidence-stale', 'readiness-statement-date'],
    ],
  ])('is not met: %s', (_name, changes, other, codes) => {
    const decision = decide(candidate(changes, other));
    expect(decision.outcome).toBe('NO-GO');
    const found = summaryOf(decision).codes.filter((code) => code !== 'go-against-recommendation');
    expect(found).toEqual([...codes]);
  });
});

describe('limitFilesNamedBy', () => {
  const named = (yaml: string) => limitFilesNamedBy(new TextEncoder().encode(yaml), directionsTable());
  const yaml =
    'slo-gate: { objectives: [slo/*.yaml, "!slo/old.yaml", a.yml] }\nsnapshot-compare: { rules: rules.yml }\ndecision-record: { policy: policy.yml, waivers: waivers.yml }\n';

  it('lists what testops.yml names, with the kind of document', () => {
    expect(named(yaml).map(({ document, patterns }) => [document, ...patterns])).toEqual([
      ['objectives', 'slo/*.yaml', '!slo/old.yaml', 'a.yml'],
      ['snapshot-rules', 'rules.yml'],
      ['policy', 'policy.yml'],
    ]);
  });
  it('selects files of a commit; a negation takes away and adds nothing', () => {
    const paths = ['README.md', 'a.yml', 'policy.yml', 'slo/b.yaml', 'slo/deep/c.yaml', 'slo/old.yaml', 'waivers.yml'];
    expect(selectLimitFiles(new TextEncoder().encode(yaml), paths, directionsTable())).toEqual(['a.yml', 'policy.yml', 'slo/b.yaml']);
  });
  it.each(['', '[', '- a', 'slo-gate: 3', '{slo-gate: {objectives: [1]}}'])('names nothing in %j', (text) =>
    expect(named(text)).toEqual([]),
  );
});
