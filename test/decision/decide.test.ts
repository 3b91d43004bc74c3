import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type GateId, sha256 } from '../../src/core/index.ts';
import { type DecisionInput, decide } from '../../src/decision/index.ts';
import { COMMIT, decideCase, evidenceOf, inputOf, OTHER_COMMIT, onMain, summaryOf, text, withSlo } from './example.ts';

type Case = readonly [name: string, changes: Partial<DecisionInput>, outcome: string, exit: number, codes: readonly string[]];

const policy = (yaml: string) => ({ policy: onMain('policy.yml', `version: 1\n${yaml}`) });
const determinism = evidenceOf('determinism-check');
const snapshotsIn = (mode: unknown): Partial<DecisionInput> => ({
  configured: ['determinism-check', 'slo-gate', 'snapshot-compare'],
  evidence: [...inputOf().evidence, evidenceOf('snapshot-compare', { inputs: { mode } as never })],
});
const digestOfFile = (file: { bytes: Uint8Array }) => sha256(file.bytes);
const edited = (change: (json: string) => string) => {
  const { name, bytes } = evidenceOf('slo-gate');
  return [determinism, text(name, change(new TextDecoder().decode(bytes)))];
};

/** Evidence: each way in which it can be untrue, and beside it what is fine. */
const evidenceCases: readonly Case[] = [
  ['all there and passed', {}, 'GO', 0, []],
  ['a gate warned', { evidence: withSlo({ verdict: 'warn' }) }, 'GO', 0, []],
  ['a gate failed', { evidence: withSlo({ verdict: 'fail' }) }, 'NO-GO', 1, ['gate-failed']],
  ['a gate is inconclusive', { evidence: withSlo({ verdict: 'inconclusive' }) }, 'NO-GO', 2, ['gate-inconclusive']],
  ['snapshots were compared', snapshotsIn('compare'), 'GO', 0, []],
  ['only the store of snapshots was scrubbed', snapshotsIn('scrub'), 'NO-GO', 1, ['gate-other-mode']],
  ['a snapshot was only restored', snapshotsIn('restore'), 'NO-GO', 1, ['gate-other-mode']],
  ['the mode of the comparison is no text', snapshotsIn(['compare']), 'NO-GO', 1, ['gate-other-mode']],
  ['a gate checked nothing', { evidence: withSlo({ checks: [] }) }, 'NO-GO', 2, ['gate-without-checks']],
  [
    'one failed, one inconclusive',
    { evidence: [evidenceOf('determinism-check', { verdict: 'inconclusive' }), evidenceOf('slo-gate', { verdict: 'fail' })] },
    'NO-GO',
    1,
    ['gate-failed', 'gate-inconclusive'],
  ],
  ['evidence is missing', { evidence: [determinism] }, 'NO-GO', 1, ['evidence-missing']],
  ['no evidence at all', { evidence: [] }, 'NO-GO', 1, ['evidence-missing']],
  ['evidence is empty', { evidence: [determinism, text('slo-gate.intoto.json', '')] }, 'NO-GO', 1, ['evidence-unreadable']],
  ['evidence is truncated', { evidence: edited((json) => json.slice(0, -20)) }, 'NO-GO', 1, ['evidence-unreadable']],
  [
    'evidence is another document',
    { evidence: [determinism, text('slo-gate.intoto.json', '{"a":1}')] },
    'NO-GO',
    1,
    ['evidence-unreadable'],
  ],
  ['evidence is null', { evidence: [determinism, text('slo-gate.intoto.json', 'null')] }, 'NO-GO', 1, ['evidence-unreadable']],
  [
    'a stranger lies among the evidence',
    { evidence: [...inputOf().evidence, text('notes.txt', 'hello')] },
    'NO-GO',
    1,
    ['evidence-unreadable'],
  ],
  [
    'a verdict was edited',
    { evidence: edited((json) => json.replaceAll('fail', 'pass').replace('said so', 'did so')) },
    'NO-GO',
    1,
    ['evidence-edited'],
  ],
  [
    'evidence was printed prettily',
    { evidence: edited((json) => JSON.stringify(JSON.parse(json), null, 2)) },
    'NO-GO',
    1,
    ['evidence-edited'],
  ],
  [
    'evidence under another name',
    { evidence: [determinism, evidenceOf('determinism-check', { name: 'slo-gate.intoto.json' })] },
    'NO-GO',
    1,
    ['evidence-renamed'],
  ],
  [
    'evidence in a folder of its artifact',
    { evidence: [determinism, evidenceOf('slo-gate', { name: 'testops-evidence-slo-gate-a1/slo-gate.intoto.json' })] },
    'GO',
    0,
    [],
  ],
  ['evidence of another commit', { evidence: withSlo({ subject: { commit: OTHER_COMMIT } }) }, 'NO-GO', 1, ['evidence-foreign-commit']],
  [
    'evidence of a workspace',
    { evidence: withSlo({ subject: { workspaceSha256: 'a'.repeat(64) } }) },
    'NO-GO',
    1,
    ['evidence-foreign-commit'],
  ],
  [
    'evidence of another repository',
    { evidence: withSlo({ run: { repository: 'evil/testops' } }) },
    'NO-GO',
    1,
    ['evidence-foreign-repository'],
  ],
  ['a repository spelt in another case', { evidence: withSlo({ run: { repository: 'Octo-Org/TestOps' } }) }, 'GO', 0, []],
  ['the decision knows no repository', { repository: undefined }, 'NO-GO', 1, ['evidence-foreign-repository']],
  ['evidence of an earlier run', { evidence: withSlo({ run: { runId: '999' } }) }, 'NO-GO', 1, ['evidence-other-run']],
  [
    'evidence of an earlier run, allowed',
    { evidence: withSlo({ run: { runId: '999' } }), ...policy('freshness: { runs: earlier }') },
    'GO',
    0,
    [],
  ],
  [
    'evidence of a later run, though earlier ones are allowed',
    { evidence: withSlo({ run: { runId: '1001' } }), ...policy('freshness: { runs: earlier }') },
    'NO-GO',
    1,
    ['evidence-other-run'],
  ],
  [
    'two earlier runs',
    {
      evidence: [...withSlo({ run: { runId: '998' } }), evidenceOf('slo-gate', { run: { runId: '999' }, name: 'b/slo-gate.intoto.json' })],
      ...policy('freshness: { runs: earlier }'),
    },
    'NO-GO',
    1,
    ['evidence-duplicate'],
  ],
  [
    'this run failed, an earlier one passed',
    {
      evidence: [...withSlo({ verdict: 'fail' }), evidenceOf('slo-gate', { run: { runId: '999' }, name: 'b/slo-gate.intoto.json' })],
      ...policy('freshness: { runs: earlier }'),
    },
    'NO-GO',
    1,
    ['gate-failed'],
  ],
  [
    'the second attempt passed',
    {
      run: { ...inputOf().run, attempt: 2 },
      evidence: [...withSlo({ verdict: 'fail' }), evidenceOf('slo-gate', { run: { attempt: 2 }, name: 'b/slo-gate.intoto.json' })],
    },
    'GO',
    0,
    [],
  ],
  [
    'the second attempt failed',
    {
      run: { ...inputOf().run, attempt: 2 },
      evidence: [...withSlo({}), evidenceOf('slo-gate', { verdict: 'fail', run: { attempt: 2 }, name: 'b/slo-gate.intoto.json' })],
    },
    'NO-GO',
    1,
    ['gate-failed'],
  ],
  ['an attempt that is still to come', { evidence: withSlo({ run: { attempt: 2 } }) }, 'NO-GO', 1, ['evidence-future-attempt']],
  [
    'two files in one attempt',
    { evidence: [...withSlo({}), evidenceOf('slo-gate', { run: { finishedAt: '2026-11-22T11:31:00Z' }, name: 'b/slo-gate.intoto.json' })] },
    'NO-GO',
    1,
    ['evidence-duplicate'],
  ],
  [
    'the same file twice',
    { evidence: [...withSlo({}), evidenceOf('slo-gate', { name: 'b/slo-gate.intoto.json' })] },
    'NO-GO',
    1,
    ['evidence-duplicate'],
  ],
  [
    'evidence from the future',
    { evidence: withSlo({ run: { finishedAt: '2026-11-22T12:06:00Z' } }) },
    'NO-GO',
    1,
    ['evidence-from-future'],
  ],
  ['evidence a minute ahead', { evidence: withSlo({ run: { finishedAt: '2026-11-22T12:01:00Z' } }) }, 'GO', 0, []],
  [
    'evidence that ended before it began',
    { evidence: withSlo({ run: { startedAt: '2026-11-22T11:31:00Z' } }) },
    'NO-GO',
    1,
    ['evidence-from-future'],
  ],
  [
    'evidence of eight days ago',
    { evidence: withSlo({ run: { startedAt: '2026-11-14T11:00:00Z', finishedAt: '2026-11-14T11:30:00Z' } }) },
    'NO-GO',
    1,
    ['evidence-stale'],
  ],
  [
    'evidence of six days ago',
    { evidence: withSlo({ run: { startedAt: '2026-11-16T11:00:00Z', finishedAt: '2026-11-16T13:00:00Z' } }) },
    'GO',
    0,
    [],
  ],
  ['older than the policy allows', policy('freshness: { evidence-max-age: 20m }'), 'NO-GO', 1, ['evidence-stale']],
  ['as old as the policy allows', policy('freshness: { evidence-max-age: 30m }'), 'GO', 0, []],
  [
    'the job reported this digest',
    { expectedEvidence: { 'determinism-check': digestOfFile(determinism), 'slo-gate': digestOfFile(evidenceOf('slo-gate')) } },
    'GO',
    0,
    [],
  ],
  [
    'the job reported another digest',
    { expectedEvidence: { 'determinism-check': digestOfFile(determinism), 'slo-gate': 'b'.repeat(64) } },
    'NO-GO',
    1,
    ['evidence-digest-mismatch'],
  ],
  [
    'digests swapped',
    { expectedEvidence: { 'determinism-check': digestOfFile(evidenceOf('slo-gate')), 'slo-gate': digestOfFile(determinism) } },
    'NO-GO',
    1,
    ['evidence-digest-mismatch'],
  ],
  [
    'the job reported no digest',
    { expectedEvidence: { 'determinism-check': digestOfFile(determinism) } },
    'NO-GO',
    1,
    ['evidence-unvouched'],
  ],
  ['jobs ended well', { jobs: { 'determinism-check': 'success', 'slo-gate': 'failure' } }, 'GO', 0, []],
  ['a job was skipped', { jobs: { 'determinism-check': 'success', 'slo-gate': 'skipped' } }, 'NO-GO', 1, ['evidence-skipped']],
  ['a job is unknown', { jobs: { 'determinism-check': 'success' } }, 'NO-GO', 1, ['evidence-skipped']],
  ['a job was cancelled', { jobs: { 'determinism-check': 'success', 'slo-gate': 'cancelled' } }, 'NO-GO', 1, ['evidence-cancelled']],
  ['a job ended neutral', { jobs: { 'determinism-check': 'success', 'slo-gate': 'neutral' } }, 'NO-GO', 1, ['evidence-unsettled']],
  ['a job timed out', { jobs: { 'determinism-check': 'success', 'slo-gate': 'timed_out' } }, 'NO-GO', 1, ['evidence-unsettled']],
  [
    'evidence of a gate that is not configured',
    { evidence: [...inputOf().evidence, evidenceOf('telemetry-scan')] },
    'NO-GO',
    1,
    ['unknown-gate'],
  ],
  ['a gate that is reported only fails', { required: ['determinism-check'], evidence: withSlo({ verdict: 'fail' }) }, 'GO', 0, []],
  ['a gate that is reported only is absent', { reportedOnly: ['slo-gate'], evidence: [determinism] }, 'GO', 0, []],
  [
    'a gate that is reported only was edited',
    { reportedOnly: ['slo-gate'], evidence: edited((json) => `${json} `) },
    'NO-GO',
    1,
    ['evidence-edited'],
  ],
];

