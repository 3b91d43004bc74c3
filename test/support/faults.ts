import type { ServerResponse } from 'node:http';

/** What to do instead of the real answer. */
export type FaultAction =
  /** Answer with this status, body (a string as it is, anything else as JSON) and headers. */
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Wait, then give the real answer. */
  | { readonly delayMs: number }
  /** Close the connection without an answer; with `after` what was asked for is done before. */
  | { readonly destroy: true; readonly after?: true }
  /** Never answer; the connection stays open until the server is closed. With `after` what was asked for is done before. */
  | { readonly hang: true; readonly after?: true };

/** A rule; the first that matches a request wins. */
export interface Fault {
  /** Absent: any method. */
  readonly method?: string;
  /** Tested against the path with its query; absent: any. */
  readonly path?: RegExp;
  /** Which of the matching requests, counted from 1 per rule: one, several, or absent for each. */
  readonly nth?: number | readonly number[];
  readonly action: FaultAction;
}

/** The rules of one server. */
export interface Faults {
  /** Adds rules for the requests that follow; they are tried before earlier ones. */
  add(...faults: readonly Fault[]): void;
  clear(): void;
  /** The action for a request, if any; counts. */
  take(method: string, path: string): FaultAction | undefined;
}

export function createFaults(): Faults {
  let rules: { readonly fault: Fault; seen: number }[] = [];
  return {
    add: (...faults) => {
      rules = [...faults.map((fault) => ({ fault, seen: 0 })), ...rules];
    },
    clear: () => {
      rules = [];
    },
    take: (method, path) => {
      let taken: FaultAction | undefined;
      for (const rule of rules) {
        const { fault } = rule;
        if (fault.method !== undefined && fault.method.toUpperCase() !== method.toUpperCase()) continue;
        if (fault.path !== undefined && !fault.path.test(path)) continue;
        rule.seen += 1;
        const nth = fault.nth === undefined ? undefined : typeof fault.nth === 'number' ? [fault.nth] : fault.nth;
        if (taken === undefined && (nth === undefined || nth.includes(rule.seen))) taken = fault.action;
      }
      return taken;
    },
  };
}

/** Acts on the response. True when the request is dealt with, false when the real answer must follow. */
export async function applyFault(action: FaultAction, response: ServerResponse): Promise<boolean> {
  if (isLost(action)) return false;
  if ('delayMs' in action) {
    await new Promise((resolve) => setTimeout(resolve, action.delayMs));
    return false;
  }
  if ('destroy' in action) {
    response.destroy();
    return true;
  }
  if ('hang' in action) return true;
  const isText = typeof action.body === 'string';
  response.writeHead(action.status, { 'content-type': isText ? 'text/plain' : 'application/json', ...action.headers });
  response.end(isText ? action.body : JSON.stringify(action.body ?? { message: `injected ${action.status}` }));
  return true;
}

/** Whether the real thing is done and only its answer never arrives. */
export function isLost(action: FaultAction): boolean {
  return 'after' in action && action.after === true;
}

/** What GitHub says when a token lacks a permission, such as a fork's read-only token. */
export const RESOURCE_NOT_ACCESSIBLE: FaultAction = {
  status: 403,
  body: { message: 'Resource not accessible by integration', documentation_url: 'https://docs.github.com/rest', status: '403' },
};

/** A primary (429 with a reset time) or secondary (403/429 with retry-after) rate limit. */
export function rateLimited(retryAfterSeconds?: number): FaultAction {
  return retryAfterSeconds === undefined
    ? {
        status: 429,
        body: { message: 'API rate limit exceeded for installation.', documentation_url: 'https://docs.github.com/rest' },
        headers: {
          'x-ratelimit-limit': '1000',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 1),
        },
      }
    : {
        status: 429,
        body: { message: 'You have exceeded a secondary rate limit.', documentation_url: 'https://docs.github.com/rest' },
        headers: { 'retry-after': String(retryAfterSeconds) },
      };
}
