import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type SignatureFact } from '../../src/core/index.ts';
import {
  buildBundle,
  type DecisionFinding,
  type DecisionInput,
  decide,
  incidentsOf,
  judgeRun,
  judgeSignatures,
  judgeStatus,
  judgeTagged,
  ledgerLine,
  type ProofOptions,
  planCut,
  type RunFact,
  type SignatureDemand,
  type StatusFact,
  verifyProof,
} from '../../src/decision/index.ts';
import { COMMIT, DAY_MS, decideCase, evidenceOf, inputOf, NOW, OTHER_COMMIT, onMain, REPOSITORY, withSlo } from './example.ts';

const codes = (findings: readonly DecisionFinding[]) => findings.map(({ code }) => code.replace('decision-record/', '')).sort();

const input = inputOf({ version: '2.5.0-beta.1' });
const { files } = buildBundle(decide(input), input, () => '');
const summary = files.get('decision.vsa.intoto.json') ?? new Uint8Array();
const SIGN = 'testops/beta-gates/.github/workflows/testops-sign.yml';
const demand: SignatureDemand = { required: true, repository: REPOSITORY, workflows: [SIGN], keyIds: ['key-1'] };
const signed: SignatureFact & { kind: 'sigstore' } = {
  kind: 'sigstore',
  file: 'decision.vsa.sigstore.json',
  payload: summary,
  issuer: 'https://token.actions.githubusercontent.com',
  workflow: `https://github.com/${SIGN}@refs/heads/main`,
  repository: REPOSITORY,
  event: 'workflow_dispatch',
  workflowCommit: OTHER_COMMIT,
  runnerEnvironment: 'github-hosted',
  buildConfig: { workflow: `https://github.com/${REPOSITORY}/.github/workflows/testops-sign.yml@refs/heads/main`, commit: COMMIT },
  runAttempt: undefined,
  review: { build: true, signer: 'held', selfHosted: false },
};
const keyed: SignatureFact = { kind: 'key', file: 'decision.vsa.dsse.json', payload: summary, keyId: 'key-1' };