describe('decide: evidence', () => {
  it.each(evidenceCases)('%s', (_name, changes, outcome, exit, codes) => {
    expect(summaryOf(decideCase(changes))).toEqual({ outcome, exit, codes: [...codes] });
  });

  it('refuses an oversize file unread', () => {
    const huge = { name: 'slo-gate.intoto.json', bytes: new Uint8Array(64 * 1024 * 1024 + 1) };
    expect(summaryOf(decideCase({ evidence: [determinism, huge] }))).toEqual({ outcome: 'NO-GO', exit: 1, codes: ['evidence-oversize'] });
  });
});

/** Commit and tag; each case without a tag, then with one. */
const tagCases: readonly (readonly [
  name: string,
  changes: Partial<DecisionInput>,
  without: string,
  withTag: string,
  codes: readonly string[],
])[] = [
  ['a clean push', {}, 'GO', 'GO', []],
  ['a dirty deciding tree', { dirty: true }, 'GO', 'NO-GO', ['dirty-tree-for-tag']],
  ['a dirty gate', { evidence: withSlo({ dirty: true }) }, 'GO', 'NO-GO', ['dirty-tree-for-tag']],
  [
    'evidence of a pull request',
    { evidence: withSlo({ run: { event: 'pull_request' } }) },
    'GO',
    'NO-GO',
    ['pull-request-evidence-for-tag'],
  ],
  [
    'evidence of pull_request_target',
    { evidence: withSlo({ run: { event: 'pull_request_target' } }) },
    'GO',
    'NO-GO',
    ['pull-request-evidence-for-tag'],
  ],
  ['a run of a pull request', { run: { ...inputOf().run, event: 'pull_request' } }, 'GO', 'NO-GO', ['pull-request-evidence-for-tag']],
  ['a policy of the default branch', policy(''), 'GO', 'GO', []],
  [
    'a policy of the judged commit',
    { policy: text('policy.yml', 'version: 1', { kind: 'commit', commit: COMMIT }) },
    'GO',
    'NO-GO',
    ['policy-from-judged-commit'],
  ],
  [
    'a policy of the workspace',
    { policy: text('policy.yml', 'version: 1', { kind: 'workspace' }) },
    'GO',
    'NO-GO',
    ['policy-from-judged-commit'],
  ],
  ['a policy from nowhere', { policy: text('policy.yml', 'version: 1') }, 'GO', 'NO-GO', ['policy-from-judged-commit']],
  ['waivers of the default branch', { waivers: onMain('waivers.yml', '{version: 1, waivers: []}') }, 'GO', 'GO', []],
  [
    'waivers of the judged commit',
    { waivers: text('waivers.yml', '{version: 1, waivers: []}', { kind: 'commit', commit: COMMIT }) },
    'GO',
    'NO-GO',
    ['waivers-from-judged-commit'],
  ],
];

