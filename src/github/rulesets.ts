import { UserError } from '../core/index.ts';
import { type GithubClient, type RepositoryName, statusOf } from './client.ts';
import { compareRuleset, mendRuleset, type Ruleset, type RulesetDifference, wantedRulesets } from './ruleset-difference.ts';

/** The rulesets of a repository held against those that protect beta tags. */
export interface Protection {
  readonly rulesets: readonly {
    readonly name: string;
    /** Page of the ruleset, when it is there. */
    readonly url: string | undefined;
    readonly differences: readonly RulesetDifference[];
  }[];
}

export interface ProtectionDemand {
  readonly client: GithubClient;
  readonly repository: RepositoryName;
  /** Status that a tag needs. */
  readonly context: string;
  /** App that sets it and makes the tags; undefined when there is none. */
  readonly appId: number | undefined;
}

interface Listed {
  readonly id: number;
  readonly url: string;
  readonly ruleset: Ruleset;
}

/** Compares; writes nothing. @throws UserError when the token may not read rulesets, or the repository cannot have any. */
export async function inspectProtection(demand: ProtectionDemand): Promise<Protection> {
  const listed = await listOurs(demand);
  return {
    rulesets: wantedRulesets(demand.context, demand.appId).map((wanted) => {
      const own = listed.get(wanted.name);
      return { name: wanted.name, url: own?.url, differences: compareRuleset(own?.ruleset, wanted) };
    }),
  };
}

/** Creates and mends what differs, then compares again with what GitHub has now: only that is reported. */
export async function applyProtection(demand: ProtectionDemand): Promise<Protection> {
  const { client, repository } = demand;
  const listed = await listOurs(demand);
  for (const wanted of wantedRulesets(demand.context, demand.appId)) {
    const own = listed.get(wanted.name);
    if (compareRuleset(own?.ruleset, wanted).length === 0) continue;
    const body = mendRuleset(own?.ruleset, wanted);
    await explainRefusal(repository, async () => {
      if (own)
        await client.request('PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...repository, ruleset_id: own.id, ...body } as never);
      else await client.request('POST /repos/{owner}/{repo}/rulesets', { ...repository, ...body } as never);
    });
  }
  return inspectProtection(demand);
}

/** The rulesets of the repository itself that have one of our names, whole: the list leaves rules and conditions out. */
async function listOurs({ client, repository, context, appId }: ProtectionDemand): Promise<ReadonlyMap<string, Listed>> {
  const names = new Set(wantedRulesets(context, appId ?? 0).map(({ name }) => name));
  return explainRefusal(repository, async () => {
    const all = await client.paginate(client.rest.repos.getRepoRulesets, { ...repository, includes_parents: false, per_page: 100 });
    const listed = new Map<string, Listed>();
    for (const { id, name } of all.filter((each) => names.has(each.name))) {
      const { data } = await client.rest.repos.getRepoRuleset({ ...repository, ruleset_id: id, includes_parents: false });
      listed.set(name, {
        id,
        url: data._links?.html?.href ?? '',
        ruleset: { ...data, target: data.target ?? 'branch' } as unknown as Ruleset,
      });
    }
    return listed;
  });
}

async function explainRefusal<T>({ owner, repo }: RepositoryName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const status = statusOf(cause);
    if (status !== 403 && status !== 404 && status !== 422) throw cause;
    const said = cause instanceof Error ? cause.message.slice(0, 300) : '';
    throw new UserError(
      {
        where: `rulesets of ${owner}/${repo}`,
        found: `status ${status}: ${said}`,
        expected: 'a token that may administer the repository, a plan that has rulesets, and an App that is installed on it',
        todo: 'use a token with administration: write (`gh auth token` of an administrator); private repositories need GitHub Pro, Team or Enterprise',
      },
      { cause },
    );
  }
}
