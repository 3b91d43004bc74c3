import type { EvidenceStatement, Finding, GateId, Outcome, Verdict } from '../core/index.ts';

/** What renderers need of a decision; the decision's own type satisfies it. */
export interface DecisionView {
  readonly outcome: Outcome;
  /** Whether it was made for a version or a tag; only then do rules for tags count. */
  readonly forTag: boolean;
  readonly rules: readonly RuleView[];
  readonly findings: readonly DecisionFindingView[];
  /** All gates that were asked for, also those of which no evidence counts (`verdict` is null). */
  readonly gates?: readonly { readonly gate: GateId; readonly required: boolean; readonly verdict: Verdict | null }[];
}

/** A finding of the decision: data whose sentence stands in the words of the decision. */
export type DecisionFindingView = Pick<Finding, 'code' | 'level' | 'args'> & {
  readonly place?: { readonly file?: string | undefined } | undefined;
};

export interface RuleView {
  readonly rule: string;
  readonly match: string;
  readonly outcome: 'holds' | 'waived' | 'broken' | 'inconclusive';
  /** It counts for tags only. */
  readonly tagOnly: boolean;
  readonly codes: readonly string[];
}

/** A decision with the evidence that it rests on and where to read on. */
export interface DecisionStory {
  readonly decision: DecisionView;
  readonly evidence: readonly EvidenceStatement[];
  readonly commit: string;
  readonly runUrl: string;
  /** Where the bundle can be downloaded. */
  readonly bundleUrl: string | undefined;
  /** Where a browser opens the report. */
  readonly reportUrl: string | undefined;
}
