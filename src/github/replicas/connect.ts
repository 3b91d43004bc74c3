import type { GithubPlace } from './requests.ts';

export interface ConnectOptions {
  readonly token: string | undefined;
  readonly apiUrl: string;
  /** `owner/name`, when it is known. */
  readonly repository: () => Promise<string | undefined>;
  readonly toolVersion: string;
  readonly say: (line: string) => void;
}

/** Connects to the repository on first use; the client is large, so it is imported then. `undefined`: no token, or no repository. */
export function connectGithub(options: ConnectOptions): () => Promise<GithubPlace | undefined> {
  let connecting: Promise<GithubPlace | undefined> | undefined;
  const connect = async (): Promise<GithubPlace | undefined> => {
    const [owner, repo] = (await options.repository())?.split('/') ?? [];
    if (!options.token || !owner || !repo) return undefined;
    const { createClient } = await import('../client.ts');
    return { octokit: createClient(options), owner, repo };
  };
  return () => {
    connecting ??= connect();
    return connecting;
  };
}
