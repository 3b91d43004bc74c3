import type { GateId } from '../core/index.ts';

/** The most parts that a gate is cut into: each part's digest travels as an output of its own, and those are written out in the workflow. */
export const MAX_PARTS = 16;

/** Gates that can be cut into parts. */
export const PARTED_GATES = ['determinism-check', 'telemetry-scan'] as const satisfies readonly GateId[];
export type PartedGate = (typeof PARTED_GATES)[number];
