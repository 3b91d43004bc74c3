import { UserError } from '../../core/index.ts';
import { STATUS_CONTEXT } from '../../decision/index.ts';
import { applyProtection, inspectProtection } from '../../github/rulesets.ts';
import { renderProtection } from '../../render/terminal/protection.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';
import { openForge } from '../open-forge.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'app-id',
    kind: 'number',
    description:
      'App that sets the status and makes the tags (its numeric App ID); without it anybody with write access can set the status',
  },
  { name: 'apply', kind: 'boolean', switch: true, description: 'Create and mend the rulesets; without it nothing is written' },
  ...COMMON_FLAGS,
];

/** The app behind every GITHUB_TOKEN; any workflow of the repository acts as it. */
const ACTIONS_APP_ID = 15368;

/** Compares the rulesets that protect beta tags and the ledger branch with what the repository has, and with `--apply` creates and mends them. */
export const protect: Command = async (context) => {
  const { args, print, say } = context;
  const { values, positionals } = parseFlags('protect', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops protect [--app-id N] [--apply]',
        summary:
          'Compares the rulesets for beta tags (v*-beta*) of the repository on GitHub with those that make a tag obey the gates. docs/release-protection.md says what they can stop.',
        flags: FLAGS,
        notes: ['From the environment: GITHUB_TOKEN, of an administrator.', 'Exit codes: 0 they protect; 1 they differ; 3 unusable input.'],
      }),
    );
    return 0;
  }
  refusePositionals('protect', positionals);
  const appId = readAppId(values['app-id']);
  const { client, repository } = await openForge(context);
  const demand = { client, repository, context: STATUS_CONTEXT, appId };
  const applied = values.apply === true;
  const protection = applied ? await applyProtection(demand) : await inspectProtection(demand);
  if (values.json) print(`${JSON.stringify(protection)}\n`);
  else say(renderProtection(protection, { applied, withApp: appId !== undefined }));
  return protection.rulesets.every(({ differences }) => differences.length === 0) ? 0 : 1;
};

function readAppId(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value !== ACTIONS_APP_ID) return value;
  throw new UserError({
    where: 'testops protect --app-id',
    found:
      value === ACTIONS_APP_ID
        ? `${value}, which is GitHub Actions itself: every workflow of the repository acts as it`
        : JSON.stringify(value),
    expected: 'the App ID of an App of your own, a number',
    todo: 'take it from the settings page of the App',
  });
}
