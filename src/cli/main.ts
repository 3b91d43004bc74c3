import { EXIT_OUR_FAULT, EXIT_UNUSABLE_INPUT, type Host, isUserError, nearestName, UserError } from '../core/index.ts';
import { createGithubSnapshots } from '../github/replicas/index.ts';
import { createHost } from '../host/create-host.ts';
import { createReplicas } from '../host/replicas/index.ts';
import { vouchedLedgers } from '../suite/record/vouch-days.ts';
import { createServices } from '../testops-api/index.ts';
import { TOOL_VERSION } from '../version.ts';
import type { CommandContext } from './command.ts';
import { commands } from './commands/index.ts';
import { refuseOldNode } from './node-version.ts';
import { openWitnesses } from './open-witnesses.ts';

/** The command `testops`: finds the command, runs it, and turns whatever is thrown into the exit code that README promises. */
export async function main(workerEntry: URL, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.stdout.on('error', endQuietly);
  const [name, ...args] = argv;
  try {
    refuseOldNode();
    process.exitCode = await dispatch(name, args, workerEntry);
  } catch (error) {
    if (isUserError(error)) {
      process.stderr.write(`testops: ${error.message}\n`);
      process.exitCode = EXIT_UNUSABLE_INPUT;
    } else {
      process.stderr.write(`testops: a fault of this tool, please report it\n${describeFault(error)}\n`);
      process.exitCode = EXIT_OUR_FAULT;
    }
  }
}

async function dispatch(name: string | undefined, args: readonly string[], workerEntry: URL): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? EXIT_UNUSABLE_INPUT : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${TOOL_VERSION}\n`);
    return 0;
  }
  const entry = commands.find((command) => command.name === name);
  if (!entry) throw unknownCommand(name);
  const command = await entry.load();
  await using host = createHost({
    workspace: process.cwd(),
    environment: process.env,
    quiet: args.includes('--json') && !process.stderr.isTTY,
    workers: { entry: workerEntry },
  });
  return await command(createContext(args, host));
}

function createContext(args: readonly string[], host: Host): CommandContext {
  return {
    args,
    host,
    ports: {
      ...host,
      services: createServices(host),
      ...snapshotPlaces(host),
      ledgers: vouchedLedgers(host.ledgers, () => openWitnesses(host)),
    },
    environment: process.env,
    toolVersion: TOOL_VERSION,
    print: (text) => process.stdout.write(text),
    say: (text) => process.stderr.write(text),
  };
}

/** Where snapshots may lie besides the workspace. */
function snapshotPlaces(host: Host) {
  const { openReplica, baselines } = createGithubSnapshots({
    token: host.secrets.get('GITHUB_TOKEN'),
    apiUrl: process.env.GITHUB_API_URL || 'https://api.github.com',
    repository: async () => process.env.GITHUB_REPOSITORY || (await host.repository.origin()),
    toolVersion: TOOL_VERSION,
    say: (line) => host.progress.say(line),
    files: host.files,
  });
  return {
    replicas: createReplicas({ workspace: host.files.workspace, environment: process.env, openOnGithub: openReplica }),
    baselines,
  };
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'Usage: testops COMMAND [flags]',
    '',
    'Decides, with proof, whether a commit may become a public beta.',
    '',
    'Commands:',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    '`testops COMMAND --help` shows the flags of a command.',
    'Exit codes: 0 pass, warn, GO or CONDITIONAL; 1 fail or NO-GO; 2 inconclusive;',
    '3 unusable input; 4 a fault of this tool.',
    '',
  ].join('\n');
}

function unknownCommand(name: string): UserError {
  const nearest = nearestName(
    name,
    commands.map((command) => command.name),
  );
  return new UserError({
    where: `testops ${name}`,
    found: 'an unknown command',
    expected: nearest ? `did you mean \`testops ${nearest}\`?` : 'a command of `testops --help`',
    todo: 'see `testops --help`',
  });
}

function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describeFault(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** `testops … | head` ends the reader early; that is no fault. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
