import { randomUUID } from 'node:crypto';
import type { Annotation, CheckRunRequest, Published } from '../core/ports/publisher.ts';
import { type GithubClient, isNotPermitted, type RepositoryName, statusOf } from './client.ts';

/** GitHub's limits: annotations in one request, characters of a summary, of an annotation's title and message. */
const ANNOTATIONS_PER_CALL = 50;
const MAX_SUMMARY_CHARACTERS = 65_000;
const MAX_TITLE_CHARACTERS = 255;
const MAX_MESSAGE_CHARACTERS = 16_000;

/** Tries after the first. */
const MOST_RETRIES = 3;

const LEVELS = { error: 'failure', warning: 'warning', note: 'notice' } as const;

interface MadeRun {
  readonly externalId: string;
  /** Set once it was created; a repeated call goes on with it. */
  run?: { readonly id: number; readonly url: string };
  published?: Published;
}

/**
 * Publishes check runs, each once per key of this process. A check run names no run that made it, so one that is there already may be anybody's: it is never
 * taken over. Ours has an id that nobody can foresee; others under the same key are reported.
 */
export function createCheckRuns(
  client: GithubClient,
  repository: RepositoryName,
  retryDelayMs = 1000,
): (request: CheckRunRequest) => Promise<Published> {
  const made = new Map<string, MadeRun>();
  const existing = new Map<string, Promise<readonly ListedRun[]>>();
  const listOnce = (commit: string) => {
    const listed = existing.get(commit) ?? listRuns(client, repository, commit);
    existing.set(commit, listed);
    return listed;
  };
  return async (request) => {
    const own = made.get(`${request.commit} ${request.key}`) ?? { externalId: `${request.key}:${randomUUID()}` };
    made.set(`${request.commit} ${request.key}`, own);
    if (own.published !== undefined) return own.published;
    try {
      const listed = await listOnce(request.commit);
      const strangers = listed.filter(({ externalId }) => isOfKey(externalId, request.key)).map(({ url }) => url);
      const batches = batch(request.annotations.map(toAnnotation));
      const output = (annotations: readonly object[]) => ({
        title: cut(request.title, MAX_TITLE_CHARACTERS),
        summary: cut(request.summary, MAX_SUMMARY_CHARACTERS),
        annotations: annotations as never[],
      });
      // With more than one batch the run is completed by the last one, so that a crash in between leaves a run that is not green.
      const last = batches.length - 1;
      const finish = { status: 'completed', conclusion: request.conclusion } as const;
      let { id, url } = own.run ?? { id: 0, url: '' };
      for (const [index, annotations] of batches.entries()) {
        const state = index === last ? finish : ({ status: 'in_progress' } as const);
        if (id === 0) {
          const create = () =>
            client.rest.checks.create({
              ...repository,
              name: request.name,
              head_sha: request.commit,
              external_id: own.externalId,
              ...state,
              output: output(annotations),
              // A check run cannot be taken back, so a call that failed is not simply repeated.
              request: { retries: 0 },
            });
          const find = async () =>
            (await listRuns(client, repository, request.commit)).find(({ externalId }) => externalId === own.externalId);
          own.run = await createOnce(create, find, retryDelayMs);
          ({ id, url } = own.run);
        } else await client.rest.checks.update({ ...repository, check_run_id: id, ...state, output: output(annotations) });
      }
      own.published = { kind: 'published', url, ...(strangers.length === 0 ? {} : { strangers }) };
      return own.published;
    } catch (error) {
      if (isNotPermitted(error)) return { kind: 'not-permitted', permission: 'checks: write' };
      throw error;
    }
  };
}

/** An attempt publishes once, so that nothing of its key is there before. */
function isOfKey(externalId: string, key: string): boolean {
  return externalId === key || externalId.startsWith(`${key}:`);
}

/**
 * Creates a check run although the answer may get lost: after a failure on GitHub's side, or of the connection, it is looked for before it is created
 * again.
 */
async function createOnce(
  create: () => Promise<{ readonly data: { readonly id: number; readonly html_url: string | null } }>,
  find: () => Promise<{ readonly id: number; readonly url: string } | undefined>,
  delayMs: number,
): Promise<{ readonly id: number; readonly url: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { data } = await create();
      return { id: data.id, url: data.html_url ?? '' };
    } catch (error) {
      const status = statusOf(error);
      if (attempt > MOST_RETRIES || (status !== undefined && status < 500)) throw error;
      await new Promise((resolve) => setTimeout(resolve, delayMs * attempt ** 2));
      const made = await find();
      if (made) return made;
    }
  }
}

interface ListedRun {
  readonly id: number;
  readonly url: string;
  readonly externalId: string;
}

async function listRuns(client: GithubClient, repository: RepositoryName, ref: string): Promise<readonly ListedRun[]> {
  const runs = await client.paginate(client.rest.checks.listForRef, { ...repository, ref, filter: 'all', per_page: 100 });
  return runs.flatMap((run) => (run.external_id ? [{ id: run.id, url: run.html_url ?? '', externalId: run.external_id }] : []));
}

function toAnnotation(annotation: Annotation): object {
  return {
    path: annotation.path,
    start_line: annotation.line,
    end_line: annotation.line,
    annotation_level: LEVELS[annotation.level],
    title: cut(annotation.title, MAX_TITLE_CHARACTERS),
    message: cut(annotation.message, MAX_MESSAGE_CHARACTERS),
  };
}

function batch<T>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += ANNOTATIONS_PER_CALL) batches.push(items.slice(start, start + ANNOTATIONS_PER_CALL));
  return batches.length === 0 ? [[]] : batches;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
