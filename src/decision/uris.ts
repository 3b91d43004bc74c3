import { DECISION_TYPE } from '../core/index.ts';

const BASE = DECISION_TYPE.slice(0, DECISION_TYPE.indexOf('/decision/'));

/** The policy where no file is given: every required gate must pass. */
export const DEFAULT_POLICY_URI = `${BASE}/policy/every-required-gate/v1`;
/** `verifier.id` where no workflow decided. */
export const LOCAL_VERIFIER = `${BASE}/local`;
/** JSON Schema of `decision.json`. */
export const DECISION_SCHEMA = `${BASE}/decision-v1.schema.json`;
/** JSON Schemas of what people write. */
export const POLICY_SCHEMA = `${BASE}/policy-v1.schema.json`;
export const CHECKLIST_SCHEMA = `${BASE}/readiness-v1.schema.json`;
export const WAIVERS_SCHEMA = `${BASE}/waivers-v1.schema.json`;
