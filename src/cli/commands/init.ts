import { createInterface } from 'node:readline';
import { type Files, type Ports, UserError } from '../../core/index.ts';
import { renderField } from '../../render/terminal/findings.ts';
import { DEFAULT_CONFIGURATION } from '../../suite/configuration.ts';
import { type Ask, chooseSuggestions } from '../../suite/detect/ask.ts';
import { detectProject } from '../../suite/detect/detect.ts';
import { type Detected, OUTPUT_FOLDERS } from '../../suite/detect/detected.ts';
import {
  CHECKLIST_FILE,
  CONFIGURATION_FILE,
  checklistText,
  configurationsOfNothing,
  configurationText,
  IGNORE_FILE,
  ignoreText,
  NO_REFERENCE,
  WORKFLOW_FILE,
  workflowText,
} from '../../suite/detect/write-files.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';
import { commitOfThisClone, invocation } from '../this-command.ts';

const FLAGS: readonly Flag[] = [
  { name: 'yes', kind: 'boolean', switch: true, description: 'Ask nothing: take what is found' },
  {
    name: 'reference',
    kind: 'text',
    description: 'Commit or tag of testops/beta-gates that the workflow calls',
    defaultText: 'the commit of the clone that runs, else COMMIT, to be filled in',
  },
  ...COMMON_FLAGS,
];

/** Looks at the repository, asks where somebody is there to answer, and writes the files of a first run. */
export const init: Command = async ({ args, ports, environment, print, say }) => {
  const { values, positionals } = parseFlags('init', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops init [flags]',
        summary: `Finds results of load tests, logs, builds and snapshots, and writes ${CONFIGURATION_FILE}, ${CHECKLIST_FILE} and the workflow that calls the gates. Runs nothing, and changes no file that is there. Asks where somebody is there to answer.`,
        flags: FLAGS,
        notes: [
          'Exit codes: 0 written; 3 there is a configuration already, or this is not the root of the repository; 4 a fault of this tool.',
        ],
      }),
    );
    return 0;
  }
  refusePositionals('init', positionals);
  await refuseFolder(ports);
  const found = await detectProject(ports);
  await refuseExisting(ports.files, found);
  const interactive = !values.yes && !values.json && process.stdin.isTTY === true && process.stderr.isTTY === true && !environment.CI;
  const detected = interactive ? await askPerson(found) : found;
  const reference = typeof values.reference === 'string' ? values.reference : ((await commitOfThisClone()) ?? NO_REFERENCE);
  const written = await writeAll(ports.files, detected, reference);
  if (values.json)
    print(`${JSON.stringify({ written: written.map(({ path }) => path), gates: detected.suggestions.map(({ gate }) => gate) })}\n`);
  else say(renderInit(detected, written, reference));
  return 0;
};

/** GitHub reads workflows at the root only, and paths in the configuration count from there. */
async function refuseFolder({ files, repository }: Pick<Ports, 'files' | 'repository'>): Promise<void> {
  const folder = await repository.folder();
  if (folder === undefined || folder === '.') return;
  throw new UserError({
    where: files.workspace,
    found: `the folder ${folder} of a git repository`,
    expected: 'its root, where GitHub looks for workflows and where paths begin',
    todo: `cd ${folder.replace(/[^/]+/g, '..')}, and start it again there; it looks into all folders`,
  });
}

/** A configuration that is as this command left it when it found nothing holds nothing that could be lost. */
async function isReplaceable(files: Files, path: string, found: Detected): Promise<boolean> {
  return path === CONFIGURATION_FILE && configurationsOfNothing(found).includes(await files.readText(path));
}

async function refuseExisting(files: Files, found: Detected): Promise<void> {
  for (const path of [DEFAULT_CONFIGURATION, 'testops.yml']) {
    if ((await files.stat(path)) === undefined || (await isReplaceable(files, path, found))) continue;
    throw new UserError({
      where: path,
      found: 'a configuration',
      expected: 'a repository without one',
      todo: 'edit it, or remove it and start `testops init` again; `testops beta-check` runs what it says',
    });
  }
}

