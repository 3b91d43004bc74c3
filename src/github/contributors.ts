import { compareText, sortBy } from '../core/index.ts';
import type { ForgeExcluded } from '../core/ports/forge.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';

/** Commits that are looked at; of what lies beyond it is not known who answers for it. */
const MAX_COMMITS = 250;
const PER_PAGE = 100;
/** Addresses of co-authors that GitHub is asked about. */
const MAX_ADDRESSES = 50;
/** The account that signs what people do on github.com itself. */
const WEB_FLOW = 'web-flow';

type CommitData = Awaited<ReturnType<GithubClient['rest']['repos']['getCommit']>>['data'];
type PullData = Awaited<ReturnType<GithubClient['rest']['repos']['listPullRequestsAssociatedWithCommit']>>['data'][number];

export interface Contributors {
  /** Whose approval does not count, each with the first reason. */
  readonly excluded: readonly ForgeExcluded[];
  /** Commits that have neither a pull request of a person nor a verified signature; the judged commit stands for those that were not looked at. */
  readonly unattributed: readonly string[];
}

/**
 * Who contributed to the commits between the bases and a commit, and who started the run. GitHub names nobody who pushed a commit, and author and committer are
 * free text: a pull request or a verified signature is what ties a commit to an account. Without a base only the commit itself is looked at.
 */
export async function listContributors(
  client: GithubClient,
  repository: RepositoryName,
  { commit, since, runId }: { readonly commit: string; readonly since: readonly string[]; readonly runId: string | undefined },
): Promise<Contributors> {
  const excluded = new Map<string, ForgeExcluded>();
  const exclude = (by: string | undefined, reason: ForgeExcluded['reason']) => {
    if (by && by !== WEB_FLOW && !excluded.has(by.toLowerCase())) excluded.set(by.toLowerCase(), { by, reason });
  };
  if (runId !== undefined) for (const login of await listStarters(client, repository, runId)) exclude(login, 'started-run');
  const { commits, complete } = await listCommits(client, repository, commit, since);
  const unattributed = new Set<string>(complete ? [] : [commit]);
  const covered = new Set<string>();
  // The newest first, so that a merge comes before what it merged.
  for (const data of [...commits].reverse()) {
    const { sha } = data;
    const signed = readSignature(data);
    exclude(signed.signer, 'signed-commit');
    if (!signed.merged) for (const login of [loginOf(data.author), loginOf(data.committer)]) exclude(login, 'wrote-commit');
    let isAttributed = signed.valid || covered.has(sha);
    if (!covered.has(sha)) {
      for (const pull of await listPulls(client, repository, sha)) {
        exclude(pull.user?.login, 'opened-pull-request');
        if (!vouches(pull)) continue;
        isAttributed = true;
        if (data.parents.length > 1 && pull.merge_commit_sha === sha)
          for (const one of await listPullCommits(client, repository, pull.number)) covered.add(one);
      }
    }
    if (!isAttributed) unattributed.add(sha);
  }
  for (const login of await listCoAuthors(client, repository, commits)) exclude(login, 'co-authored');
  return { excluded: sortBy([...excluded.values()], ({ by }) => by.toLowerCase()), unattributed: [...unattributed].sort(compareText) };
}

