import { describe, expect, it } from '@jest/globals';
import { canonicalJson, sha256 } from '../../src/core/index.ts';
import {
  buildBundle,
  type DecisionInput,
  decide,
  judgeRun,
  judgeSignatures,
  judgeStatus,
  judgeTagged,
  verifyBundle,
  verifyProof,
} from '../../src/decision/index.ts';
import {
  COMMIT,
  comparedWith,
  DAY_MS,
  decideCase,
  evidenceOf,
  inputOf,
  NOW,
  OTHER_COMMIT,
  onMain,
  REPOSITORY,
  text,
  withSlo,
} from './example.ts';

/** An attacker wants a GO for a beta tag. Each way is tried with everything else in order, and is refused by a code that no other way shares. */
const forTag = { version: '2.5.0-beta.1' };
const attempt = (changes: Partial<DecisionInput>) => {
  const decision = decideCase({ ...forTag, ...changes });
  expect(decision.outcome).toBe('NO-GO');
  return decision.findings.filter(({ level }) => level === 'error');
};
const genuine = inputOf({ ...forTag, policy: onMain('policy.yml', 'version: 1\n') });
const bundle = () => new Map(buildBundle(decide(genuine), genuine, () => '# GO\n').files);
const bytesOf = (value: string) => new TextEncoder().encode(value);
const attemptBundle = (change: (files: Map<string, Uint8Array>) => void, now = NOW) => {
  const files = bundle();
  change(files);
  const { accepted, findings } = verifyBundle(files, { now });
  expect(accepted).toBe(false);
  return findings;
};
const edit = (files: Map<string, Uint8Array>, name: string, change: (json: string) => string) =>
  files.set(name, bytesOf(change(new TextDecoder().decode(files.get(name)))));
const waiver = (until: string, origin: 'main' | 'commit' = 'main', rule = 'gate-passed') => {
  const yaml = `version: 1\nwaivers: [{ rule: ${rule}, match: slo-gate, reason: r, owner: mallory, effectiveOn: 2026-11-01, effectiveUntil: ${until} }]`;
  return { waivers: origin === 'main' ? onMain('waivers.yml', yaml) : text('waivers.yml', yaml, { kind: 'commit', commit: COMMIT }) };
};
/** Evidence with an argument that is nested deeper than any stack. */
const nested = () => {
  const json = new TextDecoder().decode(evidenceOf('slo-gate').bytes);
  return text('slo-gate.intoto.json', json.replace('"inputs":{}', `"inputs":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`));
};
const failed = { evidence: withSlo({ verdict: 'fail' }) };
const digests = Object.fromEntries(inputOf().evidence.map(({ name, bytes }) => [name.replace('.intoto.json', ''), sha256(bytes)]));
const SIGN = 'testops/beta-gates/.github/workflows/testops-sign.yml';
const signature = {
  kind: 'sigstore' as const,
  file: 'decision.vsa.sigstore.json',
  payload: bundle().get('decision.vsa.intoto.json') ?? new Uint8Array(),
  issuer: 'https://token.actions.githubusercontent.com',
  workflow: `https://github.com/${SIGN}@refs/heads/main`,
  repository: REPOSITORY,
  event: 'push',
  workflowCommit: 'd'.repeat(40),
  runnerEnvironment: 'github-hosted',
  buildConfig: { workflow: `https://github.com/${REPOSITORY}/.github/workflows/testops-sign.yml@refs/heads/main`, commit: COMMIT },
  runAttempt: undefined,
  review: { build: true, signer: 'held', selfHosted: false } as const,
};
const demand = { required: true, repository: REPOSITORY, workflows: [SIGN], keyIds: [] };
const run = {
  id: '1000',
  repository: REPOSITORY,
  headRepository: REPOSITORY as string | null,
  headSha: COMMIT,
  event: 'push',
  status: 'completed',
  conclusion: 'success',
  path: '.github/workflows/testops-ci.yml',
  referencedWorkflows: [],
};
const runDemand = { repository: REPOSITORY, workflows: [`${REPOSITORY}/.github/workflows/testops-ci.yml`] };

