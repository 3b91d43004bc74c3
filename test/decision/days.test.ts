import { expect, it } from '@jest/globals';
import { decideCase, withSlo } from './example.ts';

const unsigned = {
  code: 'slo-gate/ledger-unsigned',
  level: 'warning' as const,
  args: { place: 'ledger.jsonl', input: 'consecutive-days', unsigned: 6, entries: 6, asked: false },
};
const evidence = withSlo({ findings: [unsigned] });

const ruleOf = (changes: Parameters<typeof decideCase>[0]) => {
  const { rules, findings } = decideCase({ evidence, ...changes });
  const rule = rules.find((one) => one.rule === 'days-confirmed');
  return rule && [rule.outcome, rule.tagOnly, findings.some(({ code }) => code === 'decision-record/days-unconfirmed')];
};

it('days that nobody confirmed are no measurement for a version, and an obstacle that is reported otherwise', () => {
  expect(ruleOf({ rulesVersion: 2, version: '2.5.0-beta.1' })).toEqual(['inconclusive', true, true]);
  expect(ruleOf({ rulesVersion: 2 })).toEqual(['inconclusive', true, true]);
  expect(ruleOf({ rulesVersion: 2, evidence: withSlo({}) })).toBeUndefined();
});

it('a gate that is only reported breaks nothing', () => {
  expect(ruleOf({ rulesVersion: 2, version: '2.5.0-beta.1', required: ['determinism-check'] })).toBeUndefined();
});
