import { checkAgainstHead, gitCommand, gitEnvironment, messageOf, type Ports, parseLedgerHead, UserError } from '../../../core/index.ts';
import type { EntryTrust, Ledger, LedgerEntry, LedgerHead, LedgerProblem } from '../../../core/ports/ledger.ts';
import type { DayBody } from './day-entry.ts';
import { readDayBody } from './day-entry.ts';
import { dayBefore, utcDay } from './streak.ts';

/** An entry, and who vouches for it. */
export type HistoryEntry = DayBody & { readonly hash: string; readonly trust: EntryTrust };

/** The ledger and the history that its entries are held against. */
export type HistoryFact =
  | {
      readonly kind: 'ok';
      readonly place: string;
      readonly head: LedgerHead;
      /** Entries that count. */
      readonly entries: readonly HistoryEntry[];
      /** Whether someone could be asked who vouches for the entries. */
      readonly asked: boolean;
      /** Entries of the branch that do not count, since nobody vouches for them. */
      readonly unconfirmed: number;
      /** Commits of the entries that are the commit or one of its first-parent ancestors. */
      readonly commits: readonly string[];
      readonly commit: string | undefined;
      /** The clone does not reach back to its beginning. */
      readonly shallow: boolean;
    }
  | { readonly kind: 'broken'; readonly place: string; readonly problem: LedgerProblem }
  | { readonly kind: 'unavailable'; readonly place: string; readonly reason: string };

/** Which part of the ledger is needed: only for those entries somebody is asked. */
export interface HistoryDemand {
  /** `branch`, or the path of a file. */
  readonly place: string;
  readonly knownHead: string | undefined;
  /** The streak that is asked for. */
  readonly days: number | undefined;
  /** Earlier evaluations to compare with. */
  readonly baseline: string | undefined;
}

type HistoryPorts = Pick<Ports, 'ledgers' | 'repository' | 'processes' | 'files' | 'clock'>;

const GIT_TIMEOUT_MS = 60_000;
/** Entries that a baseline is looked for in, for each one that it needs: evaluations that failed are none. */
const BASELINE_SLACK = 2;
/** A drift is looked for in so many entries. */
const DRIFT_ENTRIES = 60;

/**
 * Reads the ledger, checks its chain and the head that was seen before, asks git for the first-parent ancestors of the commit, and asks who vouches for the
 * entries. On the branch, where anyone who may push can write, an entry for which nobody vouches does not count.
 */
export async function readHistory(demand: HistoryDemand, ports: HistoryPorts): Promise<HistoryFact> {
  const { place, knownHead } = demand;
  const ledger = ports.ledgers.open(place);
  const known = knownHead === undefined ? undefined : parseLedgerHead(knownHead);
  if (knownHead !== undefined && !known) {
    throw new UserError({
      where: 'slo-gate.ledger-head',
      found: JSON.stringify(knownHead.slice(0, 90)),
      expected: 'length and hash, `412:` and 64 hexadecimal digits',
      todo: 'copy it from earlier evidence (finding slo-gate/ledger-read)',
    });
  }
  const read = await ledger.read();
  if (read.kind === 'unavailable') return { kind: 'unavailable', place: ledger.name, reason: read.reason };
  const problem = read.kind === 'broken' ? read.problem : known && checkAgainstHead(read.entries, known);
  if (problem || read.kind === 'broken') return { kind: 'broken', place: ledger.name, problem: problem ?? { kind: 'unreadable', line: 1 } };
  const commit = await ports.repository.head();
  const { ancestors, shallow } = await readAncestors(commit, ports);
  let trust: ReadonlyMap<string, EntryTrust> | undefined;
  try {
    trust = await askFor(read.entries, ancestors, { demand, ledger, ports });
  } catch (error) {
    const reason = `it is not known who vouches for its entries (${messageOf(error)})`;
    return { kind: 'unavailable', place: ledger.name, reason };
  }
  const all = read.entries.flatMap(({ body, hash }): readonly HistoryEntry[] => {
    const day = readDayBody(body);
    return day ? [{ ...day, hash, trust: trust?.get(hash) ?? 'unconfirmed' }] : [];
  });
  const onlyTrusted = place === 'branch' && trust !== undefined;
  const entries = onlyTrusted ? inOrder(all.filter((entry) => entry.trust !== 'unconfirmed')) : all;
  const wanted = new Set(entries.map((entry) => entry.commit));
  const commits = [...ancestors].filter((one) => wanted.has(one) || one === commit);
  const unconfirmed = trust === undefined ? 0 : [...trust.values()].filter((one) => one === 'unconfirmed').length;
  return {
    kind: 'ok',
    place: ledger.name,
    head: read.head,
    entries,
    asked: trust !== undefined,
    unconfirmed: onlyTrusted ? unconfirmed : 0,
    commits: commits.sort(),
    commit,
    shallow,
  };
}

/** Whoever can push can also reorder lines, so the order is that of the evaluations themselves. */
function inOrder(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return [...entries].sort((a, b) => (a.at ?? '').localeCompare(b.at ?? '') || a.hash.localeCompare(b.hash));
}

/** Asks about the entries of this history that the demand can need: asking costs requests. */
async function askFor(
  entries: readonly LedgerEntry[],
  ancestors: ReadonlySet<string>,
  { demand, ledger, ports }: { readonly demand: HistoryDemand; readonly ledger: Ledger; readonly ports: HistoryPorts },
): Promise<ReadonlyMap<string, EntryTrust> | undefined> {
  if (!ports.ledgers.vouch) return undefined;
  const { days, baseline } = demand;
  // Twice the streak, so that entries which repeat earlier results still meet those.
  const since = days === undefined ? undefined : dayBefore(utcDay(ports.clock.now()), 2 * days);
  const ofHistory = entries.flatMap((entry) => {
    const day = readDayBody(entry.body);
    return day && ancestors.has(day.commit) ? [{ entry, day }] : [];
  });
  const last = /^last:(\d+)$/.exec(baseline ?? '');
  const newest = last ? ofHistory.slice(-Math.max(DRIFT_ENTRIES, BASELINE_SLACK * Number(last[1]))) : ofHistory.slice(-DRIFT_ENTRIES);
  const pinned = last ? undefined : baseline?.replace(/^entry:/, '');
  const chosen = ofHistory.filter(
    (one) =>
      (since !== undefined && one.day.day >= since) ||
      (baseline !== undefined && (newest.includes(one) || (pinned !== undefined && one.entry.hash.startsWith(pinned)))),
  );
  return await ports.ledgers.vouch(
    chosen.map(({ entry }) => entry),
    ledger,
  );
}

async function readAncestors(
  commit: string | undefined,
  { processes, files }: HistoryPorts,
): Promise<{ readonly ancestors: ReadonlySet<string>; readonly shallow: boolean }> {
  const git = async (...args: readonly string[]) => {
    const result = await processes.run({
      argv: gitCommand(args),
      folder: files.workspace,
      env: gitEnvironment(processes.repositoryEnvironment),
      timeoutMs: GIT_TIMEOUT_MS,
      maxOutputBytes: 64 * 1024 * 1024,
    });
    return result.exitCode === 0 ? new TextDecoder().decode(result.stdout.bytes).trim() : undefined;
  };
  if (commit === undefined) return { ancestors: new Set(), shallow: false };
  const listed = await git('rev-list', '--first-parent', commit);
  const shallow = (await git('rev-parse', '--is-shallow-repository')) === 'true';
  return { ancestors: new Set((listed ?? '').split('\n').filter((line) => line !== '')), shallow };
}