const attacks: readonly (readonly [name: string, code: string, attack: () => readonly { readonly code: string }[]])[] = [
  [
    'edit a verdict in evidence',
    'evidence-edited',
    () =>
      attempt({
        evidence: [
          evidenceOf('determinism-check'),
          text(
            'slo-gate.intoto.json',
            new TextDecoder().decode(evidenceOf('slo-gate', { verdict: 'fail' }).bytes).replaceAll('"fail"', '"pass"'),
          ),
        ],
      }),
  ],
  [
    'replay evidence of another commit',
    'evidence-foreign-commit',
    () => attempt({ evidence: withSlo({ subject: { commit: OTHER_COMMIT } }) }),
  ],
  [
    'bring evidence of another repository',
    'evidence-foreign-repository',
    () => attempt({ evidence: withSlo({ run: { repository: 'mallory/testops' } }) }),
  ],
  ['replay evidence of an older run', 'evidence-other-run', () => attempt({ evidence: withSlo({ run: { runId: '900' } }) })],
  [
    'claim a later attempt',
    'evidence-future-attempt',
    () =>
      attempt({
        evidence: [...withSlo({ verdict: 'fail' }), evidenceOf('slo-gate', { run: { attempt: 99 }, name: 'x/slo-gate.intoto.json' })],
      }),
  ],
  [
    'bring evidence of a pull request',
    'pull-request-evidence-for-tag',
    () => attempt({ evidence: withSlo({ run: { event: 'pull_request' } }) }),
  ],
  [
    'swap digests of two gates',
    'evidence-digest-mismatch',
    () => attempt({ expectedEvidence: { 'determinism-check': digests['slo-gate'] ?? '', 'slo-gate': digests['determinism-check'] ?? '' } }),
  ],
  [
    'add evidence that no job wrote',
    'evidence-unvouched',
    () => attempt({ expectedEvidence: { 'determinism-check': digests['determinism-check'] ?? '' } }),
  ],
  [
    'rename the evidence of a gate that passed',
    'evidence-renamed',
    () => attempt({ evidence: [evidenceOf('determinism-check'), evidenceOf('determinism-check', { name: 'slo-gate.intoto.json' })] }),
  ],
  [
    'add a second, better file',
    'evidence-duplicate',
    () => attempt({ evidence: [...withSlo({ verdict: 'fail' }), evidenceOf('slo-gate', { name: 'x/slo-gate.intoto.json' })] }),
  ],
  ['leave evidence out', 'evidence-missing', () => attempt({ evidence: [evidenceOf('determinism-check')] })],
  ['skip the job', 'evidence-skipped', () => attempt({ jobs: { 'determinism-check': 'success', 'slo-gate': 'skipped' } })],
  ['cancel the job', 'evidence-cancelled', () => attempt({ jobs: { 'determinism-check': 'success', 'slo-gate': 'cancelled' } })],
  ['end a job neutral', 'evidence-unsettled', () => attempt({ jobs: { 'determinism-check': 'success', 'slo-gate': 'neutral' } })],
  ['empty the list of checks', 'gate-without-checks', () => attempt({ evidence: withSlo({ checks: [] }) })],
  [
    'truncate a document',
    'evidence-unreadable',
    () =>
      attempt({
        evidence: [
          evidenceOf('determinism-check'),
          text('slo-gate.intoto.json', new TextDecoder().decode(evidenceOf('slo-gate').bytes).slice(0, 400)),
        ],
      }),
  ],
  ['nest evidence without end', 'evidence-unreadable', () => attempt({ evidence: [evidenceOf('determinism-check'), nested()] })],
  [
    'send an oversize document',
    'evidence-oversize',
    () =>
      attempt({
        evidence: [evidenceOf('determinism-check'), { name: 'slo-gate.intoto.json', bytes: new Uint8Array(64 * 1024 * 1024 + 1) }],
      }),
  ],
  [
    'turn the clock of a gate forward',
    'evidence-from-future',
    () => attempt({ evidence: withSlo({ run: { finishedAt: '2026-12-24T00:00:00Z' } }) }),
  ],
  [
    'use evidence of last month',
    'evidence-stale',
    () => attempt({ evidence: withSlo({ run: { startedAt: '2026-10-01T00:00:00Z', finishedAt: '2026-10-01T01:00:00Z' } }) }),
  ],
  ['gate a dirty tree', 'dirty-tree-for-tag', () => attempt({ evidence: withSlo({ dirty: true }) })],
  [
    'delete a gate from testops.yml',
    'gate-not-configured',
    () =>
      attempt({
        configured: ['determinism-check'],
        evidence: [evidenceOf('determinism-check')],
        policy: onMain('policy.yml', 'version: 1\nrequirements: [{ id: always, gates: [slo-gate] }]'),
      }),
  ],
  [
    'loosen a limit in the judged range',
    'limit-loosened',
    () => attempt(comparedWith("slo-gate: { thresholds: ['d: p(95)<200'] }", "slo-gate: { thresholds: ['d: p(95)<2000'] }")),
  ],
  ['hide the earlier limits', 'limits-not-compared', () => attempt({ base: undefined })],
  ['use an expired waiver', 'waiver-expired', () => attempt({ ...failed, ...waiver('2026-11-21') })],
  ['bring a waiver in the judged commit', 'waivers-from-judged-commit', () => attempt({ ...failed, ...waiver('2026-11-30', 'commit') })],
  [
    'waive missing evidence',
    'waiver-not-allowed',
    () => attempt({ evidence: [evidenceOf('determinism-check')], ...waiver('2026-11-30', 'main', 'evidence-sound') }),
  ],
  [
    'bring a policy in the judged commit',
    'policy-from-judged-commit',
    () => attempt({ policy: text('policy.yml', 'version: 1', { kind: 'commit', commit: COMMIT }) }),
  ],
  [
    'say go against the rules',
    'go-against-recommendation',
    () => attempt({ ...failed, person: { by: 'mallory', decision: 'go', reason: 'trust me', at: '2026-11-22T11:00:00Z' } }),
  ],
  [
    'approve alone',
    'quorum-missing',
    () =>
      attempt({
        authors: ['mallory'],
        policy: onMain('policy.yml', 'version: 1\napprovals: { at-least: 1 }'),
        approvals: [{ by: 'mallory', kind: 'review', state: 'approved', at: '2026-11-22T11:00:00Z', commit: COMMIT }],
      }),
  ],
  [
    'decide on a folder that is no commit',
    'workspace-subject',
    () =>
      attempt({
        subject: { workspaceSha256: 'a'.repeat(64) },
        evidence: ['determinism-check' as const, 'slo-gate' as const].map((gate) =>
          evidenceOf(gate, { subject: { workspaceSha256: 'a'.repeat(64) } }),
        ),
      }),
  ],
  [
    'move the tag before the decision',
    'tag-moved',
    () => attempt({ version: undefined, tag: { name: 'v2.5.0-beta.1', commit: OTHER_COMMIT } }),
  ],
  [
    'change the outcome in decision.json',
    'bundle-file-changed',
    () => attemptBundle((files) => edit(files, 'decision.json', (json) => json.replace('"outcome":"GO"', '"outcome":"CONDITIONAL"'))),
  ],
  [
    'change the outcome and make the summary fit',
    'decision-not-derivable',
    () =>
      attemptBundle((files) => {
        const before = sha256(files.get('decision.json') ?? '');
        edit(files, 'decision.json', (json) => json.replace('"recommendation":"GO"', '"recommendation":"CONDITIONAL"'));
        edit(files, 'decision.vsa.intoto.json', (json) => json.replace(before, sha256(files.get('decision.json') ?? '')));
      }),
  ],
  [
    'change what the summary says',
    'summary-differs',
    () => attemptBundle((files) => edit(files, 'decision.vsa.intoto.json', (json) => json.replace(COMMIT, OTHER_COMMIT))),
  ],
  ['hide a file in the bundle', 'bundle-file-unlisted', () => attemptBundle((files) => files.set('inputs/payload', bytesOf('x')))],
  ['take an input out of the bundle', 'bundle-file-missing', () => attemptBundle((files) => files.delete(`inputs/${digests['slo-gate']}`))],
  [
    'send an oversize bundle',
    'bundle-oversize',
    () => attemptBundle((files) => files.set('decision.json', new Uint8Array(64 * 1024 * 1024 + 1))),
  ],
  [
    'nest a document without end',
    'bundle-unreadable',
    () => attemptBundle((files) => files.set('decision.json', bytesOf('['.repeat(100_000)))),
  ],
  [
    'nest a finding without end',
    'bundle-unreadable',
    () =>
      attemptBundle((files) =>
        edit(files, 'decision.json', (json) =>
          json.replace(
            '"findings":[]',
            `"findings":[{"code":"decision-record/unsigned","level":"note","args":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}]`,
          ),
        ),
      ),
  ],
  [
    'write half a character into evidence',
    'evidence-edited',
    () =>
      attempt({
        evidence: [
          evidenceOf('determinism-check'),
          text(
            'slo-gate.intoto.json',
            new TextDecoder().decode(evidenceOf('slo-gate').bytes).replace('"inputs":{}', '"inputs":{"a":"\\ud800"}'),
          ),
        ],
      }),
  ],
  [
    'write half a character into the decision',
    'bundle-unreadable',
    () => attemptBundle((files) => edit(files, 'decision.json', (json) => json.replace('policy.yml', '\\ud800'))),
  ],
  ['use an old decision', 'decision-stale', () => attemptBundle(() => undefined, NOW + 30 * DAY_MS)],
  ['date the decision forward', 'decision-from-future', () => attemptBundle(() => undefined, NOW - DAY_MS)],
  ['leave the signature out', 'unsigned', () => judgeSignatures([], bundle(), demand)],
  [
    'break the signature',
    'signature-invalid',
    () => judgeSignatures([{ kind: 'invalid', file: signature.file, reason: 'signature does not verify' }], bundle(), demand),
  ],
  [
    'sign with another workflow',
    'signer-foreign',
    () =>
      judgeSignatures(
        [{ ...signature, workflow: `https://github.com/${REPOSITORY}/.github/workflows/mine.yml@refs/heads/main` }],
        bundle(),
        demand,
      ),
  ],
  [
    'sign in a repository of my own',
    'signer-foreign-repository',
    () => judgeSignatures([{ ...signature, repository: 'mallory/testops' }], bundle(), demand),
  ],
  [
    'take a signature of another decision',
    'signature-other-document',
    () => judgeSignatures([{ ...signature, payload: bytesOf(canonicalJson({ _type: 'x' })) }], bundle(), demand),
  ],
  [
    'sign with a commit of a fork, named under our repository',
    'signer-foreign',
    () =>
      judgeSignatures([{ ...signature, workflow: `https://github.com/${SIGN}@${'f'.repeat(40)}` }], bundle(), {
        ...demand,
        workflows: [`${SIGN}@${'a'.repeat(40)}`],
      }),
  ],
  [
    'sign with the same path on a server of my own',
    'signer-foreign',
    () => judgeSignatures([{ ...signature, workflow: `https://mallory.example/${SIGN}@refs/heads/main` }], bundle(), demand),
  ],
  [
    'sign with an issuer of my own',
    'signer-foreign-issuer',
    () => judgeSignatures([{ ...signature, issuer: 'https://token.actions.mallory.example' }], bundle(), demand),
  ],
  [
    'sign with a key of my own',
    'signer-foreign-key',
    () =>
      judgeSignatures([{ kind: 'key', file: 'decision.vsa.dsse.json', payload: signature.payload, keyId: 'mine' }], bundle(), {
        ...demand,
        keyIds: ['yours'],
      }),
  ],
  [
    'sign in a pull request',
    'signed-for-pull-request',
    () => judgeSignatures([{ ...signature, event: 'pull_request_target' }], bundle(), demand),
  ],
  [
    'sign without saying for what event',
    'signed-for-pull-request',
    () => judgeSignatures([{ ...signature, event: undefined }], bundle(), demand),
  ],
  [
    'put a bad signature beside a good one',
    'signature-invalid',
    () => judgeSignatures([signature, { kind: 'invalid', file: 'decision.vsa.dsse.json', reason: 'x' }], bundle(), demand),
  ],
  [
    'hide a signature from whoever checks',
    'signature-invalid',
    () => {
      const files = bundle().set('decision.vsa.dsse.json', bytesOf('{}'));
      const proof = verifyProof(files, { now: NOW, signatures: [signature], demand });
      expect(proof).toMatchObject({ accepted: false, signed: false });
      return proof.findings;
    },
  ],
  [
    'decide on a run of a repository of my own',
    'run-foreign-repository',
    () => judgeRun({ ...run, repository: 'mallory/testops' }, runDemand),
  ],
  ['decide on a run that was cancelled', 'run-unfinished', () => judgeRun({ ...run, conclusion: 'cancelled' }, runDemand)],
  ['decide on a run on another commit', 'run-foreign-commit', () => judgeRun(run, { ...runDemand, commit: OTHER_COMMIT })],
  [
    'use a decision of another repository',
    'decision-foreign-repository',
    () => judgeTagged(decideCase(forTag), { name: 'v2.5.0-beta.1', commit: COMMIT, repository: 'mallory/testops' }),
  ],
  ['decide on a run of a fork', 'run-foreign-head', () => judgeRun({ ...run, headRepository: 'mallory/testops' }, runDemand)],
  [
    'decide on a run of another workflow',
    'run-foreign-workflow',
    () => judgeRun({ ...run, path: '.github/workflows/mine.yml' }, runDemand),
  ],
  ['decide on a run of a pull request', 'run-pull-request', () => judgeRun({ ...run, event: 'pull_request' }, runDemand)],
  [
    'use a decision for another tag',
    'decision-other-tag',
    () => judgeTagged(decideCase(forTag), { name: 'v2.5.0-beta.2', commit: COMMIT, repository: REPOSITORY }),
  ],
  [
    'use a decision for another commit',
    'decision-foreign-commit',
    () => judgeTagged(decideCase(forTag), { name: 'v2.5.0-beta.1', commit: OTHER_COMMIT, repository: REPOSITORY }),
  ],
  [
    'use a decision that is no go for tags',
    'decision-not-for-tag',
    () => judgeTagged(decideCase({ dirty: true }), { name: 'v2.5.0-beta.1', commit: COMMIT, repository: REPOSITORY }),
  ],
  [
    'forge the status with another app',
    'status-foreign-app',
    () => judgeStatus([{ context: 'testops/beta-gate', state: 'success', appId: 15368 }], { appId: 7 }),
  ],
  [
    'set the status neutral',
    'status-not-success',
    () => judgeStatus([{ context: 'testops/beta-gate', state: 'neutral', appId: 7 }], { appId: 7 }),
  ],
];