async function askPerson(found: Detected): Promise<Detected> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // Lines that were typed ahead of their question count too, which `reader.question` would lose.
  const lines = reader[Symbol.asyncIterator]();
  const ask: Ask = async (question) => {
    process.stderr.write(question);
    const line = await lines.next();
    if (!line.done) return line.value;
    throw new UserError({
      where: 'testops init',
      found: 'the end of the input before all questions were answered',
      expected: 'an answer to each, or none needed',
      todo: 'answer, or start it with --yes; nothing was written',
    });
  };
  try {
    return await chooseSuggestions(found, ask);
  } finally {
    reader.close();
  }
}

interface Written {
  readonly path: string;
  readonly kept: boolean;
}

/** Writes what is not there yet. Without a gate there is nothing to be ready for, and nothing to call. */
async function writeAll(files: Files, detected: Detected, reference: string): Promise<readonly Written[]> {
  const texts: readonly (readonly [string, string])[] = [
    [CONFIGURATION_FILE, configurationText(detected)],
    ...(detected.suggestions.length === 0
      ? []
      : ([
          [CHECKLIST_FILE, checklistText(detected)],
          [WORKFLOW_FILE, workflowText(reference)],
          ...(detected.git.ignoresOutputs || (await files.stat(IGNORE_FILE)) !== undefined ? [] : [[IGNORE_FILE, ignoreText()] as const]),
        ] as const)),
  ];
  const written: Written[] = [];
  for (const [path, text] of texts) {
    const kept = (await files.stat(path)) !== undefined && !(await isReplaceable(files, path, detected));
    if (!kept) await files.write(path, text);
    written.push({ path, kept });
  }
  return written;
}

function renderInit(detected: Detected, written: readonly Written[], reference: string): string {
  const { suggestions, missing, next } = detected;
  const files = written.map(({ path, kept }) => (kept ? `kept   ${path}, as it was` : `wrote  ${path}`));
  if (suggestions.length === 0) {
    return [
      'Found nothing that a gate could look at. Add one of these:',
      '',
      ...missing.flatMap(({ gate, add }) => renderField(`  ${gate}: `, add)),
      '',
      ...files,
      '',
      ...renderField('Next: ', `start ${invocation()} init again, or take the # away in ${CONFIGURATION_FILE}.`),
      '',
    ].join('\n');
  }
  return [
    ...suggestions.flatMap(({ gate, because }) => renderField(`${gate}: `, `found ${because}`)),
    '',
    ...files,
    '',
    ...remarks(detected, written).flatMap((remark) => [...renderField('Mind: ', remark)]),
    `Next: ${invocation()} beta-check`,
    ...renderField(
      'Then: ',
      `${reference === NO_REFERENCE ? `replace ${NO_REFERENCE} in the workflow by a full commit id of testops/beta-gates, ` : ''}commit these files, and open a pull request.`,
    ),
    ...(next === undefined ? [] : [`The next beta would be ${next}.`]),
    '',
  ].join('\n');
}

/** What would surprise later: on another machine, or at the decision. */
function remarks({ git, build }: Detected, written: readonly Written[]): readonly string[] {
  const [first, ...others] = git.ignored;
  return [
    ...(git.committed
      ? []
      : ['there is no commit here yet, and a decision stands on a commit only: `git init`, `git add`, `git commit` first.']),
    ...(first === undefined
      ? []
      : [
          `git ignores ${first}${others.length > 0 ? ` and ${others.length} more` : ''}: it is here, and is not on GitHub. Let \`load\` or \`prepare\` in ${CONFIGURATION_FILE} make it there, or hand it over from a job of your own (input-artifacts).`,
        ]),
    ...(build?.outputs.length === 0
      ? [`what \`${build.command}\` writes is not known: name it in ${CONFIGURATION_FILE} to have determinism-check run.`]
      : []),
    ...(git.ignoresOutputs || written.some(({ path, kept }) => path === IGNORE_FILE && !kept)
      ? []
      : [`add ${OUTPUT_FOLDERS.join(' and ')} to ${IGNORE_FILE}: beta-check writes them.`]),
  ];
}
