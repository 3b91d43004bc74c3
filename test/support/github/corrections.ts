import { createAssetStore } from './assets.ts';
import { ACTIONS_APP_ID, type Json, toSimpleUser } from './objects.ts';
import type { People } from './people.ts';
import { type Answer, type Call, type GithubWorld, invalid, paginate, repositoryPath } from './route.ts';

/** An answer of the emulator on its way to the client. */
export interface Forwarded {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A forwarded request. */
export interface ForwardedCall extends Omit<Call, 'actor'> {
  /** `METHOD template`. */
  readonly name: string;
  readonly accept: string;
  readonly raw: Buffer;
}

/** Where the emulator differs from GitHub in a way that the suite would notice, and what is done about it. README.md lists them. */
export interface Corrections {
  /** An answer that keeps the request from the emulator. */
  answerBefore(call: ForwardedCall): Promise<Answer | Forwarded | undefined>;
  /** The emulator's answer, put right. */
  correct(call: ForwardedCall, forwarded: Forwarded): Promise<Forwarded>;
}

const REPOSITORY = '/repos/{owner}/{repo}';
const MAX_COMMENT_CHARACTERS = 65_536;

export function createCorrections(world: GithubWorld, people: Pick<People, 'complete'>): Corrections {
  const assets = createAssetStore();
  const annotations = new Map<string, Json[]>();
  const noteAnnotations = (id: string, body: Json): void => {
    const output = body.output as { readonly annotations?: readonly Json[] } | undefined;
    annotations.set(id, [...(annotations.get(id) ?? []), ...(output?.annotations ?? [])]); // an update adds, it never takes away
  };
  const complete = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(complete);
    if (typeof value !== 'object' || value === null) return value;
    let object: Json = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, complete(item)]));
    if (typeof object.login === 'string' && object.login.endsWith('[bot]')) {
      object = { ...object, ...toSimpleUser(world.baseUrl, { login: object.login, id: Number(object.id) }) };
    }
    if ('sha' in object && 'commit' in object && 'parents' in object) object = people.complete(object);
    if ('head_sha' in object && 'external_id' in object && 'check_suite' in object) completeCheckRun(world.baseUrl, object, annotations);
    return assets.complete(object);
  };

  return {
    answerBefore: async ({ name, params, query, body, accept, raw: _raw }) => {
      switch (name) {
        case `POST ${REPOSITORY}/check-runs`: {
          const sha = String(body.head_sha);
          return (await world.resolveCommit(sha)) === sha ? undefined : invalid(`No commit found for SHA: ${sha}`);
        }
        case `POST ${REPOSITORY}/issues/{issue_number}/comments`:
        case `PATCH ${REPOSITORY}/issues/comments/{comment_id}`:
          return [...String(body.body)].length > MAX_COMMENT_CHARACTERS
            ? invalid(`Body is too long (maximum is ${MAX_COMMENT_CHARACTERS} characters)`)
            : undefined;
        case `GET ${REPOSITORY}/check-runs/{check_run_id}/annotations`: {
          const all = (annotations.get(params.check_run_id ?? '') ?? []).map(toAnnotation);
          const path = `${repositoryPath(world)}/check-runs/${params.check_run_id}/annotations`;
          const { items, headers } = paginate(world, path, query, all);
          return { status: 200, body: items, headers };
        }
        default:
          return assets.serve(name, params.asset_id, accept);
      }
    },
    correct: async ({ name, params, query, body, raw }, forwarded) => {
      if (forwarded.status >= 400) return forwarded;
      assets.keep(name, params.asset_id, forwarded, raw);
      if (forwarded.json === undefined) return forwarded;
      const answer = forwarded.json as Json;
      if (name === `POST ${REPOSITORY}/check-runs`) noteAnnotations(String(answer.id), body);
      if (name === `PATCH ${REPOSITORY}/check-runs/{check_run_id}`) noteAnnotations(String(answer.id), body);
      if (name === `POST ${REPOSITORY}/releases` || name === `PATCH ${REPOSITORY}/releases/{release_id}`)
        await createReleaseTag(world, answer);
      const completed = complete(answer);
      if (name !== `GET ${REPOSITORY}/commits/{ref}/check-runs`) return { ...forwarded, json: completed };
      const appId = query.get('app_id');
      const runs = ((completed as Json).check_runs as readonly Json[]).filter(() => appId === null || Number(appId) === ACTIONS_APP_ID);
      const { items, headers } = paginate(world, `${repositoryPath(world)}/commits/${params.ref}/check-runs`, query, runs);
      return { ...forwarded, json: { total_count: runs.length, check_runs: items }, headers: { ...forwarded.headers, ...headers } };
    },
  };
}

/** The app that made it and the place of its annotations, both of which GitHub always states. */
function completeCheckRun(baseUrl: string, run: Json, annotations: ReadonlyMap<string, readonly Json[]>): void {
  run.app ??= {
    id: ACTIONS_APP_ID,
    slug: 'github-actions',
    node_id: 'MDM6QXBwMTUzNjg=',
    client_id: 'Iv1.0000000000000000',
    owner: toSimpleUser(baseUrl, { login: 'github', id: 9919 }),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: 'https://github.com/apps/github-actions',
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write', contents: 'write', metadata: 'read' },
    events: ['check_run'],
  };
  const count = annotations.get(String(run.id))?.length ?? 0;
  run.output = { ...(run.output as Json), annotations_count: count, annotations_url: `${String(run.url)}/annotations` };
}

function toAnnotation(annotation: Json): Json {
  return {
    title: null,
    raw_details: null,
    start_column: null,
    end_column: null,
    ...annotation,
    blob_href: `https://github.com/blob/${String(annotation.path)}`,
  };
}

/** Publishing a release makes its tag where there is none; a draft makes nothing. */
async function createReleaseTag(world: GithubWorld, release: Json): Promise<void> {
  if (release.draft === true) return;
  const tag = String(release.tag_name);
  const existing = await world.emulated('GET', `${repositoryPath(world)}/git/ref/tags/${tag}`);
  if (existing.status === 200) return;
  const sha = await world.resolveCommit(String(release.target_commitish ?? world.defaultBranch));
  if (sha !== undefined) await world.emulated('POST', `${repositoryPath(world)}/git/refs`, { ref: `refs/tags/${tag}`, sha });
}
