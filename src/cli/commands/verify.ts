import { type Files, type Finding, UserError } from '../../core/index.ts';
import { verifyBundle } from '../../decision/index.ts';
import { renderVerification } from '../../render/terminal/verification.ts';
import { loadWords } from '../../suite/words.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { renderHelp } from '../help.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'as-of-decision',
    kind: 'boolean',
    switch: true,
    description: 'Judge as of the time of the decision: do not reject it for being stale now',
  },
  ...COMMON_FLAGS,
];

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Derives a decision again from its bundle, offline, and says whether it stands. */
export const verify: Command = async ({ args, ports, print, say }) => {
  const { values, positionals } = parseFlags('verify', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops verify FILE [flags]',
        summary:
          'Checks a decision.json and everything that it rests on: every digest, and the decision itself, derived again from the evidence beside it. Needs no network.',
        flags: FLAGS,
        notes: ['Exit codes: 0 accepted (a valid GO or CONDITIONAL); 1 rejected; 3 unreadable.'],
      }),
    );
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) {
    throw new UserError({
      where: 'testops verify',
      found: path === undefined ? 'no file' : `${positionals.length} files`,
      expected: 'one decision.json',
      todo: 'name the decision.json of a bundle, or the folder that holds it',
    });
  }
  const files = await readBundle(ports.files, path);
  const verification = verifyBundle(files, { now: ports.clock.now(), asOfDecision: values['as-of-decision'] === true });
  if (values.json) print(`${JSON.stringify(verification)}\n`);
  else say(renderVerification({ ...verification, findings: verification.findings as readonly Finding[] }, await loadWords()));
  return verification.exit;
};

/** Every file of the bundle's folder, by its path inside it. */
async function readBundle(files: Files, path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = (await files.statTarget(path))?.kind === 'folder' ? path : parentOf(path);
  if (folder !== path) await files.read(path, { maxBytes: MAX_FILE_BYTES });
  const bundle = new Map<string, Uint8Array>();
  for (const name of await files.glob(['**'], { folder }))
    bundle.set(name, await files.read(`${folder}/${name}`, { maxBytes: MAX_FILE_BYTES }));
  return bundle;
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at === -1 ? '.' : path.slice(0, at) || '/';
}
