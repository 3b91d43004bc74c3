import { describe, expect, it } from '@jest/globals';
import type { EvidenceParts, GateId, MeasuredFile } from '../../src/core/index.ts';
import { type DecisionInput, decide } from '../../src/decision/index.ts';
import { COMMIT, DAY_MS, evidenceOf, inputOf, NOW } from './example.ts';

const VERSION = '1.0.0-beta.1';
const RULES = ['measured-for-commit', 'inputs-as-configured', 'exercise'];

function fileOf(origin: MeasuredFile['origin'], reason?: MeasuredFile['reason']): MeasuredFile {
  return {
    input: 'results',
    path: `${reason ?? origin}.json`,
    size: 1,
    sha256: 'a'.repeat(64),
    origin,
    modifiedAt: new Date(NOW - 3 * DAY_MS).toISOString(),
    ...(reason === undefined ? {} : { reason }),
  };
}

function inputWith(measured: EvidenceParts['measured'] | null, changes: Partial<DecisionInput> = {}): DecisionInput {
  const evidence = [evidenceOf('determinism-check'), evidenceOf('slo-gate', { measured })];
  return inputOf({ rulesVersion: 2, version: VERSION, evidence, ...changes });
}

function outcomes(input: DecisionInput) {
  const decision = decide(input);
  return {
    outcome: decision.outcome,
    forTag: decision.outcomeForTag,
    findings: decision.findings
      .filter(({ code }) => /measured|inputs-differ|exercise/.test(code))
      .map(({ code, level }) => `${level} ${code.slice('decision-record/'.length)}`),
  };
}

describe('files that gates measured', () => {
  it.each([
    ['produced', undefined],
    ['handed-over', undefined],
  ] as const)('that are %s count', (origin, reason) => {
    expect(outcomes(inputWith([fileOf(origin, reason)]))).toEqual({ outcome: 'GO', forTag: 'GO', findings: [] });
  });

  it('that were found count with a note', () => {
    expect(outcomes(inputWith([fileOf('found')]))).toEqual({ outcome: 'GO', forTag: 'GO', findings: ['note measured-found'] });
  });

  it.each([
    ['found', 'left-by-load'],
    ['found', 'written-by-setup'],
    ['found', 'found-in-workflow'],
    ['recorded', 'tracked'],
    ['recorded', 'older-than-commit'],
    ['recorded', 'submodule'],
    ['recorded', 'outside-workspace'],
    ['recorded', 'times-before-commit'],
    ['recorded', 'times-in-future'],
    ['recorded', 'equal-to-blob'],
  ] as const)('that are %s (%s) do not count for a version, and warn without one', (origin, reason) => {
    const measured = [fileOf('produced'), fileOf(origin, reason)];
    expect(outcomes(inputWith(measured))).toEqual({ outcome: 'NO-GO', forTag: 'NO-GO', findings: ['error measured-not-for-commit'] });
    const { version: _version, ...without } = inputWith(measured);
    expect(outcomes(without)).toEqual({ outcome: 'GO', forTag: 'NO-GO', findings: ['warning measured-not-for-commit'] });
  });

  it('are counted, and the first is named with its age', () => {
    const decision = decide(inputWith([fileOf('recorded', 'tracked'), fileOf('recorded', 'older-than-commit')]));
    expect(decision.findings.find(({ code }) => code === 'decision-record/measured-not-for-commit')?.args).toEqual({
      gate: 'slo-gate',
      files: 2,
      path: 'older-than-commit.json',
      why: 'older-than-commit',
      days: 3,
    });
  });

  it('of which the evidence says nothing do not count', () => {
    expect(outcomes(inputWith(null))).toEqual({ outcome: 'NO-GO', forTag: 'NO-GO', findings: ['error measured-unknown'] });
  });

  it('can be waived like what any rule judges', () => {
    const waivers = {
      name: 'waivers.yml',
      origin: { kind: 'default-branch', commit: COMMIT } as const,
      bytes: new TextEncoder().encode(
        'version: 1\nwaivers:\n  - { rule: measured-for-commit, match: slo-gate, reason: r, owner: o, effectiveOn: 2026-11-01, effectiveUntil: 2026-12-01 }\n',
      ),
    };
    expect(outcomes(inputWith([fileOf('recorded', 'tracked')], { waivers })).outcome).toBe('CONDITIONAL');
  });
});

describe('inputs of a gate', () => {
  const ran = (inputs: EvidenceParts['inputs'], configured: Record<string, string | string[]> | undefined, gate: GateId = 'slo-gate') =>
    outcomes(
      inputOf({
        rulesVersion: 2,
        version: VERSION,
        evidence: [evidenceOf('determinism-check'), evidenceOf('slo-gate', { inputs })],
        ...(configured === undefined ? {} : { configuredInputs: { [gate]: configured } }),
      }),
    );

  it('that are as configured hold', () => {
    expect(ran({ a: '1', b: ['x'] }, { b: ['x'], a: '1' }).outcome).toBe('GO');
  });

  it.each([
    ['changed', { a: '2' }, { a: '1' }],
    ['added', { a: '1', b: '1' }, { a: '1' }],
    ['left out', {}, { a: '1' }],
    ['in another order', { a: ['x', 'y'] }, { a: ['y', 'x'] }],
  ])('that are %s break the rule', (_name, used, configured) => {
    expect(ran(used, configured)).toEqual({ outcome: 'NO-GO', forTag: 'NO-GO', findings: ['error inputs-differ'] });
  });
});

describe('the exercise', () => {
  it('that succeeded holds, and any other end breaks the rule, also without a version', () => {
    expect(outcomes(inputWith([], { exercise: 'success' })).outcome).toBe('GO');
    for (const exercise of ['failure', 'cancelled', 'Success', '']) {
      const { version: _version, ...without } = inputWith([], { exercise });
      expect(outcomes(without)).toEqual({ outcome: 'NO-GO', forTag: 'NO-GO', findings: ['error exercise-failed'] });
    }
  });

  it('names the gates whose files it should have produced', () => {
    const decision = decide(inputWith([fileOf('found')], { exercise: 'failure', required: ['determinism-check', 'slo-gate'] }));
    expect(decision.findings.find(({ code }) => code === 'decision-record/exercise-failed')?.args).toEqual({
      found: 'failure',
      gates: ['slo-gate'],
    });
  });
});

it('a decision of version 1 knows none of these rules', () => {
  const old = inputWith(null, { exercise: 'failure', configuredInputs: { 'slo-gate': { a: '1' } } });
  const decision = decide({ ...old, rulesVersion: 1 });
  expect(decision.outcome).toBe('GO');
  expect(decision.rules.filter(({ rule }) => RULES.includes(rule))).toEqual([]);
});
