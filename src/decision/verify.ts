import { z } from 'zod';
import {
  canonicalJson,
  DECISION_EXTENSION,
  endOf,
  isUserError,
  MAX_NESTING,
  nestsTooDeep,
  type Outcome,
  sha256,
  sortFindings,
} from '../core/index.ts';
import { DECISION_FILE, MARKDOWN_FILE, SIGNATURE_FILES, SUMMARY_FILE } from './bundle.ts';
import { decide } from './decide.ts';
import { durationMs } from './durations.ts';
import { FIRST_RULES_VERSION, inputFrom } from './given.ts';
import { CLOCK_SKEW_MS, MAX_EVIDENCE_BYTES } from './read-evidence.ts';
import { type Decision, decisionSchema } from './record.ts';
import { RULES_VERSION, ruleId } from './rule.ts';
import type { StoredDecision } from './stored-summary.ts';
import { buildSummary, summaryBytes } from './vsa.ts';
import { type DecisionFinding, errorOf } from './words.ts';

/** Larger files are refused before they are parsed. */
export const MAX_BUNDLE_FILE_BYTES = MAX_EVIDENCE_BYTES;

export interface VerifyOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a decision stands; default what the decision itself says (`maxAge`, from the policy). */
  readonly maxAgeMs?: number;
  /** Judge as of the decision: no freshness. */
  readonly asOfDecision?: boolean;
  /** Whether a tag is to stand on it: then also what only the outcome for tags rests on must still hold. */
  readonly forTag?: boolean;
}

export interface Verification {
  readonly accepted: boolean;
  /** 0 accepted, 1 rejected, 3 unreadable. */
  readonly exit: 0 | 1 | 3;
  /** Why not; empty when accepted. */
  readonly findings: readonly DecisionFinding[];
  /** As far as it could be read; only to be believed when accepted, or when `decision-no-go` or a matter of age is all there is. */
  readonly decision: Decision | undefined;
  /** Signatures that stand in the bundle. They are not looked at here. */
  readonly signatureFiles: readonly string[];
  /** The rules that the decision follows; absent when it could not be read. */
  readonly rules?: RulesComparison;
}

/** Which version of the rules a decision follows, and what those of today say where they are others and can be asked. */
export interface RulesComparison {
  readonly version: number;
  readonly today?: { readonly version: number; readonly outcome: Outcome; readonly unmet: readonly string[] };
}

/**
 * Verifies a bundle from its files alone, offline: every digest, nothing missing, nothing besides, the decision derived again as of `timeVerified`
 * with the same bytes, the summary likewise; then the outcome, and freshness at `now`.
 */
export function verifyBundle(files: ReadonlyMap<string, Uint8Array>, options: VerifyOptions): Verification {
  const signatureFiles = SIGNATURE_FILES.filter((name) => files.has(name));
  const oversize = [...files].filter(([, bytes]) => bytes.length > MAX_BUNDLE_FILE_BYTES);
  if (oversize.length > 0) {
    const findings = oversize.map(([file, { length }]) =>
      errorOf('decision-record/bundle-oversize', { file, bytes: length, limitBytes: MAX_BUNDLE_FILE_BYTES }, file),
    );
    return { accepted: false, exit: 3, findings: sortFindings(findings), decision: undefined, signatureFiles };
  }
  const read = readDecision(files.get(DECISION_FILE));
  if (!read.decision) {
    const finding = errorOf('decision-record/bundle-unreadable', { file: DECISION_FILE, found: read.found }, DECISION_FILE);
    return { accepted: false, exit: 3, findings: [finding], decision: undefined, signatureFiles };
  }
  const { decision } = read;
  const broken = [...filesTrouble(files, decision), ...summaryTrouble(files, decision), ...rulesTrouble(decision)];
  // On inputs that are missing or changed there is nothing to derive from.
  if (broken.length === 0) broken.push(...derivationTrouble(files, decision));
  const findings = broken.length > 0 ? broken : [...outcomeTrouble(decision), ...timeTrouble(decision, options)];
  const accepted = findings.length === 0;
  const rules = compareRules(files, decision, broken.length === 0);
  return { accepted, exit: accepted ? 0 : 1, findings: sortFindings(findings), decision, signatureFiles, rules };
}

/** A decision of rules that this version does not know cannot be derived again. */
function rulesTrouble({ given: { rulesVersion = FIRST_RULES_VERSION } }: Decision): DecisionFinding[] {
  if (rulesVersion <= RULES_VERSION) return [];
  const found = `it follows version ${rulesVersion} of the rules, and this is version ${RULES_VERSION}`;
  return [errorOf('decision-record/decision-not-derivable', { found }, DECISION_FILE)];
}

