import { type Files, type Finding, UserError } from '../../core/index.ts';
import { verifyProof } from '../../decision/index.ts';
import { renderVerification } from '../../render/terminal/verification.ts';
import { readNoSignatures } from '../../suite/signatures.ts';
import { TRUSTED_SIGNERS } from '../../suite/trusted-workflows.ts';
import { verifyTag } from '../../suite/verify-tag.ts';
import { loadWords } from '../../suite/words.ts';
import type { Command } from '../command.ts';
import { COMMON_FLAGS, type Flag, parseFlags } from '../flags.ts';
import { renderHelp } from '../help.ts';
import { openForge } from '../open-forge.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'as-of-decision',
    kind: 'boolean',
    switch: true,
    description: 'Judge as of the time of the decision: do not reject it for being stale now',
  },
  {
    name: 'require-signature',
    kind: 'boolean',
    switch: true,
    description: 'Refuse a decision that nobody signed; without it an unsigned one is accepted, and said to be',
  },
  { name: 'config', kind: 'text', description: 'With TAG: path of testops.yml in the repository; default `.github/testops.yml`' },
  ...COMMON_FLAGS,
];

const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Derives a decision again from its bundle, offline, and says whether it stands. */
export const verify: Command = async (context) => {
  const { args, ports, print, say } = context;
  const { values, positionals } = parseFlags('verify', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops verify FILE|TAG [flags]',
        summary:
          'Checks a decision.json and everything that it rests on: every digest, and the decision itself, derived again from the evidence beside it. A FILE needs no network. For a TAG (`v2.5.0-beta.1`) the decision on its commit is looked for on GitHub (GITHUB_TOKEN), and it must let this tag stand.',
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
      found: path === undefined ? 'neither a file nor a tag' : `${positionals.length} files`,
      expected: 'one decision.json, or one tag',
      todo: 'name the decision.json of a bundle, the folder that holds it, or a beta tag',
    });
  }
  const options = { now: ports.clock.now(), asOfDecision: values['as-of-decision'] === true };
  const requireSignature = values['require-signature'] === true;
  // A path is what is there; only what is not there and looks like a tag is one.
  if (/^v\d/.test(path) && (await ports.files.stat(path)) === undefined) {
    const { forge } = await openForge(context);
    const config = values.config as string | undefined;
    const { files: _files, ...verified } = await verifyTag({
      ...options,
      forge,
      tag: path,
      requireSignature,
      readSignatures: readNoSignatures,
      config,
    });
    if (values.json) print(`${JSON.stringify(verified)}\n`);
    else say(renderVerification({ ...verified, findings: verified.findings as readonly Finding[] }, await loadWords()));
    return verified.exit;
  }
  const files = await readBundle(ports.files, path);
  const verification = verifyProof(files, {
    ...options,
    signatures: await readNoSignatures(files),
    demand: { required: requireSignature, repository: undefined, workflows: TRUSTED_SIGNERS, keyIds: [] },
  });
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
