import type { AnyWords } from '../../core/index.ts';
import type { DecisionView, RuleView } from '../decision-view.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';

export const OUTCOME_MARKS = { GO: '✅ GO', CONDITIONAL: '🟡 CONDITIONAL', 'NO-GO': '⛔ NO-GO' } as const;
const RULE_MARKS: Readonly<Record<RuleView['outcome'], string>> = {
  holds: '✅ holds',
  waived: '🟡 waived',
  broken: '❌ broken',
  inconclusive: '❔ inconclusive',
};

/** The decision as a page: the outcome, why, and every rule. */
export function renderDecision(decision: DecisionView, words: AnyWords): string {
  const lines = [`# ${OUTCOME_MARKS[decision.outcome]}`, '', ...renderReasons(decision, words)];
  lines.push('| rule | about | outcome |', '| --- | --- | --- |');
  for (const rule of decision.rules) lines.push(`| ${codeSpan(rule.rule)} | ${escapeMarkdown(rule.match)} | ${RULE_MARKS[rule.outcome]} |`);
  return `${lines.join('\n')}\n`;
}

/** Why it is not a plain GO; of a GO, that every rule holds. */
export function renderReasons(decision: DecisionView, words: AnyWords): readonly string[] {
  const counted = decision.rules.filter((rule) => decision.forTag || !rule.tagOnly);
  const held = counted.every((rule) => rule.outcome === 'holds') ? [`All ${counted.length} rules hold.`, ''] : [];
  const reasons = decision.findings.map((finding) => {
    const word = words[finding.code];
    return `- **${finding.level}** ${escapeMarkdown(word ? word.message(finding.args as never) : finding.code)} (${codeSpan(finding.code)})`;
  });
  return reasons.length > 0 ? [...held, ...reasons, ''] : held;
}
