export * from './bundle.ts';
export { type Checklist, checklistSchema, filesNamedBy, readChecklist, releaseNotesPath } from './checklist.ts';
export {
  type ComparedFiles,
  type ConfigurationComparison,
  compareConfiguration,
  compareDocuments,
  compareInputs,
} from './configuration/compare.ts';
export { type LimitPatterns, limitFilesNamedBy, selectLimitFiles } from './configuration/limit-files.ts';
export { type CutFacts, type CutPlan, planCut, tagToCut } from './cut.ts';
export { decide } from './decide.ts';
export type {
  Approval,
  Base,
  BaseInput,
  DecisionInput,
  DefaultBranch,
  Given,
  InputDocument,
  LimitsInput,
  Origin,
  PersonDecision,
  Standing,
} from './given.ts';
export { INCIDENT_KINDS, type IncidentKind, type IncidentRequest, incidentFingerprint, incidentsOf, releaseOf } from './incidents.ts';
export { type Inputs, inputs } from './inputs.ts';
export { type LedgerLine, ledgerLine } from './ledger.ts';
export { type Policy, policySchema, readPolicy } from './policy.ts';
export { CLOCK_SKEW_MS } from './read-evidence.ts';
export { type ConfigurationChange, type Decision, decisionSchema, type RuleOutcome } from './record.ts';
export { sectionOf } from './release-notes.ts';
export { NEVER_WAIVABLE, RULE_NAMES, RULES_VERSION, type RuleName } from './rule.ts';
export { countsForCommit, describeStrangers } from './rules/measured.ts';
export { decisionJsonSchema, documentJsonSchemas } from './schemas.ts';
export { describeDecision, readStoredSummary, type StoredDecision, signatureFileOf, tagOfDecision } from './stored-summary.ts';
export { decidingJobNames, literalConfigs, NIGHTLY, ownActionsOf, type Pin, pinsOf } from './trust/calling-jobs.ts';
export { type ConfirmationFact, judgeConfirmation, judgeLaterAttempt } from './trust/confirm.ts';
export { type Proof, type ProofOptions, verifyProof } from './trust/proof.ts';
export { judgeRun, type RunDemand, type RunFact } from './trust/run.ts';
export { ACTIONS_ISSUER, judgeSignatures, type SignatureDemand } from './trust/signature.ts';
export { type BelievedDecision, findCounting, findHeldNoGo, inOrder, isAccepting, judgeStanding } from './trust/standing.ts';
export { judgeStatus, STATUS_CONTEXT, type StatusFact } from './trust/status.ts';
export { bundleDigest, stepProofOf, writeStepProof } from './trust/step-proof.ts';
export { judgeStored, judgeTagged, type TagFact } from './trust/tag.ts';
export { isTrusted, readWorkflowName, type WorkflowName } from './trust/workflow-name.ts';
export * from './uris.ts';
export { MAX_BUNDLE_FILE_BYTES, type RulesComparison, type Verification, type VerifyOptions, verifyBundle } from './verify.ts';
export { type BetaVersion, compareBetas, nextBeta, parseBetaTag, parseBetaVersion, readBetaTag } from './versions.ts';
export { buildSummary, commitSubjectName, type SummaryStatement, summaryBytes, VERIFIED_LEVEL } from './vsa.ts';
export { readWaivers, type Waiver, waiversSchema } from './waivers.ts';
export { type Arguments, type DecisionCode, type DecisionFinding, words } from './words.ts';
