import { describe, expect, it } from '@jest/globals';
import { canonicalJson, sha256 } from '../../src/core/index.ts';
import {
  type BelievedDecision,
  buildBundle,
  decide,
  describeDecision,
  findCounting,
  judgeStanding,
  readStoredSummary,
  type StoredDecision,
  signatureFileOf,
} from '../../src/decision/index.ts';
import { COMMIT, HOUR_MS, inputOf, NOW, REPOSITORY, withSlo } from './example.ts';

interface Sketch {
  readonly hour: number;
  readonly outcome: 'GO' | 'CONDITIONAL' | 'NO-GO';
  readonly person?: 'go' | 'no-go';
  readonly signed?: boolean;
  readonly outcomeForTag?: 'NO-GO';
}

function believed({ hour, outcome, person, signed = true, outcomeForTag }: Sketch): BelievedDecision {
  const at = new Date(NOW + hour * HOUR_MS).toISOString();
  const decision: StoredDecision = {
    decisionSha256: sha256(canonicalJson({ hour, outcome, person: person ?? null })),
    outcome,
    outcomeForTag: outcomeForTag ?? outcome,
    timeVerified: at,
    rulesVersion: 2,
    commit: COMMIT,
    repository: REPOSITORY,
    version: '2.5.0-beta.1',
    run: { id: String(hour) },
    ...(person === undefined ? {} : { person: { by: 'grace', decision: person, at } }),
    maxAge: '7d',
    waivers: [],
  };
  return { decision, signed };
}

describe('what believed decisions say about a beta', () => {
  it.each<readonly [string, string, readonly Sketch[]]>([
    ['nothing is known', 'unknown', []],
    ['a GO', 'accepted', [{ hour: 1, outcome: 'GO' }]],
    ['a CONDITIONAL that nobody signed', 'accepted', [{ hour: 1, outcome: 'CONDITIONAL', signed: false }]],
    ['a NO-GO', 'refused', [{ hour: 1, outcome: 'NO-GO' }]],
    ['a GO that is none for a tag', 'refused', [{ hour: 1, outcome: 'GO', outcomeForTag: 'NO-GO' }]],
    [
      'a NO-GO, then a GO',
      'accepted',
      [
        { hour: 2, outcome: 'GO' },
        { hour: 1, outcome: 'NO-GO' },
      ],
    ],
    [
      'a GO, then a NO-GO of a run',
      'retracted',
      [
        { hour: 1, outcome: 'GO' },
        { hour: 2, outcome: 'NO-GO' },
      ],
    ],
    [
      'a GO, a person’s no-go, then a GO of a run',
      'retracted',
      [
        { hour: 1, outcome: 'GO' },
        { hour: 2, outcome: 'NO-GO', person: 'no-go' },
        { hour: 3, outcome: 'GO' },
      ],
    ],
    [
      'a person’s no-go, then a person’s go',
      'accepted',
      [
        { hour: 2, outcome: 'NO-GO', person: 'no-go' },
        { hour: 3, outcome: 'GO', person: 'go' },
      ],
    ],
    [
      'a person’s go before the no-go',
      'retracted',
      [
        { hour: 2, outcome: 'NO-GO', person: 'no-go' },
        { hour: 1, outcome: 'GO', person: 'go' },
      ],
    ],
    [
      'a signed no-go, and a go that nobody signed',
      'retracted',
      [
        { hour: 2, outcome: 'NO-GO', person: 'no-go' },
        { hour: 3, outcome: 'GO', person: 'go', signed: false },
      ],
    ],
    [
      'a no-go that nobody signed, and a go that nobody signed',
      'accepted',
      [
        { hour: 2, outcome: 'NO-GO', person: 'no-go', signed: false },
        { hour: 3, outcome: 'GO', person: 'go', signed: false },
      ],
    ],
    [
      'a person’s go against failing rules, which stays NO-GO',
      'refused',
      [
        { hour: 2, outcome: 'NO-GO', person: 'no-go' },
        { hour: 3, outcome: 'NO-GO', person: 'go' },
      ],
    ],
    [
      'GO and NO-GO at the same moment',
      'retracted',
      [
        { hour: 1, outcome: 'NO-GO' },
        { hour: 1, outcome: 'GO' },
      ],
    ],
    [
      'a person’s no-go behind a hundred later runs',
      'retracted',
      [{ hour: 1, outcome: 'NO-GO', person: 'no-go' }, ...Array.from({ length: 100 }, (_, n) => ({ hour: n + 2, outcome: 'GO' as const }))],
    ],
  ])('%s: %s', (_name, expected, sketches) => {
    expect(judgeStanding(sketches.map(believed))).toBe(expected);
    expect(judgeStanding(sketches.map(believed).reverse())).toBe(expected);
  });

  it('says which decision counts', () => {
    const entries = [believed({ hour: 1, outcome: 'NO-GO', person: 'no-go' }), believed({ hour: 9, outcome: 'GO' })];
    expect(findCounting(entries)).toBe(entries[0]);
    expect(findCounting([])).toBeUndefined();
  });
});

