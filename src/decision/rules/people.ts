import { compareText, sortBy } from '../../core/index.ts';
import type { DecisionFacts } from '../facts.ts';
import type { Approval } from '../given.ts';
import { matchesName } from '../patterns.ts';
import type { Policy } from '../policy.ts';
import { CLOCK_SKEW_MS } from '../read-evidence.ts';
import { broken, forTagsOnly, holds, type RuleResult, ruleId } from '../rule.ts';
import { type DecisionFinding, errorOf, warningOf } from '../words.ts';

/** `quorum/approvals`, for tags: enough of the right people approved this commit, and their last word about it is that. */
export function judgeQuorum({ given, policy, now }: DecisionFacts): RuleResult[] {
  const wanted = policy.approvals;
  if (!wanted) return [];
  const judged = 'commit' in given.subject ? given.subject.commit : undefined;
  const notes: DecisionFinding[] = [];
  const who: string[] = [];
  for (const approval of lastWords(
    given.approvals.filter((entry) => isOfKind(entry, wanted)),
    judged,
  )) {
    const refusal = refuseApproval(approval, { given, judged, from: wanted.from, now });
    if (refusal) notes.push(refusal);
    else who.push(approval.by);
  }
  const needed = wanted['at-least'];
  if (who.length >= needed) return [forTagsOnly(holds('quorum', 'approvals', notes))];
  const missing = errorOf('decision-record/quorum-missing', { found: who.length, needed, who: who.sort(compareText) });
  return [forTagsOnly(broken('quorum', 'approvals', missing, ...notes))];
}

function isOfKind({ kind, environment }: Approval, { kinds, environments }: NonNullable<Policy['approvals']>): boolean {
  if (kinds && !kinds.includes(kind)) return false;
  return kind === 'review' || !environments || environments.some((pattern) => matchesName(environment ?? '', pattern));
}

/** A review is about a commit; an approval of an environment may say none, and is then about the run. */
function isAbout({ kind, commit }: Approval, judged: string | undefined): boolean {
  return commit === undefined ? kind === 'environment' : commit === judged;
}

/**
 * Last word of each person. An approval of another commit is a word only where there is no other; a refusal is one whatever it looked at. Comments are
 * none. Names on GitHub do not differ by case.
 */
function lastWords(approvals: readonly Approval[], judged: string | undefined): readonly Approval[] {
  const last = new Map<string, Approval>();
  const settled = approvals.filter(({ state }) => state !== 'commented');
  const rank = (approval: Approval) => (approval.state !== 'approved' || isAbout(approval, judged) ? 1 : 0);
  // Of two at the same instant the worse one counts: `approved` sorts first.
  const inOrder = sortBy(
    settled,
    rank,
    ({ at }) => Date.parse(at),
    ({ state }) => state,
  );
  for (const approval of inOrder) last.set(approval.by.toLowerCase(), approval);
  return [...last.values()];
}

/** Roles whose approval counts where nobody answers for a commit: only these can be trusted not to have pushed it themselves under another name. */
const MAINTAINERS: readonly string[] = ['maintain', 'admin'];

interface ApprovalContext {
  readonly given: DecisionFacts['given'];
  readonly judged: string | undefined;
  readonly from: readonly string[] | undefined;
  readonly now: number;
}

function refuseApproval(approval: Approval, { given, judged, from, now }: ApprovalContext): DecisionFinding | undefined {
  const { by, state, at, commit, role } = approval;
  const { authors, excluded = [], unattributed = [], rulesVersion } = given;
  const isBy = (name: string) => name.toLowerCase() === by.toLowerCase();
  if (state !== 'approved') return warningOf('decision-record/approval-refused', { by, state });
  if (Date.parse(at) > now + CLOCK_SKEW_MS) return warningOf('decision-record/approval-in-future', { by, at });
  const reason = rulesVersion === undefined ? undefined : excluded.find((one) => isBy(one.by))?.reason;
  if (reason !== undefined) return warningOf('decision-record/approval-excluded', { by, reason });
  if (authors.some(isBy)) return warningOf('decision-record/approval-own', { by });
  if (from && !from.some((pattern) => matchesName(by.toLowerCase(), pattern.toLowerCase()))) {
    return warningOf('decision-record/approval-not-listed', { by });
  }
  if (rulesVersion !== undefined && unattributed.length > 0 && !MAINTAINERS.includes(role ?? '')) {
    const args = { by, role: role ?? 'no role', commits: unattributed.length, first: unattributed[0] ?? '' };
    return warningOf('decision-record/approval-needs-maintainer', args);
  }
  if (!isAbout(approval, judged)) return warningOf('decision-record/approval-foreign-commit', { by, found: commit ?? 'no commit' });
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
