import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, GATE_IDS, type GateId, VERDICTS, type Verdict } from '../../src/core/index.ts';
import { buildBundle, type Decision, type DecisionInput, decide, type InputDocument, verifyBundle } from '../../src/decision/index.ts';
import { evidenceOf, HOUR_MS, inputOf, NOW, onMain } from './example.ts';

const RANK = { GO: 0, CONDITIONAL: 1, 'NO-GO': 2 } as const;
const rank = ({ outcome, outcomeForTag }: Decision) => [RANK[outcome], RANK[outcomeForTag]] as const;
/** Neither decision is better than before. */
const notBetter = (before: Decision, after: Decision) => rank(after).every((value, index) => value >= (rank(before)[index] ?? 0));

interface Plan {
  readonly gate: GateId;
  readonly checks: readonly Verdict[];
  readonly dirty: boolean;
  readonly event: string;
  /** Hours since the gate ended. */
  readonly age: number;
  readonly runs: number | null;
}

const plan = (gate: GateId): fc.Arbitrary<Plan> =>
  fc.record({
    gate: fc.constant(gate),
    checks: fc.array(fc.constantFrom(...VERDICTS), { minLength: 1, maxLength: 3 }),
    dirty: fc.boolean(),
    event: fc.constantFrom('push', 'push', 'pull_request'),
    age: fc.constantFrom(1, 1, 30),
    runs: fc.constantFrom(null, 3, 5),
  });
const plans = fc.subarray([...GATE_IDS], { minLength: 1 }).chain((gates) => fc.tuple(...gates.map(plan)) as fc.Arbitrary<readonly Plan[]>);
const file = ({ gate, checks, dirty, event, age, runs }: Plan): InputDocument => {
  const ended = new Date(NOW - age * HOUR_MS).toISOString();
  return evidenceOf(gate, {
    checks: checks.map((verdict, index) => ({ id: `check ${index}`, verdict })),
    measurements: [{ id: 'runs', value: runs, unit: 'runs' }],
    dirty,
    run: { event, startedAt: ended, finishedAt: ended },
  });
};

const WAIVABLE = [
  ...GATE_IDS.flatMap((gate) => [`gate-passed ${gate}`, `evidence-fresh ${gate}`]),
  'readiness one',
  'check-passed a/determinism-check/check *',
  'coverage-met a/slo-gate/runs',
  'quorum approvals',
];
const waiversOf = (rules: readonly string[]) => {
  const lines = rules.map((text) => {
    const [rule = '', match = ''] = [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)];
    return `  - { rule: ${rule}, match: "${match}", reason: known, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }`;
  });
  return onMain('waivers.yml', lines.length === 0 ? 'version: 1\nwaivers: []\n' : `version: 1\nwaivers:\n${lines.join('\n')}\n`);
};
const waived = fc.subarray(WAIVABLE);
const policies = fc.constantFrom(
  undefined,
  onMain('policy.yml', 'version: 1\nrequirements: [{ id: a, when: { tags: ["v2*"] }, gates: [slo-gate] }]'),
  onMain(
    'policy.yml',
    'version: 1\nrequirements: [{ id: a, checks: [{ gate: determinism-check, id: "check *" }] }]\nfreshness: { evidence-max-age: 1d }',
  ),
  onMain(
    'policy.yml',
    'version: 1\nrequirements: [{ id: a, coverage: [{ gate: slo-gate, measurement: runs, at-least: 5 }] }]\napprovals: { at-least: 1 }',
  ),
  onMain('policy.yml', 'version: 1\nwaivers: { not-waivable: ["gate-passed/slo-gate"] }\nperson: required'),
);
const checklists = fc.constantFrom(
  undefined,
  onMain('readiness.yml', 'version: 1\nitems: [{ id: one, title: One, evidence: [{ kind: gate, gate: slo-gate }] }]'),
);

const inputs = fc
  .record({
    plans,
    waivers: waived.map(waiversOf),
    policy: policies,
    checklist: checklists,
    version: fc.constantFrom(undefined, '2.5.0-beta.1'),
    onlyFirst: fc.boolean(),
  })
  .map(({ plans: chosen, onlyFirst, ...rest }): { plans: readonly Plan[]; input: DecisionInput } => ({
    plans: chosen,
    input: inputOf({
      ...rest,
      configured: chosen.map(({ gate }) => gate),
      ...(onlyFirst ? { required: chosen.slice(0, 1).map(({ gate }) => gate) } : {}),
      evidence: chosen.map(file),
    }),
  }));

