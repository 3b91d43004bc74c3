import { compareText, type GateId, sortBy } from '../core/index.ts';
import type { Given, InputDocument } from './given.ts';
import type { Policy } from './policy.ts';
import { readEvidence, type SoundEvidence, type UnsoundEvidence } from './read-evidence.ts';
import { type DecisionFinding, errorOf } from './words.ts';

/** Which evidence counts, and what was wrong with the rest. */
export interface EvidenceSelection {
  readonly chosen: ReadonlyMap<GateId, SoundEvidence>;
  /** What is wrong, by gate, or by file where no gate is known. */
  readonly trouble: ReadonlyMap<string, readonly DecisionFinding[]>;
}

/**
 * Chooses one evidence file per gate: of the deciding run the highest attempt, or, where the policy allows it and this run has none, of one
 * earlier run. Two files in one attempt, or of two earlier runs, are a duplicate. The order of the files plays no part.
 */
export function selectEvidence(documents: readonly InputDocument[], given: Given, policy: Policy): EvidenceSelection {
  const trouble = new Map<string, DecisionFinding[]>();
  const blame = (match: string, findings: readonly DecisionFinding[]) => {
    if (findings.length > 0) trouble.set(match, [...(trouble.get(match) ?? []), ...findings]);
  };
  const read = documents.map((document) => readEvidence(document, given));
  const sound = sortBy(
    read.flatMap((entry) => (entry.kind === 'sound' ? [entry.evidence] : [])),
    ({ file }) => file,
    (entry) => entry.sha256,
  );
  for (const entry of read) if (entry.kind === 'unsound') blame(matchOf(entry.evidence), entry.evidence.findings);
  const chosen = new Map<GateId, SoundEvidence>();
  for (const gate of [...new Set(sound.map((entry) => entry.gate))].sort(compareText)) {
    const files = sound.filter((entry) => entry.gate === gate);
    const choice = chooseRun(files, given, policy);
    const findings = [...choice.findings];
    if (choice.evidence) findings.push(...unvouchedIn(choice.evidence, given));
    blame(gate, findings);
    if (choice.evidence && findings.length === 0) chosen.set(gate, choice.evidence);
  }
  return { chosen, trouble };
}

function matchOf({ gate, file }: UnsoundEvidence): string {
  return gate ?? file;
}

interface Choice {
  readonly evidence?: SoundEvidence;
  readonly findings: readonly DecisionFinding[];
}

function chooseRun(files: readonly SoundEvidence[], given: Given, policy: Policy): Choice {
  const ofThisRun = files.filter((entry) => entry.own.run.runId === given.run.id);
  if (ofThisRun.length > 0) return chooseAttempt(ofThisRun);
  const earlierAllowed = policy.freshness?.runs === 'earlier';
  const refused = files.filter((entry) => !earlierAllowed || !isEarlier(entry.own.run.runId, given.run.id));
  if (refused.length > 0) {
    return {
      findings: refused.map((entry) =>
        errorOf(
          'decision-record/evidence-other-run',
          { file: entry.file, found: entry.own.run.runId ?? 'none', expected: given.run.id ?? 'none' },
          entry.file,
        ),
      ),
    };
  }
  return new Set(files.map((entry) => entry.own.run.runId)).size > 1 ? duplicate(files) : chooseAttempt(files);
}

/** GitHub numbers runs upwards. */
function isEarlier(runId: string | undefined, than: string | undefined): boolean {
  const number = /^\d+$/;
  return runId !== undefined && than !== undefined && number.test(runId) && number.test(than) && BigInt(runId) < BigInt(than);
}

function chooseAttempt(files: readonly SoundEvidence[]): Choice {
  const attempts = files.map((entry) => entry.own.run.attempt ?? 0);
  if (new Set(attempts).size < attempts.length) return duplicate(files);
  const evidence = files[attempts.indexOf(Math.max(...attempts))];
  return evidence ? { evidence, findings: [] } : { findings: [] };
}

function duplicate(files: readonly SoundEvidence[]): Choice {
  const [first] = files;
  if (!first) return { findings: [] };
  return { findings: [errorOf('decision-record/evidence-duplicate', { gate: first.gate, files: files.map(({ file }) => file) })] };
}

function unvouchedIn({ file, gate, sha256 }: SoundEvidence, given: Given): DecisionFinding[] {
  if (!given.expectedEvidence) return [];
  const expected = given.expectedEvidence[gate];
  if (expected === undefined) return [errorOf('decision-record/evidence-unvouched', { file, gate }, file)];
  return expected === sha256 ? [] : [errorOf('decision-record/evidence-digest-mismatch', { file, gate, found: sha256, expected }, file)];
}
