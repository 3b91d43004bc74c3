/** Names that other tools key on. They name, they need not resolve; a change of meaning takes a new version. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
export const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';

const BASE = 'https://testops.github.io/beta-gates';
/** Extension field of the test-result predicate that carries what the predicate has no field for. */
export const EVIDENCE_EXTENSION = `${BASE}/evidence/v1`;
/** `$schema`-like type of `decision.json`. */
export const DECISION_TYPE = `${BASE}/decision/v1`;
/** Extension field of the VSA that points at the decision. */
export const DECISION_EXTENSION = `${BASE}/decision-link/v1`;
/** JSON Schema of testops.yml. */
export const CONFIGURATION_SCHEMA = `${BASE}/testops-v1.schema.json`;
