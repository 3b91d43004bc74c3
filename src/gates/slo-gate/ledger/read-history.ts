import { checkAgainstHead, type Ports, parseLedgerHead, UserError } from '../../../core/index.ts';
import type { LedgerHead, LedgerProblem } from '../../../core/ports/ledger.ts';
import type { DayBody } from './day-entry.ts';
import { readDayBody } from './day-entry.ts';

/** The ledger and the history that its entries are held against. */
export type HistoryFact =
  | {
      readonly kind: 'ok';
      readonly place: string;
      readonly head: LedgerHead;
      readonly entries: readonly (DayBody & { readonly hash: string })[];
      /** Commits of the entries that are the commit or one of its first-parent ancestors. */
      readonly commits: readonly string[];
      readonly commit: string | undefined;
      /** The clone does not reach back to its beginning. */
      readonly shallow: boolean;
    }
  | { readonly kind: 'broken'; readonly place: string; readonly problem: LedgerProblem }
  | { readonly kind: 'unavailable'; readonly place: string; readonly reason: string };

const GIT_TIMEOUT_MS = 60_000;

/** Reads the ledger, checks its chain and the head that was seen before, and asks git for the first-parent ancestors of the commit. */
export async function readHistory(
  place: string,
  knownHead: string | undefined,
  ports: Pick<Ports, 'ledgers' | 'repository' | 'processes' | 'files'>,
): Promise<HistoryFact> {
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
  const entries = read.entries.flatMap(({ body, hash }) => {
    const day = readDayBody(body);
    return day ? [{ ...day, hash }] : [];
  });
  const commit = await ports.repository.head();
  const git = async (...args: readonly string[]) => {
    const result = await ports.processes.run({
      argv: ['git', ...args],
      folder: ports.files.workspace,
      env: { ...ports.processes.repositoryEnvironment, GIT_OPTIONAL_LOCKS: '0' },
      timeoutMs: GIT_TIMEOUT_MS,
      maxOutputBytes: 64 * 1024 * 1024,
    });
    return result.exitCode === 0 ? new TextDecoder().decode(result.stdout.bytes).trim() : undefined;
  };
  const ancestors = commit === undefined ? undefined : await git('rev-list', '--first-parent', commit);
  const wanted = new Set(entries.map((entry) => entry.commit));
  const commits = (ancestors ?? '').split('\n').filter((one) => wanted.has(one) || one === commit);
  const shallow = commit !== undefined && (await git('rev-parse', '--is-shallow-repository')) === 'true';
  return { kind: 'ok', place: ledger.name, head: read.head, entries, commits: [...new Set(commits)].sort(), commit, shallow };
}