describe('decide: what counts for tags only', () => {
  it.each(tagCases)('%s', (_name, changes, without, withTag, codes) => {
    const decision = decideCase(changes);
    expect(decision).toMatchObject({ outcome: without, forTag: false, outcomeForTag: withTag });
    expect(summaryOf(decision).codes).toEqual([]);
    const forTag = decideCase({ ...changes, version: '2.5.0-beta.1' });
    expect(forTag).toMatchObject({ outcome: withTag, exit: withTag === 'GO' ? 0 : 1, forTag: true, outcomeForTag: withTag });
    expect(summaryOf(forTag).codes).toEqual(codes);
  });

  it('never decides GO on a workspace', () => {
    const subject = { workspaceSha256: 'a'.repeat(64) };
    const evidence = [evidenceOf('determinism-check', { subject }), evidenceOf('slo-gate', { subject })];
    expect(summaryOf(decideCase({ subject, evidence }))).toEqual({ outcome: 'NO-GO', exit: 1, codes: ['workspace-subject'] });
  });

  it.each([
    ['in place', { tag: { name: 'v2.5.0-beta.1', commit: COMMIT } }, '', 'GO', []],
    ['moved', { tag: { name: 'v2.5.0-beta.1', commit: OTHER_COMMIT } }, '', 'NO-GO', ['tag-moved']],
    ['first', { tag: { name: 'v2.5.0-beta.1', commit: COMMIT }, tagFirst: true }, '', 'GO', []],
    [
      'first, forbidden',
      { tag: { name: 'v2.5.0-beta.1', commit: COMMIT }, tagFirst: true },
      'tag-first: refuse',
      'NO-GO',
      ['tag-before-decision'],
    ],
  ])('a tag %s', (_name, changes, yaml, outcome, codes) => {
    expect(summaryOf(decideCase({ ...changes, ...policy(yaml) }))).toMatchObject({ outcome, codes });
  });
});

