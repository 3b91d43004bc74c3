import { type Finding, type Judgement, UserError, VERDICT_EXIT } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { renderGateSummary } from '../render/markdown/gate-summary.ts';
import { renderIncidentNote } from '../render/markdown/incident.ts';
import { resolveInputs } from '../suite/configuration.ts';
import { withholdInWords, withholdLeaks } from '../suite/leaks.ts';
import { refusalIssueOf } from '../suite/record.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import type { Runner } from './runner.ts';

/** What the incident of a store is filed under: it belongs to no release, so that no release's GO closes it. */
const STORE = 'snapshot-store';

/** Checks and repairs every replica of the snapshot store. What cannot be repaired is an incident; a later scrub that finds the store sound closes it. */
export const scrubStore: Action = async (runner) => {
  const { core, github, ports } = runner;
  if (github.event.startsWith('pull_request')) {
    throw new UserError({
      where: `a run of ${github.event}`,
      found: 'a store to scrub',
      expected: 'a schedule, workflow_dispatch or a push to the default branch',
      todo: 'do not scrub for pull requests: they could name any store',
    });
  }
  const configuration = await runner.configuration();
  const section = configuration?.gates.get('snapshot-compare');
  const entry = gates.find(({ id }) => id === 'snapshot-compare');
  if (!entry) throw new Error('no gate snapshot-compare');
  if (section?.store === undefined) {
    core.notice('no store of snapshots is configured: there is nothing to scrub', { title: 'testops scrub-store' });
    core.setOutput('verdict', '');
    return 0;
  }
  const inputs = resolveInputs(entry.id, entry.inputs, section, { mode: 'scrub' });
  const gate = await entry.load();
  const words = withholdInWords(gate.words);
  const judgement = gate.judge(await gate.measure(inputs, ports), inputs);
  core.setOutput('verdict', judgement.verdict);
  annotate(core, judgement.findings, words);
  await core.summary.addRaw(withholdLeaks(renderGateSummary({ id: entry.id, judgement, words, changes: [] }))).write();
  await tellIncident(runner, judgement);
  return VERDICT_EXIT[judgement.verdict];
};

async function tellIncident(runner: Runner, { verdict, findings }: Judgement<Finding>): Promise<void> {
  const { core, github, ports, token } = runner;
  if (token === undefined) return core.warning('no token: nobody is told by an incident');
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const publisher = createPublisher(client, splitRepository(github.repository), token);
  const decidedAt = new Date(ports.clock.now()).toISOString();
  const noteKey = `${github.runId}-${github.attempt}`;
  const isSound = verdict === 'pass' || verdict === 'warn';
  const results = isSound
    ? await publisher.endIncidents({
        fingerprintPrefix: `testops:${STORE}:`,
        decidedAt,
        note: renderIncidentNote({ decidedAt, commit: github.commit, runUrl: github.url }, 'The store is sound: this ends the incident'),
        noteKey,
      })
    : [
        await publisher.incident(
          await refusalIssueOf(
            {
              kind: 'snapshot-damage',
              release: STORE,
              commit: github.commit,
              decidedAt,
              findings: findings.filter(({ level }) => level === 'error'),
              runUrl: github.url,
              bundleUrl: undefined,
            },
            noteKey,
          ),
        ),
      ];
  const urls = results.flatMap((result) => (result.kind === 'published' ? [result.url] : []));
  core.setOutput('incidents', isSound ? '' : urls.join('\n'));
  const missing = new Set(results.flatMap((result) => (result.kind === 'not-permitted' ? [result.permission] : [])));
  if (missing.size === 0) return;
  throw new UserError({
    where: `the token of ${github.repository}`,
    found: `not allowed: ${[...missing].join(', ')}`,
    expected: 'issues: write',
    todo: 'grant it in the workflow that calls testops-nightly.yml',
  });
}
