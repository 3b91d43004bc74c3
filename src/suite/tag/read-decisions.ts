import { type Forge, type ForgeArtifact, type ForgeRun, sha256 } from '../../core/index.ts';
import type { ForgeStatus } from '../../core/ports/forge.ts';
import {
  commitSubjectName,
  DECISION_FILE,
  type Decision,
  type DecisionFinding,
  describeDecision,
  judgeRun,
  STATUS_CONTEXT,
  type StoredDecision,
  verifyBundle,
} from '../../decision/index.ts';
import { BUNDLE_LIMITS, changed, fetchBundle, MAX_ARCHIVE_BYTES } from '../fetch-bundle.ts';
import type { TrustedSignatures } from '../signatures.ts';
import { askForge } from './ask-forge.ts';
import { hasSignature, judgeSigned, readSignedSummary, type Signers } from './signed-bundle.ts';
import { readMark } from './status-mark.ts';

const SIGNED_ARTIFACT = /^testops-signed-a\d+$/;
const CANNOT_CHANGE = /^decision-record\/run-unfinished$/;

/** Whom to believe, and what time it is. */
export interface ReaderTrust {
  readonly signatures: TrustedSignatures;
  readonly now: number;
  /** The run that asks; it has decided nothing yet. */
  readonly except?: string | undefined;
}

/** A decision in one place. */
export interface FoundPiece {
  readonly decision: StoredDecision;
  /**
   * `signed`: by a signer whom we believe. `plain`: by nobody, and the forge confirms that a trusted run decided it. `doubtful`: by somebody else, or with a
   * signature that does not hold.
   */
  readonly trust: 'signed' | 'plain' | 'doubtful';
  /** For people: `run 101`. */
  readonly where: string;
  readonly run?: ForgeRun;
  /** The whole bundle, where the place has it. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** `decision.json`, where the place has it. */
  readonly whole?: Decision;
  /** The signature that proves it. */
  readonly summary?: { readonly name: string; readonly bytes: Uint8Array };
}

/** As much of a run as a message about it needs. */
export type NamedRun = Pick<ForgeRun, 'id'> & Partial<Pick<ForgeRun, 'url' | 'event'>>;

/** A run that a status names, and whose decision cannot be read any more; the run itself may be gone. */
export interface GoneDecision {
  readonly run: NamedRun;
  readonly status: ForgeStatus;
  /** Whether it may be what a person decided, which no run lifts. */
  readonly byPerson: boolean;
}

/** What is known about a commit, from every place. */
export interface ReadDecisions {
  readonly pieces: readonly FoundPiece[];
  /** Runs that are trusted and left something broken. */
  readonly refused: readonly { readonly run: ForgeRun; readonly findings: readonly DecisionFinding[] }[];
  /** Failing statuses whose decision is in no place. */
  readonly gone: readonly GoneDecision[];
}

/** Reads the decisions on commits. */
export interface DecisionReader {
  readonly repository: string;
  readonly forge: Forge;
  /** Every decision on a commit. The ledger branch and releases are ordered by tags: without one they are left out. */
  read(commit: string, tag: string | undefined): Promise<ReadDecisions>;
  /** What the ledger branch has about a tag, whatever the commit. */
  readLedger(tag: string): Promise<readonly FoundPiece[]>;
}

/**
 * Every place where decisions last is read whole: attestations, the ledger branch with its history, the release, and the artifacts of the runs
 * on the commit and of those that its statuses name. What nobody signed whom we believe is passed over there.
 * @throws UserError when the forge cannot be asked.
 */
