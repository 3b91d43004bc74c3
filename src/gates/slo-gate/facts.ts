import type { ServiceFailure } from '../../core/ports/testops-service.ts';
import type { Fault, ToolThreshold } from './formats/format.ts';
import type { Objective } from './objectives/objective.ts';
import type { Reading } from './series/evaluate.ts';

/** A source that was read. */
export interface SourceFact {
  readonly label: string;
  readonly file?: string;
  readonly format: string;
  readonly sha256: string;
  readonly unusable?: 'running' | 'failed';
  readonly faults: readonly Fault[];
}

/** What a source answered to an objective; `source` is its label. */
export interface ObjectiveReading {
  readonly objective: string;
  readonly source: string;
  readonly reading: Reading;
}

/** A threshold that a tool judged itself, read again from its numbers. */
export interface ToolThresholdReading {
  readonly source: string;
  readonly threshold: ToolThreshold;
  /** `undefined`: its expression is none that we know. */
  readonly objective: Objective | undefined;
  readonly reading: Reading | undefined;
}

/** Everything that slo-gate measured. */
export interface Facts {
  readonly objectives: readonly Objective[];
  readonly emptyObjectivePatterns: readonly string[];
  readonly emptyResultPatterns: readonly string[];
  readonly sources: readonly SourceFact[];
  readonly unavailableReport?: { readonly id: string; readonly failure: ServiceFailure };
  readonly readings: readonly ObjectiveReading[];
  readonly toolThresholds: readonly ToolThresholdReading[];
  /** For an objective that no source answers: what the results do have, nearest first. */
  readonly nearest: Readonly<Record<string, readonly string[]>>;
}
