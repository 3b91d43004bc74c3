import { DECISION_TYPE } from '../core/index.ts';

const BASE = DECISION_TYPE.slice(0, DECISION_TYPE.indexOf('/decision/'));

/** The policy where no file is given: every required gate must pass. */
export const DEFAULT_POLICY_URI = `${BASE}/policy/every-required-gate/v1`;
/** `verifier.id` where no workflow decided. */
export const LOCAL_VERIFIER = `${BASE}/local`;
/** JSON Schema of `decision.json`. */
export const DECISION_SCHEMA = `${BASE}/decision-v1.schema.json`;
