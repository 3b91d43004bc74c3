import type { Recording } from '../series/recording.ts';
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

/** One chaos experiment; its steady state decides, not that it came to its end. */
export interface Experiment {
  readonly title: string;
  /** Whether the tool itself says so; `undefined`: it does not say. */
  readonly steadyBefore?: boolean;
  readonly steadyAfter?: boolean;
  /** Whether anything shows that the fault was really injected. */
  readonly injected: boolean;
}

/** What one file or answer holds. */
export interface ParsedResults {
  readonly series: readonly Series[];
  readonly toolThresholds?: readonly ToolThreshold[];
  readonly faults?: readonly Fault[];
  readonly experiments?: readonly Experiment[];
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

/** A format that is read piece by piece, whatever its size; samples go to the recording, whatever else it holds is returned. */
export interface StreamFormat {
  readonly id: string;
  readonly title: string;
  /** `head` is the first 64 KiB as text, or less. */
  matches(head: string): boolean;
  read(
    chunks: AsyncIterable<Uint8Array>,
    recording: Recording,
  ): Promise<(Omit<ParsedResults, 'series'> & { readonly series?: readonly Series[] }) | FormatProblem>;
}

/** Whether parsing ended in a problem. */
export function isProblem(parsed: object): parsed is FormatProblem {
  return 'at' in parsed;
}

/** The value as an object with fields, or `undefined`. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** The value as a list; of anything else, an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a finite number, or `undefined`. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number, or a decimal string as proto3 JSON writes 64-bit integers. */
export function asWideNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  return asNumber(value);
}

/** Milliseconds of an instant in text, or `undefined`. */
export function asInstant(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(value);
  return Number.isFinite(ms) ? ms : undefined;
}

/** Leaves out what is `undefined`, as exact optional properties need. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