/** Login of whoever started the run, and of whoever started it again. */
async function listStarters(client: GithubClient, repository: RepositoryName, runId: string): Promise<readonly string[]> {
  try {
    const { data } = await client.rest.actions.getWorkflowRun({ ...repository, run_id: Number(runId) });
    return [data.actor?.login, data.triggering_actor?.login].flatMap((login) => login ?? []);
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

interface CommitRange {
  /** Oldest first. */
  readonly commits: readonly CommitData[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** The commits that the commit has and no base has; the judged commit alone where there is no base. */
async function listCommits(
  client: GithubClient,
  repository: RepositoryName,
  commit: string,
  since: readonly string[],
): Promise<CommitRange> {
  let range: CommitRange | undefined;
  for (const base of since) {
    const one = await compareAll(client, repository, base, commit);
    const known: ReadonlySet<string> | undefined = range && new Set(range.commits.map(({ sha }) => sha));
    range = { commits: one.commits.filter(({ sha }) => known?.has(sha) ?? true), complete: one.complete && (range?.complete ?? true) };
  }
  if (range) return range;
  const { data } = await client.rest.repos.getCommit({ ...repository, ref: commit });
  return { commits: [data], complete: true };
}

async function compareAll(client: GithubClient, repository: RepositoryName, base: string, commit: string): Promise<CommitRange> {
  const commits: CommitData[] = [];
  for (let page = 1; ; page += 1) {
    try {
      const { data } = await client.rest.repos.compareCommitsWithBasehead({
        ...repository,
        basehead: `${base}...${commit}`,
        per_page: PER_PAGE,
        page,
      });
      commits.push(...data.commits);
      if (commits.length >= MAX_COMMITS || data.commits.length === 0) {
        return { commits: commits.slice(0, MAX_COMMITS), complete: commits.length === data.total_commits && commits.length <= MAX_COMMITS };
      }
      if (commits.length >= data.total_commits) return { commits, complete: true };
    } catch (error) {
      // A base that GitHub does not have leaves nothing to compare with.
      if (statusOf(error) === 404) return { commits, complete: false };
      throw error;
    }
  }
}

interface CommitSignature {
  readonly valid: boolean;
  readonly signer: string | undefined;
  /** GitHub itself merged, so that the author pressed a button and wrote nothing. */
  readonly merged: boolean;
}

/** A verified signature belongs to the account of the committer; what GitHub signs itself, to the author. */
function readSignature({ commit, author, committer, parents }: CommitData): CommitSignature {
  const verified = commit.verification?.verified === true;
  const byGithub = verified && loginOf(committer) === WEB_FLOW;
  const merged = byGithub && parents.length > 1;
  const account = byGithub ? loginOf(author) : loginOf(committer);
  return { valid: verified && account !== undefined, signer: verified && !merged ? account : undefined, merged };
}

/** Of an account that is gone GitHub gives an empty object. */
function loginOf(account: CommitData['author']): string | undefined {
  return account && 'login' in account ? account.login : undefined;
}

function listPulls(client: GithubClient, repository: RepositoryName, sha: string): Promise<readonly PullData[]> {
  return client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, { ...repository, commit_sha: sha, per_page: PER_PAGE });
}

/**
 * Whether a pull request ties a commit to the account that opened it. One that was closed brought nothing, one that an app opened says nothing about the person
 * behind it, and one from a fork can be opened by anyone for any commit until somebody merges it.
 */
function vouches({ state, merged_at: mergedAt, user, head, base }: PullData): boolean {
  const isOpenHere = state === 'open' && head.repo?.full_name === base.repo.full_name;
  return (isOpenHere || Boolean(mergedAt)) && user !== null && user.type !== 'Bot';
}

async function listPullCommits(client: GithubClient, repository: RepositoryName, number: number): Promise<readonly string[]> {
  const commits = await client.paginate(client.rest.pulls.listCommits, { ...repository, pull_number: number, per_page: PER_PAGE });
  return commits.map(({ sha }) => sha);
}

/** Accounts of those whom `Co-authored-by:` names, where GitHub knows their address. */
async function listCoAuthors(client: GithubClient, repository: RepositoryName, commits: readonly CommitData[]): Promise<readonly string[]> {
  const known = new Map<string, string>();
  for (const { commit, author, committer } of commits) {
    const pairs = [
      [commit.author?.email, loginOf(author)],
      [commit.committer?.email, loginOf(committer)],
    ] as const;
    for (const [email, login] of pairs) if (email && login) known.set(email.toLowerCase(), login);
  }
  const named = new Set(commits.flatMap(({ commit }) => coAuthorsOf(commit.message)));
  const logins: string[] = [];
  let asked = 0;
  for (const email of named) {
    const ofGithub = /^(?:\d+\+)?([a-z\d](?:[a-z\d-]*[a-z\d])?(?:\[bot\])?)@users\.noreply\.github\.com$/i.exec(email)?.[1];
    let login = ofGithub ?? known.get(email);
    if (login === undefined && asked < MAX_ADDRESSES) {
      asked += 1;
      login = await findAccount(client, repository, email);
    }
    if (login !== undefined) logins.push(login);
  }
  return logins;
}

/** GitHub maps an address to an account in the commits that it wrote. */
async function findAccount(client: GithubClient, repository: RepositoryName, email: string): Promise<string | undefined> {
  const { data } = await client.rest.repos.listCommits({ ...repository, author: email, per_page: 1 });
  return loginOf(data[0]?.author ?? null);
}

/** Addresses in the trailers of a message, in lower case. */
export function coAuthorsOf(message: string): readonly string[] {
  return [...message.matchAll(/^[ \t]*co-authored-by:[^\n<]*<([^<>\s]+@[^<>\s]+)>[ \t]*\r?$/gim)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}
