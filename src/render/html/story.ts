import type { AnyWords, EvidenceStatement, GateId, Outcome, Verdict } from '../../core/index.ts';
import type { DecisionView } from '../decision-view.ts';

/** What the report needs of `decision.json`; the decision's own type satisfies it. */
export interface ReportDecision extends DecisionView {
  readonly outcomeForTag: Outcome;
  readonly recommendation: Outcome;
  readonly decidedBy:
    | { readonly kind: 'policy' }
    | {
        readonly kind: 'person';
        readonly by: string;
        readonly decision: 'go' | 'no-go';
        readonly reason: string;
        readonly at: string;
        readonly link?: string | undefined;
      };
  readonly waivers: readonly WaiverView[];
  readonly gates: readonly {
    readonly gate: GateId;
    readonly required: boolean;
    readonly verdict: Verdict | null;
    readonly headline: string | null;
    readonly sha256: string | null;
  }[];
  readonly policy: { readonly uri: string; readonly sha256: string };
  readonly maxAge: string;
  readonly inputs: readonly { readonly role: string; readonly name: string; readonly sha256: string; readonly path: string }[];
  readonly configurationChanges:
    | readonly {
        readonly file: string;
        readonly pointer: string;
        readonly before: string;
        readonly after: string;
        readonly effect: 'loosened' | 'tightened' | 'changed';
      }[]
    | null;
  readonly given: {
    readonly timeVerified: string;
    readonly toolVersion: string;
    readonly server: string;
    readonly repository?: string | undefined;
    readonly subject: { readonly commit: string } | { readonly workspaceSha256: string };
    readonly dirty: boolean;
    readonly run: {
      readonly id?: string | undefined;
      readonly attempt?: number | undefined;
      readonly event?: string | undefined;
      readonly url?: string | undefined;
    };
    readonly version?: string | undefined;
    readonly tag?: { readonly name: string } | undefined;
    readonly approvals: readonly { readonly by: string; readonly kind: string; readonly state: string; readonly at: string }[];
    readonly artifacts: readonly { readonly name: string; readonly sha256: string; readonly url?: string | undefined }[];
    readonly links: readonly { readonly title: string; readonly url: string }[];
    readonly changes?: { readonly tag: string } | undefined;
  };
}

export interface WaiverView {
  readonly rule: string;
  readonly match: string;
  readonly reason: string;
  readonly owner: string;
  readonly effectiveOn: string;
  readonly effectiveUntil: string;
}

/** A checklist as people wrote it. */
export interface ChecklistView {
  readonly items: readonly { readonly id: string; readonly title: string; readonly evidence: readonly { readonly kind: string }[] }[];
}

/** Everything that the report shows, from the bundle alone. */
export interface ReportStory {
  readonly decision: ReportDecision;
  /** Evidence that counts, in the order of the gates. */
  readonly evidence: readonly EvidenceStatement[];
  readonly checklist: ChecklistView | undefined;
  readonly words: AnyWords;
  /** Titles of the gates, for headings. */
  readonly titles: Readonly<Record<string, string>>;
  /** Takes out of a text what must not leave. */
  readonly withhold: (text: string) => string;
  /** When an end date, as waivers write it, is over: milliseconds since the epoch. */
  readonly endOf: (moment: string) => number;
}
