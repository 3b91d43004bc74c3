import { z } from 'zod';
import { DECISION_EXTENSION, nestsTooDeep, type Outcome, STATEMENT_TYPE, sha256, VSA_TYPE } from '../core/index.ts';
import { DECISION_FILE, SIGNATURE_FILES } from './bundle.ts';
import type { Decision } from './record.ts';
import { parseBetaVersion } from './versions.ts';
import { commitFacts, commitSubjectName, type SummaryFacts, VERIFIED_LEVEL } from './vsa.ts';

/** What is known about a decision without its bundle: from `decision.json`, or from its signed summary alone. */
export interface StoredDecision extends Omit<SummaryFacts, 'rulesVersion' | 'repository'> {
  /** SHA-256 of `decision.json`: two places that agree on it hold the same decision. */
  readonly decisionSha256: string;
  readonly outcome: Outcome;
  readonly outcomeForTag: Outcome;
  /** ISO 8601. */
  readonly timeVerified: string;
  /** `owner/name`. */
  readonly repository: string | undefined;
  /** Absent in decisions of rules version 1. */
  readonly rulesVersion: number | undefined;
}

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const outcome = z.enum(['GO', 'CONDITIONAL', 'NO-GO']);
const instant = z.iso.datetime();
const descriptor = z.strictObject({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: z.union([z.strictObject({ sha256: hex64 }), z.strictObject({ gitCommit: commitId })]),
});

const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(descriptor).min(1),
  predicateType: z.literal(VSA_TYPE),
  predicate: z.strictObject({
    verifier: z.strictObject({ id: z.string(), version: z.record(z.string(), z.string()) }),
    timeVerified: instant,
    resourceUri: z.string(),
    policy: z.strictObject({ uri: z.string(), digest: z.strictObject({ sha256: hex64 }) }),
    inputAttestations: z.array(descriptor),
    verificationResult: z.enum(['PASSED', 'FAILED']),
    verifiedLevels: z.array(z.string()).length(1),
    [DECISION_EXTENSION]: z.strictObject({
      outcome,
      outcomeForTag: outcome,
      documents: z.array(descriptor),
      rulesVersion: z.number().int().min(2),
      commit: commitId,
      repository: z.string(),
      version: z.string().optional(),
      tag: z.strictObject({ name: z.string(), commit: commitId }).optional(),
      run: z.strictObject({ id: z.string().optional(), attempt: z.number().int().positive().optional() }),
      person: z.strictObject({ by: z.string(), decision: z.enum(['go', 'no-go']), at: instant }).optional(),
      maxAge: z.string().regex(/^[1-9]\d{0,5}[mhd]$/),
      waivers: z.array(z.strictObject({ rule: z.string(), match: z.string(), effectiveUntil: z.string() })),
    }),
  }),
});

/**
 * Reads a summary whose signature was verified, and which says everything by itself; undefined for any other document, and for one that contradicts
 * itself. Summaries of rules version 1 say too little.
 */
export function readStoredSummary(payload: Uint8Array): StoredDecision | undefined {
  if (nestsTooDeep(payload)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
  const parsed = statementSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { subject, predicate } = parsed.data;
  const { documents: _documents, ...own } = predicate[DECISION_EXTENSION];
  const digestOf = (name: string, kind: 'sha256' | 'gitCommit') =>
    subject.flatMap((entry) => (entry.name === name && kind in entry.digest ? Object.values(entry.digest) : [])).at(0);
  const decisionSha256 = digestOf(DECISION_FILE, 'sha256');
  const name = commitSubjectName(own.repository, own.commit);
  const consistent =
    subject.some(({ digest }) => 'gitCommit' in digest && digest.gitCommit === own.commit) &&
    digestOf(name, 'sha256') === sha256(name) &&
    predicate.verifiedLevels[0] === VERIFIED_LEVEL[own.outcome] &&
    (predicate.verificationResult === 'PASSED') === (own.outcome !== 'NO-GO');
  if (decisionSha256 === undefined || !consistent) return undefined;
  return { ...own, decisionSha256, timeVerified: predicate.timeVerified } as StoredDecision;
}

/** The same facts out of a bundle, of any version of the rules; undefined for a decision about a workspace. */
export function describeDecision(decision: Decision, decisionSha256: string): StoredDecision | undefined {
  const facts = commitFacts(decision);
  if (facts === undefined) return undefined;
  const { outcome, outcomeForTag, given } = decision;
  const { timeVerified, rulesVersion, repository } = given;
  return { ...facts, decisionSha256, outcome, outcomeForTag, timeVerified, rulesVersion, repository };
}

/** Tag that a decision is about; undefined when it is about no version. */
export function tagOfDecision({
  tag,
  version,
}: {
  readonly tag?: { readonly name: string } | undefined;
  readonly version?: string | undefined;
}): string | undefined {
  if (tag !== undefined) return tag.name;
  try {
    return version === undefined ? undefined : parseBetaVersion(version).tag;
  } catch {
    return undefined;
  }
}

/** Which of the signature files of a bundle some bytes are, by their shape; undefined when they are neither. */
export function signatureFileOf(bytes: Uint8Array): (typeof SIGNATURE_FILES)[number] | undefined {
  const [sigstore, envelope] = SIGNATURE_FILES;
  if (nestsTooDeep(bytes)) return undefined;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown> | null;
    if (typeof value !== 'object' || value === null) return undefined;
    if ('dsseEnvelope' in value) return sigstore;
    return 'payload' in value && 'signatures' in value ? envelope : undefined;
  } catch {
    return undefined;
  }
}