describe('properties of the decision', () => {
  it('adding a failure never improves it', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), fc.constantFrom('fail', 'inconclusive'), ({ plans: chosen, input }, at, verdict) => {
        const worse = chosen.map((entry, index) =>
          index === at % chosen.length ? { ...entry, checks: [...entry.checks, verdict as Verdict] } : entry,
        );
        expect(notBetter(decide(input), decide({ ...input, evidence: worse.map(file) }))).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  it('removing evidence never improves it', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), ({ input }, at) => {
        const fewer = input.evidence.filter((_, index) => index !== at % input.evidence.length);
        expect(notBetter(decide(input), decide({ ...input, evidence: fewer }))).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  it('a waiver never makes a GO of what was none', () => {
    fc.assert(
      fc.property(inputs, waived, ({ input }, rules) => {
        const [without, withWaivers] = [decide({ ...input, waivers: undefined }), decide({ ...input, waivers: waiversOf(rules) })];
        if (without.outcome !== 'GO') expect(withWaivers.outcome).not.toBe('GO');
        if (without.outcomeForTag !== 'GO') expect(withWaivers.outcomeForTag).not.toBe('GO');
      }),
      { numRuns: 120 },
    );
  });

  it('a requirement more never improves it, and neither does being for a tag', () => {
    const extra =
      'version: 1\nrequirements: [{ id: b, gates: [telemetry-scan], coverage: [{ gate: slo-gate, measurement: runs, at-least: 4 }] }]';
    fc.assert(
      fc.property(inputs, ({ input }) => {
        const plain = { ...input, policy: undefined };
        expect(notBetter(decide(plain), decide({ ...plain, policy: onMain('policy.yml', extra) }))).toBe(true);
        const decision = decide(input);
        expect(RANK[decision.outcomeForTag]).toBeGreaterThanOrEqual(RANK[decision.outcome]);
      }),
      { numRuns: 120 },
    );
  });

  it('order does not matter, to the byte', () => {
    fc.assert(
      fc.property(
        inputs.chain(({ input }) =>
          fc.tuple(fc.constant(input), fc.shuffledSubarray([...input.evidence], { minLength: input.evidence.length })),
        ),
        ([input, evidence]) => {
          const turned = { ...input, evidence, configured: [...input.configured].reverse() };
          expect(canonicalJson(decide(turned))).toBe(canonicalJson(decide(input)));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('what is written verifies, unless it is NO-GO', () => {
    fc.assert(
      fc.property(inputs, ({ input }) => {
        const decision = decide(input);
        const { files } = buildBundle(decision, input, ({ outcome }) => outcome);
        const { accepted, findings } = verifyBundle(files, { now: NOW });
        expect(accepted).toBe(decision.outcome !== 'NO-GO');
        expect(findings.map(({ code }) => code)).toEqual(accepted ? [] : ['decision-record/decision-no-go']);
      }),
      { numRuns: 80 },
    );
  });

  it('one changed bit anywhere in the bundle is rejected', () => {
    const input = inputOf({
      version: '2.5.0-beta.1',
      policy: onMain('policy.yml', 'version: 1\n'),
      waivers: waiversOf(['gate-passed slo-gate']),
      evidence: [evidenceOf('determinism-check'), evidenceOf('slo-gate', { verdict: 'fail' })],
    });
    const { files } = buildBundle(decide(input), input, () => '# The decision, as text\n');
    expect(verifyBundle(files, { now: NOW }).accepted).toBe(true);
    const names = [...files.keys()];
    // Every fifth byte of the summary; elsewhere at random.
    const summary = files.get('decision.vsa.intoto.json') ?? new Uint8Array();
    for (let at = 0; at < summary.length; at += 5) {
      const changed = Uint8Array.from(summary);
      changed[at] = (summary[at] ?? 0) ^ (1 << (at % 7));
      expect(verifyBundle(new Map([...files, ['decision.vsa.intoto.json', changed]]), { now: NOW }).accepted).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat({ max: names.length - 1 }), fc.nat(), fc.nat({ max: 7 }), (index, at, bit) => {
        const name = names[index] ?? '';
        const bytes = Uint8Array.from(files.get(name) ?? []);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        const { accepted, exit, findings } = verifyBundle(new Map([...files, [name, bytes]]), { now: NOW });
        expect(accepted).toBe(false);
        expect([1, 3]).toContain(exit);
        expect(findings.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
