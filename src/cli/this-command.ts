import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { createHost } from '../host/create-host.ts';

const OWN_PACKAGE = 'testops-beta-gates';
const OWN_REPOSITORY = 'testops/beta-gates';

/** How a person starts this command again from where it was started: `testops`, or `node` with the shorter of two paths. */
export function invocation(script: string | undefined = process.argv[1], folder: string = process.cwd()): string {
  if (script === undefined || /^testops(\.cmd)?$/.test(basename(script))) return 'testops';
  const absolute = resolve(folder, script);
  const near = relative(folder, absolute);
  const path = near.length < absolute.length && !isAbsolute(near) ? near : absolute;
  return `node ${/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`;
}

/**
 * The commit of this project that runs here, when it runs from a clone of the published repository: what a workflow can be pinned to. A package inside
 * another repository, a fork and a build elsewhere give `undefined`.
 */
export async function commitOfThisClone(script: string | undefined = process.argv[1]): Promise<string | undefined> {
  if (script === undefined) return undefined;
  try {
    const root = dirname(dirname(dirname(await realpath(script))));
    await using host = createHost({ workspace: root, environment: process.env, quiet: true });
    const { files, repository } = host;
    const { name } = JSON.parse(await files.readText('package.json')) as { name?: unknown };
    if (name !== OWN_PACKAGE) return undefined;
    if ((await repository.folder()) !== '.' || (await repository.origin())?.toLowerCase() !== OWN_REPOSITORY) return undefined;
    return await repository.head();
  } catch {
    // No clone, or no git: the person fills it in.
    return undefined;
  }
}
