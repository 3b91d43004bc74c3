import { canonicalJson, type EvidenceStatement, extensionOf, parseEvidence, sha256 } from '../../core/index.ts';
import type { EntryTrust, Ledger, LedgerEntry, LedgerFile, Ledgers } from '../../core/ports/ledger.ts';
import { type DayBody, dayBodyOf, readDayBody } from '../../gates/slo-gate/ledger/day-entry.ts';

/** Folder of the ledger branch with the evidence of the days, by SHA-256. */
export const DAY_FOLDER = 'days';
/** Folder of the ledger branch with the signed summaries of decisions. */
const DECISION_FOLDER = 'decisions';
/** Runs that are asked for at most, the newest first: each costs several requests. */
const MAX_RUNS = 250;

/** The evidence of slo-gate out of a bundle. */
export interface SloEvidence {
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly statement: EvidenceStatement;
  /** Signature of the summary that names it, where the decision was signed. */
  readonly signature?: Uint8Array;
}

/** A run that an entry names. */
export interface NamedRun {
  readonly id: string;
  readonly attempt: number;
  /** Commit that its decision is about. */
  readonly commit: string;
}

/** Who can vouch for a day. */
export interface DayWitnesses {
  /** `owner/name` whose runs and decisions count. */
  readonly repository: string;
  /**
   * The evidence of slo-gate that counts for the decision of a run, where the code host confirms that a trusted workflow of this repository made that decision in
   * that attempt, on that commit; undefined otherwise. @throws when the code host does not answer.
   */
  confirmRun(run: NamedRun): Promise<SloEvidence | undefined>;
  /** Summaries of decisions about a commit in which a trusted signer names a piece of evidence, out of the files of the branch. */
  listSigned(files: readonly LedgerFile[]): Promise<readonly SignedEvidence[]>;
}

/** Evidence that a signed summary names. */
export interface SignedEvidence {
  readonly commit: string;
  readonly sha256: string;
}

/**
 * Finds out who vouches for the entries of a ledger of days. Nothing that a line says is believed: it must be what the evidence gives that it names, and that
 * evidence must be named by a trusted signature or be part of a decision that the code host confirms.
 */
export async function vouchForDays(
  entries: readonly LedgerEntry[],
  ledger: Pick<Ledger, 'readFiles'>,
  witnesses: DayWitnesses,
): Promise<ReadonlyMap<string, EntryTrust>> {
  const trust = new Map<string, EntryTrust>(entries.map(({ hash }) => [hash, 'unconfirmed']));
  const days = entries.flatMap((entry) => {
    const day = readDayBody(entry.body);
    return day?.evidence === undefined ? [] : [{ hash: entry.hash, day, evidence: day.evidence }];
  });
  if (days.length === 0) return trust;
  const files = (await ledger.readFiles?.(DAY_FOLDER)) ?? [];
  const kept = new Map(files.map(({ bytes }) => [sha256(bytes), bytes]));
  const signed = kept.size === 0 ? [] : await witnesses.listSigned([...files, ...((await ledger.readFiles?.(DECISION_FOLDER)) ?? [])]);
  for (const { hash, day, evidence } of days) {
    const bytes = kept.get(evidence);
    const isSigned = signed.some((one) => one.sha256 === evidence && one.commit === day.commit);
    if (isSigned && bytes !== undefined && repeats(day, bytes, witnesses.repository)) trust.set(hash, 'signed');
  }
  const answers = new Map<string, Promise<SloEvidence | undefined>>();
  const unsigned = days.filter(({ hash }) => trust.get(hash) !== 'signed').sort((a, b) => (b.day.at ?? '').localeCompare(a.day.at ?? ''));
  for (const { hash, day, evidence } of unsigned) {
    if (day.run === undefined) continue;
    const run = { ...day.run, commit: day.commit };
    const key = canonicalJson(run);
    if (!answers.has(key) && answers.size >= MAX_RUNS) continue;
    const answer = answers.get(key) ?? witnesses.confirmRun(run);
    answers.set(key, answer);
    const found = await answer;
    if (found?.sha256 === evidence && repeats(day, found.bytes, witnesses.repository)) trust.set(hash, 'confirmed');
  }
  return trust;
}

/** Ledgers for whose entries somebody can be asked; `open` gives undefined where there is no code host. */
export function vouchedLedgers(ledgers: Ledgers, open: () => Promise<DayWitnesses | undefined>): Ledgers {
  return {
    open: (place) => ledgers.open(place),
    vouch: async (entries, ledger) => {
      const witnesses = await open();
      return witnesses && (await vouchForDays(entries, ledger, witnesses));
    },
  };
}

/** Whether an entry says what its evidence says, taken in this repository. */
function repeats(day: DayBody, evidence: Uint8Array, repository: string): boolean {
  const digest = sha256(evidence);
  if (digest !== day.evidence) return false;
  let statement: EvidenceStatement;
  try {
    statement = parseEvidence(evidence, 'slo-gate');
  } catch {
    return false;
  }
  const body = dayBodyOf(statement, digest);
  const where = extensionOf(statement).run.repository;
  return body !== undefined && where?.toLowerCase() === repository.toLowerCase() && canonicalJson(body) === canonicalJson(day);
}
