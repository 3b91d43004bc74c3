import type { AnyWords } from '../../core/index.ts';
import type { DecisionFindingView } from '../decision-view.ts';
import { renderFindings } from './findings.ts';

/** What a person reads after `testops verify`. */
export function renderVerification(
  verification: {
    readonly accepted: boolean;
    readonly findings: readonly DecisionFindingView[];
    readonly decision?: { readonly outcome: string } | undefined;
    /** Whether somebody whom we believe signed it. */
    readonly signed?: boolean;
  },
  words: AnyWords,
): string {
  const outcome = verification.decision ? ` (${verification.decision.outcome})` : '';
  const unsigned = verification.accepted && verification.signed === false ? ', unsigned: anybody can have written it' : '';
  return [
    `${verification.accepted ? 'ACCEPTED' : 'REJECTED'}${outcome}${unsigned}`,
    ...renderFindings(verification.findings, { words, mostPerCode: 20, mostCodes: 20, rest: 'all in `--json`' }),
    '',
  ].join('\n');
}
