import { compareText, sortBy } from '../../core/index.ts';
import type { DecisionFacts } from '../facts.ts';
import type { Approval } from '../given.ts';
import { matchesName } from '../patterns.ts';
import { CLOCK_SKEW_MS } from '../read-evidence.ts';
import { broken, forTagsOnly, holds, type RuleResult, ruleId } from '../rule.ts';
import { type DecisionFinding, errorOf, warningOf } from '../words.ts';

/** `quorum/approvals`, for tags: enough of the right people approved this commit, and their last word is that. */
export function judgeQuorum({ given, policy, now }: DecisionFacts): RuleResult[] {
  const wanted = policy.approvals;
  if (!wanted) return [];
  const notes: DecisionFinding[] = [];
  const who: string[] = [];
  for (const approval of lastWords(given.approvals.filter(({ kind }) => !wanted.kinds || wanted.kinds.includes(kind)))) {
    const refusal = refuseApproval(approval, given.subject, given.author, wanted.from, now);
    if (refusal) notes.push(refusal);
    else who.push(approval.by);
  }
  const needed = wanted['at-least'];
  if (who.length >= needed) return [forTagsOnly(holds('quorum', 'approvals', notes))];
  const missing = errorOf('decision-record/quorum-missing', { found: who.length, needed, who: who.sort(compareText) });
  return [forTagsOnly(broken('quorum', 'approvals', missing, ...notes))];
}

/** Last approval of each person; comments are no word. Names on GitHub do not differ by case. */
function lastWords(approvals: readonly Approval[]): readonly Approval[] {
  const last = new Map<string, Approval>();
  const settled = approvals.filter(({ state }) => state !== 'commented');
  // Of two at the same instant the worse one counts: `approved` sorts first.
  for (const approval of sortBy(
    settled,
    ({ at }) => Date.parse(at),
    ({ state }) => state,
  ))
    last.set(approval.by.toLowerCase(), approval);
  return [...last.values()];
}

function refuseApproval(
  { by, state, at, kind, commit }: Approval,
  subject: { readonly commit: string } | { readonly workspaceSha256: string },
  author: string | undefined,
  from: readonly string[] | undefined,
  now: number,
): DecisionFinding | undefined {
  if (state !== 'approved') return warningOf('decision-record/approval-refused', { by, state });
  if (Date.parse(at) > now + CLOCK_SKEW_MS) return warningOf('decision-record/approval-in-future', { by, at });
  if (author !== undefined && author.toLowerCase() === by.toLowerCase()) return warningOf('decision-record/approval-own', { by });
  if (from && !from.some((pattern) => matchesName(by.toLowerCase(), pattern.toLowerCase()))) {
    return warningOf('decision-record/approval-not-listed', { by });
  }
  const judged = 'commit' in subject ? subject.commit : undefined;
  if (commit === undefined ? kind === 'review' : commit !== judged) {
    return warningOf('decision-record/approval-foreign-commit', { by, found: commit ?? 'no commit' });
  }
  return undefined;
}

/** What the rules say before a person is heard. */
export interface Recommendation {
  readonly outcome: 'GO' | 'CONDITIONAL' | 'NO-GO';
  readonly exit: 0 | 1 | 2;
  /** Rules that are neither met nor waived. */
  readonly unmet: readonly RuleResult[];
}

/** `person/decision`: a person's no-go is final; a go changes nothing, so against a NO-GO it takes waivers. */
export function judgePerson({ given, policy, now }: DecisionFacts, recommendation: Recommendation): RuleResult[] {
  const { person } = given;
  if (!person) {
    if (policy.person !== 'required') return [];
    return [forTagsOnly(broken('person', 'decision', errorOf('decision-record/person-missing', {})))];
  }
  const { by, reason, at } = person;
  if (Date.parse(at) > now + CLOCK_SKEW_MS) {
    return [broken('person', 'decision', errorOf('decision-record/person-in-future', { by, at, now: given.timeVerified }))];
  }
  if (person.decision === 'no-go') return [broken('person', 'decision', errorOf('decision-record/person-said-no-go', { by, reason }))];
  if (recommendation.outcome !== 'NO-GO') return [holds('person', 'decision')];
  const rules = recommendation.unmet.map(ruleId);
  const against = broken('person', 'decision', errorOf('decision-record/go-against-recommendation', { by, rules }));
  return [recommendation.exit === 2 ? { ...against, outcome: 'inconclusive' } : against];
}
