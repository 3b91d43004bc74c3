import { readFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { commonInputs, type Host, type InputDeclaration, listInputs, type Ports, readInputText, type SecretName } from '../core/index.ts';
import type { ActionName } from '../entries.ts';
import { type GithubRun, readGithubRun } from '../github/event.ts';
import { createGithubSnapshots } from '../github/replicas/index.ts';
import { createHost } from '../host/create-host.ts';
import { createReplicas } from '../host/replicas/index.ts';
import type { Configuration } from '../suite/configuration.ts';
import { findConfiguration } from '../suite/find-configuration.ts';
import { createDayWitnesses } from '../suite/record/day-witnesses.ts';
import { vouchedLedgers } from '../suite/record/vouch-days.ts';
import type { GateRunContext } from '../suite/run-gate.ts';
import { readPrevious } from '../suite/tag/previous-beta.ts';
import { createServices } from '../testops-api/index.ts';
import { TOOL_VERSION } from '../version.ts';
import { openForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';

/** What every action gets: the runner's toolkit, the facts of the run, the machine. */
export interface Runner {
  readonly action: ActionName;
  readonly core: typeof core;
  readonly github: GithubRun;
  readonly ports: Ports;
  readonly token: string | undefined;
  readonly evidenceDir: string;
  /** Path of testops.yml, when the input names one. */
  readonly configPath: string | undefined;
  readonly toolVersion: string;
  /** Commit that the whole run was planned for (`TESTOPS_COMMIT`), when it is part of the workflow. */
  readonly expectedCommit: string | undefined;
  /** Values of the inputs that were given. */
  readInputs(declared: readonly InputDeclaration[]): { readonly [name: string]: unknown };
  configuration(): Promise<Configuration | undefined>;
  gateContext(): Pick<GateRunContext, 'run' | 'url' | 'expectedCommit'>;
}

/** Reads the runner's variables once; masks every secret before anything can be printed. */
export async function openRunner(action: ActionName, workerEntry: URL): Promise<Runner & AsyncDisposable> {
  const environment = process.env;
  const secrets = readSecrets();
  for (const secret of Object.values(secrets)) if (secret !== undefined) core.setSecret(secret);
  const payload = environment.GITHUB_EVENT_PATH ? await readFile(environment.GITHUB_EVENT_PATH, 'utf8').catch(() => undefined) : undefined;
  const github = readGithubRun(environment, payload);
  const workspace = environment.GITHUB_WORKSPACE || process.cwd();
  const host = createHost({ workspace, environment, secrets, progress: 'lines', workers: { entry: workerEntry } });
  const common = readGiven(listInputs(commonInputs)) as { config?: string; 'evidence-dir'?: string };
  const previousBeta = readPrevious(environment.TESTOPS_PREVIOUS);
  const ports: Ports = {
    ...host,
    services: createServices(host),
    ...snapshotPlaces(host, github, secrets.GITHUB_TOKEN),
    ...(previousBeta === undefined ? {} : { previousBeta }),
    ledgers: vouchedLedgers(host.ledgers, async () => {
      const forge = openForge({ core, github, token: secrets.GITHUB_TOKEN, ports: host, toolVersion: TOOL_VERSION });
      const { config } = common;
      return (
        forge && createDayWitnesses({ forge, config, now: host.clock.now(), openSignatures: () => openSignatures(forge, config, forge) })
      );
    }),
  };
  const { os, arch } = host.processes.platform;
  return {
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    action,
    core,
    github,
    ports,
    token: secrets.GITHUB_TOKEN,
    evidenceDir: common['evidence-dir'] ?? 'testops-evidence',
    configPath: common.config,
    toolVersion: TOOL_VERSION,
    expectedCommit: environment.TESTOPS_COMMIT || undefined,
    readInputs: readGiven,
    configuration: () => findConfiguration(ports.files, common.config),
    gateContext: () => ({
      run: {
        repository: github.repository,
        runId: github.runId,
        attempt: github.attempt,
        event: github.event,
        ...(github.workflow === undefined ? {} : { workflow: `${github.serverUrl}/${github.workflow}` }),
        ...(environment.TESTOPS_INPUT_ARTIFACTS ? { inputArtifacts: JSON.parse(environment.TESTOPS_INPUT_ARTIFACTS) } : {}),
        environment: { node: process.versions.node, platform: os, arch },
      },
      url: github.url,
      ...(environment.TESTOPS_COMMIT ? { expectedCommit: environment.TESTOPS_COMMIT } : {}),
    }),
  };
}

/** Where snapshots may lie besides the workspace. */
function snapshotPlaces(
  host: Host,
  { repository, apiUrl }: Pick<GithubRun, 'repository' | 'apiUrl'>,
  token: string | undefined,
): Pick<Ports, 'replicas' | 'baselines'> {
  const { openReplica, baselines } = createGithubSnapshots({
    token,
    apiUrl,
    repository: async () => repository,
    toolVersion: TOOL_VERSION,
    say: (line) => core.info(line),
    files: host.files,
    restoreCache: async (paths, key) => (await import('@actions/cache')).restoreCache(paths, key),
  });
  return {
    replicas: createReplicas({ workspace: host.files.workspace, environment: process.env, openOnGithub: openReplica }),
    baselines,
  };
}

/** Inputs of an action that carry a secret, by the secret's name; the environment variable serves where the input is absent. */
const SECRET_INPUTS: Readonly<Record<SecretName, string>> = {
  TESTOPS_SALT: 'salt',
  TESTOPS_PREVIOUS_SALT: 'previous-salt',
  TESTOPS_TOKEN: 'testops-token',
  TESTOPS_QUARANTINE_KEY: 'quarantine-key',
  TESTOPS_SIGNING_KEY: 'signing-key',
  GITHUB_TOKEN: 'github-token',
};

function readSecrets(): Partial<Record<SecretName, string>> {
  return Object.fromEntries(
    Object.entries(SECRET_INPUTS).flatMap(([name, input]) => {
      const value = core.getInput(input, { trimWhitespace: false }) || process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}

function readGiven(declared: readonly InputDeclaration[]): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    declared.flatMap((input) => {
      if (input.secret || input.kind === 'structured') return [];
      const text = core.getInput(input.name);
      return text.trim() === '' ? [] : [[input.name, readInputText(input.kind, text)]];
    }),
  );
}
