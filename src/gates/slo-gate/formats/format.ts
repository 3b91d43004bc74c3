import type { Series } from '../series/series.ts';

/** A threshold that the tool evaluated itself, with its own word on it. */
export interface ToolThreshold {
  readonly metric: string;
  readonly expression: string;
  readonly met: boolean;
}

/** Something broken on purpose during the run; times in milliseconds since the epoch. */
export interface Fault {
  readonly kind: string;
  readonly target: string;
  readonly injectedMs: number;
  /** `null`: the system was not whole again by the end. */
  readonly recoveredMs: number | null;
}

/** What one file or answer holds. */
export interface ParsedResults {
  readonly series: readonly Series[];
  readonly toolThresholds?: readonly ToolThreshold[];
  readonly faults?: readonly Fault[];
  /** Time of the measurement itself, where the source says it. */
  readonly startedMs?: number;
  readonly finishedMs?: number;
  /** The source says of itself that its numbers prove nothing. */
  readonly unusable?: 'running' | 'failed';
}

/** Why a document of a known format cannot be used. */
export interface FormatProblem {
  /** JSON pointer or line. */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
}

/** A format whose files are one JSON document. One file and one line in the registry each. */
export interface JsonFormat {
  readonly id: string;
  /** As people call it, for messages. */
  readonly title: string;
  matches(document: unknown): boolean;
  parse(document: unknown): ParsedResults | FormatProblem;
}

/** Whether parsing ended in a problem. */
export function isProblem(parsed: ParsedResults | FormatProblem): parsed is FormatProblem {
  return 'at' in parsed;
}

/** The value as an object with fields, or `undefined`. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** The value as a finite number, or `undefined`. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Leaves out what is `undefined`, as exact optional properties need. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
