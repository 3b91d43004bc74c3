import picomatch from 'picomatch';
import type { Json } from './objects.ts';
import { grants, type TokenPermissions } from './permissions.ts';
import type { Room } from './room.ts';
import { type Answer, repositoryPath } from './route.ts';

const PAGE = 100;
const NO_OBJECT = '0'.repeat(40);

/**
 * The operations of GitHub's GraphQL API that are used. The query `history` lists the history of a commit, newest first, merged branches included, with the top of each
 * tree. Source: docs.github.com/graphql/reference/objects#commit. The mutation `updateRefs` changes refs in one step, each only while it leads where it is said to lead. Its
 * errors come with status 200. Source: docs.github.com/graphql/reference/mutations#updaterefs. Rulesets are held against a deletion here.
 */
export async function answerGraphql(
  body: unknown,
  rooms: ReadonlyMap<string, Room>,
  permissions: TokenPermissions | undefined,
  violate: (violation: string) => void,
): Promise<Answer> {
  const { query, variables } = (body ?? {}) as { query?: string; variables?: { input?: Json } };
  const refuse = (type: string, message: string): Answer => ({
    status: 200,
    body: { data: { updateRefs: null }, errors: [{ type, path: ['updateRefs'], message }] },
  });
  if (/^query history\(/.test(query ?? '')) return answerHistory((variables ?? {}) as unknown as HistoryVariables, rooms, violate);
  const input = variables?.input as { repositoryId?: string; refUpdates?: readonly Json[] } | undefined;
  if (!/^mutation\b[^{]*\{\s*updateRefs\(input: \$input\)/.test(query ?? '') || input?.refUpdates === undefined) {
    violate(`POST /graphql: not emulated: ${query}`);
    return { status: 200, body: { errors: [{ message: 'not emulated' }] } };
  }
  const strangers = Object.keys(input).filter((key) => !['repositoryId', 'refUpdates', 'clientMutationId'].includes(key));
  for (const update of input.refUpdates) strangers.push(...Object.keys(update).filter((key) => !FIELDS.includes(key)));
  if (strangers.length > 0) violate(`POST /graphql: unknown fields ${strangers.join(', ')}`);
  const room = await findRoom(rooms, input.repositoryId);
  if (room === undefined) return refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${input.repositoryId}'`);
  if (permissions !== undefined && !grants(permissions, ['contents'], 'write'))
    return refuse('FORBIDDEN', 'Resource not accessible by integration');
  const base = repositoryPath(room.world);
  for (const { name, beforeOid, afterOid } of input.refUpdates) {
    const ref = String(name);
    const { status, body: found } = await room.world.emulated('GET', `${base}/git/${ref.replace(/^refs/, 'ref')}`);
    const leadsTo = status === 200 ? String(((found as Json).object as Json).sha) : NO_OBJECT;
    if (beforeOid !== undefined && leadsTo !== beforeOid)
      return refuse('UNPROCESSABLE', `${ref} is at ${leadsTo} but expected ${beforeOid}`);
    if (afterOid !== NO_OBJECT) return refuse('UNPROCESSABLE', 'only deletions are emulated');
    if (await isDeletionForbidden(room, ref))
      return refuse('UNPROCESSABLE', `Repository rule violations found\n\nCannot delete this protected ref: ${ref}`);
    await room.world.emulated('DELETE', `${base}/git/${ref}`);
  }
  return { status: 200, body: { data: { updateRefs: { clientMutationId: null } } } };
}

interface HistoryVariables {
  readonly owner: string;
  readonly name: string;
  readonly oid: string;
  readonly after?: string | null;
}

async function answerHistory(
  { owner, name, oid, after }: HistoryVariables,
  rooms: ReadonlyMap<string, Room>,
  violate: (violation: string) => void,
): Promise<Answer> {
  const room = rooms.get(`${owner}/${name}`);
  if (room === undefined || !/^[0-9a-f]{40}$/.test(oid ?? '')) {
    violate(`POST /graphql: history of ${owner}/${name} at ${oid}`);
    return { status: 200, body: { data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve' }] } };
  }
  const ask = async (path: string) => (await room.world.emulated('GET', `${repositoryPath(room.world)}/git/${path}`)).body as Json;
  const seen = new Map<string, { readonly date: string; readonly node: Json }>();
  for (let open = [oid]; open.length > 0; ) {
    const id = open.pop() ?? '';
    if (seen.has(id)) continue;
    const commit = await ask(`commits/${id}`);
    const tree = await ask(`trees/${(commit.tree as Json).sha}`);
    const parents = (commit.parents as { sha: string }[]).map(({ sha }) => sha);
    const entries = (tree.tree as { path: string; sha: string }[]).map(({ path, sha }) => ({ name: path, oid: sha }));
    const node = { oid: id, parents: { nodes: parents.slice(0, 1).map((parent) => ({ oid: parent })) }, tree: { entries } };
    seen.set(id, { date: String((commit.committer as Json).date), node });
    open = [...open, ...parents];
  }
  const nodes = [...seen.values()].sort((a, b) => (a.date < b.date ? 1 : -1)).map(({ node }) => node);
  const start = after ? Number(after) : 0;
  const hasNextPage = nodes.length > start + PAGE;
  const history = { pageInfo: { hasNextPage, endCursor: String(start + PAGE) }, nodes: nodes.slice(start, start + PAGE) };
  return { status: 200, body: { data: { repository: { object: { history } } } } };
}

const FIELDS = ['name', 'beforeOid', 'afterOid', 'force'];

async function findRoom(rooms: ReadonlyMap<string, Room>, id: string | undefined): Promise<Room | undefined> {
  for (const room of rooms.values()) {
    const { body } = await room.world.emulated('GET', repositoryPath(room.world));
    if ((body as Json).node_id === id) return room;
  }
  return undefined;
}

async function isDeletionForbidden(room: Room, ref: string): Promise<boolean> {
  const ask = async (path: 'rulesets' | 'rulesets/{ruleset_id}', id?: string): Promise<unknown> => {
    const route = room.routes[`GET /repos/{owner}/{repo}/${path}`];
    const params = id === undefined ? {} : { ruleset_id: id };
    return (await route?.({ params, query: new URLSearchParams('per_page=100'), body: {}, actor: room.world.owner }))?.body;
  };
  for (const { id } of (await ask('rulesets')) as readonly Json[]) {
    const { target, enforcement, conditions, rules } = (await ask('rulesets/{ruleset_id}', String(id))) as {
      target: string;
      enforcement: string;
      conditions: { ref_name: { include: string[] } };
      rules: { type: string }[];
    };
    const covered = conditions.ref_name.include.some((pattern) => picomatch.isMatch(ref, pattern));
    if (target === 'tag' && enforcement === 'active' && covered && rules.some(({ type }) => type === 'deletion')) return true;
  }
  return false;
}
