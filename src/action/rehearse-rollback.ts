import { listInputs, type Ports, VERDICT_EXIT } from '../core/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { createHost } from '../host/create-host.ts';
import { escapeMarkdown } from '../render/markdown/escape.ts';
import { refuseLeaks, withholdLeaks } from '../suite/leaks.ts';
import { type Rehearsal, rehearseRollback } from '../suite/rehearse-rollback.ts';
import type { Action } from './main.ts';
import { rehearseRollbackInputs } from './workflow-inputs.ts';

const FOLDER = 'testops-out';
const FILE = 'rollback-rehearsal.json';

/** Tries a rollback to the previous tag out in a folder of its own, and writes down how long each step took. */
export const rehearseOnRunner: Action = async (runner) => {
  const { core, github, ports, token } = runner;
  const { tag } = rehearseRollbackInputs.parse(runner.readInputs(listInputs(rehearseRollbackInputs)));
  const openAt = (workspace: string): Ports & AsyncDisposable => {
    const secrets = token === undefined ? {} : { GITHUB_TOKEN: token };
    const host = createHost({ workspace, environment: process.env, secrets, progress: 'lines' });
    return { ...ports, ...host, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
  };
  const rehearsal = await rehearseRollback({ ports, openAt, tag, config: runner.configPath });
  core.setOutput('verdict', rehearsal.verdict);
  core.setOutput('tag', rehearsal.tag);
  core.setOutput('duration-ms', String(rehearsal.durationMs));
  await core.summary.addRaw(withholdLeaks(renderRehearsal(rehearsal))).write();
  const text = `${JSON.stringify(rehearsal, undefined, 2)}\n`;
  await ports.files.write(`${FOLDER}/${FILE}`, text);
  if (process.env.ACTIONS_RESULTS_URL) {
    refuseLeaks(FILE, text);
    const root = ports.files.resolve(FOLDER);
    await createArtifacts().upload(`testops-rollback-a${github.attempt}`, [`${root}/${FILE}`], root);
  }
  return VERDICT_EXIT[rehearsal.verdict];
};

function renderRehearsal({ tag, commit, verdict, durationMs, steps }: Rehearsal): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return [
    `## Rollback to ${escapeMarkdown(tag)}: ${verdict}, ${seconds(durationMs)} s`,
    '',
    `Commit \`${commit}\`, tried out in a folder of its own; nothing was deployed.`,
    '',
    '| step | verdict | seconds | |',
    '| --- | --- | ---: | --- |',
    ...steps.map((step) => `| ${step.name} | ${step.verdict} | ${seconds(step.durationMs)} | ${escapeMarkdown(step.detail)} |`),
    '',
  ].join('\n');
}
