import { canonicalJson, sha256 } from '../core/index.ts';
import type { Decision } from './record.ts';
import { ruleId } from './rule.ts';

/** One line of `decisions.jsonl` on the ledger branch. */
export interface LedgerLine {
  readonly decisionSha256: string;
  readonly timeVerified: string;
  readonly outcome: Decision['outcome'];
  readonly outcomeForTag: Decision['outcome'];
  readonly recommendation: Decision['outcome'];
  readonly commit: string | null;
  readonly repository: string | null;
  readonly version: string | null;
  readonly tag: string | null;
  readonly run: { readonly id: string | null; readonly attempt: number | null; readonly url: string | null };
  readonly decidedBy: Decision['decidedBy'];
  /** Rules that are neither met nor waived, and those that are waived with who answers for it. */
  readonly broken: readonly string[];
  readonly waived: readonly { readonly rule: string; readonly owner: string; readonly effectiveUntil: string }[];
}

/** The ledger's line about a decision, as canonical JSON without a line end. The same decision always gives the same line, so it is appended once. */
export function ledgerLine(decision: Decision): string {
  const { given, rules, waivers } = decision;
  const line: LedgerLine = {
    decisionSha256: sha256(canonicalJson(decision)),
    timeVerified: given.timeVerified,
    outcome: decision.outcome,
    outcomeForTag: decision.outcomeForTag,
    recommendation: decision.recommendation,
    commit: 'commit' in given.subject ? given.subject.commit : null,
    repository: given.repository ?? null,
    version: given.version ?? null,
    tag: given.tag?.name ?? null,
    run: { id: given.run.id ?? null, attempt: given.run.attempt ?? null, url: given.run.url ?? null },
    decidedBy: decision.decidedBy,
    broken: rules.filter(({ outcome, tagOnly }) => isUnmet(outcome) && (decision.forTag || !tagOnly)).map(ruleId),
    waived: waivers.map((waiver) => ({ rule: ruleId(waiver), owner: waiver.owner, effectiveUntil: waiver.effectiveUntil })),
  };
  return canonicalJson(line);
}

function isUnmet(outcome: Decision['rules'][number]['outcome']): boolean {
  return outcome === 'broken' || outcome === 'inconclusive';
}
