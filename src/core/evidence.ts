import { z } from 'zod';
import { canonicalJson, digestOf, sha256 } from './canonical-json.ts';
import { UserError } from './errors.ts';
import { exhibit } from './exhibit.ts';
import { GATE_IDS, type GateId } from './gate.ts';
import type { Judgement } from './judgement.ts';
import { commitId, hex64, type LimitFile, limitFile, type MeasuredFile, measuredFile } from './measured-file.ts';
import { MAX_NESTING, nestsTooDeep } from './nesting.ts';
import { EVIDENCE_EXTENSION, STATEMENT_TYPE, TEST_RESULT_TYPE } from './uris.ts';
import { VERDICT_RESULT, worstVerdict } from './verdict.ts';

const verdict = z.enum(['pass', 'warn', 'fail', 'inconclusive']);
const limit = z.object({ comparison: z.enum(['<', '<=', '>', '>=', '==', '!=']), value: z.number() });
const json = z.json();

const measurement = z.object({
  id: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  limit: limit.optional(),
  warnLimit: limit.optional(),
  interval: z.object({ low: z.number(), high: z.number(), confidence: z.number() }).optional(),
  samples: z.number().optional(),
});

const place = z.object({
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  byte: z.number().optional(),
  pointer: z.string().optional(),
  member: z.array(z.string()).optional(),
});

const finding = z.object({
  code: z.string().regex(/^[a-z-]+\/[a-z0-9-]+$/),
  level: z.enum(['error', 'warning', 'note']),
  args: z.record(z.string(), json),
  place: place.optional(),
  fingerprint: z.string().optional(),
});

/** Where and on what a gate ran; everything that may differ between two runs that measured the same. */
export const runContext = z.object({
  /** `owner/name` on GitHub, when known. */
  repository: z.string().optional(),
  runId: z.string().optional(),
  attempt: z.number().int().positive().optional(),
  event: z.string().optional(),
  /** URI of the workflow that ran the gate. */
  workflow: z.string().optional(),
  /** Artifacts of earlier jobs that the inputs came from, by name; SHA-256 of the archive. */
  inputArtifacts: z.record(z.string(), hex64).optional(),
  environment: z.object({ node: z.string(), platform: z.string(), arch: z.string() }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
});
export type RunContext = z.infer<typeof runContext>;

const extension = z.object({
  gate: z.enum(GATE_IDS),
  verdict,
  headline: z.string(),
  checks: z.array(z.object({ id: z.string(), verdict })),
  measurements: z.array(measurement),
  findings: z.array(finding),
  /** All findings by code, also those beyond the number that the file carries. */
  findingCounts: z.record(z.string(), z.number().int().positive()),
  exhibits: z.array(exhibit),
  /** The inputs that the gate ran with, secrets left out. */
  inputs: z.record(z.string(), json),
  /** `true` when a tracked file differed from the commit, or an undeclared untracked one lay about. */
  dirty: z.boolean(),
  /** Every file that an input of role `measured` names, with its origin. Absent in evidence of rules version 1. */
  measured: z.array(measuredFile).optional(),
  /** Every file that an input of role `limits` names. */
  limits: z.array(limitFile).optional(),
  /** The tag that `tag:previous` stood for, where a gate asked. */
  previous: z.strictObject({ tag: z.string(), commit: commitId }).optional(),
  tool: z.object({ name: z.string(), version: z.string() }),
  run: runContext,
  factsDigest: hex64,
});
export type EvidenceExtension = z.infer<typeof extension>;

const statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(
      z.object({
        name: z.string().optional(),
        digest: z.union([z.strictObject({ gitCommit: commitId }), z.strictObject({ sha256: hex64 })]),
      }),
    )
    .length(1),
  predicateType: z.literal(TEST_RESULT_TYPE),
  predicate: z.object({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(z.object({ name: z.enum(GATE_IDS), digest: z.object({ sha256: hex64 }) })).length(1),
    url: z.string().optional(),
    passedTests: z.array(z.string()),
    warnedTests: z.array(z.string()),
    failedTests: z.array(z.string()),
    [EVIDENCE_EXTENSION]: extension,
  }),
});

/** Evidence of one gate: an in-toto Statement v1 with the test-result predicate v0.1. */
export type EvidenceStatement = z.infer<typeof statement>;

/** What was tested: a commit, or, outside git, the digest of the workspace, on which no decision may stand. */
export type Subject = { readonly commit: string } | { readonly workspaceSha256: string };

export interface EvidenceParts {
  readonly gate: GateId;
  readonly subject: Subject;
  readonly judgement: Judgement;
  /** Resolved inputs without secrets. */
  readonly inputs: { readonly [name: string]: unknown };
  readonly dirty: boolean;
  readonly measured?: readonly MeasuredFile[];
  readonly limits?: readonly LimitFile[];
  readonly previous?: { readonly tag: string; readonly commit: string };
  readonly toolVersion: string;
  readonly run: RunContext;
  /** Link to the run, when there is one. */
  readonly url?: string;
}

/** The file name inside the evidence folder. */
export function evidenceFileName(gate: GateId): string {
  return `${gate}.intoto.json`;
}

/** At most this many findings stand in an evidence file; `findingCounts` counts them all. */
export const MAX_EVIDENCE_FINDINGS = 10_000;

