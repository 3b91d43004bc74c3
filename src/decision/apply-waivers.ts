import { compareText, endOf, type Outcome, startOf, stateOf } from '../core/index.ts';
import { matchesName } from './patterns.ts';
import type { Policy } from './policy.ts';
import type { RuleOutcome } from './record.ts';
import { NEVER_WAIVABLE, type RuleResult, ruleId } from './rule.ts';
import type { Waiver } from './waivers.ts';
import { type DecisionFinding, errorOf, noteOf, warningOf } from './words.ts';

const DAY_MS = 86_400_000;

/** What waivers are held against. */
export interface WaiverContext {
  readonly now: number;
  readonly policy: Policy;
  readonly commit: string | undefined;
  readonly tag: string | undefined;
}

export interface WaivedRules {
  readonly rules: readonly RuleOutcome[];
  readonly used: readonly Waiver[];
  /** Findings of the rules, and what became of the waivers. */
  readonly findings: readonly DecisionFinding[];
}

/** Excuses failing rules by waivers that hold; a waiver names exactly one rule and match. Expired, refused and unused ones are findings. */
export function applyWaivers(results: readonly RuleResult[], waivers: readonly Waiver[], context: WaiverContext): WaivedRules {
  const findings: DecisionFinding[] = [];
  const used: Waiver[] = [];
  const rules = results.map((result): RuleOutcome => {
    const { rule, match, outcome, tagOnly } = result;
    const codes = [...new Set(result.findings.map(({ code }) => code))].sort(compareText);
    const candidates = waivers.filter((waiver) => waiver.rule === rule && waiver.match === match);
    if (outcome === 'holds') {
      findings.push(...result.findings, ...candidates.map((waiver) => unneeded(waiver, context.now)));
      return { rule, match, outcome, tagOnly, codes };
    }
    const refusals = candidates.map((waiver) => ({ waiver, refusal: refuse(waiver, context) }));
    const holding = refusals.filter(({ refusal }) => !refusal).map(({ waiver }) => waiver);
    findings.push(...refusals.flatMap(({ refusal }) => (refusal ? [refusal] : [])));
    if (holding.length === 0) {
      findings.push(...result.findings);
      return { rule, match, outcome, tagOnly, codes };
    }
    used.push(...holding);
    findings.push(...result.findings.map(asWarning), ...holding.map(saidAloud));
    return { rule, match, outcome: 'waived', tagOnly, codes };
  });
  const known = new Set(results.map(ruleId));
  findings.push(...waivers.filter((waiver) => !known.has(ruleId(waiver))).map((waiver) => unneeded(waiver, context.now)));
  return { rules, used, findings };
}

/** GO when all rules hold, CONDITIONAL when the others are waived, else NO-GO; exit 2 when only unmeasured things stand in the way. */
export function concludeRules(rules: readonly RuleOutcome[]): { readonly outcome: Outcome; readonly exit: 0 | 1 | 2 } {
  const some = (wanted: RuleOutcome['outcome']) => rules.some(({ outcome }) => outcome === wanted);
  // No rule at all would be a decision about nothing.
  if (rules.length === 0 || some('broken')) return { outcome: 'NO-GO', exit: 1 };
  if (some('inconclusive')) return { outcome: 'NO-GO', exit: 2 };
  return { outcome: some('waived') ? 'CONDITIONAL' : 'GO', exit: 0 };
}

function refuse(waiver: Waiver, { now, policy, commit, tag }: WaiverContext): DecisionFinding | undefined {
  const { rule, match, owner, scope, effectiveOn, effectiveUntil } = waiver;
  const named = { rule, match, owner };
  const rules = policy.waivers;
  if (NEVER_WAIVABLE.has(rule) || rules?.['not-waivable']?.some((pattern) => matchesName(ruleId(waiver), pattern))) {
    return errorOf('decision-record/waiver-not-allowed', named);
  }
  const state = stateOf(waiver, now);
  if (state === 'expired') return errorOf('decision-record/waiver-expired', { ...named, until: effectiveUntil });
  if (state === 'not-yet') return errorOf('decision-record/waiver-not-yet', { ...named, from: effectiveOn });
  const maxDays = rules?.['max-days'];
  if (maxDays !== undefined && endOf(effectiveUntil) - startOf(effectiveOn) > maxDays * DAY_MS) {
    return errorOf('decision-record/waiver-too-long', { ...named, maxDays });
  }
  if (rules?.owners && !rules.owners.some((pattern) => matchesName(owner, pattern))) return errorOf('decision-record/waiver-owner', named);
  const ofCommit = !scope?.commits || (commit !== undefined && scope.commits.includes(commit));
  const ofTag = !scope?.tags || (tag !== undefined && scope.tags.some((pattern) => matchesName(tag, pattern)));
  return ofCommit && ofTag ? undefined : errorOf('decision-record/waiver-out-of-scope', named);
}

function unneeded(waiver: Waiver, now: number): DecisionFinding {
  const { rule, match, owner } = waiver;
  const named = { rule, match, owner };
  switch (stateOf(waiver, now)) {
    case 'expired':
      return warningOf('decision-record/waiver-expired', { ...named, until: waiver.effectiveUntil });
    case 'not-yet':
      return noteOf('decision-record/waiver-not-yet', { ...named, from: waiver.effectiveOn });
    case 'effective':
      return warningOf('decision-record/waiver-unused', named);
  }
}

function saidAloud({ rule, match, owner, effectiveUntil: until, reason }: Waiver): DecisionFinding {
  return warningOf('decision-record/rule-waived', { rule, match, owner, until, reason });
}

function asWarning(finding: DecisionFinding): DecisionFinding {
  return finding.level === 'error' ? { ...finding, level: 'warning' } : finding;
}
