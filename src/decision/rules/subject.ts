import type { DecisionFacts } from '../facts.ts';
import type { Given } from '../given.ts';
import type { SoundEvidence } from '../read-evidence.ts';
import { broken, brokenIf, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { errorOf, warningOf } from '../words.ts';

/** `subject/commit`: the decision is about a commit. */
export function judgeSubject({ given }: DecisionFacts): RuleResult[] {
  if ('commit' in given.subject) return [holds('subject', 'commit')];
  return [broken('subject', 'commit', errorOf('decision-record/workspace-subject', { digest: given.subject.workspaceSha256 }))];
}

/** `tree-clean/commit`, for tags: gates and decision ran on exactly the commit. */
export function judgeTree(facts: DecisionFacts): RuleResult[] {
  const { given } = facts;
  const dirty = countingEvidence(facts)
    .filter(({ own }) => own.dirty)
    .map(({ file }) => file);
  const where = [...(given.dirty ? ['the deciding work tree'] : []), ...dirty.sort()];
  return [
    forTagsOnly(brokenIf('tree-clean', 'commit', where.length === 0 ? [] : [errorOf('decision-record/dirty-tree-for-tag', { where })])),
  ];
}

/** `event/run`, for tags: nothing comes from a pull request, whose author chooses what runs. */
export function judgeEvent(facts: DecisionFacts): RuleResult[] {
  const { given } = facts;
  const ofPullRequest = (event: string | undefined) => event?.startsWith('pull_request') ?? false;
  const files = countingEvidence(facts)
    .filter(({ own }) => ofPullRequest(own.run.event))
    .map(({ file }) => file);
  const where = [...(ofPullRequest(given.run.event) ? ['the deciding run'] : []), ...files.sort()];
  const findings = where.length === 0 ? [] : [errorOf('decision-record/pull-request-evidence-for-tag', { where })];
  return [forTagsOnly(brokenIf('event', 'run', findings))];
}

/**
 * `policy-origin/<document>`, for tags: policy, waivers and checklist come from the default branch, and in a run of GitHub it is GitHub that says where that
 * is: a clone could call any commit so.
 */
export function judgeOrigins({ given }: DecisionFacts): RuleResult[] {
  const results: RuleResult[] = given.rulesVersion === undefined ? [] : judgeBranch(given);
  if (given.policy) {
    const { name, origin } = given.policy;
    const findings = origin?.kind === 'default-branch' ? [] : [errorOf('decision-record/policy-from-judged-commit', { file: name }, name)];
    results.push(forTagsOnly(brokenIf('policy-origin', 'policy', findings)));
  }
  if (given.waivers) {
    const { name, origin } = given.waivers;
    const findings = origin?.kind === 'default-branch' ? [] : [errorOf('decision-record/waivers-from-judged-commit', { file: name }, name)];
    results.push(forTagsOnly(brokenIf('policy-origin', 'waivers', findings)));
  }
  return results;
}

function judgeBranch({ checklist, defaultBranch, run }: Given): RuleResult[] {
  const onGithub = run.id !== undefined;
  const branch = defaultBranch === undefined || (onGithub && defaultBranch.source !== 'forge');
  const source = defaultBranch?.source ?? 'none';
  const results = [
    brokenIf('policy-origin', 'default-branch', branch ? [errorOf('decision-record/default-branch-not-asked', { source })] : []),
  ];
  if (checklist) {
    const { name, origin } = checklist;
    const findings =
      origin?.kind === 'default-branch' ? [] : [errorOf('decision-record/checklist-from-judged-commit', { file: name }, name)];
    results.push(brokenIf('policy-origin', 'checklist', findings));
  }
  return results.map(forTagsOnly);
}

/** `tag-in-place/<tag>` and `tag-last/<tag>`: an existing tag leads to this commit, and came after the gates. */
export function judgeTag({ given, policy }: DecisionFacts): RuleResult[] {
  const { tag, subject } = given;
  if (!tag) return [];
  const expected = 'commit' in subject ? subject.commit : 'no commit';
  const moved = tag.commit === expected ? [] : [errorOf('decision-record/tag-moved', { tag: tag.name, found: tag.commit, expected })];
  const inPlace = brokenIf('tag-in-place', tag.name, moved);
  if (!given.tagFirst) return [inPlace, holds('tag-last', tag.name)];
  const args = { tag: tag.name };
  return policy['tag-first'] === 'refuse'
    ? [inPlace, broken('tag-last', tag.name, errorOf('decision-record/tag-before-decision', args))]
    : [inPlace, holds('tag-last', tag.name, [warningOf('decision-record/tag-before-decision', args)])];
}

/** Evidence on which the decision rests; a gate that is reported only does not count, so that its removal changes nothing. */
function countingEvidence({ evidence, required }: DecisionFacts): readonly SoundEvidence[] {
  return [...evidence.chosen.values()].filter(({ gate }) => required.has(gate));
}
