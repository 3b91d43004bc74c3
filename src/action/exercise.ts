import { listInputs, VERDICT_EXIT } from '../core/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { exercise, runSetup } from '../suite/exercise.ts';
import type { GateRun } from '../suite/run-gate.ts';
import { gateInputPaths } from '../suite/subject.ts';
import { runGateOnRunner } from './gate.ts';
import type { Action } from './main.ts';
import { exerciseInputs } from './workflow-inputs.ts';

/** What gate jobs download is kept this long. */
const RETENTION_DAYS = 1;

/** Runs setup, serve, deploy-preview, load and prepare in one job and uploads what the gates name. */
export const exerciseSystem: Action = async (runner) => {
  const { core, github, ports } = runner;
  const configuration = await runner.configuration();
  if (!configuration) throw new Error('exercise runs after plan, which requires a configuration');
  const given = exerciseInputs.parse(runner.readInputs(listInputs(exerciseInputs)));
  await runSetup({ ...(given.setup === undefined ? {} : { setup: given.setup }) }, ports);
  await runSetup(configuration, ports);
  const section = configuration.gates.get('deploy-preview');
  const previewUrl = typeof section?.url === 'string' ? section.url : undefined;
  const deployed: GateRun | undefined = await exercise(configuration, ports, previewUrl, async () =>
    section === undefined ? undefined : runGateOnRunner('deploy-preview', runner),
  );
  const patterns = gateInputPaths(configuration);
  const files = patterns.length === 0 ? [] : await ports.files.glob(patterns);
  if (files.length > 0) {
    const { workspace } = ports.files;
    const paths = files.map((file) => ports.files.resolve(file));
    const { sha256 } = await createArtifacts().upload(`testops-inputs-a${github.attempt}`, paths, workspace, RETENTION_DAYS);
    core.setOutput('inputs-sha256', sha256);
  }
  core.info(`${files.length} files for the gates`);
  return deployed === undefined ? 0 : VERDICT_EXIT[deployed.judgement.verdict];
};
