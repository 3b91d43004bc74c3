import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isUserError, sha256, type Verdict } from '../../src/core/index.ts';
import { buildBundle, type DecisionInput, decide, verifyBundle } from '../../src/decision/index.ts';
import { COMMIT, decideCase, evidenceOf, inputOf, NOW, onMain, withSlo } from './example.ts';

const json = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

/**
 * How Conforma reads test-result attestations (conforma/policy, package test_attestation): the name is configuration[0].name, `result` must be there and
 * one of five values, FAILED and ERROR and SKIPPED deny, WARNED warns; numbers under `failures` and `warnings` count besides.
 */
function readAsConforma(statement: { predicate: Record<string, unknown> }): { name: unknown; deny: boolean; warn: boolean } {
  const { predicate } = statement;
  const [configuration] = (predicate.configuration ?? []) as { name?: unknown }[];
  const counts = (key: string) => typeof predicate[key] === 'number' && predicate[key] > 0;
  const known = ['PASSED', 'WARNED', 'FAILED', 'ERROR', 'SKIPPED'].includes(String(predicate.result));
  return {
    name: configuration?.name ?? 'unknown test',
    deny: !known || ['FAILED', 'ERROR', 'SKIPPED'].includes(String(predicate.result)) || counts('failures'),
    warn: predicate.result === 'WARNED' || counts('warnings'),
  };
}

describe('evidence, read by Conforma', () => {
  it.each<readonly [Verdict, boolean, boolean]>([
    ['pass', false, false],
    ['warn', false, true],
    ['fail', true, false],
    ['inconclusive', true, false],
  ])('%s', (verdict, deny, warn) => {
    const { bytes } = evidenceOf('slo-gate', { verdict });
    expect(readAsConforma(json(bytes))).toEqual({ name: 'slo-gate', deny, warn });
  });
});

describe('the summary, read by others', () => {
  const cases: readonly (readonly [string, Partial<DecisionInput>])[] = [
    ['GO', { version: '2.5.0-beta.1', artifacts: [{ name: 'app.tgz', sha256: 'c'.repeat(64) }] }],
    ['NO-GO', { evidence: withSlo({ verdict: 'fail' }) }],
  ];
  it.each(cases)('%s has what SLSA says a summary has', (outcome, changes) => {
    const input = inputOf(changes);
    const { files } = buildBundle(decide(input), input, () => '');
    const { _type, subject, predicateType, predicate } = json(files.get('decision.vsa.intoto.json'));
    expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'https://slsa.dev/verification_summary/v1']);
    // https://slsa.dev/spec/v1.1/verification_summary: required fields, and inputAttestations, when there are any, complete and with digests.
    expect(new URL(predicate.verifier.id).protocol).toBe('https:');
    expect(Number.isNaN(Date.parse(predicate.timeVerified))).toBe(false);
    expect(typeof predicate.resourceUri).toBe('string');
    expect(predicate.policy.uri).toMatch(/\S/);
    expect(predicate.verificationResult).toBe(outcome === 'GO' ? 'PASSED' : 'FAILED');
    expect(Array.isArray(predicate.verifiedLevels)).toBe(true);
    expect(predicate.verifiedLevels.some((level: string) => level.startsWith('SLSA_'))).toBe(false);
    expect(predicate.inputAttestations).toHaveLength(2);
    for (const { digest } of predicate.inputAttestations) expect(digest.sha256).toMatch(/^[0-9a-f]{64}$/);
    // in-toto Statement v1: every subject has a digest; slsa-verifier and gh find what they are asked about among them.
    const digests = subject.flatMap(({ digest }: { digest: Record<string, string> }) =>
      Object.entries(digest).map((pair) => pair.join(':')),
    );
    expect(digests).toHaveLength(subject.length);
    expect(digests).toContain(`sha256:${sha256(files.get('decision.json') ?? '')}`);
    expect(digests).toContain(`gitCommit:${COMMIT}`);
    expect(subject.length).toBeLessThanOrEqual(1024);
  });
});

const root = ['../../../shared/data', '../../../../shared/data']
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(path));
const SETS = ['attest', 'diff/nst+JSONTestSuite', 'diff/yaml+yaml-test-suite'];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|jsonl|yaml|yml|link|layout)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const suite = root === undefined ? describe.skip : describe;
if (root === undefined) console.warn('skipped: ../shared/data is not there, so no foreign documents are read');

suite('documents that others wrote', () => {
  for (const set of SETS) {
    const names = root === undefined ? [] : filesBelow(join(root, set));

    it(`${set}: there are some`, () => expect(names.length).toBeGreaterThan(10));

    it(`${set}: none is taken for evidence`, () => {
      for (const name of names) {
        const bytes = new Uint8Array(readFileSync(name));
        const decision = decideCase({ evidence: [evidenceOf('determinism-check'), { name: 'slo-gate.intoto.json', bytes }] });
        expect({ name, outcome: decision.outcome, exit: decision.exit }).toEqual({ name, outcome: 'NO-GO', exit: 1 });
      }
    });

    it(`${set}: none is taken for a policy, a checklist, waivers or a decision`, () => {
      const good = inputOf();
      const { files } = buildBundle(decide(good), good, () => '');
      for (const [index, name] of names.entries()) {
        const bytes = new Uint8Array(readFileSync(name));
        const roles = ['policy', 'checklist', 'waivers'] as const;
        // Each document in one role: the three readers differ in nothing but the schema.
        for (const role of roles.slice(index % 3, (index % 3) + 1)) {
          let thrown: unknown;
          try {
            decideCase({ [role]: { ...onMain('document.yml', ''), bytes } });
          } catch (error) {
            thrown = error;
          }
          expect({ name, role, refused: isUserError(thrown) ? true : thrown }).toEqual({ name, role, refused: true });
        }
        if (set.includes('yaml')) continue;
        expect({ name, ...pick(verifyBundle(new Map([...files, ['decision.json', bytes]]), { now: NOW })) }).toEqual({
          name,
          accepted: false,
          exit: 3,
        });
        expect({ name, ...pick(verifyBundle(new Map([...files, ['decision.vsa.intoto.json', bytes]]), { now: NOW })) }).toEqual({
          name,
          accepted: false,
          exit: 1,
        });
      }
    });
  }
});

function pick({ accepted, exit }: { accepted: boolean; exit: number }): { accepted: boolean; exit: number } {
  return { accepted, exit };
}
