export * from './bundle.ts';
export { type Checklist, checklistSchema, filesNamedBy, readChecklist, releaseNotesPath } from './checklist.ts';
export { decide } from './decide.ts';
export type {
  Approval,
  DecisionInput,
  Given,
  InputDocument,
  Origin,
  PersonDecision,
} from './given.ts';
export { type Inputs, inputs } from './inputs.ts';
export { type Policy, policySchema, readPolicy } from './policy.ts';
export { type ConfigurationChange, type Decision, decisionJsonSchema, decisionSchema, type RuleOutcome } from './record.ts';
export { NEVER_WAIVABLE, RULE_NAMES, type RuleName } from './rule.ts';
export * from './uris.ts';
export { MAX_BUNDLE_FILE_BYTES, type Verification, type VerifyOptions, verifyBundle } from './verify.ts';
export { type BetaVersion, nextBeta, parseBetaTag, parseBetaVersion } from './versions.ts';
export { buildSummary, type SummaryStatement, summaryBytes, VERIFIED_LEVEL } from './vsa.ts';
export { readWaivers, type Waiver, waiversSchema } from './waivers.ts';
export { type Arguments, type DecisionCode, type DecisionFinding, words } from './words.ts';
