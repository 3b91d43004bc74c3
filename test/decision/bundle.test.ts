import { describe, expect, it } from '@jest/globals';
import { canonicalJson, sha256 } from '../../src/core/index.ts';
import { buildBundle, type DecisionInput, decide, verifyBundle, verifyProof } from '../../src/decision/index.ts';
import { COMMIT, DAY_MS, evidenceOf, inputOf, NOW, onMain, REPOSITORY, withSlo } from './example.ts';

const markdown = () => '# A decision\n';
const waivers = onMain(
  'waivers.yml',
  `version: 1
waivers:
  - { rule: gate-passed, match: slo-gate, reason: known, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }
`,
);

function bundleOf(changes: Partial<DecisionInput> = {}): Map<string, Uint8Array> {
  const input = inputOf({ policy: onMain('policy.yml', 'version: 1\n'), ...changes });
  return new Map(buildBundle(decide(input), input, markdown).files);
}

const codesOf = (files: ReadonlyMap<string, Uint8Array>, options: Partial<Parameters<typeof verifyBundle>[1]> = {}) => {
  const { accepted, exit, findings } = verifyBundle(files, { now: NOW, ...options });
  return { accepted, exit, codes: findings.map(({ code }) => code.replace('decision-record/', '')) };
};
const json = (files: ReadonlyMap<string, Uint8Array>, name: string) => JSON.parse(new TextDecoder().decode(files.get(name)));
const bytesOf = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : canonicalJson(value));
const accepted = { accepted: true, exit: 0, codes: [] };

describe('buildBundle', () => {
  it('holds decision, summary, text and every input by its digest', () => {
    const files = bundleOf();
    const inputs = [...files.keys()].filter((name) => name.startsWith('inputs/'));
    expect([...files.keys()].filter((name) => !inputs.includes(name)).sort()).toEqual([
      'decision.json',
      'decision.md',
      'decision.vsa.intoto.json',
    ]);
    // Two pieces of evidence, the directions, and one testops.yml that is the same on both sides.
    expect(inputs).toHaveLength(4);
    for (const name of inputs) expect(name).toBe(`inputs/${sha256(files.get(name) ?? '')}`);
  });

  // The required fields and their values: https://slsa.dev/spec/v1.1/verification_summary, and the in-toto Statement v1.
  it('summarizes a GO as a VSA', () => {
    const artifacts = [{ name: 'app.tgz', sha256: 'c'.repeat(64) }];
    const files = bundleOf({ artifacts });
    const evidence = inputOf().evidence.map(({ bytes }) => sha256(bytes));
    const summary = json(files, 'decision.vsa.intoto.json');
    expect(summary).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: `https://github.com/${REPOSITORY}/.github/workflows/testops-ci.yml@refs/heads/main` },
        timeVerified: '2026-11-22T12:00:00.000Z',
        resourceUri: `git+https://github.com/${REPOSITORY}@${COMMIT}`,
        policy: {
          uri: expect.stringMatching(/^git\+https:\/\/github\.com\/octo-org\/testops@2{40}#policy\.yml$/),
          digest: { sha256: sha256('version: 1\n') },
        },
        verificationResult: 'PASSED',
        verifiedLevels: ['TESTOPS_BETA_GO'],
      },
    });
    expect(summary.subject.map(({ digest }: { digest: unknown }) => digest)).toEqual([
      { gitCommit: COMMIT },
      { sha256: 'c'.repeat(64) },
      // By this one the attestations about a commit are found.
      { sha256: sha256(`${REPOSITORY}@${COMMIT}`) },
      { sha256: sha256(files.get('decision.json') ?? '') },
    ]);
    const named = summary.predicate.inputAttestations.map(({ digest }: { digest: { sha256: string } }) => digest.sha256);
    expect(new Set(named)).toEqual(new Set(evidence));
    // Fields beyond the specification are named by URIs.
    const known = [
      'verifier',
      'timeVerified',
      'resourceUri',
      'policy',
      'inputAttestations',
      'verificationResult',
      'verifiedLevels',
      'dependencyLevels',
      'slsaVersion',
    ];
    for (const field of Object.keys(summary.predicate)) if (!known.includes(field)) expect(new URL(field).protocol).toBe('https:');
  });

  it.each([
    ['CONDITIONAL', { evidence: withSlo({ verdict: 'fail' }), waivers }, 'PASSED', 'TESTOPS_BETA_CONDITIONAL'],
    ['NO-GO', { evidence: withSlo({ verdict: 'fail' }) }, 'FAILED', 'FAILED'],
  ])('summarizes a %s', (_name, changes, verificationResult, level) => {
    expect(json(bundleOf(changes), 'decision.vsa.intoto.json').predicate).toMatchObject({ verificationResult, verifiedLevels: [level] });
  });

  it('writes canonical bytes, the same each time', () => {
    const [one, two] = [bundleOf(), bundleOf()];
    for (const [name, bytes] of one) expect(sha256(two.get(name) ?? '')).toBe(sha256(bytes));
    for (const name of ['decision.json', 'decision.vsa.intoto.json']) {
      expect(new TextDecoder().decode(one.get(name))).toBe(canonicalJson(json(one, name)));
    }
  });
});

