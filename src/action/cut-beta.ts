import type { Finding } from '../core/index.ts';
import { UserError } from '../core/index.ts';
import { type Inputs as DecisionInputs, STATUS_CONTEXT } from '../decision/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { cutBeta } from '../suite/cut-beta.ts';
import { clonedSource } from '../suite/git-source.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import { requireForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';

/** `mode: cut`: verifies the decision again, writes the status as the App whose token it has, and makes the next beta tag. */
export async function cutNextBeta(runner: Runner, inputs: DecisionInputs): Promise<number> {
  const { core, github, ports, token } = runner;
  const forge = requireForge(runner);
  if (github.event.startsWith('pull_request')) {
    throw new UserError({
      where: `a run of ${github.event}`,
      found: '`mode: cut`',
      expected: 'workflow_dispatch, or a push to a branch of this repository',
      todo: 'cut betas from a workflow that people start (docs/release-protection.md has it to copy)',
    });
  }
  const commit = inputs.commit ?? (await ports.repository.head()) ?? github.commit;
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    throw new UserError({
      where: 'commit',
      found: JSON.stringify(commit),
      expected: 'the full id of a commit, 40 hexadecimal digits',
      todo: 'give the id that the decision names; a branch can have moved on since',
    });
  }
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const publisher = createPublisher(client, splitRepository(github.repository), token ?? '');
  const cut = await cutBeta({
    forge,
    source: clonedSource(ports.repository, forge),
    commit,
    version: inputs.version,
    decidedRun: inputs['run-id'],
    environment: inputs.environment,
    runId: github.runId,
    now: ports.clock.now(),
    signatures: await openSignatures(clonedSource(ports.repository, forge), runner.configPath, forge),
    config: runner.configPath,
    publish: async (decision, beta) => {
      const published = await publisher.status({
        commit,
        context: STATUS_CONTEXT,
        state: 'success',
        description: `${decision.outcome}: ${beta.tag}`,
        url: decision.given.run.url ?? github.url,
      });
      if (published.kind === 'published') return;
      throw new UserError({
        where: 'github-token',
        found: `a token without ${published.permission}`,
        expected: 'the token of the App: contents: write, statuses: write, actions: read',
        todo: 'give the App these permissions, and accept them where it is installed',
      });
    },
  });
  core.setOutput('decision', cut.kind === 'cut' ? cut.decision.outcome : 'NO-GO');
  core.setOutput('report-url', github.url);
  if (cut.kind === 'refused') {
    annotate(core, cut.findings as readonly Finding[], await loadWords());
    await core.summary
      .addHeading('No beta was cut', 2)
      .addList(cut.findings.map(({ code }) => code))
      .write();
    return 1;
  }
  core.setOutput('version', cut.beta.version);
  core.setOutput('tag', cut.beta.tag);
  await core.summary
    .addRaw(`## ${cut.beta.tag}\n\n${cut.made ? 'Cut' : 'Was cut before'} on \`${commit}\`: ${cut.decision.outcome}.\n`)
    .write();
  core.info(`${cut.beta.tag} ${cut.made ? 'made' : 'was there already'} on ${commit}`);
  return 0;
}
