import { type Files, type Finding, UserError } from '../../core/index.ts';
import { verifyProof } from '../../decision/index.ts';
import { renderVerification } from '../../render/terminal/verification.ts';
import { withReview } from '../../suite/tag/review-signatures.ts';
import { readTrust, type SignatureTrust, TRUSTED_SIGNERS } from '../../suite/trusted-workflows.ts';
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
    description:
      'With FILE: refuse a decision that nobody signed; without it an unsigned one is accepted, and said to be. With TAG it always is',
  },
  {
    name: 'trusted-root',
    kind: 'text',
    description: 'File with trusted roots of Sigstore (`gh attestation trusted-root > FILE`); default that of the public instance',
  },
  { name: 'public-key', kind: 'list', description: 'PEM file with a public key whose signature is believed' },
  {
    name: 'signer-workflow',
    kind: 'list',
    description:
      'Workflow whose signature is believed, `owner/name/.github/workflows/file.yml`, with `@` and a ref to demand one; default with TAG what testops.yml on the default branch names, else testops-sign.yml of testops/beta-gates',
  },
  {
    name: 'repository',
    kind: 'text',
    description: 'With FILE: repository that has to be the one that was signed for, `owner/name`; default the one that the decision names',
  },
  { name: 'config', kind: 'text', description: 'With TAG: path of testops.yml in the repository; default `.github/testops.yml`' },
  ...COMMON_FLAGS,
];

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_TRUST_BYTES = 1024 * 1024;

/** Derives a decision again from its bundle, offline, and says whether it stands. */
export const verify: Command = async (context) => {
  const { args, ports, print, say } = context;
  const { values, positionals } = parseFlags('verify', args, FLAGS);
  if (values.help) {
    print(
      renderHelp({
        usage: 'testops verify FILE|TAG [flags]',
        summary:
          'Checks a decision.json and everything that it rests on: every digest, and the decision itself, derived again from the evidence beside it. A FILE needs no network. For a TAG (`v2.5.0-beta.1`) the decision on its commit is looked for on GitHub (GITHUB_TOKEN), and it must be signed and let this tag stand.',
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
  const signers = values['signer-workflow'] as readonly string[] | undefined;
  const readText = async (name: string) => new TextDecoder().decode(await ports.files.read(name, { maxBytes: MAX_TRUST_BYTES }));
  // What the command line names has the last word.
  const openReader = async (trust: SignatureTrust) => {
    const { createSignatureReader } = await import('../../github/signatures.ts');
    const keys = values['public-key'] as readonly string[] | undefined;
    const root = values['trusted-root'] as string | undefined;
    return createSignatureReader({
      trustedRoots: root === undefined ? trust.trustedRoots : await readText(root),
      publicKeys: keys === undefined ? trust.publicKeys : await Promise.all(keys.map(readText)),
    });
  };
  // A path is what is there; only what is not there and looks like a tag is one.
  if (/^v\d/.test(path) && (await ports.files.stat(path)) === undefined) {
    const { forge } = await openForge(context);
    const config = values.config as string | undefined;
    if (values.repository !== undefined) {
      throw new UserError({
        where: `testops verify ${path}`,
        found: '--repository',
        expected: 'nothing: a tag stands in the repository that is asked',
        todo: 'name the repository with GITHUB_REPOSITORY, or leave --repository out',
      });
    }
    const trust = await readTrust(forge, config);
    const named = { ...trust, signers: signers ?? trust.signers };
    const reader = withReview(await openReader(trust), forge, named);
    const { files: _files, ...verified } = await verifyTag({
      ...options,
      forge,
      tag: path,
      signatures: { ...reader, signers: named.signers, trust: named },
      config,
    });
    if (values.json) print(`${JSON.stringify(verified)}\n`);
    else say(renderVerification({ ...verified, findings: verified.findings as readonly Finding[] }, await loadWords()));
    return verified.exit;
  }
  const files = await readBundle(ports.files, path);
  const reader = await openReader({ signers: TRUSTED_SIGNERS, trustedRoots: undefined, publicKeys: [] });
  const verification = verifyProof(files, {
    ...options,
    signatures: await reader.read(files),
    demand: {
      required: values['require-signature'] === true,
      repository: values.repository as string | undefined,
      workflows: signers ?? TRUSTED_SIGNERS,
      keyIds: reader.keyIds,
      offline: true,
    },
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
