import type { ResultsService } from '../results-service.ts';
import type { Account, Json } from './objects.ts';

/** What the routes of our own share: the repository they speak for, and a way to ask the emulator. */
export interface GithubWorld {
  readonly baseUrl: string;
  readonly owner: Account;
  readonly repo: string;
  readonly repositoryId: number;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly results: ResultsService | undefined;
  /** Asks the emulator as the owner. */
  emulated(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** The commit that a branch, tag or id names; undefined when there is none. */
  resolveCommit(ref: string): Promise<string | undefined>;
  /** Ids grow over all kinds. */
  nextId(): number;
  now(): string;
}

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly actor: Account;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Handlers by `METHOD template`, the template as in GitHub's OpenAPI. */
export type Routes = Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>>;

export const NOT_FOUND: Answer = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
};

export function invalid(message: string): Answer {
  return { status: 422, body: { message, documentation_url: 'https://docs.github.com/rest', status: '422' } };
}

/** One page of a list, with the Link header that clients follow. */
export function paginate<Item>(
  world: GithubWorld,
  path: string,
  query: URLSearchParams,
  items: readonly Item[],
): { readonly items: readonly Item[]; readonly headers: Record<string, string> } {
  const perPage = Math.min(100, Number(query.get('per_page') ?? 30));
  const page = Number(query.get('page') ?? 1);
  const lastPage = Math.max(1, Math.ceil(items.length / perPage));
  const link = (rel: string, number: number): string => {
    const wanted = new URLSearchParams(query);
    wanted.set('page', String(number));
    return `<${world.baseUrl}${path}?${wanted}>; rel="${rel}"`;
  };
  const links = page < lastPage ? [link('next', page + 1), link('last', lastPage)] : [];
  return { items: items.slice((page - 1) * perPage, page * perPage), headers: links.length === 0 ? {} : { link: links.join(', ') } };
}

export function repositoryPath(world: GithubWorld): string {
  return `/repos/${world.owner.login}/${world.repo}`;
}