describe('judgeSignatures', () => {
  it.each<readonly [string, readonly SignatureFact[], Partial<SignatureDemand>, readonly string[]]>([
    ['by the trusted workflow', [signed], {}, []],
    ['by the trusted workflow at a demanded ref', [signed], { workflows: [`${SIGN}@refs/heads/main`] }, []],
    ['by the trusted workflow at another ref', [signed], { workflows: [`${SIGN}@refs/tags/v1`] }, ['signer-foreign']],
    [
      'serialized in another order',
      [{ ...signed, payload: new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(summary)), null, 1)) }],
      {},
      [],
    ],
    ['with a trusted key', [keyed], {}, []],
    ['both', [signed, keyed], {}, []],
    ['not at all', [], {}, ['unsigned']],
    ['not at all, and need not be', [], { required: false }, []],
    ['invalid', [{ kind: 'invalid', file: signed.file, reason: 'no certificate' }], {}, ['signature-invalid']],
    [
      'invalid, though none is needed',
      [{ kind: 'invalid', file: signed.file, reason: 'no certificate' }],
      { required: false },
      ['signature-invalid'],
    ],
    ['one valid, one not', [signed, { kind: 'invalid', file: keyed.file, reason: 'wrong key' }], {}, ['signature-invalid']],
    ['over another document', [{ ...signed, payload: new TextEncoder().encode('{}') }], {}, ['signature-other-document']],
    ['over no document', [{ ...signed, payload: new TextEncoder().encode('{') }], {}, ['signature-other-document']],
    [
      'by another workflow of the same repository',
      [{ ...signed, workflow: 'https://github.com/testops/beta-gates/.github/workflows/other.yml@refs/heads/main' }],
      {},
      ['signer-foreign'],
    ],
    [
      'by a workflow of the same name elsewhere',
      [{ ...signed, workflow: 'https://github.com/evil/beta-gates/.github/workflows/testops-sign.yml@refs/heads/main' }],
      {},
      ['signer-foreign'],
    ],
    [
      'by something that hides the name',
      [{ ...signed, workflow: `https://github.com/evil/x/.github/workflows/a.yml@${SIGN}` }],
      {},
      ['signer-foreign'],
    ],
    ['by somebody of another issuer', [{ ...signed, issuer: 'https://accounts.example.com' }], {}, ['signer-foreign-issuer']],
    ['in another repository', [{ ...signed, repository: 'evil/testops' }], {}, ['signer-foreign-repository']],
    ['in a repository that nobody knows', [{ ...signed, repository: undefined }], {}, ['signer-foreign-repository']],
    ['for a pull request', [{ ...signed, event: 'pull_request_target' }], {}, ['signed-for-pull-request']],
    ['on a self-hosted runner', [{ ...signed, runnerEnvironment: 'self-hosted' }], {}, ['signer-self-hosted']],
    ['on a runner that the certificate does not name', [{ ...signed, runnerEnvironment: undefined }], {}, ['signer-self-hosted']],
    [
      'on a self-hosted runner that the default branch allows',
      [{ ...signed, runnerEnvironment: 'self-hosted', review: { build: true, signer: 'held', selfHosted: true } }],
      {},
      [],
    ],
    ['by a run without a workflow file', [{ ...signed, buildConfig: undefined }], {}, ['signer-unreviewed']],
    [
      'by a run of a workflow file of elsewhere',
      [
        {
          ...signed,
          buildConfig: { workflow: 'https://github.com/evil/x/.github/workflows/testops-sign.yml@refs/heads/main', commit: COMMIT },
        },
      ],
      {},
      ['signer-unreviewed'],
    ],
    [
      'by a run of a workflow file that nobody reviewed',
      [{ ...signed, review: { build: false, signer: 'held', selfHosted: false } }],
      {},
      ['signer-unreviewed'],
    ],
    [
      'by a workflow at a commit that was never pinned',
      [{ ...signed, review: { build: true, signer: 'never-held', selfHosted: false } }],
      {},
      ['signer-not-pinned'],
    ],
    [
      'by a workflow at a commit that is distrusted',
      [{ ...signed, review: { build: true, signer: 'distrusted', selfHosted: false } }],
      {},
      ['workflow-distrusted'],
    ],
    ['without the default branch having been asked', [{ ...signed, review: 'not-asked' }], {}, ['signer-unreviewed']],
    ['without the default branch having been asked, offline', [{ ...signed, review: 'not-asked' }], { offline: true }, []],
    [
      'on a self-hosted runner, offline',
      [{ ...signed, review: 'not-asked', runnerEnvironment: 'self-hosted' }],
      { offline: true },
      ['signer-self-hosted'],
    ],
    ['with another key', [{ ...keyed, keyId: 'key-2' }], {}, ['signer-foreign-key']],
  ])('%s', (_name, facts, changes, expected) => expect(codes(judgeSignatures(facts, files, { ...demand, ...changes }))).toEqual(expected));
});

