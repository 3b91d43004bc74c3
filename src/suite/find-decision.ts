import type { Forge, ForgeRun } from '../core/index.ts';
import { type DecisionFinding, findCounting, inOrder, isAccepting, type StoredDecision, tagOfDecision } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import type { TrustedSignatures } from './signatures.ts';
import {
  createDecisionReader,
  type DecisionReader,
  type FoundPiece,
  type GoneDecision,
  type NamedRun,
  type ReadDecisions,
} from './tag/read-decisions.ts';

/** A status says when it was set in whole seconds. */
const STATUS_PRECISION_MS = 1000;

/** A decision with everything that the places have of it. */
export interface KnownDecisionFile {
  readonly decision: StoredDecision;
  readonly signed: boolean;
  /** Where it was found, in words, each place once. */
  readonly where: readonly string[];
  /** The bundle; absent when only its signed summary is left. */
  readonly files: ReadonlyMap<string, Uint8Array> | undefined;
  readonly summary: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /** Runs whose artifacts hold it. */
  readonly runs: readonly ForgeRun[];
}

/** The decision that counts for a commit, where there is one; `refused` when a run that is trusted left one that must not be believed, or that is gone. */
export type FoundDecision =
  /** `noVersion`: there is a decision, and it is about no version; `otherTag`: there is one about that tag. */
  | { readonly kind: 'none'; readonly noVersion: boolean; readonly otherTag: string | undefined }
  | { readonly kind: 'refused'; readonly run: NamedRun; readonly findings: readonly DecisionFinding[] }
  | ({ readonly kind: 'found' } & KnownDecisionFile);

export interface FindDemand {
  readonly commit: string;
  /** Tag that leads there, or is to; decisions for another tag, or for none, are passed over. */
  readonly tag: string | undefined;
  readonly signatures: TrustedSignatures;
  readonly now: number;
  /** The run that asks; it has decided nothing yet. */
  readonly except: string | undefined;
  /** Run whose go is wanted; a no-go counts wherever it was found. */
  readonly runId?: string | undefined;
}

/**
 * Finds the decision that counts for a commit: the latest in any place, unless a person's no-go holds. Next to signed decisions a GO that nobody signed says
 * nothing, since nobody answers for it; a NO-GO counts all the same. Whether it is signed as it must be is for whoever verifies it.
 * @throws UserError when the forge cannot be asked.
 */
export async function findDecision(forge: Forge, demand: FindDemand): Promise<FoundDecision> {
  return chooseDecision(await createDecisionReader(forge, demand).read(demand.commit, demand.tag), demand);
}

/** The same, with what was read before. */
export async function readAndChoose(reader: DecisionReader, demand: Pick<FindDemand, 'commit' | 'tag' | 'runId'>): Promise<FoundDecision> {
  return chooseDecision(await reader.read(demand.commit, demand.tag), demand);
}

function chooseDecision(read: ReadDecisions, { tag, runId }: Pick<FindDemand, 'tag' | 'runId'>): FoundDecision {
  // A broken decision of a trusted run is no reason to look for a nicer one.
  const [broken] = read.refused;
  if (broken) return { kind: 'refused', ...broken };
  const known = mergePieces(read.pieces.filter(({ decision }) => isAbout(decision, tag)));
  const signed = known.filter((each) => each.signed);
  const counted = signed.length === 0 ? known : [...signed, ...known.filter(refusesPlainly)];
  const counting = findCounting(counted);
  const gone = read.gone.find((each) => !isLifted(each, counting));
  if (gone) return { kind: 'refused', run: gone.run, findings: [errorOf('decision-record/decision-gone', { run: gone.run.id })] };
  if (counting === undefined) {
    const tags = read.pieces.map(({ decision }) => tagOfDecision(decision));
    return { kind: 'none', noVersion: tags.includes(undefined), otherTag: tags.find((other) => other !== undefined) };
  }
  if (runId === undefined || !isAccepting(counting.decision)) return { kind: 'found', ...counting };
  const named = inOrder(
    counted.filter(({ decision, runs }) => isAccepting(decision) && [decision.run.id, ...runs.map(({ id }) => id)].includes(runId)),
  );
  const chosen = named.at(-1);
  return chosen === undefined ? { kind: 'none', noVersion: false, otherTag: undefined } : { kind: 'found', ...chosen };
}

/** What a person refused without naming a version is refused for every one. */
export function isAbout(decision: StoredDecision, tag: string | undefined): boolean {
  if (tag === undefined) return true;
  const made = tagOfDecision(decision);
  return made === tag || (made === undefined && decision.person?.decision === 'no-go');
}

function refusesPlainly({ signed, doubtful, decision }: MergedDecision): boolean {
  return !signed && !doubtful && !isAccepting(decision);
}

/** Whether a later go makes a decision that is gone a matter of the past; what a person decided only a person's signed go lifts. */
export function isLifted(
  { status, byPerson }: GoneDecision,
  by: { readonly decision: StoredDecision; readonly signed: boolean } | undefined,
): boolean {
  if (by === undefined || !isAccepting(by.decision)) return false;
  if (Date.parse(by.decision.timeVerified) <= Date.parse(status.at) + STATUS_PRECISION_MS) return false;
  return !byPerson || (by.signed && by.decision.person?.decision === 'go');
}

const FILE_RANKS = { plain: 1, doubtful: 2, signed: 3 } as const;

/** What several places have of one decision. */
export type MergedDecision = KnownDecisionFile & {
  readonly doubtful: boolean;
  /** How good its files are; 0 without any. */
  readonly rank: number;
};

/** Each decision once, with the best that the places have of it. */
export function mergePieces(pieces: readonly FoundPiece[]): readonly MergedDecision[] {
  const merged = new Map<string, MergedDecision>();
  for (const piece of pieces) {
    const { decision, trust, where, run, files, summary } = piece;
    const known = merged.get(decision.decisionSha256);
    const signed = trust === 'signed';
    // Files with a signature that holds go before others, and those with a doubtful one before none: the verification then says what is wrong with it.
    const rank = files === undefined ? 0 : FILE_RANKS[trust];
    const better = rank > (known?.rank ?? 0);
    merged.set(decision.decisionSha256, {
      decision,
      signed: signed || known?.signed === true,
      doubtful: trust === 'doubtful' && (known === undefined || known.doubtful),
      where: [...new Set([...(known?.where ?? []), where])],
      rank: better ? rank : (known?.rank ?? 0),
      files: better ? files : known?.files,
      summary: known?.summary ?? summary,
      runs: run === undefined || known?.runs.some(({ id }) => id === run.id) ? (known?.runs ?? []) : [...(known?.runs ?? []), run],
    });
  }
  return [...merged.values()];
}

/** The finding where nobody decided. */
export function absent(commit: string): DecisionFinding {
  return errorOf('decision-record/decision-absent', { commit });
}
