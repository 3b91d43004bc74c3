import type { Octokit } from '@octokit/rest';
import { ReplicaFailure } from '../../core/ports/replica.ts';

/** The one thing that these replicas need of the client. */
export type GithubRequests = Pick<Octokit, 'request'>;

/** Where a replica lies on GitHub. */
export interface GithubPlace {
  readonly octokit: GithubRequests;
  readonly owner: string;
  readonly repo: string;
}

/** HTTP status of an error of the client; `undefined`: there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}

/** Runs a request; answers with one of `expected` statuses become `undefined`, others a ReplicaFailure. */
export async function ask<T>(work: () => Promise<T>, expected: readonly number[] = []): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && expected.includes(status)) return undefined;
    if (status === undefined && !(error instanceof Error && 'cause' in error) && !(error instanceof TypeError)) throw error;
    const reason = status === 401 || status === 403 ? 'denied' : 'unreachable';
    throw new ReplicaFailure(reason, status === undefined ? 'no answer from GitHub' : `GitHub answered ${status}`, { cause: error });
  }
}

/** As `ask`, where no answer but success is expected. */
export async function must<T>(work: () => Promise<T>): Promise<T> {
  return (await ask(work)) as T;
}
