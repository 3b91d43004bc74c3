import {
  type EvidenceExtension,
  type EvidenceStatement,
  extensionOf,
  GATE_IDS,
  type GateId,
  isUserError,
  nestsTooDeep,
  parseEvidence,
  STATEMENT_TYPE,
  sha256,
  TEST_RESULT_TYPE,
} from '../core/index.ts';
import type { Given, InputDocument } from './given.ts';
import { type DecisionFinding, errorOf } from './words.ts';

/** More is refused unread; what a gate writes is bounded far below. */
export const MAX_EVIDENCE_BYTES = 64 * 1024 * 1024;
/** Clocks of two machines may differ by this much before a time counts as the future. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** An evidence file that says what it should, about what it should. */
export interface SoundEvidence {
  readonly file: string;
  readonly sha256: string;
  readonly gate: GateId;
  readonly statement: EvidenceStatement;
  readonly own: EvidenceExtension;
}

/** A file that does not; `gate` is whose it claims to be, by name, else by content. */
export interface UnsoundEvidence {
  readonly file: string;
  readonly gate: GateId | undefined;
  readonly findings: readonly DecisionFinding[];
}

export type ReadEvidence =
  | { readonly kind: 'sound'; readonly evidence: SoundEvidence }
  | { readonly kind: 'unsound'; readonly evidence: UnsoundEvidence };

/** Reads one evidence file and holds it against commit, repository, run and clock of the decision. */
export function readEvidence(document: InputDocument, given: Given): ReadEvidence {
  const { name: file, bytes } = document;
  const named = gateNamedBy(file);
  const unsound = (gate: GateId | undefined, ...findings: readonly DecisionFinding[]): ReadEvidence => ({
    kind: 'unsound',
    evidence: { file, gate, findings },
  });
  if (bytes.length > MAX_EVIDENCE_BYTES) {
    return unsound(
      named,
      errorOf('decision-record/evidence-oversize', { file, bytes: bytes.length, limitBytes: MAX_EVIDENCE_BYTES }, file),
    );
  }
  let statement: EvidenceStatement;
  try {
    statement = parseEvidence(bytes, file);
  } catch (error) {
    if (!isUserError(error)) throw error;
    const found = error.problem.found;
    const code = looksLikeEvidence(bytes) ? 'decision-record/evidence-edited' : 'decision-record/evidence-unreadable';
    return unsound(named, errorOf(code, { file, found }, file));
  }
  const own = extensionOf(statement);
  const findings = [...strangerIn(file, named, own), ...foreignIn(file, statement, own, given), ...untimelyIn(file, own, given)];
  if (findings.length > 0) return unsound(named ?? own.gate, ...findings);
  return { kind: 'sound', evidence: { file, sha256: sha256(bytes), gate: own.gate, statement, own } };
}

/** The gate that a file name claims, `…/slo-gate.intoto.json`. */
function gateNamedBy(file: string): GateId | undefined {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return GATE_IDS.find((gate) => base === `${gate}.intoto.json`);
}

function looksLikeEvidence(bytes: Uint8Array): boolean {
  if (nestsTooDeep(bytes)) return false;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { _type?: unknown; predicateType?: unknown } | null;
    return value?._type === STATEMENT_TYPE && value.predicateType === TEST_RESULT_TYPE;
  } catch {
    return false;
  }
}

function strangerIn(file: string, named: GateId | undefined, own: EvidenceExtension): DecisionFinding[] {
  return named === own.gate ? [] : [errorOf('decision-record/evidence-renamed', { file, gate: own.gate }, file)];
}

function foreignIn(file: string, statement: EvidenceStatement, own: EvidenceExtension, given: Given): DecisionFinding[] {
  const findings: DecisionFinding[] = [];
  const digest = statement.subject[0]?.digest;
  const found = digest && 'gitCommit' in digest ? `commit ${digest.gitCommit}` : `workspace ${digest?.sha256}`;
  const expected = 'commit' in given.subject ? `commit ${given.subject.commit}` : `workspace ${given.subject.workspaceSha256}`;
  if (found !== expected) findings.push(errorOf('decision-record/evidence-foreign-commit', { file, found, expected }, file));
  const repositories = { found: own.run.repository ?? 'no repository', expected: given.repository ?? 'no repository' };
  // GitHub compares names of owners and repositories without regard to case.
  if (repositories.found.toLowerCase() !== repositories.expected.toLowerCase()) {
    findings.push(errorOf('decision-record/evidence-foreign-repository', { file, ...repositories }, file));
  }
  const { attempt } = own.run;
  if (own.run.runId === given.run.id && attempt !== undefined && given.run.attempt !== undefined && attempt > given.run.attempt) {
    findings.push(errorOf('decision-record/evidence-future-attempt', { file, found: attempt, expected: given.run.attempt }, file));
  }
  return findings;
}

function untimelyIn(file: string, own: EvidenceExtension, given: Given): DecisionFinding[] {
  const [now, started, finished] = [given.timeVerified, own.run.startedAt, own.run.finishedAt].map((text) => Date.parse(text)) as [
    number,
    number,
    number,
  ];
  if (finished <= now + CLOCK_SKEW_MS && started <= finished) return [];
  const found = started > finished ? own.run.startedAt : own.run.finishedAt;
  return [errorOf('decision-record/evidence-from-future', { file, found, now: given.timeVerified }, file)];
}
