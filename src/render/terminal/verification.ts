import type { AnyWords } from '../../core/index.ts';
import type { DecisionFindingView } from '../decision-view.ts';
import { renderFindings } from './findings.ts';

interface RulesView {
  readonly version: number;
  readonly today?: { readonly version: number; readonly outcome: string; readonly unmet: readonly string[] };
}

/** What a person reads after `testops verify`. */
export function renderVerification(
  verification: {
    readonly accepted: boolean;
    readonly findings: readonly DecisionFindingView[];
    readonly decision?: { readonly outcome: string } | undefined;
    /** The outcome where only the signed summary is left. */
    readonly outcome?: string | undefined;
    /** Where the decision on a tag was found. */
    readonly where?: readonly string[];
    /** `false`: only the signed summary is left. */
    readonly derived?: boolean;
    readonly rules?: RulesView | undefined;
    /** Whether somebody whom we believe signed it. */
    readonly signed?: boolean;
  },
  words: AnyWords,
): string {
  const named = verification.decision?.outcome ?? verification.outcome;
  const outcome = named === undefined ? '' : ` (${named})`;
  const unsigned = verification.accepted && verification.signed === false ? ', unsigned: anybody can have written it' : '';
  return [
    `${verification.accepted ? 'ACCEPTED' : 'REJECTED'}${outcome}${unsigned}`,
    ...provenance({ ...verification, named }),
    ...renderFindings(verification.findings, { words, mostPerCode: 20, mostCodes: 20, rest: 'all in `--json`' }),
    '',
  ].join('\n');
}

function provenance({
  where = [],
  derived,
  outcome,
  rules,
  named,
}: {
  readonly where?: readonly string[];
  readonly derived?: boolean;
  readonly outcome?: string | undefined;
  readonly rules?: RulesView | undefined;
  readonly named: string | undefined;
}): readonly string[] {
  const today = rules?.today?.outcome === named ? undefined : rules?.today;
  const unmet = today === undefined || today.unmet.length === 0 ? '' : ` (${today.unmet.join(', ')})`;
  return [
    ...(where.length === 0 ? [] : [`  found in: ${where.join(', ')}`]),
    ...(derived === false && outcome !== undefined ? ['  only the signed summary is left: the decision could not be derived again'] : []),
    ...(rules === undefined ? [] : [`  decided by version ${rules.version} of the rules`]),
    ...(today === undefined
      ? []
      : [
          `  version ${today.version}, which this command has, would decide ${today.outcome}${unmet}; that changes nothing about this decision`,
        ]),
  ];
}
