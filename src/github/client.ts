import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';

/** A wait that GitHub asks for beyond this is not waited for: the call fails and says so, and a job does not sleep for an hour. */
const LONGEST_WAIT_SECONDS = 60;
const MOST_RATE_LIMIT_RETRIES = 3;

export interface ClientOptions {
  readonly token: string | undefined;
  /** `https://api.github.com`, or a server's own. */
  readonly apiUrl: string;
  readonly toolVersion: string;
  /** One line for people about a wait. */
  readonly say: (line: string) => void;
  /** Base of the back-off after a server error, in milliseconds; default 1000. */
  readonly retryAfterBaseMs?: number;
  /** Whether writes keep the distance that GitHub asks for, a second; default true. */
  readonly pacing?: boolean;
}

const Client = Octokit.plugin(retry, throttling);
export type GithubClient = InstanceType<typeof Client>;

/** The one client of both faces: repeats what failed on GitHub's side, waits when told to, never for long. */
export function createClient(options: ClientOptions): GithubClient {
  const onLimit = (kind: string) => (retryAfter: number, request: object, _octokit: unknown, retryCount: number) => {
    const { method, url } = request as { method: string; url: string };
    const again = retryAfter <= LONGEST_WAIT_SECONDS && retryCount < MOST_RATE_LIMIT_RETRIES;
    options.say(`GitHub: ${kind} on ${method} ${url}; ${again ? `trying again in ${retryAfter} s` : `not waiting ${retryAfter} s`}`);
    return again;
  };
  return new Client({
    ...(options.token === undefined ? {} : { auth: options.token }),
    baseUrl: options.apiUrl,
    userAgent: `testops-beta-gates/${options.toolVersion}`,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    retry: {
      doNotRetry: [400, 401, 403, 404, 409, 410, 413, 422, 451],
      ...(options.retryAfterBaseMs === undefined ? {} : { retryAfterBaseValue: options.retryAfterBaseMs }),
    },
    throttle: {
      enabled: options.pacing ?? true,
      onRateLimit: onLimit('rate limit'),
      onSecondaryRateLimit: onLimit('secondary rate limit'),
    },
  });
}

/** `owner/name` in two. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** Splits `owner/name`. */
export function splitRepository(fullName: string): RepositoryName {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}

/** Status of a failed call, or `undefined` when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : undefined;
}

/**
 * Whether a call failed because the token may not do it: a fork's token is read-only, which is no error of the run. What a token may not even read,
 * GitHub answers with 404.
 */
export function isNotPermitted(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  const status = statusOf(error);
  return status === 404 || (status === 403 && !/rate limit/i.test(message));
}
