import { commonInputs, EXIT_UNUSABLE_INPUT, listInputs, UserError } from '../../core/index.ts';
import { inputs as decisionInputs } from '../../decision/index.ts';
import { renderBetaCheck } from '../../render/terminal/beta-check.ts';
import { choosePaint } from '../../render/terminal/paint.ts';
import { DEFAULT_CONFIGURATION, resolveInputs } from '../../suite/configuration.ts';
import { decideAndRecord, readEvidenceFolder } from '../../suite/decide.ts';
import { findConfiguration } from '../../suite/find-configuration.ts';
import { gitSource } from '../../suite/git-source.ts';
import { forgetRun } from '../../suite/run/forget-run.ts';
import { requireCommittedLimitsHere } from '../../suite/run/limit-files.ts';
import { runAll } from '../../suite/run-all.ts';
import { declaredPaths, findSubject, sectionsOf } from '../../suite/subject.ts';
import { createPreviousBeta } from '../../suite/tag/previous-beta.ts';
import { loadWords } from '../../suite/words.ts';
import { writeReport } from '../../suite/write-report.ts';
import type { Command } from '../command.ts';
import { decisionSource } from '../decision-source.ts';
import { COMMON_FLAGS, type Flag, flagsOf, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';
import { localRun } from '../local-run.ts';

const FLAGS: readonly Flag[] = [
  ...flagsOf(listInputs(commonInputs)),
  {
    name: 'version',
    kind: 'text',
    description: 'Beta that the decision is for, `2.5.0-beta.1`; with it the stricter rules for tags apply',
  },
  {
    name: 'default-branch',
    kind: 'text',
    description: 'Branch that policy, waivers and checklist of a version come from; default `origin/HEAD`, else `HEAD`',
  },
  {
    name: 'out',
    kind: 'text',
    description: 'Folder that receives the report and, below `decision/`, the bundle',
    defaultText: 'testops-out',
  },
  ...COMMON_FLAGS,
];

/** Every configured gate, then the decision, a table and where everything lies. */
export const betaCheck: Command = async (context) => {
  const { args, ports, toolVersion, environment, print, say } = context;
  const { values, positionals } = parseFlags('beta-check', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops beta-check [flags]',
        summary: 'Runs every gate that testops.yml configures, then decides: GO, CONDITIONAL or NO-GO.',
        flags: FLAGS,
        notes: [
          'Exit codes: 0 GO or CONDITIONAL; 1 NO-GO; 2 NO-GO because something could not be measured; 3 unusable input; 4 a fault of this tool.',
        ],
      }),
    );
    return 0;
  }
  refusePositionals('beta-check', positionals);
  const {
    config,
    'evidence-dir': evidenceDir = 'testops-evidence',
    version,
    out = 'testops-out',
    json,
  } = values as { [name: string]: string | undefined };
  await forgetRun(ports.files, { evidenceDir, out });
  const configuration = await findConfiguration(ports.files, config);
  if (!configuration) {
    throw new UserError({
      where: ports.files.workspace,
      found: `neither ${DEFAULT_CONFIGURATION} nor testops.yml`,
      expected: 'a configuration with at least one gate',
      todo: `run \`testops init\`, which writes one for what it finds here; docs/configuration.md shows the smallest one`,
    });
  }
  const given = { ...(version === undefined ? {} : { version }), out: `${out}/decision` };
  const inputs = resolveInputs('decision-record', decisionInputs, configuration.decision, given);
  const run = await localRun(ports, environment);
  const declared = declaredPaths(sectionsOf(configuration), [evidenceDir, out]);
  const commit = inputs.version === undefined ? undefined : await ports.repository.head();
  if (commit !== undefined) await requireCommittedLimitsHere(configuration, ports.files, { source: gitSource(ports.repository), commit });
  const places = await decisionSource(context, { branch: values['default-branch'] as string | undefined, version: inputs.version });
  if (inputs.version !== undefined) await places.source.defaultBranch();
  const head = await ports.repository.head();
  const previousBeta =
    head === undefined ? undefined : createPreviousBeta(places.source, places.index, { commit: head, version: inputs.version, config });
  const outcomes = await runAll({
    configuration,
    ports: { ...ports, ...(previousBeta && { previousBeta }) },
    evidenceDir,
    outDir: out,
    toolVersion,
    declared,
    ...run,
  });
  const record = await decideAndRecord({
    ports,
    configuration,
    inputs,
    subject: await findSubject(ports, declared, run.expectedCommit),
    run: run.run,
    url: run.url,
    server: environment.GITHUB_SERVER_URL || 'https://github.com',
    toolVersion,
    evidence: await readEvidenceFolder(ports.files, evidenceDir),
    ...places,
    given,
    fromBranch: false,
    known: {},
  });
  const { path: report } = await writeReport(ports.files, ports.clock.now(), record.folder, out);
  if (json) print(new TextDecoder().decode(await ports.files.read(`${record.folder}/decision.json`)));
  else {
    const places = { evidence: evidenceDir, bundle: record.folder, report };
    say(renderBetaCheck(outcomes, record.decision, await loadWords(), places, choosePaint(process.stderr, environment)));
  }
  return outcomes.some((outcome) => 'error' in outcome) ? EXIT_UNUSABLE_INPUT : record.decision.exit;
};
