/** JSON of the people and repositories that many answers embed; field sets are those that GitHub's OpenAPI requires. */
export type Json = Record<string, unknown>;

/** The app behind every `GITHUB_TOKEN`. */
export const ACTIONS_APP_ID = 15368;
export const ACTIONS_BOT = 'github-actions[bot]';

export interface Account {
  readonly login: string;
  readonly id: number;
}

export function toSimpleUser(baseUrl: string, account: Account): Json {
  const url = `${baseUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    avatar_url: `${baseUrl}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${account.login.replace(/^(.*)\[bot\]$/, 'apps/$1')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}

const REPOSITORY_URLS = [
  ['archive', '/{archive_format}{/ref}'],
  ['assignees', '/assignees{/user}'],
  ['blobs', '/git/blobs{/sha}'],
  ['branches', '/branches{/branch}'],
  ['collaborators', '/collaborators{/collaborator}'],
  ['comments', '/comments{/number}'],
  ['commits', '/commits{/sha}'],
  ['compare', '/compare/{base}...{head}'],
  ['contents', '/contents/{+path}'],
  ['contributors', '/contributors'],
  ['deployments', '/deployments'],
  ['downloads', '/downloads'],
  ['events', '/events'],
  ['forks', '/forks'],
  ['git_commits', '/git/commits{/sha}'],
  ['git_refs', '/git/refs{/sha}'],
  ['git_tags', '/git/tags{/sha}'],
  ['hooks', '/hooks'],
  ['issue_comment', '/issues/comments{/number}'],
  ['issue_events', '/issues/events{/number}'],
  ['issues', '/issues{/number}'],
  ['keys', '/keys{/key_id}'],
  ['labels', '/labels{/name}'],
  ['languages', '/languages'],
  ['merges', '/merges'],
  ['milestones', '/milestones{/number}'],
  ['notifications', '/notifications{?since,all,participating}'],
  ['pulls', '/pulls{/number}'],
  ['releases', '/releases{/id}'],
  ['stargazers', '/stargazers'],
  ['statuses', '/statuses/{sha}'],
  ['subscribers', '/subscribers'],
  ['subscription', '/subscription'],
  ['tags', '/tags'],
  ['teams', '/teams'],
  ['trees', '/git/trees{/sha}'],
] as const;

export function toMinimalRepository(
  baseUrl: string,
  repository: { readonly id: number; readonly owner: Account; readonly name: string; readonly private: boolean },
): Json {
  const fullName = `${repository.owner.login}/${repository.name}`;
  const url = `${baseUrl}/repos/${fullName}`;
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: toSimpleUser(baseUrl, repository.owner),
    html_url: `https://github.com/${fullName}`,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(REPOSITORY_URLS.map(([name, suffix]) => [`${name}_url`, `${url}${suffix}`])),
  };
}
