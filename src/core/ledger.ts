import { canonicalJson, sha256 } from './canonical-json.ts';
import type { JsonObject } from './json.ts';
import type { Ledger, LedgerAppended, LedgerEntry, LedgerFile, LedgerHead, LedgerProblem, LedgerRead } from './ports/ledger.ts';

/** Head of a ledger that nothing was written to. */
export const EMPTY_LEDGER: LedgerHead = { length: 0, hash: '0'.repeat(64) };

/** The entry that follows a head. */
export function chainEntry(body: JsonObject, head: LedgerHead): LedgerEntry {
  const content = { sequence: head.length + 1, previous: head.hash, body };
  return { ...content, hash: sha256(canonicalJson(content)) };
}

/** The line of an entry, line feed included. */
export function ledgerLine(entry: LedgerEntry): string {
  return `${canonicalJson(entry)}\n`;
}

/** The head after an entry. */
export function headAfter(entry: LedgerEntry): LedgerHead {
  return { length: entry.sequence, hash: entry.hash };
}

/**
 * Reads the text of a ledger and follows its chain. An entry whose content does not give its hash was edited; one whose number is not the next was moved, or
 * others before it were removed.
 */
export function parseLedger(text: string): Exclude<LedgerRead, { kind: 'unavailable' }> {
  const lines = text.split('\n');
  const entries: LedgerEntry[] = [];
  let head = EMPTY_LEDGER;
  for (const [index, line] of lines.entries()) {
    const last = index === lines.length - 1;
    if (last && line === '') break;
    const broken = (kind: LedgerProblem['kind']) => ({ kind: 'broken', problem: { kind, line: index + 1 } }) as const;
    const entry = readEntry(line);
    if (!entry) return broken('unreadable');
    // A last line without a line feed was not written to its end.
    if (last) return broken('cut');
    if (!isWhole(entry, line)) return broken('edited');
    if (entry.sequence !== head.length + 1) return broken(laterHolds(lines, index, head.length + 1) ? 'reordered' : 'removed');
    if (entry.previous !== head.hash) return broken('rewritten');
    entries.push(entry);
    head = headAfter(entry);
  }
  return { kind: 'ok', entries, head };
}

/**
 * Reads lines that anyone who may push can have written or reordered, as on a branch: an entry is what gives its own hash, each counted once, and every other
 * line is skipped. The chain proves nothing here; whether an entry is believed depends on who vouches for it.
 */
export function collectEntries(lines: Iterable<string>): Extract<LedgerRead, { kind: 'ok' }> {
  const entries = new Map<string, LedgerEntry>();
  let foreign = 0;
  for (const line of lines) {
    if (line === '') continue;
    const entry = readEntry(line);
    if (entry && isWhole(entry, line)) entries.set(entry.hash, entry);
    else foreign += 1;
  }
  const all = [...entries.values()];
  // Counted, since a number in a line could be any.
  const head = { length: all.length, hash: all.at(-1)?.hash ?? EMPTY_LEDGER.hash };
  return { kind: 'ok', entries: all, head, ...(foreign > 0 ? { foreign } : {}) };
}

function isWhole(entry: LedgerEntry, line: string): boolean {
  const { hash, ...content } = entry;
  return sha256(canonicalJson(content)) === hash && canonicalJson(entry) === line;
}

/** Whether a ledger still holds the entry that was its head before: one that is gone was cut off, or rewritten. */
export function checkAgainstHead(entries: readonly LedgerEntry[], known: LedgerHead): LedgerProblem | undefined {
  if (known.length === 0 || entries.some(({ hash }) => hash === known.hash)) return undefined;
  return entries.length < known.length ? { kind: 'cut', line: entries.length + 1 } : { kind: 'rewritten', line: known.length };
}

/** Reads `length:hash`; `undefined` when the text is not of this form. */
export function parseLedgerHead(text: string): LedgerHead | undefined {
  const match = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text.trim());
  return match ? { length: Number(match[1]), hash: match[2] ?? '' } : undefined;
}

/** Writes `length:hash`. */
export function ledgerHeadText(head: LedgerHead): string {
  return `${head.length}:${head.hash}`;
}

/**
 * Appends behind whatever is there: reads, writes, and when another writer came first, reads again. `makeBody` gets the entries that the new one follows and
 * returns `undefined` when there is nothing to add.
 */
export async function appendToLedger(
  ledger: Ledger,
  makeBody: (entries: readonly LedgerEntry[]) => JsonObject | undefined,
  attempts = 50,
  files: readonly LedgerFile[] = [],
): Promise<
  | Exclude<LedgerAppended, { kind: 'conflict' }>
  | Exclude<LedgerRead, { kind: 'ok' }>
  | { readonly kind: 'unchanged'; readonly head: LedgerHead }
> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const state = await ledger.read();
    if (state.kind !== 'ok') return state;
    const body = makeBody(state.entries);
    if (body === undefined) return { kind: 'unchanged', head: state.head };
    const result = await ledger.append(body, state.head, files);
    if (result.kind !== 'conflict') return result;
  }
  return { kind: 'refused', reason: `other writers came first ${attempts} times` };
}

function readEntry(line: string): LedgerEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { sequence, previous, hash, body, ...rest } = value as Partial<LedgerEntry>;
  const shaped =
    Number.isSafeInteger(sequence) &&
    typeof previous === 'string' &&
    typeof hash === 'string' &&
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.keys(rest).length === 0;
  return shaped ? (value as LedgerEntry) : undefined;
}

function laterHolds(lines: readonly string[], from: number, sequence: number): boolean {
  return lines.slice(from + 1).some((line) => readEntry(line)?.sequence === sequence);
}
