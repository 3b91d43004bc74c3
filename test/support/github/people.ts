import { type Account, type Json, toSimpleUser } from './objects.ts';
import { type GithubWorld, NOT_FOUND, type Routes, repositoryPath } from './route.ts';

/** What GitHub knows about a commit beyond git: accounts behind the addresses, and whether a signature was verified. */
export interface CommitSeed {
  readonly author?: string;
  readonly committer?: string;
  readonly verified?: boolean;
}

/** What is special about a pull request that exists: who opened it, which commits it brought, and how it ended. */
export interface PullSeed {
  readonly by?: string;
  /** Commits that it is listed for, besides its head. */
  readonly commits?: readonly string[];
  /** The commit that it was merged as. */
  readonly mergedAs?: string;
  readonly closed?: boolean;
  /** Its head is in a repository of somebody else. */
  readonly fork?: boolean;
}

/** People and what they did, as far as the emulator does not know it. */
export interface People {
  setRole(login: string, role: 'read' | 'triage' | 'write' | 'maintain' | 'admin'): void;
  describeCommit(sha: string, seed: CommitSeed): void;
  describePull(number: number, seed: PullSeed): void;
  readonly routes: Routes;
  /** A commit of an answer, with what was seeded about it. */
  complete(commit: Json): Json;
}

const ROLES = ['read', 'triage', 'write', 'maintain', 'admin'];

export function createPeople(world: GithubWorld): People {
  const roles = new Map<string, string>();
  const commits = new Map<string, CommitSeed>();
  const pulls = new Map<number, PullSeed>();
  const ids = new Map<string, number>();
  const accountOf = (login: string): Account => {
    ids.set(login, ids.get(login) ?? 5000 + ids.size);
    return { login, id: ids.get(login) ?? 0 };
  };
  const user = (login: string): Json => toSimpleUser(world.baseUrl, accountOf(login));
  return {
    setRole: (login, role) => void roles.set(login.toLowerCase(), role),
    describeCommit: (sha, seed) => void commits.set(sha, seed),
    describePull: (number, seed) => void pulls.set(number, seed),
    complete: (answer) => {
      const seed = commits.get(String(answer.sha));
      if (seed === undefined) return answer;
      const { author, committer, verified = false } = seed;
      const verification = {
        verified,
        reason: verified ? 'valid' : 'unsigned',
        signature: verified ? '-----BEGIN PGP SIGNATURE-----' : null,
        payload: verified ? 'tree' : null,
        verified_at: verified ? world.now() : null,
      };
      return {
        ...answer,
        author: author === undefined ? null : user(author),
        committer: committer === undefined ? null : user(committer),
        commit: { ...(answer.commit as Json), verification },
      };
    },
    routes: {
      'GET /repos/{owner}/{repo}/collaborators/{username}/permission': ({ params }) => {
        const login = params.username ?? '';
        const role = roles.get(login.toLowerCase()) ?? (login === world.owner.login ? 'admin' : undefined);
        if (role === undefined) return NOT_FOUND;
        const level = ROLES.indexOf(role);
        const permissions = {
          pull: true,
          triage: level >= 1,
          push: level >= 2,
          maintain: level >= 3,
          admin: level >= 4,
        };
        const legacy = ['read', 'read', 'write', 'write', 'admin'][level];
        return { status: 200, body: { permission: legacy, role_name: role, user: { ...user(login), permissions, role_name: role } } };
      },
      'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': async ({ params }) => {
        const sha = await world.resolveCommit(params.commit_sha ?? '');
        if (sha === undefined) return NOT_FOUND;
        const { body } = await world.emulated('GET', `${repositoryPath(world)}/pulls?state=all&per_page=100`);
        const listed = (body as readonly Json[]).flatMap((pull) => {
          const seed = pulls.get(Number(pull.number)) ?? {};
          const head = pull.head as Json;
          const brings = head.sha === sha || seed.mergedAs === sha || seed.commits?.includes(sha);
          return brings ? [describe(pull, seed)] : [];
        });
        return { status: 200, body: listed };
      },
    },
  };

  function describe(pull: Json, { by, mergedAs, closed, fork }: PullSeed): Json {
    const head = pull.head as Json;
    const forked = { ...head, repo: { ...(head.repo as Json), full_name: `someone/${world.repo}` } };
    return {
      ...pull,
      ...(by === undefined ? {} : { user: user(by) }),
      ...(mergedAs === undefined ? {} : { merge_commit_sha: mergedAs, merged_at: world.now(), state: 'closed' }),
      ...(closed ? { state: 'closed' } : {}),
      ...(fork ? { head: forked } : {}),
    };
  }
}
