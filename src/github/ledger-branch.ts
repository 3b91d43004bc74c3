import { chainEntry, collectEntries, ledgerLine, messageOf } from '../core/index.ts';
import type { JsonObject } from '../core/json.ts';
import type { Ledger, LedgerAppended, LedgerFile, LedgerHead, LedgerRead } from '../core/ports/ledger.ts';
import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';

/** Branch that holds the ledgers and nothing else; it shares no history with the code. */
export const LEDGER_BRANCH = 'testops-ledger';
/** Ledger of the days of slo-gate, and of the decisions. */
export const SLO_LEDGER_FILE = 'slo.jsonl';
export const DECISION_LEDGER_FILE = 'decisions.jsonl';

/** After a lost race a writer waits up to this long, so that many writers do not stay in step. */
const LONGEST_PAUSE_MS = 400;

export interface BranchLedgerOptions {
  readonly client: GithubClient;
  readonly repository: RepositoryName;
  /** `slo.jsonl` or `decisions.jsonl`. */
  readonly file: string;
  /** Between 0 and 1, for the pause after a lost race; default `Math.random`. */
  readonly random?: () => number;
}

/** Where the branch stood when it was read. */
interface Tip {
  /** Undefined: there is no branch. */
  readonly commit: string | undefined;
  readonly tree: string | undefined;
  readonly text: string;
}

/**
 * A ledger of JSON lines as a file on the branch `testops-ledger`, through GitHub's git data API. An entry becomes a commit on the very tip that was
 * read, and the branch is only ever moved forward (`force: false`): of two writers one is told `conflict`, and nothing is lost. The first entry makes
 * the branch, without a parent. Lines that are no entries are left where they are and skipped: whoever may push could otherwise stop the record.
 */
export function openBranchLedger({ client, repository, file, random = Math.random }: BranchLedgerOptions): Ledger {
  const name = `${file} on branch ${LEDGER_BRANCH}`;
  let last: Tip | undefined;
  let lostRaces = 0;
  const readTip = async (): Promise<Tip> => {
    if (lostRaces > 0) await pause(random() * Math.min(LONGEST_PAUSE_MS, 50 * lostRaces));
    const commit = await findTip(client, repository);
    // What a commit holds never changes.
    if (commit !== undefined && commit === last?.commit) return last;
    const { tree, text } = commit === undefined ? { tree: undefined, text: '' } : await readText(client, repository, { commit, file });
    return { commit, tree, text };
  };
  return {
    name,
    read: async (): Promise<LedgerRead> => {
      try {
        last = await readTip();
        return collectEntries(last.text.split('\n'));
      } catch (error) {
        return { kind: 'unavailable', reason: `${name} cannot be read (${messageOf(error)})` };
      }
    },
    append: async (body: JsonObject, expected: LedgerHead, files: readonly LedgerFile[] = []): Promise<LedgerAppended> => {
      try {
        last ??= await readTip();
        const { commit, tree, text } = last;
        const { entries, head } = collectEntries(text.split('\n'));
        if (head.hash !== expected.hash || head.length !== expected.length) {
          last = undefined;
          return { kind: 'conflict' };
        }
        const entry = chainEntry(body, head);
        // A last line that someone left without its end must not swallow the entry.
        const next = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${ledgerLine(entry)}`;
        const changed = [{ path: file, bytes: Buffer.from(next) }, ...files];
        const made = await commitFiles(client, repository, { commit, tree, files: changed, message: `${file}: entry ${entry.sequence}` });
        if (!(await advance(client, repository, commit, made.commit))) {
          last = undefined;
          lostRaces += 1;
          return { kind: 'conflict' };
        }
        lostRaces = 0;
        last = { ...made, text: next };
        return { kind: 'appended', entry, head: { length: entries.length + 1, hash: entry.hash } };
      } catch (error) {
        last = undefined;
        const lacks = isNotPermitted(error) ? ': the token needs contents: write' : '';
        return { kind: 'refused', reason: `${name} cannot be written (${messageOf(error)}${lacks})` };
      }
    },
  };
}

export async function findTip(client: GithubClient, repository: RepositoryName): Promise<string | undefined> {
  try {
    return (await client.rest.git.getRef({ ...repository, ref: `heads/${LEDGER_BRANCH}` })).data.object.sha;
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    // A private repository that the token must not read is also a 404: only one that can be read has no such branch.
    await client.rest.repos.get({ ...repository });
    return undefined;
  }
}

async function readText(
  client: GithubClient,
  repository: RepositoryName,
  { commit, file }: { readonly commit: string; readonly file: string },
): Promise<{ readonly tree: string; readonly text: string }> {
  const tree = (await client.rest.git.getCommit({ ...repository, commit_sha: commit })).data.tree.sha;
  const { data } = await client.rest.git.getTree({ ...repository, tree_sha: tree });
  const blob = data.tree.find(({ path, type }) => path === file && type === 'blob');
  if (blob?.sha === undefined) return { tree, text: '' };
  const { content } = (await client.rest.git.getBlob({ ...repository, file_sha: blob.sha })).data;
  return { tree, text: Buffer.from(content, 'base64').toString('utf8') };
}

interface NewCommit {
  readonly commit: string | undefined;
  readonly tree: string | undefined;
  readonly files: readonly LedgerFile[];
  readonly message: string;
}

/** Makes the commit behind `commit`, with everything else of its tree kept. Nothing leads to it yet. */
async function commitFiles(
  client: GithubClient,
  repository: RepositoryName,
  { commit, tree, files, message }: NewCommit,
): Promise<{ readonly commit: string; readonly tree: string }> {
  const made = await client.rest.git.createTree({
    ...repository,
    ...(tree === undefined ? {} : { base_tree: tree }),
    tree: files.map(({ path, bytes }) => ({ path, mode: '100644', type: 'blob', content: Buffer.from(bytes).toString('utf8') })),
  });
  const parents = commit === undefined ? [] : [commit];
  const { data } = await client.rest.git.createCommit({ ...repository, message, tree: made.data.sha, parents });
  return { commit: data.sha, tree: made.data.sha };
}

/** Moves the branch forward, or makes it; false when another writer came first. An answer that was lost is asked for: the branch may stand where we wanted it. */
export async function advance(client: GithubClient, repository: RepositoryName, from: string | undefined, to: string): Promise<boolean> {
  try {
    if (from === undefined) await client.rest.git.createRef({ ...repository, ref: `refs/heads/${LEDGER_BRANCH}`, sha: to });
    else await client.rest.git.updateRef({ ...repository, ref: `heads/${LEDGER_BRANCH}`, sha: to, force: false });
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 403) throw error;
    const tip = await findTip(client, repository);
    if (tip === to) return true;
    if (status === 422 || status === 409 || status === 404) {
      // Unmoved and yet refused: a rule of the repository forbids it, and trying again would not help.
      if (tip === from) throw error;
      return false;
    }
    throw error;
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
