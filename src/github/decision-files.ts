import { compareText, messageOf, sha256, UserError } from '../core/index.ts';
import type { Forge, ForgeSummary, ForgeTagged } from '../core/ports/forge.ts';
import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';
import { advance, DECISION_LEDGER_FILE, findTip, LEDGER_BRANCH } from './ledger-branch.ts';

const FOLDER = 'decisions';
const FILE = /^([^/]+)\/([0-9a-f]{64})\.json$/;
const WHERE = 'the ledger branch';
/** A signed summary is far smaller; whatever else lies there is passed over unread. */
const MAX_BYTES = 1024 * 1024;
/** GitHub lists no more files of a folder than this. */
const MAX_LISTED = 1000;
const MAX_TRIES = 20;
const LONGEST_PAUSE_MS = 400;

/** Files on the ledger branch, `decisions/<tag>/<sha256>.json`, and every one that was there once. */
export interface DecisionFiles {
  /** Files about a tag, each once. Foreign names, and bytes that are not those of the name, are passed over. */
  list(tag: string): Promise<readonly ForgeSummary[]>;
  listTags: Forge['listLedgerTags'];
  /** Whether the file had to be added. @throws what the API answers when it may not be written. */
  store(tag: string, bytes: Uint8Array): Promise<boolean>;
}

/** Reads the tip once, and of its history what a tag needs. */
export function openDecisionFiles(client: GithubClient, repository: RepositoryName, random: () => number = Math.random): DecisionFiles {
  let tip: Promise<string | undefined> | undefined;
  let starts: Promise<readonly string[]> | undefined;
  const readTip = () => {
    tip ??= findTip(client, repository);
    return tip;
  };
  return {
    list: async (tag) => {
      const commit = await readTip();
      if (commit === undefined || !isSegment(tag)) return [];
      const folder = `${FOLDER}/${tag}`;
      starts ??= listStarts(client, repository, commit);
      // A file that was there once was added by one of these commits, whatever became of it.
      const commits = new Set<string>();
      for (const start of await starts) {
        const touching = await client.paginate(client.rest.repos.listCommits, { ...repository, sha: start, path: folder, per_page: 100 });
        for (const { sha } of touching) commits.add(sha);
      }
      const blobs = new Map<string, string>();
      for (const each of commits) {
        for (const { name, sha, size } of await listFolder(client, repository, folder, each)) {
          const digest = FILE.exec(`${tag}/${name}`)?.[2];
          if (digest !== undefined && size <= MAX_BYTES) blobs.set(sha, digest);
        }
      }
      const summaries: ForgeSummary[] = [];
      for (const [sha, digest] of [...blobs].sort(([, a], [, b]) => compareText(a, b))) {
        const bytes = await readBlob(client, repository, sha);
        if (sha256(bytes) === digest) summaries.push({ where: WHERE, bytes });
      }
      return summaries;
    },
    listTags: async () => {
      const commit = await readTip();
      if (commit === undefined) return { lines: [], folders: [] };
      const root = await listTree(client, repository, commit);
      const [ledger, folder] = [DECISION_LEDGER_FILE, FOLDER].map((name) => root.get(name));
      return {
        lines: ledger === undefined ? [] : taggedBy(await readBlob(client, repository, ledger)),
        folders: folder === undefined ? [] : [...(await listTree(client, repository, folder)).keys()].filter(isSegment),
      };
    },
    store: async (tag, bytes) => {
      if (!isSegment(tag)) throw new TypeError(`no tag: ${tag}`);
      const folder = `${FOLDER}/${tag}`;
      const file = `${sha256(bytes)}.json`;
      for (let tries = 1; ; tries++) {
        tip = undefined;
        starts = undefined;
        const commit = await readTip();
        const known = commit === undefined ? [] : await listFolder(client, repository, folder, commit);
        if (known.some(({ name }) => name === file)) return false;
        const added = await append(client, repository, { tip: commit, path: `${folder}/${file}`, bytes });
        tip = undefined;
        if (added) return true;
        if (tries === MAX_TRIES) throw new Error(`${folder}/${file}: ${MAX_TRIES} other writers came first`);
        await new Promise((resolve) => setTimeout(resolve, random() * Math.min(LONGEST_PAUSE_MS, 50 * tries)));
      }
    },
  };
}

