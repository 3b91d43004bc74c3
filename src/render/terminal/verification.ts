import type { AnyWords } from '../../core/index.ts';
import type { DecisionFindingView } from '../decision-view.ts';
import { renderFindings } from './findings.ts';

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
    ...renderFindings(verification.findings, { words, mostPerCode: 20, mostCodes: 20, rest: 'all in `--json`' }),
    '',
  ].join('\n');
}
