import type { DecisionFacts } from '../facts.ts';
import { broken, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { errorOf } from '../words.ts';

/** `limits-kept/<file>#<pointer>`, for tags: no limit was loosened in the range of commits that it judges. */
export function judgeLimits({ given, configuration }: DecisionFacts): RuleResult[] {
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
