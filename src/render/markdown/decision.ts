import type { AnyWords } from '../../core/index.ts';
import type { DecisionView, RuleView } from '../decision-view.ts';
import { foldFindings } from '../fold-findings.ts';
import { codeSpan, escapeMarkdown, escapeProse } from './escape.ts';

export const OUTCOME_MARKS = { GO: '✅ GO', CONDITIONAL: '🟡 CONDITIONAL', 'NO-GO': '⛔ NO-GO' } as const;
const RULE_MARKS: Readonly<Record<RuleView['outcome'], string>> = {
  holds: '✅ holds',
  waived: '🟡 waived',
  broken: '❌ broken',
  inconclusive: '❔ inconclusive',
};
const ORDER: readonly RuleView['outcome'][] = ['broken', 'inconclusive', 'waived', 'holds'];
const MOST_PER_CODE = 20;
const MOST_MATCHES = 50;

/** The decision as a page: the outcome, why, and every rule. */
export function renderDecision(decision: DecisionView, words: AnyWords): string {
  const lines = [`# ${OUTCOME_MARKS[decision.outcome]}`, '', ...renderReasons(decision, words), ...renderRules(decision)];
  return `${lines.join('\n')}\n`;
}

/** Every rule, those of one outcome on one line, what is broken first. */
export function renderRules(decision: DecisionView): readonly string[] {
  const groups = new Map<string, RuleView[]>();
  for (const outcome of ORDER)
    for (const rule of decision.rules.filter((candidate) => candidate.outcome === outcome)) {
      const key = `${rule.outcome} ${rule.rule} ${rule.tagOnly}`;
      groups.set(key, [...(groups.get(key) ?? []), rule]);
    }
  const rows = [...groups.values()].map((rules) => {
    const [first] = rules;
    const more = rules.length - MOST_MATCHES;
    const about = rules.slice(0, MOST_MATCHES).map(({ match }) => escapeMarkdown(match));
    const name = `${codeSpan(first?.rule ?? '')}${first?.tagOnly ? ' (tags only)' : ''}`;
    return `| ${name} | ${RULE_MARKS[first?.outcome ?? 'broken']} | ${about.join(', ')}${more > 0 ? ` and ${more} more` : ''} |`;
  });
  return ['| rule | outcome | about |', '| --- | --- | --- |', ...rows, ''];
}

/** Why it is not a plain GO; of a GO, that every rule holds. */
export function renderReasons(decision: DecisionView, words: AnyWords): readonly string[] {
  const counted = decision.rules.filter((rule) => decision.forTag || !rule.tagOnly);
  const held = counted.every((rule) => rule.outcome === 'holds') ? [`All ${counted.length} rules hold.`, ''] : [];
  const reasons = foldFindings(decision.findings).flatMap(({ code, level, findings, total }) => {
    const word = words[code];
    const left = total - Math.min(findings.length, MOST_PER_CODE);
    return [
      ...findings
        .slice(0, MOST_PER_CODE)
        .map(({ args }) => `- **${level}** ${escapeProse(word ? word.message(args as never) : code)} (${codeSpan(code)})`),
      ...(left > 0 ? [`- and ${left.toLocaleString('en-US')} more of ${codeSpan(code)}`] : []),
    ];
  });
  return reasons.length > 0 ? [...held, ...reasons, ''] : held;
}
