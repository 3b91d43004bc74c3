import type { GateId } from '../core/index.ts';
import type { Checklist } from './checklist.ts';
import type { ConfigurationComparison } from './configuration/compare.ts';
import type { Given, InputDocument, Standing } from './given.ts';
import { matchesName, matchesPath } from './patterns.ts';
import type { Policy, Requirement } from './policy.ts';
import type { EvidenceSelection } from './select-evidence.ts';
import type { BetaVersion } from './versions.ts';

/** Everything that the rules look at. */
export interface DecisionFacts {
  readonly now: number;
  readonly given: Given;
  readonly policy: Policy;
  readonly checklist: Checklist | undefined;
  readonly evidence: EvidenceSelection;
  /** The beta that the decision is for. */
  readonly beta: BetaVersion | undefined;
  /** Requirements whose conditions are met. */
  readonly requirements: readonly ApplicableRequirement[];
  /** Gates that must be there, and for tags only or always. */
  readonly required: ReadonlyMap<GateId, { readonly tagOnly: boolean }>;
  readonly files: readonly InputDocument[];
  /** What changed in the limits since the last beta, in decisions of rules version 1; undefined when the caller gave nothing to compare. */
  readonly configuration: ConfigurationComparison | undefined;
  /** The table of directions; undefined in decisions of rules version 1. */
  readonly directions: unknown;
  /** What changed since each commit that the limits are compared with; undefined when nobody knows what these are. */
  readonly comparisons: readonly LimitComparison[] | undefined;
}

/** The limits of the judged commit held against those of another one. */
export interface LimitComparison {
  /** Tag, or commit where there is no tag. */
  readonly since: string;
  /** What is known about the decision there, where it is a beta. */
  readonly standing: Standing | undefined;
  /** Undefined when the files of one side could not be listed. */
  readonly comparison: ConfigurationComparison | undefined;
}

/** A requirement that applies; `tagOnly` when it names tags and the decision is for none. */
export interface ApplicableRequirement {
  readonly requirement: Requirement;
  readonly tagOnly: boolean;
}

/** Picks the requirements whose conditions are met. Where nobody knows what changed, everything did. */
export function applicableRequirements(policy: Policy, given: Given, tag: string | undefined): readonly ApplicableRequirement[] {
  return (policy.requirements ?? []).flatMap((requirement) => {
    const { paths, tags } = requirement.when ?? {};
    const changed = given.changes?.paths;
    if (paths && changed && !changed.some((path) => matchesPath(path, paths))) return [];
    if (tags && tag !== undefined && !tags.some((pattern) => matchesName(tag, pattern))) return [];
    return [{ requirement, tagOnly: tags !== undefined && tag === undefined }];
  });
}

/** Gates of `required` and of every applicable requirement. */
export function requiredGates(
  given: Given,
  requirements: readonly ApplicableRequirement[],
): ReadonlyMap<GateId, { readonly tagOnly: boolean }> {
  const gates = new Map<GateId, { readonly tagOnly: boolean }>(given.required.map((gate) => [gate, { tagOnly: false }]));
  for (const { requirement, tagOnly } of requirements) {
    for (const gate of gatesNamedBy(requirement)) {
      gates.set(gate, { tagOnly: tagOnly && (gates.get(gate)?.tagOnly ?? true) });
    }
  }
  return gates;
}

function gatesNamedBy(requirement: Requirement): readonly GateId[] {
  return [
    ...(requirement.gates ?? []),
    ...(requirement.checks ?? []).map(({ gate }) => gate),
    ...(requirement.coverage ?? []).map(({ gate }) => gate),
    ...(requirement.flags ? (['deploy-preview'] as const) : []),
  ];
}