describe('verifyBundle', () => {
  it.each([
    ['a GO', {}],
    ['a CONDITIONAL', { evidence: withSlo({ verdict: 'fail' }), waivers }],
    ['a GO without a policy', { policy: undefined }],
    [
      'a GO for a version, by a person',
      { version: '2.5.0-beta.1', person: { by: 'ada', decision: 'go' as const, reason: 'all well', at: '2026-11-22T11:59:00Z' } },
    ],
  ])('accepts %s', (_name, changes) => expect(codesOf(bundleOf(changes))).toEqual(accepted));

  it('rejects a genuine NO-GO by a code of its own', () => {
    expect(codesOf(bundleOf({ evidence: [] }))).toEqual({ accepted: false, exit: 1, codes: ['decision-no-go'] });
  });

  it('rejects a stale decision, but not as of the decision', () => {
    const files = bundleOf();
    expect(codesOf(files, { now: NOW + 7 * DAY_MS })).toEqual(accepted);
    expect(codesOf(files, { now: NOW + 7 * DAY_MS + 1 })).toEqual({ accepted: false, exit: 1, codes: ['decision-stale'] });
    expect(codesOf(files, { now: NOW + 900 * DAY_MS, asOfDecision: true })).toEqual(accepted);
    expect(codesOf(files, { now: NOW + DAY_MS, maxAgeMs: DAY_MS })).toEqual(accepted);
    expect(codesOf(files, { now: NOW + DAY_MS + 1, maxAgeMs: DAY_MS }).codes).toEqual(['decision-stale']);
  });

  it('takes the age from the policy', () => {
    const files = bundleOf({ policy: onMain('policy.yml', 'version: 1\nfreshness: { decision-max-age: 1h }') });
    expect(codesOf(files, { now: NOW + 2 * 3_600_000 }).codes).toEqual(['decision-stale']);
  });

  it('rejects a decision from the future, always', () => {
    const expected = { accepted: false, exit: 1, codes: ['decision-from-future'] };
    expect(codesOf(bundleOf(), { now: NOW - DAY_MS })).toEqual(expected);
    expect(codesOf(bundleOf(), { now: NOW - DAY_MS, asOfDecision: true })).toEqual(expected);
  });

  it('rejects a CONDITIONAL whose waiver has ended since', () => {
    const files = bundleOf({ evidence: withSlo({ verdict: 'fail' }), waivers });
    expect(codesOf(files, { now: Date.parse('2026-11-25T23:59:59Z') })).toEqual(accepted);
    expect(codesOf(files, { now: Date.parse('2026-11-26T00:00:00Z') }).codes).toEqual(['waiver-expired-since']);
  });

  it('does not mind a waiver that only a tag would rest on', () => {
    const yaml =
      'version: 1\nwaivers: [{ rule: quorum, match: approvals, reason: r, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-23 }]';
    const changes = { policy: onMain('policy.yml', 'version: 1\napprovals: { at-least: 1 }'), waivers: onMain('waivers.yml', yaml) };
    const later = { now: Date.parse('2026-11-24T12:00:00Z') };
    expect(codesOf(bundleOf(changes), later)).toEqual(accepted);
    // Made for no tag, but one is to stand on it now.
    expect(codesOf(bundleOf(changes), { ...later, forTag: true }).codes).toEqual(['waiver-expired-since']);
    const tag = { name: 'v2.5.0-beta.1', commit: COMMIT, repository: undefined };
    const demand = { required: false, repository: undefined, workflows: [], keyIds: [] };
    const proof = (tagged: { tag?: typeof tag }) =>
      verifyProof(bundleOf(changes), { ...later, signatures: [], demand, ...tagged }).findings.map(({ code }) => code);
    expect([proof({}), proof({ tag })]).toEqual([[], ['decision-record/decision-no-version', 'decision-record/waiver-expired-since']]);
    expect(codesOf(bundleOf({ ...changes, version: '2.5.0-beta.1' }), later).codes).toEqual(['waiver-expired-since']);
  });

  it('rejects whatever is missing, changed or unlisted, each by its own code', () => {
    const evidencePath = `inputs/${sha256(evidenceOf('slo-gate').bytes)}`;
    const change = (act: (files: Map<string, Uint8Array>) => void) => {
      const files = bundleOf();
      act(files);
      return codesOf(files);
    };
    const rejected = (...codes: string[]) => ({ accepted: false, exit: 1, codes });
    for (const name of [evidencePath, 'decision.md', 'decision.vsa.intoto.json']) {
      expect(change((files) => files.delete(name))).toEqual(rejected('bundle-file-missing'));
    }
    expect(change((files) => files.set('inputs/extra', bytesOf('x')))).toEqual(rejected('bundle-file-unlisted'));
    expect(change((files) => files.set('decision.json.bak', bytesOf('x')))).toEqual(rejected('bundle-file-unlisted'));
    expect(change((files) => files.set(evidencePath, evidenceOf('slo-gate', { verdict: 'warn' }).bytes))).toEqual(
      rejected('bundle-file-changed'),
    );
    expect(change((files) => files.set('decision.md', bytesOf('# GO')))).toEqual(rejected('bundle-file-changed'));
    expect(change((files) => files.delete('decision.json'))).toMatchObject({ accepted: false, exit: 3, codes: ['bundle-unreadable'] });
    expect(change((files) => files.set('decision.json', bytesOf('{"a":')))).toMatchObject({ exit: 3, codes: ['bundle-unreadable'] });
    expect(change((files) => files.set('decision.json', bytesOf('{}')))).toMatchObject({ exit: 3, codes: ['bundle-unreadable'] });
    expect(change((files) => files.set('decision.md', new Uint8Array(64 * 1024 * 1024 + 1)))).toMatchObject({
      exit: 3,
      codes: ['bundle-oversize'],
    });
  });

  it('rejects a decision and a summary that do not belong together', () => {
    const files = bundleOf();
    const summary = json(files, 'decision.vsa.intoto.json');
    summary.predicate.verifier.id = 'https://example.com/elsewhere';
    files.set('decision.vsa.intoto.json', bytesOf(summary));
    expect(codesOf(files)).toEqual({ accepted: false, exit: 1, codes: ['summary-differs'] });
    const other = bundleOf({ toolVersion: '0.2.0' });
    files.set('decision.json', other.get('decision.json') ?? new Uint8Array());
    expect(codesOf(files)).toEqual({ accepted: false, exit: 1, codes: ['bundle-file-changed'] });
  });

  it('names signatures without judging them', () => {
    const files = bundleOf();
    files.set('decision.vsa.sigstore.json', bytesOf('{}'));
    expect(verifyBundle(files, { now: NOW })).toMatchObject({ accepted: true, signatureFiles: ['decision.vsa.sigstore.json'] });
  });

  // Somebody who forges all files consistently, digests and summary included, still cannot make a decision that does not follow.
  it.each<readonly [string, (decision: Record<string, unknown>) => void]>([
    ['the outcome', (decision) => Object.assign(decision, { outcome: 'GO', exit: 0, outcomeForTag: 'GO', recommendation: 'GO' })],
    ['a rule', (decision) => Object.assign((decision.rules as object[])[0] ?? {}, { outcome: 'waived' })],
    ['the findings', (decision) => Object.assign(decision, { findings: [] })],
    ['the age', (decision) => Object.assign(decision, { maxAge: '999999d' })],
    ['the policy', (decision) => Object.assign(decision, { policy: { uri: 'https://example.com', sha256: 'a'.repeat(64) } })],
    [
      'who decided',
      (decision) => Object.assign(decision, { decidedBy: { kind: 'person', by: 'ada', decision: 'go', reason: 'r', at: 'now' } }),
    ],
    ['an input that counts', (decision) => Object.assign(decision, { inputs: [] })],
    ['a gate', (decision) => Object.assign((decision.gates as object[])[0] ?? {}, { verdict: 'pass', headline: 'better' })],
    ['what is required', (decision) => Object.assign(decision.given as object, { required: ['determinism-check'] })],
    ['a version that is no beta', (decision) => Object.assign(decision.given as object, { version: '2.5.0' })],
    ['the time', (decision) => Object.assign(decision.given as object, { timeVerified: '2026-11-22T12:00:00Z' })],
  ])('derives again: %s', (_name, forge) => {
    const files = bundleOf({ evidence: withSlo({ verdict: 'fail' }) });
    const decision = json(files, 'decision.json');
    forge(decision);
    files.set('decision.json', bytesOf(decision));
    const summary = json(files, 'decision.vsa.intoto.json');
    summary.subject.at(-1).digest.sha256 = sha256(files.get('decision.json') ?? '');
    files.set('decision.vsa.intoto.json', bytesOf(summary));
    const { accepted: ok, codes } = codesOf(files);
    expect(ok).toBe(false);
    expect(codes.length).toBeGreaterThan(0);
    // Either the decision does not follow, or the summary, or a file has become a stranger; never merely "no go".
    const expected = ['decision-not-derivable', 'summary-differs', 'bundle-file-unlisted', 'bundle-unreadable'];
    expect(codes.filter((code) => !expected.includes(code))).toEqual([]);
  });
});
