import { commonInputs, listInputs, UserError } from '../../core/index.ts';
import { inputs as decisionInputs } from '../../decision/index.ts';
import { renderBetaCheck } from '../../render/terminal/beta-check.ts';
import { resolveInputs } from '../../suite/configuration.ts';
import { decideAndRecord, readEvidenceFolder } from '../../suite/decide.ts';
import { findConfiguration } from '../../suite/find-configuration.ts';
import { declaredPaths, findSubject, sectionsOf } from '../../suite/subject.ts';
import { loadWords } from '../../suite/words.ts';
import type { Command } from '../command.ts';
import { decideRunCommand } from '../decide-run.ts';
import { decisionSource } from '../decision-source.ts';
import { COMMON_FLAGS, type Flag, flagsOf, parseFlags } from '../flags.ts';
import { helpNotes, refusePositionals, renderHelp } from '../help.ts';
import { localRun } from '../local-run.ts';
import { localPerson } from '../person.ts';

/** What only a job of a workflow can say. */
const OF_JOBS = ['mode', 'environment', 'decided-run', 'evidence-digests', 'exercise-result', 'job-results'];

const PUBLISH: Flag = {
  name: 'publish',
  kind: 'boolean',
  switch: true,
  description: 'With --run-id and --decision: then start the workflow testops-sign.yml of this repository, which decides again and signs',
};

/** Decides on the evidence that lies in the evidence folder, or on that of a run on GitHub, and writes the bundle. */
export const decisionRecord: Command = async (context) => {
  const { args, ports, toolVersion, environment, print, say } = context;
  const declaredInputs = listInputs(decisionInputs).filter(({ name }) => !OF_JOBS.includes(name));
  const flags = [...flagsOf(declaredInputs), PUBLISH, ...flagsOf(listInputs(commonInputs)), ...COMMON_FLAGS];
  const { values, positionals } = parseFlags('decision-record', args, flags);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops decision-record [flags]',
        summary:
          'Decides on the evidence of the gates and writes the bundle: decision.json, its verification summary, decision.md and the inputs.',
        flags,
        notes: [
          ...helpNotes(declaredInputs).slice(0, -1),
          'With --run-id everything comes from GitHub (GITHUB_TOKEN): the evidence from the artifacts of the run, documents from the repository, policy and waivers from its default branch. A run that must not be believed is refused with exit code 1, and nothing is written.',
          'Exit codes: 0 GO or CONDITIONAL; 1 NO-GO; 2 NO-GO because something could not be measured; 3 unusable input.',
        ],
      }),
    );
    return 0;
  }
  refusePositionals('decision-record', positionals);
  const {
    config,
    'evidence-dir': evidenceDir = 'testops-evidence',
    json,
    publish,
    ...given
  } = values as { [name: string]: unknown } & { config?: string; 'evidence-dir'?: string };
  if (typeof given['run-id'] === 'string') {
    return decideRunCommand(context, { runId: given['run-id'], config, given, json: json === true, publish: publish === true });
  }
  if (publish) {
    throw new UserError({
      where: 'testops decision-record --publish',
      found: 'no --run-id',
      expected: 'a run on GitHub whose evidence is judged',
      todo: 'give --run-id; evidence that lies on this machine cannot be signed there',
    });
  }
  const configuration = await findConfiguration(ports.files, config);
  if (!configuration) {
    throw new UserError({
      where: 'testops decision-record',
      found: 'no configuration',
      expected: 'the testops.yml that says which gates there are',
      todo: 'name it with --config',
    });
  }
  const inputs = resolveInputs('decision-record', decisionInputs, configuration.decision, given);
  const run = await localRun(ports, environment);
  const declared = declaredPaths(sectionsOf(configuration), [evidenceDir, inputs.out, 'testops-out']);
  const { folder, decision } = await decideAndRecord({
    ports,
    configuration,
    inputs,
    subject: await findSubject(ports, declared, inputs.commit ?? run.expectedCommit),
    run: run.run,
    url: run.url,
    server: environment.GITHUB_SERVER_URL || 'https://github.com',
    toolVersion,
    evidence: await readEvidenceFolder(ports.files, evidenceDir),
    ...(await decisionSource(context, { branch: inputs['default-branch'], version: inputs.version })),
    given,
    fromBranch: false,
    known: await localPerson(inputs, ports),
  });
  if (json) print(new TextDecoder().decode(await ports.files.read(`${folder}/decision.json`)));
  else say(renderBetaCheck([], decision, await loadWords(), { evidence: evidenceDir, bundle: folder }));
  return decision.exit;
};