/** Why a file could not be stored, for people. */
export function describeStoreError(error: unknown): string {
  return `${messageOf(error)}${isNotPermitted(error) ? ': the token needs contents: write' : ''}`;
}

/** The name of a tag becomes one segment of a path. */
function isSegment(tag: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(tag);
}

/**
 * Commits from which the history of a folder is listed. GitHub follows only one parent of a merge whose folder equals that parent's, so that a merge could
 * hide what its other side had: each parent of each merge is a start of its own. Our own commits are no merges.
 */
async function listStarts(client: GithubClient, repository: RepositoryName, tip: string): Promise<readonly string[]> {
  const commits = await client.paginate(client.rest.repos.listCommits, { ...repository, sha: tip, per_page: 100 });
  return [...new Set([tip, ...commits.flatMap(({ parents }) => (parents.length > 1 ? parents.map(({ sha }) => sha) : []))])];
}

/** Names in a tree, or at the top of a commit, with the ids of their objects. */
async function listTree(client: GithubClient, repository: RepositoryName, id: string): Promise<ReadonlyMap<string, string>> {
  const { data } = await client.rest.git.getTree({ ...repository, tree_sha: id });
  if (data.truncated) throw tooMany(`tree ${id}`);
  return new Map(data.tree.flatMap(({ path, sha }) => (path === undefined || sha === undefined ? [] : [[path, sha] as const])));
}

/** A list that GitHub cuts short could leave out a no-go. */
function tooMany(where: string): UserError {
  return new UserError({
    where: `${where} on the branch ${LEDGER_BRANCH}`,
    found: 'more files than GitHub lists',
    expected: 'a few signed decisions for each tag',
    todo: 'find out who added them, and remove them with a commit on that branch',
  });
}

async function listFolder(
  client: GithubClient,
  repository: RepositoryName,
  folder: string,
  commit: string,
): Promise<readonly { readonly name: string; readonly sha: string; readonly size: number }[]> {
  try {
    const { data } = await client.rest.repos.getContent({ ...repository, path: folder, ref: commit });
    if (!Array.isArray(data)) return [];
    if (data.length >= MAX_LISTED) throw tooMany(folder);
    return data.filter(({ type }) => type === 'file').map(({ name, sha, size }) => ({ name, sha, size }));
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

async function readBlob(client: GithubClient, repository: RepositoryName, sha: string): Promise<Uint8Array> {
  const { content } = (await client.rest.git.getBlob({ ...repository, file_sha: sha })).data;
  return new Uint8Array(Buffer.from(content, 'base64'));
}

/** Reads lines leniently: one that was written by somebody else is passed over. */
function taggedBy(bytes: Uint8Array): readonly ForgeTagged[] {
  const tagged = new Map<string, ForgeTagged>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const body = bodyOf(line);
    const tag = typeof body?.tag === 'string' ? body.tag : typeof body?.version === 'string' ? `v${body.version}` : undefined;
    const commit = body?.commit;
    if (tag !== undefined && typeof commit === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
      tagged.set(`${tag} ${commit}`, { tag, commit });
    }
  }
  return [...tagged.values()];
}

function bodyOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { body } = JSON.parse(line) as { body?: unknown };
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Adds a commit with the file on the tip; false when another writer came first. */
async function append(
  client: GithubClient,
  repository: RepositoryName,
  { tip, path, bytes }: { readonly tip: string | undefined; readonly path: string; readonly bytes: Uint8Array },
): Promise<boolean> {
  const base = tip === undefined ? undefined : (await client.rest.git.getCommit({ ...repository, commit_sha: tip })).data.tree.sha;
  const tree = await client.rest.git.createTree({
    ...repository,
    ...(base === undefined ? {} : { base_tree: base }),
    tree: [{ path, mode: '100644', type: 'blob', content: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }],
  });
  const { data } = await client.rest.git.createCommit({
    ...repository,
    message: `${path.split('/')[1]}: signed decision`,
    tree: tree.data.sha,
    parents: tip === undefined ? [] : [tip],
  });
  return advance(client, repository, tip, data.sha);
}