export function createDecisionReader(unasked: Forge, trust: ReaderTrust): DecisionReader {
  const forge = askForge(unasked);
  const signers: Signers = { repository: forge.repository, signatures: trust.signatures };
  const onCommits = new Map<string, Promise<ReadDecisions>>();
  const onTags = new Map<string, Promise<readonly FoundPiece[]>>();
  const onReleases = new Map<string, Promise<readonly FoundPiece[]>>();
  const remember = <T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> => {
    const value = known.get(key) ?? read();
    known.set(key, value);
    return value;
  };
  const readStored = async (stored: readonly { readonly where: string; readonly bytes: Uint8Array }[]): Promise<readonly FoundPiece[]> => {
    const pieces: FoundPiece[] = [];
    for (const each of stored) {
      const signed = await readSignedSummary(each, signers);
      if (signed === undefined) continue;
      const { decision, name, bytes } = signed;
      pieces.push({ decision, trust: 'signed', where: each.where, summary: { name, bytes } });
    }
    return pieces;
  };
  const readLedger = (tag: string) => remember(onTags, tag, async () => readStored(await forge.listLedgerSummaries(tag)));
  return {
    repository: forge.repository,
    forge,
    readLedger,
    read: async (commit, tag) => {
      const byTag = tag === undefined ? [] : await readLedger(tag);
      const inRelease =
        tag === undefined ? [] : await remember(onReleases, tag, async () => readStored(await forge.listReleaseSummaries(tag)));
      const stored = [...byTag, ...inRelease].filter(({ decision }) => decision.commit === commit);
      const rest = await remember(onCommits, commit, async () => {
        const subject = sha256(commitSubjectName(forge.repository, commit));
        const attested = (await readStored(await forge.listAttestations(subject))).filter(({ decision }) => decision.commit === commit);
        const ofRuns = await readRuns({ forge, signers, trust }, commit, [...attested, ...stored]);
        return { ...ofRuns, pieces: [...attested, ...ofRuns.pieces] };
      });
      const pieces = [...rest.pieces, ...stored];
      const known = new Set(pieces.flatMap(({ trust: kind, decision }) => (kind === 'doubtful' ? [] : [decision.decisionSha256])));
      // A place that is read for another tag may have what was gone.
      const gone = rest.gone.filter(({ status }) => !known.has(readMark(status.mark)?.decisionSha256 ?? ''));
      return { pieces, refused: rest.refused, gone };
    },
  };
}

interface RunContext {
  readonly forge: Forge;
  readonly signers: Signers;
  readonly trust: ReaderTrust;
}

async function readRuns(context: RunContext, commit: string, known: readonly FoundPiece[]): Promise<ReadDecisions> {
  const { forge, trust } = context;
  const statuses = (await forge.listStatuses(commit, STATUS_CONTEXT)).filter(({ runId }) => runId !== trust.except);
  const runs = new Map((await forge.listRuns(commit)).map((run) => [run.id, run]));
  const deleted = new Set<string>();
  for (const { runId } of statuses) {
    if (runs.has(runId) || deleted.has(runId)) continue;
    const run = await forge.findRun(runId);
    if (run) runs.set(runId, run);
    else deleted.add(runId);
  }
  const trusted: { readonly run: ForgeRun; readonly over: boolean }[] = [];
  for (const run of runs.values()) {
    if (run.id === trust.except) continue;
    const findings = judgeRun(run, { repository: forge.repository, workflows: trust.signatures.trust.workflows });
    // A run that goes on, or was cancelled, can hold a signed decision; one that nobody signed counts only when the run is over.
    if (findings.every(({ code }) => CANNOT_CHANGE.test(code))) trusted.push({ run, over: findings.length === 0 });
  }
  const pieces: FoundPiece[] = [];
  const refused: { run: ForgeRun; findings: readonly DecisionFinding[] }[] = [];
  const artifacts = new Map<string, readonly ForgeArtifact[]>();
  for (const { run } of trusted) {
    const listed = await forge.listArtifacts(run.id);
    artifacts.set(run.id, listed);
    for (const artifact of listed.filter(({ name }) => SIGNED_ARTIFACT.test(name))) {
      const piece = await readSignedArtifact(context, run, artifact);
      if (piece !== undefined && 'findings' in piece) refused.push({ run, findings: piece.findings });
      else if (piece?.decision.commit === commit) pieces.push(piece);
    }
  }
  for (const { run, over } of trusted) {
    if (!over || isKnown(run, [...known, ...pieces])) continue;
    const plain = (artifacts.get(run.id) ?? []).filter(({ name }) => !SIGNED_ARTIFACT.test(name));
    const bundle = await fetchBundle(forge, run, { now: trust.now, trust: trust.signatures.trust, listed: plain });
    if (bundle.kind === 'refused') refused.push({ run, findings: bundle.findings });
    if (bundle.kind !== 'sound') continue;
    const piece = pieceOf(run, bundle.files, bundle.decision, 'plain');
    if (piece?.decision.commit === commit) pieces.push(piece);
  }
  // Nobody can tell any more what a run was that is deleted: it counts as one that decided.
  const named = [...trusted.map(({ run }) => run), ...[...deleted].map((id) => ({ id }))];
  return { pieces, refused, gone: findGone(statuses, named, [...known, ...pieces], refused) };
}

