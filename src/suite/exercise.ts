import { type CommandResult, type Ports, type RunningProcess, UserError } from '../core/index.ts';
import type { Configuration } from './configuration.ts';
import { readTail } from './tail.ts';

/** The steps that run code of the repository before the gates look at what it left. */
export type StepName = 'setup' | 'serve' | 'load' | 'prepare';

const STEP_TIMEOUT_MS = 60 * 60_000;
const EARLY_EXIT_MS = 300;

/** Runs `setup`, when there is one. @throws UserError when it fails. */
export async function runSetup(configuration: Pick<Configuration, 'setup'>, ports: Ports): Promise<void> {
  if (configuration.setup !== undefined) await runStep('setup', configuration.setup, ports, undefined);
}

/**
 * Keeps `serve` running while `whileServing` (deploy-preview), `load` and `prepare` run, in this order; ends its whole process group after.
 * `previewUrl` reaches every step as TESTOPS_PREVIEW_URL.
 * @throws UserError when a step fails or `serve` ends early.
 */
export async function exercise<T>(
  configuration: Pick<Configuration, 'path' | 'serve' | 'load' | 'prepare'>,
  ports: Ports,
  previewUrl: string | undefined,
  whileServing: () => Promise<T>,
): Promise<T> {
  const { serve, load, prepare } = configuration;
  await using server = serve === undefined ? undefined : await startServer(serve, ports, previewUrl);
  const result = await whileServing();
  if (load !== undefined) await runStep('load', load, ports, previewUrl, server);
  if (prepare !== undefined) await runStep('prepare', prepare, ports, previewUrl, server);
  return result;
}

async function startServer(command: string, ports: Ports, previewUrl: string | undefined): Promise<RunningProcess> {
  ports.progress.say(`serve: ${command}`);
  const server = await ports.processes.start(shellCommand(command, ports, previewUrl, await shellOf(ports)));
  const early = await Promise.race([server.ended, ports.clock.sleep(EARLY_EXIT_MS)]);
  if (early === undefined) return server;
  await server[Symbol.asyncDispose]();
  throw stepError('serve', command, early);
}

async function runStep(
  step: StepName,
  command: string,
  ports: Ports,
  previewUrl: string | undefined,
  server?: RunningProcess,
): Promise<void> {
  ports.progress.say(`${step}: ${command}`);
  const running = ports.processes.run({ ...shellCommand(command, ports, previewUrl, await shellOf(ports)), timeoutMs: STEP_TIMEOUT_MS });
  const result = await running;
  if (result.exitCode !== 0) throw stepError(step, command, result);
  const served = server && (await Promise.race([server.ended, ports.clock.sleep(0)]));
  if (served) throw stepError('serve', 'the server', served);
}

async function shellOf(ports: Ports): Promise<string> {
  return (await ports.processes.find('bash')) ?? (await ports.processes.find('sh')) ?? 'sh';
}

function shellCommand(command: string, ports: Ports, previewUrl: string | undefined, shell: string) {
  const env = { ...ports.processes.repositoryEnvironment, ...(previewUrl === undefined ? {} : { TESTOPS_PREVIEW_URL: previewUrl }) };
  return { argv: [shell, '-c', command] as const, folder: ports.files.workspace, env };
}

function stepError(step: StepName, command: string, result: CommandResult): UserError {
  const how =
    result.startError ??
    (result.timedOut ? 'no end within the time limit' : result.signal ? `ended by ${result.signal}` : `exit code ${result.exitCode}`);
  const tail = readTail(result.stderr.bytes) || readTail(result.stdout.bytes);
  return new UserError({
    where: `${step}: ${command}`,
    found: tail === '' ? how : `${how}; it last said:\n${tail}`,
    expected: step === 'serve' ? 'a server that stays up until load and prepare are done' : 'exit code 0',
    todo: `run the command by hand in the same folder and mend it${step === 'load' ? '; a load tool that reports missed limits by its exit code must be told to exit 0, the gate judges its results' : ''}`,
  });
}
