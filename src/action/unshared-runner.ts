import { type Forge, UserError } from '../core/index.ts';
import type { Decision } from '../decision/index.ts';
import type { Runner } from './runner.ts';

/** Jobs that run commands of the repository, by the last part of their name; a matrix adds what is in brackets. */
const RUNS_COMMANDS = /(^| \/ )(exercise|determinism-check|determinism-parts)( \(.*\))?$/;

/**
 * Refuses to decide about a version on a machine that ran commands of the repository before: what those left running sees the token and can change what is
 * written here. A machine of GitHub is new for each job.
 * @throws UserError on such a runner, or where nobody can tell.
 */
export async function requireUnsharedRunner(
  { github }: Pick<Runner, 'github'>,
  forge: Pick<Forge, 'findRun' | 'listJobs'> | undefined,
  about: { readonly decision: Pick<Decision, 'forTag'>; readonly runIds: readonly (string | undefined)[] },
): Promise<void> {
  const { RUNNER_ENVIRONMENT: environment, RUNNER_NAME: name = '' } = process.env;
  if (environment !== 'self-hosted' || !about.decision.forTag) return;
  const refuse = (found: string) =>
    new UserError({
      where: `the runner ${name || 'of this job'}`,
      found,
      expected: 'a runner on which no command of the repository ran in this run',
      todo: 'use GitHub-hosted or ephemeral runners, or give the deciding and the signing job another `runs-on` than the gates',
    });
  if (forge === undefined) throw refuse('no token, so that nobody can tell which jobs ran here');
  for (const id of new Set(about.runIds)) {
    if (id === undefined) continue;
    const attempts = id === github.runId ? github.attempt : ((await forge.findRun(id))?.attempt ?? 0);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const job = (await forge.listJobs(id, attempt)).find(
        (one) => RUNS_COMMANDS.test(one.name) && one.status !== 'queued' && one.runnerName === name && one.conclusion !== 'skipped',
      );
      if (job !== undefined)
        throw refuse(`the runner of the job ${job.name} in attempt ${attempt} of run ${id}, which ran commands of the repository`);
    }
  }
}
