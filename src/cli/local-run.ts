import type { Ports } from '../core/index.ts';
import type { GateRunContext } from '../suite/run-gate.ts';

/** Facts of a run outside GitHub Actions; inside it (a `run:` step that calls the command) those of the runner. */
export async function localRun(
  ports: Ports,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Pick<GateRunContext, 'run' | 'expectedCommit' | 'url' | 'origins'>> {
  const { os, arch } = ports.processes.platform;
  const { GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_EVENT_NAME, GITHUB_SERVER_URL, TESTOPS_COMMIT } = environment;
  const repository = GITHUB_REPOSITORY || (await ports.repository.origin());
  const onRunner = GITHUB_RUN_ID !== undefined && GITHUB_RUN_ID !== '' && GITHUB_REPOSITORY !== undefined;
  return {
    run: {
      ...(repository ? { repository } : {}),
      ...(onRunner
        ? { runId: GITHUB_RUN_ID, attempt: Number(GITHUB_RUN_ATTEMPT ?? 1), event: GITHUB_EVENT_NAME ?? 'unknown' }
        : { event: 'local' }),
      environment: { node: process.versions.node, platform: os, arch },
    },
    ...(onRunner ? { url: `${GITHUB_SERVER_URL ?? 'https://github.com'}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` } : {}),
    origins: { inWorkflow: Boolean(TESTOPS_COMMIT) },
    ...(TESTOPS_COMMIT ? { expectedCommit: TESTOPS_COMMIT } : {}),
  };
}
