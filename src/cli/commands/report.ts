import { UserError } from '../../core/index.ts';
import { besideBundle, findBundle } from '../../suite/bundle-folder.ts';
import { writeReport } from '../../suite/write-report.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { renderHelp } from '../help.ts';

const FLAGS: readonly Flag[] = [
  { name: 'out', kind: 'text', description: 'Folder that receives report.html and junit.xml; default the one beside the bundle' },
  ...COMMON_FLAGS,
];

/** Writes the page that people read, from a bundle alone. */
export const report: Command = async ({ args, ports, print, say }) => {
  const { values, positionals } = parseFlags('report', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops report DIR [flags]',
        summary:
          'Writes report.html from a bundle alone: one page that opens anywhere, needs no network and runs no script. Beside it junit.xml, for CI servers. DIR is the folder of a bundle, or the one that beta-check wrote.',
        flags: FLAGS,
        notes: [
          'The bundle is checked first: one that was edited gets no report. Exit codes: 0 written; 3 unusable input; 4 a fault of this tool.',
        ],
      }),
    );
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) {
    throw new UserError({
      where: 'testops report',
      found: path === undefined ? 'no folder' : `${positionals.length} folders`,
      expected: 'one folder with a bundle',
      todo: 'name the folder that holds decision.json, or the one that beta-check wrote (testops-out)',
    });
  }
  const bundle = await findBundle(ports.files, path);
  const written = await writeReport(
    ports.files,
    ports.clock.now(),
    bundle,
    typeof values.out === 'string' ? values.out : besideBundle(bundle),
  );
  const { outcome } = written.bundle.decision;
  if (values.json) print(`${JSON.stringify({ report: written.path, junit: written.junit, decision: outcome })}\n`);
  else say(`${outcome}: ${written.path}\n`);
  return 0;
};