/** Builds the statement; its bytes are its canonical JSON. */
export function buildEvidence(parts: EvidenceParts): EvidenceStatement {
  const { gate, judgement } = parts;
  const configurationSha256 = digestOf(parts.inputs);
  const idsOf = (...verdicts: readonly string[]) =>
    judgement.checks.filter((check) => verdicts.includes(check.verdict)).map((check) => check.id);
  const findingCounts: Record<string, number> = {};
  for (const { code } of judgement.findings) findingCounts[code] = (findingCounts[code] ?? 0) + 1;
  const facts = {
    gate,
    verdict: judgement.verdict,
    headline: judgement.headline,
    checks: judgement.checks,
    measurements: judgement.measurements,
    findings: judgement.findings.slice(0, MAX_EVIDENCE_FINDINGS),
    findingCounts,
    exhibits: judgement.exhibits,
    inputs: parts.inputs,
    dirty: parts.dirty,
    ...(parts.measured === undefined ? {} : { measured: parts.measured }),
    ...(parts.limits === undefined ? {} : { limits: parts.limits }),
    ...(parts.previous === undefined ? {} : { previous: parts.previous }),
    tool: { name: 'testops', version: parts.toolVersion },
  };
  const digest = 'commit' in parts.subject ? { gitCommit: parts.subject.commit } : { sha256: parts.subject.workspaceSha256 };
  const built = {
    _type: STATEMENT_TYPE,
    subject: [{ name: parts.run.repository ?? 'workspace', digest }],
    predicateType: TEST_RESULT_TYPE,
    predicate: {
      result: VERDICT_RESULT[judgement.verdict],
      configuration: [{ name: gate, digest: { sha256: configurationSha256 } }],
      ...(parts.url === undefined ? {} : { url: parts.url }),
      passedTests: idsOf('pass'),
      warnedTests: idsOf('warn'),
      failedTests: idsOf('fail', 'inconclusive'),
      [EVIDENCE_EXTENSION]: { ...facts, run: parts.run, factsDigest: factsDigestOf(facts, digest) },
    },
  };
  return statement.parse(JSON.parse(canonicalJson(built)));
}

/** The bytes of a statement. */
export function evidenceBytes(evidence: EvidenceStatement): Uint8Array {
  return new TextEncoder().encode(canonicalJson(evidence));
}

/** The extension field of a statement. */
export function extensionOf(evidence: EvidenceStatement): EvidenceExtension {
  return evidence.predicate[EVIDENCE_EXTENSION];
}

/** The judgement that the evidence carries; findings are those that the file holds (`findingCounts` counts all). */
export function judgementOf(evidence: EvidenceStatement): Judgement {
  const { verdict, headline, checks, findings, measurements, exhibits } = extensionOf(evidence);
  // The schema is the shape of a judgement; only the compiler's distinction between absent and undefined members differs.
  return { verdict, headline, checks, findings, measurements, exhibits } as Judgement;
}

/**
 * Reads evidence back and checks that it agrees with itself: canonical bytes, digest of facts, verdict against checks, ids against verdicts.
 * @throws UserError that names the field; `name` is the file's name for the message.
 */
export function parseEvidence(bytes: Uint8Array, name: string): EvidenceStatement {
  const fail = (found: string, expected: string, cause?: unknown): never => {
    throw new UserError({ where: name, found, expected, todo: 'run the gate again; evidence is never edited by hand' }, { cause });
  };
  let value: unknown;
  let text = '';
  if (nestsTooDeep(bytes)) return fail(`it nests more than ${MAX_NESTING} deep`, 'evidence written by testops');
  try {
    // A byte order mark is kept, so that it is refused as what no gate writes.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    return fail(
      bytes.length === 0 ? 'an empty file' : 'bytes that are not JSON, or end too early',
      'an in-toto Statement v1 in JSON',
      error,
    );
  }
  const parsed = statement.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail(
      `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'wrong shape'}`,
      'evidence written by testops (Statement v1, test-result v0.1)',
    );
  }
  if (canonicalOf(value) !== text) return fail('bytes that are not canonical JSON', 'RFC 8785 bytes, exactly as they were written');
  if (canonicalJson(parsed.data) !== text)
    return fail('fields that this version does not know', 'evidence written by this version of testops');
  const disagreement = disagreementIn(parsed.data);
  if (disagreement) return fail(disagreement, 'a statement that agrees with itself');
  return parsed.data;
}

/** Undefined for what JSON can write and RFC 8785 cannot: half a surrogate pair. */
function canonicalOf(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

function disagreementIn(evidence: EvidenceStatement): string | undefined {
  const own = extensionOf(evidence);
  const { predicate } = evidence;
  const { run: _run, factsDigest, ...facts } = own;
  const idsOf = (...verdicts: readonly string[]) => own.checks.filter((check) => verdicts.includes(check.verdict)).map((check) => check.id);
  const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);
  if (predicate.configuration[0]?.name !== own.gate) return 'configuration[0].name is not the gate';
  if (predicate.configuration[0]?.digest.sha256 !== digestOf(own.inputs)) return 'the configuration digest is not that of the inputs';
  if (own.verdict !== worstVerdict(own.checks.map((check) => check.verdict))) return 'the verdict does not follow from the checks';
  if (predicate.result !== VERDICT_RESULT[own.verdict]) return 'result does not follow from the verdict';
  if (!same(predicate.passedTests, idsOf('pass'))) return 'passedTests does not list the checks that passed';
  if (!same(predicate.warnedTests, idsOf('warn'))) return 'warnedTests does not list the checks that warned';
  if (!same(predicate.failedTests, idsOf('fail', 'inconclusive'))) return 'failedTests does not list the checks that failed';
  if (factsDigest !== factsDigestOf(facts, evidence.subject[0]?.digest)) return 'factsDigest does not fit the facts';
  return undefined;
}

/** Leaves out times and environment, so that the same facts have the same digest. */
function factsDigestOf(facts: object, subject: unknown): string {
  return sha256(canonicalJson({ facts, subject }));
}
