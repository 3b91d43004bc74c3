import { RE2JS } from 're2js';
import { entropyBits } from './checks.ts';
import type { Match, Severity } from './rule.ts';

/** A rule of the user as data, so that it reaches a worker. */
export interface OwnRule {
  /** Kebab-case. */
  readonly id: string;
  readonly title: string;
  /** RE2 syntax. */
  readonly pattern: string;
  /** Which group of the pattern is the value; 0 is all of it. */
  readonly group: number;
  readonly severity: Severity;
  /** Lower-case texts of which one has to stand in the same stretch; none: the pattern is tried everywhere. */
  readonly keywords: readonly string[];
  /** Least Shannon entropy of the value, in bits for each character. */
  readonly entropy: number;
  /** What the value, the match or the line may be without being a finding. */
  readonly unless: readonly { readonly pattern: string; readonly target: 'value' | 'match' | 'line' }[];
  /** Lower-case words; a value that holds one is no finding. */
  readonly stopWords: readonly string[];
}

/** A rule that is ready to look at a stretch of text; `lower` is the stretch in lower case. */
export type OwnMatcher = (text: string, lower: string, report: (match: Match) => void) => void;

/**
 * Compiles a rule with RE2, whose matching takes time linear in the text whatever the pattern; what needs backtracking (look-around, references) does
 * not compile. Throws what RE2 says of the pattern.
 */
export function compileOwnRule(rule: OwnRule): OwnMatcher {
  const pattern = RE2JS.compile(rule.pattern);
  const unless = rule.unless.map(({ pattern: text, target }) => ({ pattern: RE2JS.compile(text), target }));
  return (text, lower, report) => {
    if (rule.keywords.length > 0 && !rule.keywords.some((keyword) => lower.includes(keyword))) return;
    const matcher = pattern.matcher(text);
    while (matcher.find()) {
      const group = matcher.group(rule.group) == null ? 0 : rule.group;
      const value = matcher.group(group) ?? '';
      const start = matcher.start(group);
      if (value === '' || (rule.entropy > 0 && entropyBits(value) < rule.entropy)) continue;
      const folded = value.toLowerCase();
      if (rule.stopWords.some((word) => folded.includes(word))) continue;
      const targets = { value, match: matcher.group(0) ?? '', line: lineAround(text, start) };
      if (unless.some(({ pattern: exception, target }) => exception.matcher(targets[target]).find())) continue;
      const reasons = rule.entropy > 0 ? (['shape', 'entropy'] as const) : (['shape'] as const);
      report({ rule: `own:${rule.id}`, severity: rule.severity, start, end: start + value.length, score: 0.8, reasons, value });
    }
  };
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length : end);
}