describe('decide: unusable input', () => {
  it.each<readonly [string, Partial<DecisionInput>, RegExp]>([
    ['nothing required', { required: [] }, /decision-record\.required\n {2}found: {4}an empty list/],
    ['nothing configured', { configured: [] }, /no gate that counts/],
    ['all reported only', { reportedOnly: ['determinism-check', 'slo-gate'] }, /no gate that counts/],
    ['a required gate that is not configured', { required: ['telemetry-scan'] }, /found: {4}telemetry-scan/],
    ['a version that is no beta', { version: '2.5.0' }, /a beta version such as 2\.5\.0-beta\.1/],
    ['a tag that is no beta', { tag: { name: 'v2.5.0', commit: COMMIT } }, /a beta tag such as/],
    ['version against tag', { version: '2.5.0-beta.1', tag: { name: 'v2.5.0-beta.2', commit: COMMIT } }, /one and the same beta/],
    ['a policy with a misspelt key', policy('freshnes: {}'), /policy\.yml[\s\S]*unknown key "freshnes"[\s\S]*write freshness/],
    ['a misspelt key within', policy('freshness: { evidence-maxage: 1d }'), /freshness[\s\S]*write evidence-max-age/],
    ['a misspelt key in a list', policy('requirements: [{ id: a, gate: [slo-gate] }]'), /requirements\.0[\s\S]*write gates/],
    [
      'a misspelt key of a kind',
      { checklist: text('readiness.yml', 'version: 1\nitems: [{ id: a, title: A, evidence: [{ kind: file, path: a, contain: [b] }] }]') },
      /items\.0\.evidence\.0[\s\S]*write contains/,
    ],
    [
      'a misspelt key of a waiver',
      {
        waivers: onMain(
          'waivers.yml',
          'version: 1\nwaivers: [{ rule: gate-passed, match: m, reason: r, owner: o, effectiveOn: 2026-11-20, effectivUntil: 2026-11-22, effectiveUntil: 2026-11-22 }]',
        ),
      },
      /waivers\.0[\s\S]*write effectiveUntil/,
    ],
    ['a policy that is not YAML', policy('a: [1'), /policy\.yml:\d+/],
    ['a policy that nests without end', { policy: onMain('policy.yml', '['.repeat(300_000)) }, /policy\.yml/],
    ['an empty policy', { policy: onMain('policy.yml', '\n') }, /an empty file/],
    ['a policy that requires nothing', policy('requirements: [{ id: a }]'), /requires nothing/],
    ['two requirements of one id', policy('requirements: [{ id: a, gates: [slo-gate] }, { id: a, gates: [slo-gate] }]'), /same id/],
    ['a policy with a key twice', policy('person: required\nperson: optional'), /policy\.yml:\d+/],
    [
      'waivers that end before they begin',
      {
        waivers: onMain(
          'waivers.yml',
          'version: 1\nwaivers: [{rule: gate-passed, match: slo-gate, reason: r, owner: o, effectiveOn: 2026-11-22, effectiveUntil: 2026-11-20}]',
        ),
      },
      /effectiveUntil lies before/,
    ],
    ['a checklist without items', { checklist: text('readiness.yml', 'version: 1\nitems: []') }, /readiness\.yml[\s\S]*items/],
  ])('%s', (_name, changes, message) => {
    expect(() => decideCase(changes)).toThrow(message);
  });
});

