import picomatch from 'picomatch';
import { compileRules, type ValueRule } from '../../../core/structural-diff-rules.ts';
import type { FileRules, LineRedaction } from '../formats/format.ts';
import type { SnapshotRule } from './schema.ts';

/** Finds what applies to a path, and remembers which rules ever did. */
export interface RuleBook {
  rulesFor(path: string): FileRules;
  /** Rules (1-based) that matched none of the paths asked for. */
  unused(): readonly number[];
}

/** Prepares rules for many paths. */
export function createRuleBook(rules: readonly SnapshotRule[]): RuleBook {
  const matchers = rules.map((rule) => (rule.files === undefined ? () => true : picomatch([rule.files].flat(), { dot: true })));
  const used = new Set<number>();
  const prepared = new Map<string, FileRules>();
  return {
    rulesFor: (path) => {
      const indexes = rules.map((_, index) => index).filter((index) => matchers[index]?.(path));
      for (const index of indexes) used.add(index);
      const key = indexes.join();
      const known = prepared.get(key);
      if (known) return known;
      const made = combine(indexes.map((index) => rules[index] as SnapshotRule));
      prepared.set(key, made);
      return made;
    },
    unused: () => rules.flatMap((_, index) => (used.has(index) ? [] : [index + 1])),
  };
}

function combine(rules: readonly SnapshotRule[]): FileRules {
  const lineRules = rules.filter((rule) => rule.lines !== undefined);
  const values = rules.filter((rule) => rule.lines === undefined).flatMap(valueRulesOf);
  const keyRule = rules.findLast((rule) => rule.key !== undefined && rule.path === undefined);
  const format = rules.findLast((rule) => rule.format !== undefined)?.format;
  return {
    ignored: rules.some((rule) => rule.ignore && rule.path === undefined && rule.lines === undefined),
    format,
    keyColumns: keyRule?.key === undefined ? undefined : [keyRule.key].flat(),
    image: rules.findLast((rule) => rule.image !== undefined)?.image,
    acceptsRename: rules.some((rule) => rule.renamed === 'accept'),
    values: compileRules(values),
    ignoredLines: lineRules.filter((rule) => rule.ignore).map((rule) => new RegExp(rule.lines as string, 'u')),
    redactedLines: rules.flatMap((rule) =>
      rule.path === undefined && rule.redact !== undefined ? [lineRedaction(rule.lines, rule.redact)] : [],
    ),
  };
}

/** With `redact: true` the match of `lines` is blotted out (without `lines`: every line), else what `redact` matches in such lines. */
function lineRedaction(lines: string | undefined, redact: string | true): LineRedaction {
  const line = new RegExp(lines ?? '', 'u');
  return { line, match: new RegExp(redact === true ? (lines ?? '^.*$') : redact, 'gu') };
}

function valueRulesOf(rule: SnapshotRule): ValueRule[] {
  const { path = '/**', ignore, tolerance, round, redact, unordered, key } = rule;
  // Without a path, `key` names the columns of a table, and `ignore` the whole file.
  if (rule.path === undefined && (key !== undefined || ignore)) return [];
  return [path].flat().map((pattern) => ({
    path: pattern,
    ignore,
    tolerance,
    round,
    redact: typeof redact === 'string' ? new RegExp(redact, 'gu') : redact,
    unordered,
    key: key === undefined ? undefined : [key].flat(),
  }));
}
