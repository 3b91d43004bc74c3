import type { AnyWords, Finding } from '../../core/index.ts';
import type { DecisionFindingView } from '../decision-view.ts';
import { renderFinding } from './gate-result.ts';

/** What a person reads after `testops verify`. */
export function renderVerification(
  verification: {
    readonly accepted: boolean;
    readonly findings: readonly DecisionFindingView[];
    readonly decision?: { readonly outcome: string } | undefined;
  },
  words: AnyWords,
): string {
  const outcome = verification.decision ? ` (${verification.decision.outcome})` : '';
  return [
    `${verification.accepted ? 'ACCEPTED' : 'REJECTED'}${outcome}`,
    ...verification.findings.flatMap((finding) => renderFinding(finding as Finding, words)),
    '',
  ].join('\n');
}
