import type { z } from 'zod';
import type { AnyWords, Finding } from './finding.ts';
import type { Judgement } from './judgement.ts';
import type { PortName, Ports } from './ports/index.ts';

/** The gates, in the order in which people read them. */
export const GATE_IDS = ['determinism-check', 'slo-gate', 'telemetry-scan', 'snapshot-compare', 'deploy-preview'] as const;
export type GateId = (typeof GATE_IDS)[number];

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
}

/** A gate whose inputs and facts are known only to itself, as the registry hands it out. */
export interface AnyGate {
  readonly id: GateId;
  readonly title: string;
  readonly words: AnyWords;
  readonly ports: readonly PortName[];
  measure(inputs: unknown, ports: Ports): Promise<unknown>;
  judge(facts: unknown, inputs: unknown): Judgement;
}

/** One line of the registry: the schema is at hand at once, the engine is imported only when it runs. */
export interface GateEntry {
  readonly id: GateId;
  readonly inputs: z.ZodObject;
  /** Inputs that say how the gate runs, not what it measures (shards, caches): evidence leaves them out, so that it is the same whatever they are. */
  readonly executionInputs?: readonly string[];
  readonly load: () => Promise<AnyGate>;
}

/** Forgets the types that only the gate itself needs. */
export function defineGate<Inputs, Facts, Port extends PortName>(gate: Gate<Inputs, Facts, Port>): AnyGate {
  return gate as unknown as AnyGate;
}
