import type { DecisionFinding } from './words.ts';

/**
 * Version of the rules that a new decision follows. A bundle records it, and `verify` derives with the rules of that version: a change of the rules that
 * would derive an older bundle otherwise asks for `rulesVersion` first.
 */
export const RULES_VERSION = 2;

/** Every rule of a decision; a rule with its `match` (`gate-passed/slo-gate`) is what a waiver names. */
export const RULE_NAMES = [
  'subject',
  'evidence-sound',
  'gate-passed',
  'evidence-fresh',
  'check-passed',
  'coverage-met',
  'documents-refreshed',
  'flag-used',
  'readiness',
  'limits-kept',
  'quorum',
  'person',
  'tree-clean',
  'event',
  'policy-origin',
  'tag-in-place',
  'tag-last',
  // Since rules version 2.
  'measured-for-commit',
  'inputs-as-configured',
  'exercise',
  'base-accepted',
  'days-confirmed',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/**
 * What no waiver excuses: whether the evidence is true, is about this commit, and was judged by rules from elsewhere; and what a person said.
 * A policy can add to these, never take away.
 */
export const NEVER_WAIVABLE: ReadonlySet<RuleName> = new Set<RuleName>([
  'subject',
  'evidence-sound',
  'person',
  'tree-clean',
  'event',
  'policy-origin',
  'tag-in-place',
]);

/** What a rule found before waivers are looked at. */
export interface RuleResult {
  readonly rule: RuleName;
  /** What the rule is about: a gate, a file, a requirement. Together with `rule` it is unique. */
  readonly match: string;
  readonly outcome: 'holds' | 'broken' | 'inconclusive';
  readonly findings: readonly DecisionFinding[];
  /** It counts for tags only; elsewhere it is recorded as an obstacle to tagging. */
  readonly tagOnly: boolean;
}

/** `<rule>/<match>`. */
export function ruleId(result: Pick<RuleResult, 'rule' | 'match'>): string {
  return `${result.rule}/${result.match}`;
}

/** A rule that holds, perhaps with notes. */
export function holds(rule: RuleName, match: string, notes: readonly DecisionFinding[] = []): RuleResult {
  return { rule, match, outcome: 'holds', findings: notes, tagOnly: false };
}

/** A rule that is broken. */
export function broken(rule: RuleName, match: string, ...findings: readonly DecisionFinding[]): RuleResult {
  return { rule, match, outcome: 'broken', findings, tagOnly: false };
}

/** A rule that is broken, or holds when there are no findings. */
export function brokenIf(rule: RuleName, match: string, findings: readonly DecisionFinding[]): RuleResult {
  return findings.length === 0 ? holds(rule, match) : broken(rule, match, ...findings);
}

/** The same result, but for tags only. */
export function forTagsOnly(result: RuleResult): RuleResult {
  return { ...result, tagOnly: true };
}
