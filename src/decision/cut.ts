import { UserError } from '../core/index.ts';
import type { Decision } from './record.ts';
import { judgeTagged } from './trust/tag.ts';
import { type BetaVersion, nextBeta, parseBetaTag } from './versions.ts';
import type { DecisionFinding } from './words.ts';

export interface CutFacts {
  /** Verified already: bundle, signature, freshness. */
  readonly decision: Decision;
  readonly repository: string | undefined;
  /** Commit that is to be tagged. */
  readonly commit: string;
  /** Release, `2.5.0`, or a beta of it; default the version that the decision is for. */
  readonly release: string | undefined;
  /** Every tag with the commit that it leads to, annotated tags peeled. */
  readonly tags: readonly { readonly name: string; readonly commit: string }[];
}

export type CutPlan =
  | { readonly kind: 'create'; readonly beta: BetaVersion }
  /** The commit bears a beta of this release already, from an earlier try: nothing is left to do. */
  | { readonly kind: 'exists'; readonly beta: BetaVersion }
  | { readonly kind: 'refused'; readonly beta: BetaVersion; readonly findings: readonly DecisionFinding[] };

/**
 * Which tag a decision lets be cut. Run twice on the same commit it does not make two betas.
 * @throws UserError when no release is known, or when it can have no further beta.
 */
export function planCut({ decision, repository, commit, release, tags }: CutFacts): CutPlan {
  const wanted = release ?? decision.given.version;
  if (wanted === undefined) {
    throw new UserError({
      where: 'version',
      found: 'none, and the decision was made for none',
      expected: 'the release that the beta leads to, such as 2.5.0',
      todo: 'give --version, or decide with a version',
    });
  }
  const beta = tagToCut(wanted, commit, tags);
  const earlier = betasOn(commit, tags).some(({ tag }) => tag === beta.tag);
  const findings = judgeTagged(decision, { name: beta.tag, commit, repository });
  if (findings.length > 0) return { kind: 'refused', beta, findings };
  return earlier ? { kind: 'exists', beta } : { kind: 'create', beta };
}

/**
 * The beta of a release that a commit bears already, else the next free one.
 * @throws UserError when the release can have no further beta.
 */
export function tagToCut(release: string, commit: string, tags: CutFacts['tags']): BetaVersion {
  const names = tags.map(({ name }) => name);
  return betasOn(commit, tags).find(({ base }) => base === release.split('-')[0]) ?? nextBeta(release, names);
}

/** Betas on a commit, the highest first. */
function betasOn(commit: string, tags: CutFacts['tags']): readonly BetaVersion[] {
  return tags
    .filter((tag) => tag.commit === commit)
    .flatMap(({ name }) => {
      try {
        return [parseBetaTag(name)];
      } catch {
        return [];
      }
    })
    .sort((a, b) => b.number - a.number);
}
