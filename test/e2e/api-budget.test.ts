import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { buildEvidence, conclude, evidenceBytes, GATE_IDS } from '../../src/core/index.ts';
import { parseConfiguration } from '../../src/suite/configuration.ts';
import { configuredInputs } from '../../src/suite/run/configured-inputs.ts';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createPullRequestEvent, createPushEvent, type WorkflowEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import { createRepository, writeFiles } from '../support/repository.ts';
import { runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';

const MOST_CALLS = 30;
const TAG = 'v2.5.0-beta.1';
const CONFIG = `version: 1
determinism-check: { run: node build.mjs, outputs: ["out/**"] }
slo-gate: { thresholds: ["http_req_failed: rate<0.5"], results: ["load/*.json"] }
telemetry-scan: { paths: ["telemetry/**"] }
snapshot-compare: { baseline: baseline, actual: actual }
deploy-preview: { url: "http://127.0.0.1:9" }
decision-record: { policy: policy.yml, checklist: readiness.yml, waivers: waivers.yml }
`;

/** Only `plan` and `decide` talk to the API: gate jobs have no token for it, and artifacts travel through the runner's own service. */
describeInFullCheck('a whole run with five gates, policy, checklist and waivers', () => {
  it.each<readonly [string, (github: EmulatedGithub, commit: string) => WorkflowEvent]>([
    [
      'of a pull request',
      (github, commit) => createPullRequestEvent(github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit }),
    ],
    ['by hand, for a version', (github, commit) => createDispatchEvent(github, commit)],
    ['of a pushed tag without a decision', (github, commit) => createPushEvent(github, commit, `refs/tags/${TAG}`)],
  ])(
    `%s makes at most ${MOST_CALLS} API calls`,
    async (name, eventOf) => {
      await using repository = await createRepository({
        '.github/testops.yml': CONFIG,
        'policy.yml': 'version: 1\n',
        'waivers.yml': 'version: 1\nwaivers: []\n',
        'readiness.yml': 'version: 1\nitems: [{ id: policy, title: A policy, evidence: [{ kind: file, path: policy.yml }] }]\n',
        '.gitignore': 'testops-evidence\ntestops-out\n',
      });
      await repository.branch('topic');
      const commit = await repository.commit('a change', { 'src/change.txt': 'x\n' });
      await repository.tag(TAG, { message: 'annotated, which costs one call more' });
      await using github = await startGithub({ repositoryPath: repository.path });
      await github.openPullRequest('topic');
      const event = eventOf(github, commit);
      await writeFiles(join(repository.path, 'testops-evidence'), makeEvidence(commit, event.name));
      const before = github.requests.length;
      const run = (action: string, inputs: Record<string, string>) =>
        runAction({
          action,
          dist: DIST,
          inputs: { 'github-token': github.token, ...inputs },
          event,
          cwd: repository.path,
          nodeVersion: 24,
          github,
          run: { id: 500 },
        });
      const plan = await run('plan', event.name === 'workflow_dispatch' ? { version: '2.5.0-beta.1' } : {});
      const decide = await run('decision-record', { version: plan.outputs.version ?? '' });
      expect({
        plan: plan.exitCode,
        decide: decide.exitCode,
        decision: decide.outputs.decision,
        log: decide.exitCode === 0 ? '' : decide.log,
      }).toEqual({
        plan: 0,
        decide: 0,
        decision: 'GO',
        log: '',
      });
      const calls = github.requests.slice(before);
      process.stdout.write(`API calls of a run ${name}, five gates: ${calls.length}\n`);
      expect({ most: MOST_CALLS, calls: calls.map(({ method, path }) => `${method} ${path}`) }).toEqual({
        most: MOST_CALLS,
        calls: expect.any(Array),
      });
      expect(calls.length).toBeLessThanOrEqual(MOST_CALLS);
      const { total_count: checks } = (await github.read(`/repos/octo-org/demo/commits/${commit}/check-runs`)) as { total_count: number };
      expect(checks).toBe(GATE_IDS.length + 1);
    },
    60_000,
  );
});

function makeEvidence(commit: string, event: string): Record<string, Uint8Array> {
  const now = new Date().toISOString();
  const inputs = configuredInputs(parseConfiguration(CONFIG, 'testops.yml'));
  return Object.fromEntries(
    GATE_IDS.map((gate) => {
      const judgement = conclude({
        checks: [{ id: 'main', verdict: 'pass' }],
        findings: [],
        measurements: [],
        headline: 'as it should be',
        exhibits: [],
      });
      const environment = { node: 'v24.0.0', platform: 'linux', arch: 'x64' };
      const run = { repository: 'octo-org/demo', runId: '500', attempt: 1, event, environment, startedAt: now, finishedAt: now };
      const evidence = buildEvidence({
        gate,
        subject: { commit },
        judgement,
        inputs: inputs[gate] ?? {},
        dirty: false,
        measured: [],
        toolVersion: '0.1.0',
        run,
      });
      return [`${gate}.intoto.json`, evidenceBytes(evidence)];
    }),
  );
}
