import { SECRET_NAMES } from '../core/ports/secrets.ts';

const DROPPED_PREFIXES = ['INPUT_', 'ACTIONS_', 'STATE_', 'AWS_'];

/** Files through which a step talks to the runner, tokens, and what would change the Node that a command starts. */
const DROPPED_NAMES = new Set<string>([
  ...SECRET_NAMES,
  'GH_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ARTIFACTS',
  'NODE_OPTIONS',
]);

/** Shorter values are too likely to stand in a variable by chance. */
const SHORTEST_SECRET = 8;

/**
 * The environment that commands of the repository may see: ours without inputs of the action, the runner's tokens, addresses and command files, AWS
 * credentials and our secrets, also where another variable holds the value of one (`secretValues`). Plain facts such as GITHUB_SHA stay.
 */
export function repositoryEnvironment(
  environment: NodeJS.ProcessEnv,
  secretValues: readonly string[] = [],
): Readonly<Record<string, string>> {
  const given = [
    ...secretValues,
    ...[...DROPPED_NAMES].filter((name) => /TOKEN|SALT|KEY/.test(name)).map((name) => environment[name] ?? ''),
  ];
  const secrets = given.map((value) => value.trim()).filter((value) => value.length >= SHORTEST_SECRET);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || isDropped(name.toUpperCase())) continue;
    // The runner keeps every command file in one folder; a variable that points there is one, whatever its name.
    if (value.includes('_runner_file_commands')) continue;
    if (secrets.some((secret) => value.includes(secret))) continue;
    kept[name] = value;
  }
  return kept;
}

function isDropped(name: string): boolean {
  return DROPPED_NAMES.has(name) || DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix));
}
