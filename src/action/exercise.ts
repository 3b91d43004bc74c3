import { listInputs, VERDICT_EXIT } from '../core/index.ts';
import { createArtifacts } from '../github/artifacts.ts';
import { configuredPatterns } from '../suite/run/file-states.ts';
import { findOrigins } from '../suite/run/origins.ts';
import { runExercise } from '../suite/run/run-exercise.ts';
import type { GateRun } from '../suite/run-gate.ts';
import { gateInputPaths } from '../suite/subject.ts';
import { runGateOnRunner } from './gate.ts';
import { OUT_FOLDER, readOriginContext, writeHandedOrigins } from './hand-origins.ts';
import type { Action } from './main.ts';
import { exerciseInputs } from './workflow-inputs.ts';

/** What gate jobs download is kept this long. */
const RETENTION_DAYS = 1;

/** Runs setup, serve, deploy-preview, load and prepare in one job and uploads what the gates name, with the origin of each file. */
export const exerciseSystem: Action = async (runner) => {
  const { core, github, ports } = runner;
  const configuration = await runner.configuration();
  if (!configuration) throw new Error('exercise runs after plan, which requires a configuration');
  const { setup } = exerciseInputs.parse(runner.readInputs(listInputs(exerciseInputs)));
  // Read before any command of the repository runs, which could write the file that it is in.
  const known = await readOriginContext(runner);
  const ours = [OUT_FOLDER, runner.evidenceDir] as const;
  const section = configuration.gates.get('deploy-preview');
  const previewUrl = typeof section?.url === 'string' ? section.url : undefined;
  const { result: deployed, exercised } = await runExercise(
    { configuration, setup, ports, previewUrl, ours },
    async (): Promise<GateRun | undefined> => (section === undefined ? undefined : runGateOnRunner('deploy-preview', runner)),
  );
  const patterns = gateInputPaths(configuration);
  const files = patterns.length === 0 ? [] : await ports.files.glob(patterns);
  if (files.length > 0) {
    const { workspace } = ports.files;
    const commit = await ports.repository.head();
    const question = { patterns: configuredPatterns(configuration, 'measured'), ours, commit };
    const origins = await writeHandedOrigins(runner, await findOrigins(question, { ...known, exercised }, ports));
    const paths = [...new Set([...files, origins])].map((file) => ports.files.resolve(file));
    const { sha256 } = await createArtifacts().upload(`testops-inputs-a${github.attempt}`, paths, workspace, RETENTION_DAYS);
    core.setOutput('inputs-sha256', sha256);
  }
  core.info(`${files.length} files for the gates`);
  // Last, so that an exercise that broke anywhere has no result: the job itself is a success to later jobs whatever happened.
  core.setOutput('result', 'success');
  return deployed === undefined ? 0 : VERDICT_EXIT[deployed.judgement.verdict];
};