/** A signed decision of this very attempt is known: its own artifact can say nothing else. */
function isKnown(run: ForgeRun, pieces: readonly FoundPiece[]): boolean {
  return pieces.some(
    ({ trust, decision }) =>
      trust === 'signed' && decision.person === undefined && decision.run.id === run.id && decision.run.attempt === run.attempt,
  );
}

/** What a run that signs uploaded; undefined for something that nobody signed and that is no decision either. */
async function readSignedArtifact(
  { forge, signers, trust }: RunContext,
  run: ForgeRun,
  artifact: ForgeArtifact,
): Promise<FoundPiece | { readonly findings: readonly DecisionFinding[] } | undefined> {
  const fetched = await forge.fetchArtifact(artifact, MAX_ARCHIVE_BYTES, BUNDLE_LIMITS);
  if (fetched.kind === 'other-bytes') return { findings: [changed(artifact, fetched)] };
  const { files } = fetched;
  const { decision, findings } = verifyBundle(files, { now: trust.now, asOfDecision: true });
  const sound = decision !== undefined && findings.every(({ code }) => code === 'decision-record/decision-no-go');
  if (sound) {
    const signed = hasSignature(files) && (await judgeSigned(files, signers)).length === 0;
    return pieceOf(run, files, decision, signed ? 'signed' : 'doubtful');
  }
  // A summary that somebody signed whom we believe counts, whatever became of the files next to it.
  for (const [name, bytes] of files) {
    const stored = /^[^/]+\.(sigstore|dsse)\.json$/.test(name) ? await readSignedSummary({ bytes }, signers) : undefined;
    if (stored) return { decision: stored.decision, trust: 'signed', where: `run ${run.id}`, run, summary: { name: stored.name, bytes } };
  }
  return undefined;
}

function pieceOf(
  run: ForgeRun,
  files: ReadonlyMap<string, Uint8Array>,
  whole: Decision,
  trust: FoundPiece['trust'],
): FoundPiece | undefined {
  const decision = describeDecision(whole, sha256(files.get(DECISION_FILE) ?? ''));
  if (decision === undefined) return undefined;
  const signature = [...files].find(([name]) => /^decision\.vsa\.(sigstore|dsse)\.json$/.test(name));
  return {
    decision,
    trust,
    where: `run ${run.id}`,
    run,
    files,
    whole,
    ...(trust === 'signed' && signature ? { summary: { name: signature[0], bytes: signature[1] } } : {}),
  };
}

/**
 * Failing statuses whose decision can be read nowhere. A status says which decision it is about; one of an older version of testops does not, and is about
 * whatever its run decided. Those that only verified, or are pending, are about none.
 */
function findGone(
  statuses: readonly ForgeStatus[],
  named: readonly NamedRun[],
  pieces: readonly FoundPiece[],
  refused: ReadDecisions['refused'],
): readonly GoneDecision[] {
  const known = pieces.filter(({ trust }) => trust !== 'doubtful');
  return statuses.flatMap((status) => {
    const mark = readMark(status.mark);
    if (status.state === 'pending' || status.state === 'success' || mark?.kind === 'verification') return [];
    const run = named.find(({ id }) => id === status.runId);
    if (run === undefined || refused.some((each) => each.run.id === run.id)) return [];
    const digest = mark?.decisionSha256;
    const found = known.some(({ decision, run: from, trust }) =>
      // A later attempt of a run takes the place of an earlier one; what somebody signed stays.
      digest === undefined
        ? from?.id === run.id || decision.run.id === run.id
        : decision.decisionSha256 === digest || (trust === 'plain' && from?.id === run.id),
    );
    // Without a mark, only what nobody started by hand is surely not a person's. A run of a version of testops that set no marks may be deleted for its age.
    const byHand = run.event !== undefined && run.event !== 'push' && run.event !== 'schedule';
    const byPerson = mark === undefined ? byHand : mark.kind === 'person';
    return found ? [] : [{ run, status, byPerson }];
  });
}