describe('verifyProof', () => {
  const withSignature = new Map([...files, ['decision.vsa.sigstore.json', new TextEncoder().encode('{}')]]);
  const tag = { name: 'v2.5.0-beta.1', commit: COMMIT, repository: REPOSITORY };
  const prove = (bundle: ReadonlyMap<string, Uint8Array>, changes: Partial<ProofOptions> = {}) => {
    const { accepted, exit, signed: believed, findings } = verifyProof(bundle, { now: NOW, signatures: [signed], demand, ...changes });
    return { accepted, exit, signed: believed, codes: codes(findings) };
  };

  it('accepts what is signed, for a tag or without', () => {
    expect(prove(withSignature)).toEqual({ accepted: true, exit: 0, signed: true, codes: [] });
    expect(prove(withSignature, { tag })).toEqual({ accepted: true, exit: 0, signed: true, codes: [] });
    expect(prove(withSignature, { demand: { ...demand, repository: undefined } })).toMatchObject({ accepted: true });
  });

  it('accepts what is unsigned only where nobody asks, and says so', () => {
    expect(prove(files, { signatures: [], demand: { ...demand, required: false } })).toEqual({
      accepted: true,
      exit: 0,
      signed: false,
      codes: [],
    });
    expect(prove(files, { signatures: [] })).toEqual({ accepted: false, exit: 1, signed: false, codes: ['unsigned'] });
  });

  it('refuses a signature that nobody looked at', () => {
    const options = { signatures: [], demand: { ...demand, required: false } };
    expect(prove(withSignature, options)).toEqual({ accepted: false, exit: 1, signed: false, codes: ['signature-invalid'] });
  });

  it('adds up what is wrong', () => {
    expect(prove(withSignature, { tag: { ...tag, commit: OTHER_COMMIT } })).toMatchObject({
      exit: 1,
      signed: true,
      codes: ['decision-foreign-commit'],
    });
    expect(prove(withSignature, { now: NOW + 30 * DAY_MS, signatures: [{ ...signed, event: 'pull_request' }] })).toMatchObject({
      exit: 1,
      signed: false,
      codes: ['decision-stale', 'signed-for-pull-request'],
    });
    expect(prove(new Map([['decision.json', new Uint8Array()]]))).toMatchObject({
      accepted: false,
      exit: 3,
      signed: false,
      codes: ['bundle-unreadable'],
    });
  });
});

describe('judgeRun', () => {
  const CI = 'testops/beta-gates/.github/workflows/testops-ci.yml';
  const own = `${REPOSITORY}/.github/workflows/testops-ci.yml`;
  const run: RunFact = {
    id: '1000',
    repository: REPOSITORY,
    headRepository: REPOSITORY,
    headSha: COMMIT,
    event: 'push',
    status: 'completed',
    conclusion: 'failure',
    path: '.github/workflows/caller.yml',
    referencedWorkflows: [{ path: `${CI}@v1`, sha: OTHER_COMMIT, ref: undefined }],
  };
  it.each<readonly [string, Partial<RunFact>, readonly string[]]>([
    ['called by the repository', {}, []],
    ['dispatched', { event: 'workflow_dispatch', conclusion: 'success' }, []],
    ['ours by its own path', { path: '.github/workflows/testops-ci.yml@main', referencedWorkflows: [] }, []],
    ['of a fork', { headRepository: 'fork/testops' }, ['run-foreign-head']],
    ['of a fork that is gone', { headRepository: null }, ['run-foreign-head']],
    [
      'of another repository',
      { repository: 'evil/testops', headRepository: 'evil/testops' },
      ['run-foreign-head', 'run-foreign-repository'],
    ],
    ['of a pull request', { event: 'pull_request' }, ['run-pull-request']],
    ['of pull_request_target', { event: 'pull_request_target' }, ['run-pull-request']],
    ['of another workflow', { referencedWorkflows: [] }, ['run-foreign-workflow']],
    [
      'of a workflow of the same name elsewhere',
      { referencedWorkflows: [{ path: 'evil/beta-gates/.github/workflows/testops-ci.yml@v1', sha: OTHER_COMMIT, ref: undefined }] },
      ['run-foreign-workflow'],
    ],
    ['still going on', { status: 'in_progress', conclusion: null }, ['run-unfinished']],
    ['cancelled', { conclusion: 'cancelled' }, ['run-unfinished']],
    ['neutral', { conclusion: 'neutral' }, ['run-unfinished']],
    ['on another commit', { headSha: OTHER_COMMIT }, ['run-foreign-commit']],
  ])('a run %s', (_name, changes, expected) => {
    expect(codes(judgeRun({ ...run, ...changes }, { repository: REPOSITORY, workflows: [CI, own], commit: COMMIT }))).toEqual(expected);
  });
});

