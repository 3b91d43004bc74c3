import type { z } from 'zod';
import { listInputs, UserError } from '../core/index.ts';
import { parseBetaVersion, STATUS_CONTEXT } from '../decision/index.ts';
import { gates } from '../gates/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { findDecision } from '../suite/find-decision.ts';
import { clonedSource } from '../suite/git-source.ts';
import { readTrustedWorkflows } from '../suite/trusted-workflows.ts';
import type { Action } from './main.ts';
import { determinismParts, readLabels, telemetryParts } from './matrix.ts';
import { openForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';
import { planInputs } from './workflow-inputs.ts';

/** Resolves the commit once, says which gates run, and sets the status to pending. */
export const planRun: Action = async (runner) => {
  const { core, github, ports } = runner;
  const given = planInputs.parse(runner.readInputs(listInputs(planInputs)));
  const commit = await resolveCommit(runner, given.commit);
  const configuration = await runner.configuration();
  if (!configuration) {
    throw new UserError({
      where: ports.files.workspace,
      found: 'no .github/testops.yml',
      expected: 'a configuration with at least one gate',
      todo: 'write .github/testops.yml, or name the file with the input `config`; docs/configuration.md shows the smallest one',
    });
  }
  const version = given.version ?? github.tag?.replace(/^v/, '') ?? '';
  if (version !== '') parseBetaVersion(version);
  const configured = gates.map((gate) => gate.id).filter((id) => configuration.gates.has(id));
  const unknown = given.gates?.find((id) => !(configured as readonly string[]).includes(id));
  if (unknown !== undefined) {
    throw new UserError({
      where: 'gates',
      found: JSON.stringify(unknown),
      expected: `configured gates: ${configured.join(', ')}`,
      todo: `mend the name, or add the gate to ${configuration.path}`,
    });
  }
  const selected = configured.filter((id) => given.gates === undefined || given.gates.includes(id));
  const decidedRun = await findDecidedRun(runner, commit);
  if (decidedRun !== undefined) return tellDecided(runner, { commit, version, decidedRun });
  const { setup, serve, load, prepare } = configuration;
  const exercises = [serve, load, prepare].some((command) => command !== undefined) || selected.includes('deploy-preview');
  core.setOutput('commit', commit);
  core.setOutput('version', version);
  core.setOutput('gates', JSON.stringify(selected));
  core.setOutput('exercise', String(exercises));
  core.setOutput('decided-run', '');
  setParts(runner, selected, given);
  core.info(
    `commit ${commit}; gates: ${selected.join(', ')}${setup === undefined ? '' : '; with setup'}${exercises ? '; with exercise' : ''}`,
  );
  await setPending(runner, commit);
  return 0;
};

/** The matrices of the gates that run in parts. */
function setParts(
  { core }: Runner,
  selected: readonly string[],
  given: Partial<Pick<z.infer<typeof planInputs>, 'determinism-matrix' | 'telemetry-shards' | 'runs-on'>>,
): void {
  const labels = given['determinism-matrix'] === undefined ? [] : readLabels(given['determinism-matrix']);
  const machines = selected.includes('determinism-check') ? determinismParts(labels) : [];
  const shards = selected.includes('telemetry-scan') ? telemetryParts(given['telemetry-shards'] ?? 1, given['runs-on'] ?? '') : [];
  for (const [name, parts] of Object.entries({ determinism: machines, telemetry: shards })) {
    core.setOutput(`${name}-parts`, JSON.stringify(parts));
    core.setOutput(`${name}-count`, parts.length === 0 ? '' : String(parts.length));
  }
}

/** The run that holds the decision on a pushed tag's commit. A broken one is found too: it is then refused, not passed over. */
async function findDecidedRun(runner: Runner, commit: string): Promise<string | undefined> {
  const { core, github, ports } = runner;
  const forge = github.tag === undefined ? undefined : openForge(runner);
  if (forge === undefined || github.tag === undefined) return undefined;
  const source = clonedSource(ports.repository, forge);
  const found = await findDecision(forge, {
    commit,
    tag: github.tag,
    workflows: await readTrustedWorkflows(source, runner.configPath),
    signatures: await openSignatures(source, runner.configPath),
    now: ports.clock.now(),
    except: github.runId,
  });
  if (found.kind !== 'none') return found.run.id;
  core.info(`${github.tag} has no decision yet: the gates run, and the decision says that the tag came first`);
  return undefined;
}

/** Nothing runs again; the deciding job verifies what was found. */
async function tellDecided(runner: Runner, planned: { commit: string; version: string; decidedRun: string }): Promise<number> {
  const { core } = runner;
  core.setOutput('commit', planned.commit);
  core.setOutput('version', planned.version);
  core.setOutput('gates', '[]');
  core.setOutput('exercise', 'false');
  core.setOutput('decided-run', planned.decidedRun);
  setParts(runner, [], {});
  core.info(`run ${planned.decidedRun} holds a decision on ${planned.commit}: it is verified, and no gate runs again`);
  await setPending(runner, planned.commit);
  return 0;
}

/** The commit is what was asked for and what is checked out, both. */
async function resolveCommit(runner: Runner, asked: string | undefined): Promise<string> {
  const { repository } = runner.ports;
  const head = await repository.head();
  const expected =
    asked === undefined
      ? await repository.resolve(runner.github.commit)
      : ((await repository.resolve(asked)) ?? (await repository.resolve(`origin/${asked}`)));
  if (head !== undefined && head === expected) return head;
  throw new UserError({
    where: 'the checked-out commit',
    found: head ?? 'no commit',
    expected: expected ?? `the commit of ${asked ?? runner.github.commit}, which is not in this clone`,
    todo: 'check out the commit that is to be judged: a pull request’s head, never its merge commit',
  });
}

async function setPending(runner: Runner, commit: string): Promise<void> {
  const { github, token, core } = runner;
  if (token === undefined) return core.info('no token: no pending status');
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const published = await createPublisher(client, splitRepository(github.repository), token).status({
    commit,
    context: STATUS_CONTEXT,
    state: 'pending',
    description: 'The beta gates are running',
    url: github.url,
  });
  if (published.kind === 'not-permitted') core.info(`the token may not write a status (${published.permission}); the run goes on without`);
}
