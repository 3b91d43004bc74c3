/** Permissions of a token, named as in a workflow's `permissions:` (`pull-requests`). */
export type TokenPermissions = Readonly<Partial<Record<Permission, 'read' | 'write'>>>;

export type Permission =
  | 'actions'
  | 'administration'
  | 'attestations'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'pull-requests'
  | 'security-events'
  | 'statuses';

const REPOSITORY = '/repos/{owner}/{repo}';

/** First match wins; any one of the permissions is enough. Source: docs.github.com/rest/authentication/permissions-required-for-github-apps. */
const RULES: readonly (readonly [prefix: RegExp, permissions: readonly Permission[]])[] = [
  [/^\/(check-runs|check-suites)|^\/commits\/\{ref\}\/check-/, ['checks']],
  [/^\/statuses|^\/commits\/\{ref\}\/status/, ['statuses']],
  [/^\/(issues|labels)/, ['issues', 'pull-requests']],
  [/^\/pulls|^\/commits\/\{commit_sha\}\/pulls/, ['pull-requests']],
  [/^\/actions/, ['actions']],
  [/^\/deployments/, ['deployments']],
  [/^\/attestations/, ['attestations']],
  [/^\/code-scanning/, ['security-events']],
  [/^\/(rulesets|environments|immutable-releases|branches\/\{branch\}\/protection|collaborators)/, ['administration']],
  [/^\/(git|releases|contents|branches|commits|compare|tags|forks)/, ['contents']],
];

/** The permissions of which an operation needs one, or undefined when it needs none. Reading a ruleset or an environment needs no more than reading metadata. */
export function permissionsFor(
  method: string,
  template: string,
): { readonly names: readonly Permission[]; readonly access: 'read' | 'write' } | undefined {
  if (!template.startsWith(REPOSITORY)) return undefined;
  const rest = template.slice(REPOSITORY.length);
  const access = method === 'GET' ? 'read' : 'write';
  const names = RULES.find(([pattern]) => pattern.test(rest))?.[1] ?? (access === 'write' ? ['administration' as const] : []);
  if (names.length === 0 || (access === 'read' && names.includes('administration'))) return undefined;
  return { names, access };
}

export function grants(permissions: TokenPermissions, names: readonly Permission[], access: 'read' | 'write'): boolean {
  return names.some((name) => permissions[name] === 'write' || (access === 'read' && permissions[name] === 'read'));
}
