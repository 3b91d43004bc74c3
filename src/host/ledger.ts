import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chainEntry, collectEntries, gitCommand, gitEnvironment, headAfter, ledgerLine, messageOf, parseLedger } from '../core/index.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ledger, LedgerAppended, LedgerFile, LedgerHead, LedgerRead, Ledgers } from '../core/ports/ledger.ts';
import type { Processes } from '../core/ports/processes.ts';
import { codeOf } from './file-errors.ts';

/** A lock whose owner has not finished in this time is left over from one that died. */
const STALE_LOCK_MS = 30_000;
const WAIT_FOR_LOCK_MS = 10_000;
const MAX_LEDGER_BYTES = 64 * 1024 * 1024;

/** Ledgers in files; `branch` is `slo.jsonl` on the branch `testops-ledger`, as the clone has it. */
export function createFileLedgers(workspace: string, processes: Processes): Ledgers {
  return {
    open: (place) => (place === 'branch' ? openClonedLedger(workspace, processes) : openFileLedger(resolve(workspace, place), place)),
  };
}

const BRANCH = 'refs/remotes/origin/testops-ledger';

/**
 * The ledger branch as the clone fetched it, with its whole history: a line that a later commit removed still counts. Only a whole clone can say that there is no
 * such branch yet.
 */
function openClonedLedger(workspace: string, processes: Processes): Ledger {
  const name = 'branch testops-ledger';
  const run = async (args: readonly string[], stdin?: string): Promise<Uint8Array | undefined> => {
    const result = await processes.run({
      argv: gitCommand(args),
      folder: workspace,
      env: gitEnvironment(processes.repositoryEnvironment),
      timeoutMs: 60_000,
      maxOutputBytes: MAX_LEDGER_BYTES,
      ...(stdin === undefined ? {} : { stdin }),
    });
    return result.exitCode === 0 && !result.stdout.truncated ? result.stdout.bytes : undefined;
  };
  const git = async (...args: readonly string[]) => {
    const bytes = await run(args);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const exists = async () => (await git('rev-parse', '--verify', '--quiet', BRANCH)) !== undefined;
  return {
    name,
    read: async () => {
      if (await exists()) {
        const text = await git(...PATCHES, BRANCH, '--', ':(top)slo.jsonl');
        if (text === undefined) return { kind: 'unavailable', reason: `${name} cannot be read from the clone` };
        return collectEntries(addedLines(text));
      }
      const whole = (await git('rev-parse', '--is-shallow-repository'))?.trim() === 'false';
      const branches = (await git('for-each-ref', '--format=%(refname)', 'refs/remotes/origin'))?.trim() ?? '';
      if (whole && branches !== '') return parseLedger('');
      return { kind: 'unavailable', reason: `${name} is not in this clone: fetch every branch (fetch-depth: 0, or \`git fetch origin\`)` };
    },
    append: async () => ({ kind: 'refused', reason: `${name} is written by testops-nightly.yml and testops-record.yml only` }),
    readFiles: async (folder) => {
      if (!(await exists())) return [];
      const listed = (await git(...CHANGES, BRANCH, '--', `:(top)${folder}`)) ?? '';
      const files = new Map<string, string>();
      // `:old-mode new-mode old-blob new-blob status`, a zero byte, the path.
      for (const [, mode, blob = '', path = ''] of listed.matchAll(/:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [AM]\0([^\0]+)\0/g)) {
        if (mode === '100644') files.set(blob, path);
      }
      const read: LedgerFile[] = [];
      for (const [blob, path] of files) {
        const bytes = await run(['cat-file', 'blob', blob]);
        if (bytes !== undefined) read.push({ path, bytes });
      }
      return read;
    },
  };
}

const LOG = ['-c', 'log.showRoot=true', 'log', '--format=', '--reverse', '--topo-order', '--full-history', '-m', '--no-renames'] as const;
/** Every change of a file, oldest first, as text whatever attributes say of it. */
const PATCHES = [...LOG, '--patch', '--unified=0', '--text', '--no-ext-diff', '--no-textconv', '--no-color'];
/** Every content that files have or had. */
const CHANGES = [...LOG, '--raw', '--no-abbrev', '-z', '--diff-filter=AM'];

/** Lines that a patch added; an entry begins with a brace, so it is not mistaken for a header. */
function* addedLines(patch: string): Iterable<string> {
  for (const line of patch.split('\n')) if (line.startsWith('+') && !line.startsWith('+++ ')) yield line.slice(1);
}

/**
 * A ledger of JSON lines in one file. Writers take turns by a lock file beside it, so that nothing is written between looking at the head and appending; the
 * entry is on the disk when `append` returns.
 */
export function openFileLedger(path: string, name: string = path): Ledger {
  const read = async (): Promise<LedgerRead> => {
    try {
      return parseLedger(await readFile(path, 'utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return parseLedger('');
      return { kind: 'unavailable', reason: `${name} cannot be read (${codeOf(error)})` };
    }
  };
  const append = async (body: JsonObject, expected: LedgerHead): Promise<LedgerAppended> => {
    const state = await read();
    if (state.kind === 'broken') return { kind: 'refused', reason: `line ${state.problem.line} of ${name} is ${state.problem.kind}` };
    if (state.kind === 'unavailable') return { kind: 'refused', reason: state.reason };
    if (state.head.hash !== expected.hash || state.head.length !== expected.length) return { kind: 'conflict' };
    const entry = chainEntry(body, state.head);
    const file = await open(path, 'a');
    try {
      await file.appendFile(ledgerLine(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    return { kind: 'appended', entry, head: headAfter(entry) };
  };
  return {
    name,
    read,
    append: async (body, expected) => {
      try {
        await mkdir(dirname(path), { recursive: true });
        await using lock = await takeLock(`${path}.lock`);
        return lock ? await append(body, expected) : { kind: 'refused', reason: `${name} is locked by another writer` };
      } catch (error) {
        return { kind: 'refused', reason: `${name} cannot be written (${codeOf(error) || messageOf(error)})` };
      }
    },
  };
}

async function takeLock(path: string): Promise<AsyncDisposable | undefined> {
  const deadline = performance.now() + WAIT_FOR_LOCK_MS;
  for (let waitMs = 1; performance.now() < deadline; waitMs = Math.min(50, waitMs * 2)) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    // Only one of several writers can rename it away.
    if (age > STALE_LOCK_MS)
      await rename(path, `${path}.${process.pid}`).then(
        () => rm(`${path}.${process.pid}`, { force: true }),
        () => undefined,
      );
    else await sleep(waitMs);
  }
  return undefined;
}
