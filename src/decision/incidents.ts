import type { GateId } from '../core/index.ts';
import type { Decision, RuleOutcome } from './record.ts';
import { parseBetaTag, parseBetaVersion } from './versions.ts';

/** Kinds of incident; one issue per release and kind. */
export const INCIDENT_KINDS = ['determinism-drop', 'latency-breach', 'pii-violation', 'snapshot-damage', 'decision'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

const KIND_OF_GATE: Readonly<Record<GateId, IncidentKind>> = {
  'determinism-check': 'determinism-drop',
  'slo-gate': 'latency-breach',
  'telemetry-scan': 'pii-violation',
  'snapshot-compare': 'snapshot-damage',
  'deploy-preview': 'decision',
};

/** An incident that a decision asks for. */
export interface IncidentRequest {
  readonly kind: IncidentKind;
  /** Finds the issue again: the same release and kind give the same one. */
  readonly fingerprint: string;
  /** Rules behind it, in total order. */
  readonly rules: readonly RuleOutcome[];
}

/**
 * Incidents that a NO-GO asks for, by what broke: the kind of the failing gate, and `decision` for whatever no gate answers for. A GO or CONDITIONAL
 * asks for none.
 */
export function incidentsOf(decision: Decision): readonly IncidentRequest[] {
  if (decision.outcome !== 'NO-GO') return [];
  const unmet = decision.rules.filter(
    ({ outcome, tagOnly }) => (outcome === 'broken' || outcome === 'inconclusive') && (decision.forTag || !tagOnly),
  );
  return INCIDENT_KINDS.flatMap((kind) => {
    const rules = unmet.filter((rule) => kindOf(rule) === kind);
    return rules.length === 0 ? [] : [{ kind, fingerprint: incidentFingerprint(releaseOf(decision), kind), rules }];
  });
}

/** What a release is called: `2.5.0` of its betas; without a version the commit. */
export function releaseOf({ given }: Decision): string {
  if (given.tag) return parseBetaTag(given.tag.name).base;
  if (given.version !== undefined) return parseBetaVersion(given.version).base;
  return 'commit' in given.subject ? given.subject.commit : given.subject.workspaceSha256;
}

export function incidentFingerprint(release: string, kind: IncidentKind): string {
  return `testops:${release}:${kind}`;
}

/** What a gate found is of its kind; evidence that is missing, stale or forged says nothing about latency or drift, and is a matter of the decision. */
function kindOf({ rule, match }: RuleOutcome): IncidentKind {
  const gate = rule === 'gate-passed' ? match : rule === 'check-passed' || rule === 'coverage-met' ? match.split('/')[1] : undefined;
  return Object.hasOwn(KIND_OF_GATE, gate ?? '') ? KIND_OF_GATE[gate as GateId] : 'decision';
}
