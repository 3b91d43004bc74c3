import { VERDICT_EXIT } from '../../core/index.ts';
import { createHost } from '../../host/create-host.ts';
import { rehearseRollback } from '../../suite/rehearse-rollback.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { refusePositionals, renderHelp } from '../help.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'tag',
    kind: 'text',
    description: 'Tag to roll back to',
    defaultText: 'the highest lower version tag that is an ancestor of HEAD',
  },
  { name: 'config', kind: 'text', description: 'Path of testops.yml, in both commits', defaultText: '.github/testops.yml' },
  { name: 'out', kind: 'text', description: 'Folder that receives rollback-rehearsal.json', defaultText: 'testops-out' },
  ...COMMON_FLAGS,
];

/** Tries a rollback out in a folder of its own, and writes down how long it took. */
export const rehearseRollbackCommand: Command = async ({ args, ports, environment, print, say }) => {
  const { values, positionals } = parseFlags('rehearse-rollback', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops rehearse-rollback [flags]',
        summary: 'Checks the previous tag out, runs its determinism-check, and brings its snapshot back from the store.',
        flags: FLAGS,
      }),
    );
    return 0;
  }
  refusePositionals('rehearse-rollback', positionals);
  const { tag, config, out = 'testops-out', json } = values as { tag?: string; config?: string; out?: string; json?: boolean };
  const openAt = (workspace: string) => {
    const host = createHost({ workspace, environment, say: (line) => say(`${line}\n`) });
    return { ...ports, ...host, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
  };
  const rehearsal = await rehearseRollback({ ports, openAt, tag, config });
  const text = `${JSON.stringify(rehearsal, undefined, 2)}\n`;
  await ports.files.write(`${out}/rollback-rehearsal.json`, text);
  if (json) print(text);
  else {
    for (const step of rehearsal.steps)
      say(`${step.verdict.padEnd(12)} ${(step.durationMs / 1000).toFixed(1).padStart(7)} s  ${step.name}: ${step.detail}\n`);
    say(
      `${rehearsal.verdict}: rolling back to ${rehearsal.tag} took ${(rehearsal.durationMs / 1000).toFixed(1)} s; ${out}/rollback-rehearsal.json\n`,
    );
  }
  return VERDICT_EXIT[rehearsal.verdict];
};