/** Further ways of doing what another line does: to nest without end is to write what cannot be read. They share its codes. */
const VARIANTS =
  /nest (evidence|a finding)|half a character|a fork, named|on a server of my own|for what event|beside a good one|hide a signature/;

describe('ways to a false GO', () => {
  it.each(attacks)('%s: refused as %s', (_name, code, attack) => {
    expect(attack().map((finding) => finding.code)).toContain(`decision-record/${code}`);
  });

  it('are each refused by a code of their own', () => {
    const codes = attacks.filter(([name]) => !VARIANTS.test(name)).map(([, code]) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes.length).toBeGreaterThanOrEqual(25);
  });

  it('are no obstacle to what is genuine', () => {
    expect(decide(genuine).outcome).toBe('GO');
    expect(verifyBundle(bundle(), { now: NOW })).toMatchObject({ accepted: true, exit: 0, findings: [] });
    expect(judgeSignatures([signature], bundle(), demand)).toEqual([]);
    expect(judgeRun(run, runDemand)).toEqual([]);
    expect(judgeTagged(decide(genuine), { name: 'v2.5.0-beta.1', commit: COMMIT, repository: REPOSITORY })).toEqual([]);
    expect(judgeStatus([{ context: 'testops/beta-gate', state: 'success', appId: 7 }], { appId: 7 })).toEqual([]);
  });
});
