import { byPattern, type Cause, isIntrinsic } from './cause.ts';

/** RFC 9562. */
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

export const uuid: Cause = { id: 'uuid', weigh: (evidence) => (isIntrinsic(evidence) ? byPattern(evidence, UUID, 96) : undefined) };
