import type { Decision } from '../record.ts';
import { ruleId } from '../rule.ts';
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
 * Whether a decision, verified already, lets this tag stand: it is about this commit of this repository, made for this tag or for none, and GO or
 * CONDITIONAL also under the rules for tags.
 * @throws UserError when the tag is no beta tag.
 */
export function judgeTagged(decision: Decision, tag: TagFact): readonly DecisionFinding[] {
  const { given, outcomeForTag } = decision;
  const beta = parseBetaTag(tag.name);
  const findings: DecisionFinding[] = [];
  const commit = 'commit' in given.subject ? given.subject.commit : `workspace ${given.subject.workspaceSha256}`;
  if (commit !== tag.commit) {
    // The decision names the tag and the commit that it led to: it has been moved since.
    findings.push(
      given.tag?.name === tag.name && given.tag.commit === commit
        ? errorOf('decision-record/tag-moved', { tag: tag.name, found: tag.commit, expected: commit })
        : errorOf('decision-record/decision-foreign-commit', { found: commit, expected: tag.commit }),
    );
  }
  if (tag.repository !== undefined && given.repository?.toLowerCase() !== tag.repository.toLowerCase()) {
    const args = { found: given.repository ?? 'no repository', expected: tag.repository };
    findings.push(errorOf('decision-record/decision-foreign-repository', args));
  }
  const madeFor = given.tag?.name ?? (given.version === undefined ? undefined : parseBetaVersion(given.version).tag);
  if (madeFor !== undefined && madeFor !== beta.tag) {
    findings.push(errorOf('decision-record/decision-other-tag', { found: madeFor, expected: beta.tag }));
  }
  if (outcomeForTag === 'NO-GO') {
    const rules = decision.rules.filter(({ outcome }) => outcome === 'broken' || outcome === 'inconclusive').map(ruleId);
    findings.push(errorOf('decision-record/decision-not-for-tag', { outcomeForTag, rules }));
  }
  return findings;
}