/** What the rules of today say about the same inputs, where a decision follows older ones. It changes nothing about what was decided. */
function compareRules(files: ReadonlyMap<string, Uint8Array>, decision: Decision, sound: boolean): RulesComparison {
  const version = decision.given.rulesVersion ?? FIRST_RULES_VERSION;
  if (!sound || version >= RULES_VERSION) return { version };
  try {
    const again = deriveWith(files, decision, RULES_VERSION);
    const unmet = again.rules.filter(({ outcome, tagOnly }) => isUnmet(outcome) && (again.forTag || !tagOnly)).map(ruleId);
    return { version, today: { version: RULES_VERSION, outcome: again.outcome, unmet } };
  } catch (error) {
    if (isUserError(error)) return { version };
    throw error;
  }
}

const isUnmet = (outcome: string) => outcome === 'broken' || outcome === 'inconclusive';

function deriveWith(files: ReadonlyMap<string, Uint8Array>, decision: Decision, rulesVersion?: number): Decision {
  const input = inputFrom(decision.given, (digest) => {
    const bytes = files.get(`inputs/${digest}`);
    if (!bytes) throw new MissingInput(digest);
    return bytes;
  });
  return decide(rulesVersion === undefined ? input : { ...input, rulesVersion });
}

type ReadResult = { readonly decision: Decision; readonly found?: undefined } | { readonly decision?: undefined; readonly found: string };

function readDecision(bytes: Uint8Array | undefined): ReadResult {
  if (!bytes) return { found: 'not there' };
  if (nestsTooDeep(bytes)) return { found: `it nests more than ${MAX_NESTING} deep` };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { found: bytes.length === 0 ? 'an empty file' : 'bytes that are not JSON, or end too early' };
  }
  const parsed = decisionSchema.safeParse(value);
  if (parsed.success) return isCanonicalizable(parsed.data) ? { decision: parsed.data } : { found: 'half a surrogate pair in a text' };
  const issue = parsed.error.issues[0];
  return { found: `not a decision of this version: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'another shape'}` };
}

