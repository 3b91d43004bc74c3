import type { z } from 'zod';
import { listInputs, UserError } from '../core/index.ts';
import { parseBetaVersion, STATUS_CONTEXT } from '../decision/index.ts';
import { gates } from '../gates/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { findDecision } from '../suite/find-decision.ts';
import { clonedSource, localSource } from '../suite/git-source.ts';
import { UNASKED } from '../suite/tag/decision-index.ts';
import { createPreviousBeta, writePrevious } from '../suite/tag/previous-beta.ts';
import type { Action } from './main.ts';
import { determinismParts, readLabels, telemetryParts } from './matrix.ts';
import { openDecisionIndex } from './open-decision-index.ts';
import { openForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';
import { planInputs } from './workflow-inputs.ts';

/** Resolves the commit once, says which gates run, and sets the status to pending. */
export const planRun: Action = async (runner) => {
  const { core, github, ports } = runner;
  const given = planInputs.parse(runner.readInputs(listInputs(planInputs)));
  const commit = await resolveCommit(runner, given.commit);
  await requireOwnCommit(runner, commit);
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
  const baseline = selected.includes('snapshot-compare') ? configuration.gates.get('snapshot-compare')?.baseline : undefined;
  core.setOutput('previous', String(baseline).startsWith('tag:previous') ? await findPrevious(runner, commit, version) : '');
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

/** What `tag:previous` stands for, for the job that compares. A pull request has no rights to ask; there decisions on earlier betas are not known. */
async function findPrevious(runner: Runner, commit: string, version: string): Promise<string> {
  const { github, ports, configPath } = runner;
  const forge = github.event.startsWith('pull_request') ? undefined : openForge(runner);
  const source = forge === undefined ? localSource(ports.repository, undefined) : clonedSource(ports.repository, forge);
  const index = forge === undefined ? UNASKED : openDecisionIndex(runner, forge, source);
  const demand = { commit, version: version === '' ? undefined : version, config: configPath };
  return writePrevious(await createPreviousBeta(source, index, demand)());
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
    signatures: await openSignatures(source, runner.configPath, forge),
    now: ports.clock.now(),
    except: github.runId,
  });
  if (found.kind === 'refused') return found.run.id;
  // Of an old decision only the signed summary may be left, in no run at all.
  if (found.kind === 'found') return found.runs.at(-1)?.id ?? found.decision.run.id ?? 'recorded';
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
  core.setOutput('previous', '');
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

/**
 * GitHub answers for every commit of a network of forks under the name of each of its repositories, so that a commit which nobody pushed here can be asked for by
 * its id. Its code must not run in this repository. A pull request is there to show code of a fork, with the rights of one.
 */
async function requireOwnCommit({ github, ports }: Runner, commit: string): Promise<void> {
  if (github.event.startsWith('pull_request')) return;
  const { repository } = ports;
  const refs = await repository.refsContaining(commit);
  const pushed = github.tag === undefined ? undefined : `refs/tags/${github.tag}`;
  for (const ref of refs) {
    if (ref.startsWith('refs/heads/') || (ref.startsWith('refs/remotes/') && !ref.startsWith('refs/remotes/pull/'))) return;
    // A tag that leads straight to the commit proves nothing about how it came here; one behind it is older work on top of it.
    if (ref !== pushed && (await repository.resolve(ref)) !== commit) return;
  }
  const shallow = await repository.isShallow();
  throw new UserError({
    where: `commit ${commit}`,
    found: shallow ? 'a clone without its history' : 'no branch of this repository, and no older tag, contains it',
    expected: 'a commit of a branch of this repository',
    todo: shallow
      ? 'check out with `fetch-depth: 0`'
      : 'push the commit to a branch, or open a pull request for code of a fork. It can be reached by its id although nobody pushed it here',
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
