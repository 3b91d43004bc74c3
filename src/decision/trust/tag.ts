import { sortFindings } from '../../core/index.ts';
import type { Decision } from '../record.ts';
import { ruleId } from '../rule.ts';
import type { StoredDecision } from '../stored-summary.ts';
import { judgeAge, type VerifyOptions } from '../verify.ts';
import { parseBetaTag, parseBetaVersion } from '../versions.ts';
import { type DecisionFinding, errorOf } from '../words.ts';

/** A tag, or one that is to be made, and where it leads. */
export interface TagFact {
  readonly name: string;
  /** Commit that it leads to, annotated tags peeled. */
  readonly commit: string;
  /** `owner/name`, when it is known. */
  readonly repository: string | undefined;
}

/**
 * Whether a decision, verified already, lets this tag stand: it is about this commit of this repository, made for this tag, and GO or CONDITIONAL also
 * under the rules for tags. A decision about no version lets no tag stand.
 * @throws UserError when the tag is no beta tag.
 */
export function judgeTagged(decision: Decision, tag: TagFact): readonly DecisionFinding[] {
  const { given, outcomeForTag } = decision;
  const rules = decision.rules.filter(({ outcome }) => outcome === 'broken' || outcome === 'inconclusive').map(ruleId);
  return judge({ ...given, outcomeForTag, commit: 'commit' in given.subject ? given.subject.commit : undefined }, tag, rules);
}

/**
 * The same for a decision of which only the signed summary is left, and whether it is fresh: nothing can be derived again.
 * @throws UserError when the tag is no beta tag.
 */
export function judgeStored(decision: StoredDecision, tag: TagFact, options: VerifyOptions): readonly DecisionFinding[] {
  const { outcome } = decision;
  const refused = outcome === 'NO-GO' ? [errorOf('decision-record/decision-no-go', { outcome })] : judgeAge(decision, options);
  return sortFindings([...refused, ...judge(decision, tag, [])]);
}

interface Facts extends Pick<StoredDecision, 'outcomeForTag'> {
  readonly repository?: string | undefined;
  readonly commit: string | undefined;
  readonly version?: string | undefined;
  readonly tag?: StoredDecision['tag'] | undefined;
}

function judge({ repository, commit = 'a workspace', version, tag: own, outcomeForTag }: Facts, tag: TagFact, rules: readonly string[]) {
  const beta = parseBetaTag(tag.name);
  const findings: DecisionFinding[] = [];
  if (commit !== tag.commit) {
    // The decision names the tag and the commit that it led to: it has been moved since.
    findings.push(
      own?.name === tag.name && own.commit === commit
        ? errorOf('decision-record/tag-moved', { tag: tag.name, found: tag.commit, expected: commit })
        : errorOf('decision-record/decision-foreign-commit', { found: commit, expected: tag.commit }),
    );
  }
  if (tag.repository !== undefined && repository?.toLowerCase() !== tag.repository.toLowerCase()) {
    const args = { found: repository ?? 'no repository', expected: tag.repository };
    findings.push(errorOf('decision-record/decision-foreign-repository', args));
  }
  const madeFor = own?.name ?? (version === undefined ? undefined : parseBetaVersion(version).tag);
  if (madeFor === undefined) findings.push(errorOf('decision-record/decision-no-version', { tag: beta.tag }));
  else if (madeFor !== beta.tag) findings.push(errorOf('decision-record/decision-other-tag', { found: madeFor, expected: beta.tag }));
  if (outcomeForTag === 'NO-GO') findings.push(errorOf('decision-record/decision-not-for-tag', { outcomeForTag, rules: [...rules] }));
  return findings;
}
