import type { IncidentIssue } from '../../core/ports/publisher.ts';
import { type DecisionFinding, parseBetaTag } from '../../decision/index.ts';
import { errorOf } from '../../decision/words.ts';
import type { DecisionIndex, TaggedCommit } from '../tag/decision-index.ts';

/** A beta tag that nothing stands behind. */
export interface UndecidedTag extends TaggedCommit {
  readonly finding: DecisionFinding;
}

/** Tags whose decisions are looked for in one night, the highest versions first: each costs some requests. */
const MOST_TAGS = 20;
/** Before every decision: what is reported once is not reported again each night, and a later GO for the release ends it. */
const DECIDED_AT = '1970-01-01T00:00:00Z';

/**
 * Beta tags that no believed decision is about, and those that led elsewhere before. A pushed tag whose commit lacks the workflow starts no run at all, so
 * that nobody was told.
 */
export async function findUndecidedTags(
  tags: readonly { readonly name: string; readonly commit: string }[],
  index: DecisionIndex,
): Promise<{ readonly undecided: readonly UndecidedTag[]; readonly checked: number; readonly left: number }> {
  const betas = sortBetas(tags);
  const recorded = await index.listRecorded();
  const undecided: UndecidedTag[] = [];
  const wanted = betas.slice(0, MOST_TAGS);
  for (const { name: tag, commit } of wanted) {
    const { standing } = await index.standingOf({ tag, commit });
    if (standing !== 'unknown') continue;
    const elsewhere = recorded.find((each) => each.tag === tag && each.commit !== commit);
    const finding =
      elsewhere === undefined
        ? errorOf('decision-record/tag-without-decision', { tag, commit })
        : errorOf('decision-record/tag-moved', { tag, found: commit, expected: elsewhere.commit });
    undecided.push({ tag, commit, finding });
  }
  return { undecided, checked: wanted.length, left: betas.length - wanted.length };
}

function sortBetas(tags: readonly { readonly name: string; readonly commit: string }[]) {
  const betas = tags.flatMap((tag) => {
    try {
      const { base, number } = parseBetaTag(tag.name);
      return [{ ...tag, order: [...base.split('.').map(Number), number] }];
    } catch {
      return [];
    }
  });
  return betas.sort((a, b) => b.order.map((value, index) => value - (a.order[index] ?? 0)).find((difference) => difference !== 0) ?? 0);
}

/** The incident of such a tag: one issue for each, which the nights that follow leave as it is. */
export function undecidedIssueOf({ tag, commit, finding }: UndecidedTag, message: string): IncidentIssue {
  return {
    fingerprint: `testops:${parseBetaTag(tag).base}:tag-${tag}`,
    title: `Incident: no decision about ${tag}`,
    body: [
      '### Kind',
      '',
      'decision',
      '',
      '### What failed',
      '',
      `- ${message} (\`${finding.code}\`)`,
      '',
      '### Next steps',
      '',
      `- [ ] Find out who pushed \`${tag}\` to \`${commit}\`. If that commit lacks \`.github/workflows/testops-ci.yml\`, the push started no run.`,
      '- [ ] Do not release it. Run `testops-ci.yml` on the commit with the version, or remove the tag and cut the next beta.',
      '- [ ] Protect the tags: `testops protect` (docs/release-protection.md).',
    ].join('\n'),
    labels: ['decision'],
    decidedAt: DECIDED_AT,
    note: '',
    noteKey: `tag-${tag}`,
  };
}