describe('decide: the record', () => {
  it.each<readonly [string, Partial<DecisionInput>]>([
    ['a short commit', { subject: { commit: '1111111' } }],
    ['a link that is none', { links: [{ title: 'x', url: 'javascript:alert(1)' }] }],
    ['a digest that is none', { artifacts: [{ name: 'a', sha256: 'xyz' }] }],
    ['a key that nobody knows', { extra: 1 } as Partial<DecisionInput>],
  ])('cannot be written so that it could not be read: %s', (_name, changes) => expect(() => decideCase(changes)).toThrow(TypeError));

  it.each([
    ['warning', 'gate-warned', { evidence: withSlo({ verdict: 'warn' }) }],
    ['note', 'gate-reported-only', { reportedOnly: ['slo-gate' as const], evidence: withSlo({ verdict: 'fail' }) }],
    ['warning', 'tag-before-decision', { tag: { name: 'v2.5.0-beta.1', commit: COMMIT }, tagFirst: true }],
  ])('says with a %s: %s', (level, code, changes) => {
    expect(decideCase(changes)).toMatchObject({ outcome: 'GO', findings: [{ level, code: `decision-record/${code}` }] });
  });

  it('names every input with its digest, and every rule with its outcome', () => {
    const decision = decideCase(policy(''));
    expect(decision.inputs.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'base-limits testops.yml',
      'directions directions.json',
      'evidence determinism-check.intoto.json',
      'evidence slo-gate.intoto.json',
      'limits testops.yml',
      'policy policy.yml',
    ]);
    for (const { sha256: digest, path } of decision.inputs) expect(path).toBe(`inputs/${digest}`);
    expect(decision.rules.map(({ rule, match, outcome }) => `${rule}/${match} ${outcome}`)).toEqual([
      'base-accepted/commit holds',
      'event/run holds',
      'evidence-fresh/determinism-check holds',
      'evidence-fresh/slo-gate holds',
      'evidence-sound/determinism-check holds',
      'evidence-sound/slo-gate holds',
      'gate-passed/determinism-check holds',
      'gate-passed/slo-gate holds',
      'limits-kept/configuration holds',
      'measured-for-commit/determinism-check holds',
      'measured-for-commit/slo-gate holds',
      'policy-origin/default-branch holds',
      'policy-origin/policy holds',
      'subject/commit holds',
      'tree-clean/commit holds',
    ]);
  });

  it('gives the same bytes in whatever order things come', () => {
    const gates: readonly GateId[] = ['determinism-check', 'slo-gate', 'telemetry-scan'];
    const input = inputOf({
      configured: gates,
      evidence: gates.map((gate) => evidenceOf(gate)),
      artifacts: [
        { name: 'a', sha256: 'a'.repeat(64) },
        { name: 'b', sha256: 'b'.repeat(64) },
      ],
    });
    const turned = {
      ...input,
      configured: [...gates].reverse(),
      evidence: [...input.evidence].reverse(),
      artifacts: [...(input.artifacts ?? [])].reverse(),
    };
    expect(canonicalJson(decide(turned))).toBe(canonicalJson(decide(input)));
  });
});
