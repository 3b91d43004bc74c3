import type { z } from 'zod';
import type { LimitDocument } from './directions.ts';
import type { AnyWords, Finding } from './finding.ts';
import type { Judgement } from './judgement.ts';
import type { PortName, Ports } from './ports/index.ts';

/** The gates, in the order in which people read them. */
export const GATE_IDS = ['determinism-check', 'slo-gate', 'telemetry-scan', 'snapshot-compare', 'deploy-preview'] as const;
export type GateId = (typeof GATE_IDS)[number];

/** Time stamps inside a file with results, in milliseconds since the epoch. */
export interface FileTimes {
  /** As the input's glob gives it. */
  readonly file: string;
  readonly earliestMs?: number;
  readonly latestMs?: number;
}

/**
 * A gate is a value with two verbs. `measure` does all input and output through the ports that it names and returns typed facts; `judge` is pure
 * and synchronous. What could not be measured is a fact too (and becomes `inconclusive`); only unusable input is thrown, as a `UserError`.
 */
export interface Gate<Inputs = never, Facts = never, Port extends PortName = PortName> {
  readonly id: GateId;
  /** A few words for headings. */
  readonly title: string;
  readonly words: AnyWords;
  readonly ports: readonly Port[];
  measure(inputs: Inputs, ports: Pick<Ports, Port>): Promise<Facts>;
  judge(facts: Facts, inputs: Inputs): Judgement<Finding<string, unknown>>;
  /** Of a gate whose measured files are results of load tests: when they say that they were measured. */
  times?(facts: Facts): readonly FileTimes[];
}

/** A gate whose inputs and facts are known only to itself, as the registry hands it out. */
export interface AnyGate {
  readonly id: GateId;
  readonly title: string;
  readonly words: AnyWords;
  readonly ports: readonly PortName[];
  measure(inputs: unknown, ports: Ports): Promise<unknown>;
  judge(facts: unknown, inputs: unknown): Judgement;
  times?(facts: unknown): readonly FileTimes[];
}

/** One line of the registry: the schema is at hand at once, the engine is imported only when it runs. */
export interface GateEntry {
  readonly id: GateId;
  readonly inputs: z.ZodObject;
  /** Documents with limits, by the name that inputs of role `limits` give them. */
  readonly documents?: { readonly [name: string]: LimitDocument };
  readonly load: () => Promise<AnyGate>;
}

/** Forgets the types that only the gate itself needs. */
export function defineGate<Inputs, Facts, Port extends PortName>(gate: Gate<Inputs, Facts, Port>): AnyGate {
  return gate as unknown as AnyGate;
}
