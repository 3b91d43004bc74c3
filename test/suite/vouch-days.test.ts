import { describe, expect, it } from '@jest/globals';
import { buildEvidence, canonicalJson, chainEntry, digestOf, EMPTY_LEDGER, type JsonObject, sha256 } from '../../src/core/index.ts';
import type { LedgerFile } from '../../src/core/ports/ledger.ts';
import { dayBodyOf } from '../../src/gates/slo-gate/ledger/day-entry.ts';
import { type DayWitnesses, type NamedRun, type SloEvidence, vouchForDays } from '../../src/suite/record/vouch-days.ts';

const COMMIT = 'a'.repeat(40);
const RUN = { id: '100', attempt: 1 };

/** Evidence of slo-gate, as a run writes it. */
function evidenceOf({ verdict = 'pass', repository = 'octo-org/demo', origin = 'produced', attempt = 1 } = {}): SloEvidence {
  const args = { day: '2026-02-26', verdict, kinds: ['load'], objectives: '0'.repeat(64), results: [sha256(`results ${attempt}`)] };
  const statement = buildEvidence({
    gate: 'slo-gate',
    subject: { commit: COMMIT },
    judgement: {
      verdict: verdict as 'pass',
      headline: '1 of 1 objectives met',
      checks: [{ id: 'one', verdict: verdict as 'pass' }],
      findings: [{ code: 'slo-gate/day', level: 'note', args }],
      measurements: [],
      exhibits: [],
    },
    inputs: {},
    dirty: false,
    measured: [{ input: 'results', path: 'r.json', size: 2, sha256: sha256('r'), origin: origin as 'produced' }],
    toolVersion: '0.0.0',
    run: {
      repository,
      runId: RUN.id,
      attempt,
      environment: { node: '24', platform: 'linux', arch: 'x64' },
      startedAt: '2026-02-26T20:00:00.000Z',
      finishedAt: '2026-02-26T20:01:00.000Z',
    },
  });
  const bytes = new TextEncoder().encode(canonicalJson(statement as never));
  return { sha256: sha256(bytes), bytes, statement };
}

const bodyOf = ({ statement, sha256: digest }: SloEvidence) => dayBodyOf(statement, digest) as JsonObject;

/** Who vouches for one entry, given what the code host and the branch hold. */
async function trustOf(body: JsonObject, has: { confirmed?: SloEvidence; signed?: SloEvidence; kept?: readonly LedgerFile[] } = {}) {
  const entry = chainEntry(body, EMPTY_LEDGER);
  const asked: NamedRun[] = [];
  const witnesses: DayWitnesses = {
    repository: 'octo-org/demo',
    confirmRun: async (run) => {
      asked.push(run);
      return run.id === RUN.id && run.attempt === RUN.attempt ? has.confirmed : undefined;
    },
    listSigned: async () => (has.signed ? [{ commit: COMMIT, sha256: has.signed.sha256 }] : []),
  };
  const trust = await vouchForDays([entry], { readFiles: async () => has.kept ?? [] }, witnesses);
  return { trust: trust.get(entry.hash), asked: asked.length };
}

describe('who vouches for a day of the ledger', () => {
  const good = evidenceOf();

  it('the run that it names, where its decision rests on that very evidence', async () => {
    expect(await trustOf(bodyOf(good), { confirmed: good })).toEqual({ trust: 'confirmed', asked: 1 });
    expect(await trustOf(bodyOf(good), {})).toEqual({ trust: 'unconfirmed', asked: 1 });
    expect(await trustOf(bodyOf(good), { confirmed: evidenceOf({ verdict: 'fail' }) })).toMatchObject({ trust: 'unconfirmed' });
  });

  it('a signature that names the evidence, where the branch has the evidence; then no run is asked', async () => {
    const kept = [{ path: 'days/x', bytes: good.bytes }];
    expect(await trustOf(bodyOf(good), { signed: good, kept })).toEqual({ trust: 'signed', asked: 0 });
    expect(await trustOf(bodyOf(good), { signed: good })).toEqual({ trust: 'unconfirmed', asked: 1 });
    expect(await trustOf(bodyOf(good), { kept })).toEqual({ trust: 'unconfirmed', asked: 1 });
  });

  it.each<[string, JsonObject]>([
    ['another day', { ...bodyOf(good), day: '2026-02-25' }],
    ['a pass out of a fail', { ...bodyOf(evidenceOf({ verdict: 'fail' })), verdict: 'pass' }],
    ['other results', { ...bodyOf(good), results: [sha256('made up')] }],
    ['other objectives', { ...bodyOf(good), objectives: '1'.repeat(64) }],
    ['another commit', { ...bodyOf(good), commit: 'b'.repeat(40) }],
    ['another time', { ...bodyOf(good), at: '2026-03-01T00:00:00.000Z' }],
    ['a day without evidence, as older versions wrote it', { ...withoutSource(bodyOf(good)), type: 'slo-day/v1' }],
    ['a day without evidence', withoutSource(bodyOf(good))],
  ])('nobody, for %s, although run and evidence exist', async (_name, forged) => {
    for (const evidence of [good, evidenceOf({ verdict: 'fail' })]) {
      const kept = [{ path: 'days/x', bytes: evidence.bytes }];
      expect((await trustOf(forged, { confirmed: evidence, signed: evidence, kept })).trust).toBe('unconfirmed');
    }
  });

  it('nobody, for evidence of another repository, of another attempt, or from files that were not produced for the commit', async () => {
    const fork = evidenceOf({ repository: 'someone/fork' });
    expect((await trustOf(bodyOf(fork), { confirmed: fork })).trust).toBe('unconfirmed');
    const rerun = evidenceOf({ attempt: 2 });
    expect((await trustOf(bodyOf(rerun), { confirmed: good })).trust).toBe('unconfirmed');
    const recorded = evidenceOf({ origin: 'recorded' });
    expect(dayBodyOf(recorded.statement, recorded.sha256)).toBeUndefined();
    const copied = { ...bodyOf(good), evidence: recorded.sha256 };
    expect((await trustOf(copied, { confirmed: recorded })).trust).toBe('unconfirmed');
  });

  it('passes on that the code host does not answer', async () => {
    const entry = chainEntry(bodyOf(good), EMPTY_LEDGER);
    const witnesses: DayWitnesses = {
      repository: 'octo-org/demo',
      confirmRun: () => Promise.reject(new Error('rate limit')),
      listSigned: async () => [],
    };
    await expect(vouchForDays([entry], {}, witnesses)).rejects.toThrow('rate limit');
  });
});

function withoutSource({ evidence: _evidence, run: _run, at: _at, ...rest }: JsonObject): JsonObject {
  return rest;
}

// The digest of evidence is that of its canonical bytes.
it('names evidence by its bytes', () => expect(evidenceOf().sha256).toBe(digestOf(evidenceOf().statement as never)));
