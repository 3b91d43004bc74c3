import { type Forge, type Http, UserError } from '../core/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createForge } from '../github/forge.ts';
import type { Runner } from './runner.ts';

/** GitHub as an action reaches it; undefined without a token. */
export function openForge(
  runner: Pick<Runner, 'core' | 'github' | 'token' | 'toolVersion'> & { readonly ports: { readonly http: Http } },
): Forge | undefined {
  const { core, github, token, ports } = runner;
  if (token === undefined) return undefined;
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  return createForge({ client, http: ports.http, repository: splitRepository(github.repository), defaultBranch: github.defaultBranch });
}

/** The same where nothing can be done without. @throws UserError without a token. */
export function requireForge(runner: Runner): Forge {
  const forge = openForge(runner);
  if (forge) return forge;
  throw new UserError({
    where: 'github-token',
    found: 'nothing',
    expected: 'a token that may read the runs of this repository (actions: read, contents: read)',
    todo: 'pass `github.token` as the input `github-token`',
  });
}
