import type { DecisionFacts, LimitComparison } from '../facts.ts';
import type { Base, Given } from '../given.ts';
import type { ConfigurationChange } from '../record.ts';
import { broken, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { type DecisionFinding, errorOf, warningOf } from '../words.ts';

/**
 * `limits-kept/<file>#<pointer>`, for tags: no limit is looser than at any commit that it is compared with. What could not be compared is inconclusive: it is
 * not known to be kept.
 */
export function judgeLimits(facts: DecisionFacts): RuleResult[] {
  const { given, comparisons } = facts;
  if (given.rulesVersion === undefined) return judgeLimitsOfFirstRules(facts);
  if (comparisons === undefined) {
    const reason = 'commit' in given.subject ? 'the earlier betas are not known' : 'what was tested is no commit';
    return [inconclusive('configuration', errorOf('decision-record/limits-not-compared', { reason }))];
  }
  const results = new Map<string, RuleResult>();
  const add = (result: RuleResult) => {
    const known = results.get(result.match);
    results.set(result.match, known ? { ...known, findings: [...known.findings, ...result.findings] } : result);
  };
  for (const { since, standing, comparison } of comparisons) {
    if (comparison === undefined) {
      add(
        inconclusive(
          `configuration at ${since}`,
          errorOf('decision-record/limits-not-compared', { reason: `the files of ${since} could not be listed` }),
        ),
      );
      continue;
    }
    for (const change of comparison.changes) {
      if (change.effect !== 'loosened') continue;
      const { file, pointer, before, after } = change;
      const finding = errorOf(
        'decision-record/limit-loosened',
        { file, pointer, before, after, since, ...(standing && { standing }) },
        file,
      );
      add(broken('limits-kept', `${file}#${pointer}`, finding));
    }
    for (const file of comparison.unreadable)
      add(broken('limits-kept', file, errorOf('decision-record/configuration-unreadable', { file }, file)));
  }
  return (results.size === 0 ? [holds('limits-kept', 'configuration')] : [...results.values()]).map(forTagsOnly);
}

function inconclusive(match: string, finding: DecisionFinding): RuleResult {
  return forTagsOnly({ ...broken('limits-kept', match, finding), outcome: 'inconclusive' });
}

/** Changes of every comparison, for the record. */
export function listChanges(comparisons: readonly LimitComparison[]): readonly ConfigurationChange[] {
  return comparisons.flatMap(({ since, comparison }) => (comparison?.changes ?? []).map((change) => ({ ...change, since })));
}

/** One comparison, with the last beta, and none where nobody gave one. */
function judgeLimitsOfFirstRules({ given, configuration }: DecisionFacts): RuleResult[] {
  if (!configuration) {
    if (!given.changes) return [];
    const { tag } = given.changes;
    const unknown = broken('limits-kept', 'configuration', errorOf('decision-record/configuration-not-compared', { tag }));
    return [forTagsOnly({ ...unknown, outcome: 'inconclusive' })];
  }
  const loosened = configuration.changes
    .filter(({ effect }) => effect === 'loosened')
    .map(({ file, pointer, before, after }) =>
      broken('limits-kept', `${file}#${pointer}`, errorOf('decision-record/limit-loosened', { file, pointer, before, after }, file)),
    );
  const unreadable = configuration.unreadable.map((file) =>
    broken('limits-kept', file, errorOf('decision-record/configuration-unreadable', { file }, file)),
  );
  const results = [...loosened, ...unreadable];
  return (results.length === 0 ? [holds('limits-kept', 'configuration')] : results).map(forTagsOnly);
}

/**
 * `base-accepted/commit`, for tags: the commit descends from an accepted beta. A first beta has none, which is a warning; it is an error where a reference was
 * used all the same, or where an accepted beta exists that the commit does not descend from.
 */
export function judgeBase(facts: DecisionFacts): RuleResult[] {
  const { base } = facts.given;
  if (facts.given.rulesVersion === undefined || base === undefined) return [];
  return [judgeAncestry(facts.given, base), ...judgePrevious(facts, base)].map(forTagsOnly);
}

/** `base-accepted/previous`: a gate that compared with `tag:previous` compared with the beta that the bases say. */
function judgePrevious({ evidence }: DecisionFacts, { previous }: Base): RuleResult[] {
  const chosen = evidence.chosen.get('snapshot-compare');
  const used = chosen?.own.previous;
  if (!chosen || !used) return [];
  const nameOf = ({ tag, commit }: { readonly tag: string; readonly commit: string }) => `${tag} (${commit})`;
  if (previous && nameOf(previous) === nameOf(used)) return [holds('base-accepted', 'previous')];
  const args = { found: nameOf(used), expected: previous ? nameOf(previous) : 'no previous beta' };
  return [broken('base-accepted', 'previous', errorOf('decision-record/previous-differs', args, chosen.file))];
}

function judgeAncestry({ configuredInputs }: Given, base: Base): RuleResult {
  const moved = base.moved.map(({ tag, commit, was }) =>
    warningOf('decision-record/tag-moved-since', { tag, found: commit, expected: was }),
  );
  const steering = base.steering.length === 0 ? [] : [warningOf('decision-record/steering-changed', { paths: base.steering })];
  if (base.bases.length > 0) return holds('base-accepted', 'commit', [...moved, ...steering]);
  const baseline = configuredInputs?.['snapshot-compare']?.baseline;
  const usesPrevious = base.previous !== undefined && typeof baseline === 'string' && baseline.startsWith('tag:previous');
  const unaccepted = [
    ...(base.elsewhere ? [errorOf('decision-record/base-elsewhere', { ...base.elsewhere })] : []),
    ...(usesPrevious && base.previous ? [errorOf('decision-record/base-unaccepted', { ...base.previous })] : []),
  ];
  if (base.asked && unaccepted.length > 0) return broken('base-accepted', 'commit', ...unaccepted, ...moved);
  const tags = base.compared.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  return holds('base-accepted', 'commit', [warningOf('decision-record/base-absent', { tags, asked: base.asked }), ...moved]);
}
