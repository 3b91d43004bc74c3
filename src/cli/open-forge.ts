import { type Forge, type Ports, UserError } from '../core/index.ts';
import { createClient, type GithubClient, type RepositoryName, splitRepository } from '../github/client.ts';
import { createForge } from '../github/forge.ts';
import type { CommandContext } from './command.ts';

/** GitHub as a command of the terminal reaches it. */
export interface ForgeConnection {
  readonly client: GithubClient;
  readonly repository: RepositoryName;
  readonly forge: Forge;
}

/** Connects to the repository of the work tree (or `GITHUB_REPOSITORY`) with `GITHUB_TOKEN`. @throws UserError when either is not known. */
export async function openForge({
  ports,
  environment,
  toolVersion,
  say,
}: Pick<CommandContext, 'ports' | 'environment' | 'toolVersion' | 'say'>): Promise<ForgeConnection> {
  const token = ports.secrets.get('GITHUB_TOKEN');
  if (token === undefined) {
    throw new UserError({
      where: 'environment variable GITHUB_TOKEN',
      found: 'nothing',
      expected: 'a token for the GitHub API',
      todo: 'set it, for example with `GITHUB_TOKEN="$(gh auth token)"`',
    });
  }
  const repository = splitRepository(await findRepositoryName(ports, environment.GITHUB_REPOSITORY));
  const apiUrl = environment.GITHUB_API_URL || 'https://api.github.com';
  const client = createClient({ token, apiUrl, toolVersion, say: (line) => say(`${line}\n`) });
  return { client, repository, forge: createForge({ client, http: ports.http, repository }) };
}

async function findRepositoryName(ports: Ports, given: string | undefined): Promise<string> {
  const name = given || (await ports.repository.origin());
  if (name !== undefined && /^[^/\s]+\/[^/\s]+$/.test(name)) return name;
  throw new UserError({
    where: 'the repository on GitHub',
    found: name === undefined ? 'no remote `origin` on github.com' : JSON.stringify(name),
    expected: '`owner/name`',
    todo: 'run the command in a clone, or set GITHUB_REPOSITORY=owner/name',
  });
}
