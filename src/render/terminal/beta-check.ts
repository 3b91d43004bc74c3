import type { AnyWords, Finding, Judgement, UserError } from '../../core/index.ts';
import type { DecisionView } from '../decision-view.ts';
import { escapeControls } from './escape.ts';
import { renderFinding } from './gate-result.ts';
import { renderTable } from './table.ts';

/** What the table shows of one gate. */
export type GateLine =
  | { readonly id: string; readonly run: { readonly judgement: Judgement; readonly changes: readonly string[] } }
  | { readonly id: string; readonly error: UserError };

const MOST_FINDINGS_PER_GATE = 5;

/** The end of `beta-check`: why gates are not green, the table, the decision, and where everything lies. */
export function renderBetaCheck(
  gates: readonly GateLine[],
  decision: DecisionView,
  words: AnyWords,
  places: { readonly evidence: string; readonly bundle: string },
): string {
  const lines: string[] = [''];
  for (const gate of gates) {
    if ('error' in gate) {
      lines.push(`${gate.id}: unusable input`, ...gate.error.message.split('\n').map((line) => `  ${line}`), '');
      continue;
    }
    const { judgement } = gate.run;
    if (judgement.verdict === 'pass') continue;
    lines.push(`${gate.id}: ${judgement.verdict}`);
    for (const finding of judgement.findings.slice(0, MOST_FINDINGS_PER_GATE)) lines.push(...renderFinding(finding, words));
    const more = judgement.findings.length - MOST_FINDINGS_PER_GATE;
    if (more > 0) lines.push(`  … and ${more} more, all in the evidence`);
    lines.push('');
  }
  const rows = gates.map((gate) =>
    'error' in gate
      ? { name: gate.id, verdict: 'UNUSABLE', headline: gate.error.problem.where }
      : { name: gate.id, verdict: gate.run.judgement.verdict.toUpperCase(), headline: gate.run.judgement.headline },
  );
  lines.push(renderTable({ name: 'gate', verdict: 'verdict', headline: 'what decided' }, rows));
  const changes = gates.flatMap((gate) => ('run' in gate ? [...gate.run.changes] : []));
  if (changes.length > 0)
    lines.push(
      `The tree is dirty (${[...new Set(changes)].slice(0, 5).map(escapeControls).join(', ')}): no tag can stand on this decision.`,
    );
  lines.push(
    `Decision: ${decision.outcome}`,
    ...decision.findings.flatMap((finding) => renderFinding(finding as Finding, words)),
    `  evidence: ${places.evidence}/`,
    `  bundle:   ${places.bundle}/decision.json`,
    '',
  );
  return lines.join('\n');
}
