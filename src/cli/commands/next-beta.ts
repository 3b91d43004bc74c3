import { UserError } from '../../core/index.ts';
import { nextBeta } from '../../decision/index.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';

const FLAGS: readonly Flag[] = [{ name: 'version', kind: 'text', description: 'Release that the beta leads to, `2.5.0`' }, ...COMMON_FLAGS];

/** Prints the version of the next beta, from the tags of the repository, and nothing else. */
export const nextBetaCommand: Command = async ({ args, ports, print }) => {
  const { values, positionals } = parseFlags('next-beta', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops next-beta --version X.Y.Z',
        summary: 'Prints the version of the next beta, from the tags of this repository.',
        flags: FLAGS,
      }),
    );
    return 0;
  }
  refusePositionals('next-beta', positionals);
  const { version, json } = values as { version?: string; json?: boolean };
  if (version === undefined) {
    throw new UserError({
      where: 'testops next-beta',
      found: 'no --version',
      expected: '--version X.Y.Z',
      todo: 'name the release that the beta leads to',
    });
  }
  const { version: next } = nextBeta(version, await ports.repository.tags());
  print(json ? `${JSON.stringify({ version: next })}\n` : `${next}\n`);
  return 0;
};
