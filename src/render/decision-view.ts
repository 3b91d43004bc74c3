import type { EvidenceStatement, Finding, Outcome } from '../core/index.ts';

/** What renderers need of a decision; the decision's own type satisfies it. */
export interface DecisionView {
  readonly outcome: Outcome;
  readonly rules: readonly RuleView[];
}

export interface RuleView {
  readonly rule: string;
  readonly match: string;
  readonly outcome: 'holds' | 'waived' | 'broken' | 'inconclusive';
  readonly findings: readonly Finding[];
}

/** A decision with the evidence that it rests on and where to read on. */
export interface DecisionStory {
  readonly decision: DecisionView;
  readonly evidence: readonly EvidenceStatement[];
  readonly commit: string;
  readonly runUrl: string;
  readonly bundleUrl: string | undefined;
}