describe('judgeStatus', () => {
  const status = (state: string | null, appId: number | undefined = 7, context = 'testops/beta-gate'): StatusFact => ({
    context,
    state,
    appId,
  });
  it.each<readonly [string, readonly StatusFact[], readonly string[]]>([
    ['success of the App', [status('success')], []],
    ['success of the App, failure of another', [status('failure', 15368), status('success')], []],
    ['newest is success', [status('success'), status('failure')], []],
    ['newest is failure', [status('failure'), status('success')], ['status-not-success']],
    ['pending', [status('pending')], ['status-not-success']],
    ['neutral', [status('neutral')], ['status-not-success']],
    ['skipped', [status('skipped')], ['status-not-success']],
    ['a check that runs', [status(null)], ['status-not-success']],
    ['none', [], ['status-missing']],
    ['of another name', [status('success', 7, 'testops/decision')], ['status-missing']],
    ['of another app', [status('success', 15368)], ['status-foreign-app']],
    ['of nobody', [{ ...status('success'), appId: undefined }], ['status-foreign-app']],
    ['failure of the App, success of another', [status('success', 15368), status('failure')], ['status-not-success']],
  ])('%s', (_name, facts, expected) => expect(codes(judgeStatus(facts, { appId: 7 }))).toEqual(expected));
});

describe('judgeTagged and planCut', () => {
  const tag = { name: 'v2.5.0-beta.1', commit: COMMIT, repository: REPOSITORY };
  it.each<readonly [string, Partial<DecisionInput>, Partial<typeof tag>, readonly string[]]>([
    ['made for this tag', { version: '2.5.0-beta.1' }, {}, []],
    ['made for no tag', { version: undefined }, {}, ['decision-no-version']],
    ['made for another tag', { version: '2.5.0-beta.2' }, {}, ['decision-other-tag']],
    ['about another commit', {}, { commit: OTHER_COMMIT }, ['decision-foreign-commit']],
    ['about another repository', {}, { repository: 'evil/testops' }, ['decision-foreign-repository']],
    ['the tag moved since', { tag: { name: 'v2.5.0-beta.1', commit: COMMIT } }, { commit: OTHER_COMMIT }, ['tag-moved']],
    ['GO, but not for a tag', { dirty: true }, {}, ['decision-not-for-tag']],
    ['NO-GO', { evidence: withSlo({ verdict: 'fail' }) }, {}, ['decision-not-for-tag']],
  ])('a decision %s', (_name, changes, other, expected) => {
    expect(codes(judgeTagged(decideCase({ version: '2.5.0-beta.1', ...changes } as Partial<DecisionInput>), { ...tag, ...other }))).toEqual(
      expected,
    );
  });

  const cut = (changes: Partial<DecisionInput>, release: string | undefined, tags: { name: string; commit: string }[], commit = COMMIT) =>
    planCut({ decision: decideCase(changes), repository: REPOSITORY, commit, release, tags });
  const at = (name: string, commit = OTHER_COMMIT) => ({ name, commit });

  it('cuts the next beta', () => {
    expect(cut({ version: '2.5.0-beta.1' }, '2.5.0', [])).toMatchObject({ kind: 'create', beta: { tag: 'v2.5.0-beta.1' } });
    expect(cut({ version: '2.5.0-beta.2' }, '2.5.0', [at('v2.5.0-beta.1')])).toMatchObject({
      kind: 'create',
      beta: { tag: 'v2.5.0-beta.2' },
    });
    expect(cut({ version: '2.5.0-beta.2' }, undefined, [at('v2.5.0-beta.1')])).toMatchObject({
      kind: 'create',
      beta: { tag: 'v2.5.0-beta.2' },
    });
  });

  it('does not cut twice', () => {
    const tags = [at('v2.5.0-beta.1'), at('v2.5.0-beta.2', COMMIT), at('v2.4.0-beta.9', COMMIT)];
    expect(cut({ version: '2.5.0-beta.2' }, '2.5.0', tags)).toMatchObject({ kind: 'exists', beta: { tag: 'v2.5.0-beta.2' } });
    expect(cut({ version: '2.5.0-beta.2' }, undefined, tags)).toMatchObject({ kind: 'exists' });
  });

  it.each<readonly [string, ReturnType<typeof cut>, string]>([
    ['somebody else took the number', cut({ version: '2.5.0-beta.2' }, undefined, [at('v2.5.0-beta.2')]), 'decision-other-tag'],
    ['another commit', cut({ version: '2.5.0-beta.1' }, '2.5.0', [], OTHER_COMMIT), 'decision-foreign-commit'],
    ['a NO-GO for tags', cut({ version: '2.5.0-beta.1', dirty: true }, '2.5.0', []), 'decision-not-for-tag'],
    ['no version', cut({}, '2.5.0', []), 'decision-no-version'],
  ])('refuses: %s', (_name, plan, code) => {
    expect(plan.kind).toBe('refused');
    expect(codes(plan.kind === 'refused' ? plan.findings : [])).toEqual([code]);
  });

  it('needs a release that can have a beta', () => {
    expect(() => cut({}, undefined, [])).toThrow(/the release that the beta leads to/);
    expect(() => cut({}, '2.5.0', [at('v2.5.0')])).toThrow(/ranks above every beta/);
  });
});