describe('a summary without its bundle', () => {
  const bundleOf = (changes = {}) => {
    const input = inputOf({ version: '2.5.0-beta.1', ...changes });
    const decision = decide(input);
    return { decision, files: buildBundle(decision, input, () => '# text').files };
  };
  const summaryOf = (files: ReadonlyMap<string, Uint8Array>) => files.get('decision.vsa.intoto.json') ?? new Uint8Array();

  it('says the same as the bundle', () => {
    const person = { by: 'grace', decision: 'no-go', reason: 'no', at: '2026-11-22T12:00:00Z' } as const;
    for (const changes of [
      {},
      { person },
      { evidence: withSlo({ verdict: 'fail' }) },
      { tag: { name: 'v2.5.0-beta.1', commit: COMMIT } },
    ]) {
      const { decision, files } = bundleOf(changes);
      const stored = readStoredSummary(summaryOf(files));
      expect(stored).toEqual(describeDecision(decision, sha256(files.get('decision.json') ?? '')));
      expect(stored).toMatchObject({ commit: COMMIT, repository: REPOSITORY, version: '2.5.0-beta.1', rulesVersion: 2 });
    }
  });

  it('of rules version 1 keeps its shape, and cannot be read alone', () => {
    const { decision, files } = bundleOf({ rulesVersion: 1 });
    expect(decision.given.rulesVersion).toBeUndefined();
    const summary = JSON.parse(new TextDecoder().decode(summaryOf(files)));
    expect(summary.subject).toHaveLength(2);
    expect(Object.keys(summary.predicate['https://testops.github.io/beta-gates/decision-link/v1'])).toEqual([
      'documents',
      'outcome',
      'outcomeForTag',
    ]);
    expect(readStoredSummary(summaryOf(files))).toBeUndefined();
  });

  it.each<readonly [string, (summary: { subject: { name?: string; digest: object }[]; predicate: Record<string, unknown> }) => unknown]>([
    ['another level', ({ predicate }) => Object.assign(predicate, { verifiedLevels: ['FAILED'] })],
    ['another result', ({ predicate }) => Object.assign(predicate, { verificationResult: 'FAILED' })],
    ['no commit among the subjects', ({ subject }) => subject.shift()],
    ['no decision among the subjects', ({ subject }) => subject.pop()],
    ['another commit in its name', ({ subject }) => Object.assign(subject[1] ?? {}, { name: `${REPOSITORY}@${'2'.repeat(40)}` })],
    ['a key that nobody knows', ({ predicate }) => Object.assign(predicate, { more: true })],
  ])('is not read with %s', (_name, change) => {
    const summary = JSON.parse(new TextDecoder().decode(summaryOf(bundleOf().files)));
    change(summary);
    expect(readStoredSummary(new TextEncoder().encode(JSON.stringify(summary)))).toBeUndefined();
  });

  it('is known as a Sigstore bundle or an envelope by its shape', () => {
    const shape = (value: unknown) => signatureFileOf(new TextEncoder().encode(JSON.stringify(value)));
    expect(shape({ dsseEnvelope: {} })).toBe('decision.vsa.sigstore.json');
    expect(shape({ payload: '', signatures: [] })).toBe('decision.vsa.dsse.json');
    for (const other of [null, [], {}, 'text', 1]) expect(shape(other)).toBeUndefined();
    expect(signatureFileOf(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
  });
});