/** JSON can write half a surrogate pair, RFC 8785 cannot. */
function isCanonicalizable(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

function filesTrouble(files: ReadonlyMap<string, Uint8Array>, decision: Decision): DecisionFinding[] {
  const findings: DecisionFinding[] = [];
  // The paths are derived, never taken from the document: `path` is compared when the decision is derived again.
  const inputs = new Map(decision.inputs.map(({ sha256: digest }) => [`inputs/${digest}`, digest]));
  for (const [file, expected] of inputs) {
    const bytes = files.get(file);
    if (!bytes) findings.push(errorOf('decision-record/bundle-file-missing', { file }, file));
    else if (sha256(bytes) !== expected) {
      findings.push(errorOf('decision-record/bundle-file-changed', { file, found: sha256(bytes), expected }, file));
    }
  }
  const listed = new Set<string>([DECISION_FILE, SUMMARY_FILE, MARKDOWN_FILE, ...SIGNATURE_FILES, ...inputs.keys()]);
  for (const file of [SUMMARY_FILE, MARKDOWN_FILE]) {
    if (!files.has(file)) findings.push(errorOf('decision-record/bundle-file-missing', { file }, file));
  }
  for (const file of files.keys()) {
    if (!listed.has(file)) findings.push(errorOf('decision-record/bundle-file-unlisted', { file }, file));
  }
  return findings;
}

function summaryTrouble(files: ReadonlyMap<string, Uint8Array>, decision: Decision): DecisionFinding[] {
  const [decisionBytes, bytes, markdown] = [DECISION_FILE, SUMMARY_FILE, MARKDOWN_FILE].map((file) => files.get(file));
  if (!decisionBytes || !bytes || !markdown) return [];
  const differs = (found: string) => [errorOf('decision-record/summary-differs', { found }, SUMMARY_FILE)];
  const summary = readSummary(bytes);
  if (!summary) return differs('it is not a summary that testops wrote');
  const { markdownSha256: expected, decisionSha256: own } = summary;
  const findings: DecisionFinding[] = [];
  if (sha256(markdown) !== expected) {
    findings.push(
      errorOf('decision-record/bundle-file-changed', { file: MARKDOWN_FILE, found: sha256(markdown), expected }, MARKDOWN_FILE),
    );
  }
  if (own !== sha256(decisionBytes)) {
    const found = sha256(decisionBytes);
    findings.push(errorOf('decision-record/bundle-file-changed', { file: DECISION_FILE, found, expected: own }, DECISION_FILE));
  }
  if (findings.length > 0) return findings;
  const rebuilt = summaryBytes(buildSummary(decision, { decision: sha256(decisionBytes), markdown: expected }));
  return sha256(rebuilt) === sha256(bytes) ? [] : differs('another summary follows from the decision');
}

const descriptors = z.array(z.looseObject({ name: z.string().optional(), digest: z.looseObject({ sha256: z.string().optional() }) }));
const summarySchema = z.looseObject({
  subject: descriptors,
  predicate: z.looseObject({ [DECISION_EXTENSION]: z.looseObject({ documents: descriptors }) }),
});

/** Digests that a summary names; everything else of it is compared with the summary that follows from the decision. */
function readSummary(bytes: Uint8Array): { readonly markdownSha256: string; readonly decisionSha256: string } | undefined {
  let value: unknown;
  try {
    value = nestsTooDeep(bytes) ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const parsed = summarySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { subject, predicate } = parsed.data;
  const digestOf = (entries: typeof subject, wanted: string) => entries.find(({ name }) => name === wanted)?.digest.sha256;
  const markdownSha256 = digestOf(predicate[DECISION_EXTENSION].documents, MARKDOWN_FILE);
  const decisionSha256 = digestOf(subject, DECISION_FILE);
  return markdownSha256 !== undefined && decisionSha256 !== undefined ? { markdownSha256, decisionSha256 } : undefined;
}

function derivationTrouble(files: ReadonlyMap<string, Uint8Array>, decision: Decision): DecisionFinding[] {
  const differs = (found: string) => [errorOf('decision-record/decision-not-derivable', { found }, DECISION_FILE)];
  let derived: Decision;
  try {
    derived = deriveWith(files, decision);
  } catch (error) {
    if (error instanceof MissingInput) return differs(`the input ${error.digest} is not listed`);
    if (isUserError(error)) return differs(`${error.problem.where}: ${error.problem.found}`);
    throw error;
  }
  const bytes = files.get(DECISION_FILE) ?? new Uint8Array();
  const text = canonicalJson(derived);
  if (sha256(text) === sha256(bytes)) return [];
  const members = Object.keys(derived) as (keyof Decision)[];
  const different = members.filter((member) => canonicalJson(derived[member]) !== canonicalJson(decision[member]));
  return differs(different.length === 0 ? 'its bytes are not canonical JSON' : `${different.join(', ')}`);
}

class MissingInput extends Error {
  readonly digest: string;

  constructor(digest: string) {
    super(digest);
    this.digest = digest;
  }
}

function outcomeTrouble({ outcome }: Decision): DecisionFinding[] {
  return outcome === 'NO-GO' ? [errorOf('decision-record/decision-no-go', { outcome })] : [];
}

function timeTrouble(decision: Decision, options: VerifyOptions): DecisionFinding[] {
  const { given, maxAge, waivers } = decision;
  const counting = waivers.filter((waiver) => options.forTag === true || restsOn(decision, waiver));
  return judgeAge({ timeVerified: given.timeVerified, maxAge, waivers: counting }, options);
}

/** Whether a decision is still fresh: not from the future, not older than its policy allows, and on no waiver that has ended since. */
export function judgeAge(
  { timeVerified, maxAge, waivers }: Pick<StoredDecision, 'timeVerified' | 'maxAge' | 'waivers'>,
  { now, maxAgeMs, asOfDecision }: VerifyOptions,
): DecisionFinding[] {
  const decidedAt = Date.parse(timeVerified);
  if (decidedAt > now + CLOCK_SKEW_MS) {
    return [errorOf('decision-record/decision-from-future', { timeVerified, now: new Date(now).toISOString() })];
  }
  if (asOfDecision) return [];
  const limitMs = maxAgeMs ?? durationMs(maxAge);
  const stale =
    now - decidedAt > limitMs
      ? [
          errorOf('decision-record/decision-stale', {
            timeVerified,
            maxAge: maxAgeMs === undefined ? maxAge : `${Math.round(maxAgeMs / 60_000)} minutes`,
          }),
        ]
      : [];
  const ended = waivers
    .filter((waiver) => now >= endOf(waiver.effectiveUntil))
    .map(({ rule, match, effectiveUntil }) => errorOf('decision-record/waiver-expired-since', { rule, match, until: effectiveUntil }));
  return [...stale, ...ended];
}

/** A waiver of a rule that counts for tags only carries nothing where there is no tag. */
function restsOn({ rules, forTag }: Decision, waiver: Decision['waivers'][number]): boolean {
  return forTag || !rules.some(({ rule, match, tagOnly }) => tagOnly && rule === waiver.rule && match === waiver.match);
}