describe('the ledger and incidents', () => {
  it('writes one line, the same each time', () => {
    const decision = decideCase({ version: '2.5.0-beta.1', evidence: withSlo({ verdict: 'fail' }) });
    const line = ledgerLine(decision);
    expect(line).not.toContain('\n');
    expect(line).toBe(canonicalJson(JSON.parse(line)));
    expect(JSON.parse(line)).toMatchObject({
      outcome: 'NO-GO',
      commit: COMMIT,
      version: '2.5.0-beta.1',
      tag: null,
      run: { id: '1000', attempt: 1, url: null },
      decidedBy: { kind: 'policy' },
      broken: ['gate-passed/slo-gate'],
      waived: [],
    });
    expect(ledgerLine(decideCase({ version: '2.5.0-beta.1', evidence: withSlo({ verdict: 'fail' }) }))).toBe(line);
  });

  it('asks for one incident per release and kind', () => {
    const configured = ['determinism-check', 'slo-gate', 'telemetry-scan', 'snapshot-compare', 'deploy-preview'] as const;
    const all = configured.map((gate) => evidenceOf(gate, { verdict: 'fail' }));
    const requests = incidentsOf(decideCase({ version: '2.5.0-beta.3', configured, evidence: all }));
    expect(requests.map(({ kind, fingerprint }) => [kind, fingerprint])).toEqual([
      ['determinism-drop', 'testops:2.5.0:determinism-drop'],
      ['latency-breach', 'testops:2.5.0:latency-breach'],
      ['pii-violation', 'testops:2.5.0:pii-violation'],
      ['snapshot-damage', 'testops:2.5.0:snapshot-damage'],
      ['decision', 'testops:2.5.0:decision'],
    ]);
    const policy = onMain(
      'policy.yml',
      'version: 1\nrequirements: [{ id: a, coverage: [{ gate: determinism-check, measurement: runs, at-least: 5 }] }]',
    );
    expect(incidentsOf(decideCase({ policy })).map(({ kind }) => kind)).toEqual(['determinism-drop']);
    expect(incidentsOf(decideCase())).toEqual([]);
    expect(incidentsOf(decideCase({ dirty: true, version: '2.5.0-beta.1' })).map(({ kind }) => kind)).toEqual(['decision']);
    expect(incidentsOf(decideCase({ evidence: [evidenceOf('determinism-check')] })).map(({ kind }) => kind)).toEqual(['decision']);
  });
});
