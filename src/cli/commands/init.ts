import { createInterface } from 'node:readline';
import { type Files, UserError } from '../../core/index.ts';
import { renderField } from '../../render/terminal/findings.ts';
import { DEFAULT_CONFIGURATION } from '../../suite/configuration.ts';
import { type Ask, chooseSuggestions } from '../../suite/detect/ask.ts';
import { detectProject } from '../../suite/detect/detect.ts';
import type { Detected } from '../../suite/detect/detected.ts';
import {
  CHECKLIST_FILE,
  CONFIGURATION_FILE,
  checklistText,
  configurationText,
  WORKFLOW_FILE,
  workflowText,
} from '../../suite/detect/write-files.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';

const FLAGS: readonly Flag[] = [
  { name: 'yes', kind: 'boolean', switch: true, description: 'Ask nothing: take what is found' },
  {
    name: 'reference',
    kind: 'text',
    description: 'Commit or tag of testops/beta-gates that the workflow calls',
    defaultText: 'COMMIT, to be filled in',
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
        summary: `Finds results of load tests, logs, build outputs and snapshots, and writes ${CONFIGURATION_FILE}, ${CHECKLIST_FILE} and the workflow that calls the gates. Changes no file that is there.`,
        flags: FLAGS,
        notes: ['Exit codes: 0 written; 3 there is a configuration already; 4 a fault of this tool.'],
      }),
    );
    return 0;
  }
  refusePositionals('init', positionals);
  await refuseExisting(ports.files);
  const found = await detectProject(ports);
  const interactive = !values.yes && !values.json && process.stdin.isTTY === true && process.stderr.isTTY === true && !environment.CI;
  const detected = interactive ? await askPerson(found) : found;
  const written = await writeAll(ports.files, detected, typeof values.reference === 'string' ? values.reference : 'COMMIT');
  if (values.json)
    print(`${JSON.stringify({ written: written.map(({ path }) => path), gates: detected.suggestions.map(({ gate }) => gate) })}\n`);
  else say(renderInit(detected, written));
  return 0;
};

async function refuseExisting(files: Files): Promise<void> {
  for (const path of [DEFAULT_CONFIGURATION, 'testops.yml']) {
    if ((await files.stat(path)) === undefined) continue;
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
        ] as const)),
  ];
  const written: Written[] = [];
  for (const [path, text] of texts) {
    const kept = (await files.stat(path)) !== undefined;
    if (!kept) await files.write(path, text);
    written.push({ path, kept });
  }
  return written;
}

function renderInit(detected: Detected, written: readonly Written[]): string {
  const { suggestions, missing, next } = detected;
  return [
    ...suggestions.flatMap(({ gate, because }) => renderField(`${gate}: `, `found ${because}`)),
    ...(suggestions.length > 0 ? [''] : ['Found nothing that a gate could look at. Add one of these, and its section:', '']),
    ...(suggestions.length > 0 ? [] : missing.flatMap(({ gate, add }) => renderField(`  ${gate}: `, add))),
    ...(suggestions.length > 0 ? [] : ['']),
    ...written.map(({ path, kept }) => (kept ? `kept   ${path}` : `wrote  ${path}`)),
    '',
    ...(suggestions.length > 0
      ? [
          'Next: testops beta-check',
          ...renderField(
            'Then: ',
            'fill in the commit of testops/beta-gates in the workflow, commit these files, and open a pull request.',
          ),
          ...(next === undefined ? [] : [`The next beta would be ${next}.`]),
        ]
      : [`Then take the # away in ${CONFIGURATION_FILE}, and start testops beta-check.`]),
    '',
  ].join('\n');
}
