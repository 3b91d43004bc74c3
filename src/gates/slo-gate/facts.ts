import type { ServiceFailure } from '../../core/ports/testops-service.ts';
import type { Experiment, Fault, ToolThreshold } from './formats/format.ts';
import type { HistoryFact } from './ledger/read-history.ts';
import type { Objective } from './objectives/objective.ts';
import type { Score } from './objectives/short-form.ts';
import type { BudgetCourse, BurnReading } from './series/burn.ts';
import type { Reading } from './series/reading.ts';
import type { Phase } from './series/recording.ts';
import type { Shape } from './series/shape.ts';
import type { UnansweredQuery } from './sources/query-prometheus.ts';

/** A source that was read. */
export interface SourceFact {
  readonly label: string;
  readonly file?: string;
  readonly format: string;
  readonly sha256: string;
  readonly unusable?: 'running' | 'failed';
  readonly startedMs?: number;
  readonly finishedMs?: number;
  readonly faults: readonly Fault[];
  readonly experiments: readonly Experiment[];
}

/** What results answered to an objective. */
export interface ObjectiveReading {
  readonly objective: string;
  /** Label of the source, or of all those that were merged. */
  readonly source: string;
  /** How many sources were merged. */
  readonly merged: number;
  readonly phase: Phase;
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
  readonly scores: readonly Score[];
  readonly emptyObjectivePatterns: readonly string[];
  readonly emptyResultPatterns: readonly string[];
  readonly sources: readonly SourceFact[];
  readonly repeated: readonly { readonly path: string; readonly of: string }[];
  readonly unavailableReport?: { readonly id: string; readonly failure: ServiceFailure };
  readonly readings: readonly ObjectiveReading[];
  readonly burn: readonly BurnReading[];
  /** For pictures alone; nothing is judged by them. */
  readonly shapes: readonly Shape[];
  readonly budgetCourses: readonly BudgetCourse[];
  readonly unanswered: readonly UnansweredQuery[];
  readonly toolThresholds: readonly ToolThresholdReading[];
  /** UTC day of the evaluation. */
  readonly today: string;
  /** Read only when days or a baseline are asked for. */
  readonly history?: HistoryFact;
  /** For an objective that no source answers: what the results do have, nearest first. */
  readonly nearest: Readonly<Record<string, readonly string[]>>;
}
