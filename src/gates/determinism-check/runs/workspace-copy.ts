import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';

/** Pattern of what lies at a path, when that is inside the workspace: a copy must hold neither the copies nor what the suite writes. */
export function patternInside(files: Files, path: string): readonly string[] {
  const prefix = files.workspace.endsWith('/') ? files.workspace : `${files.workspace}/`;
  const absolute = files.resolve(path);
  return absolute.startsWith(prefix) ? [absolute.slice(prefix.length).replace(/[\\*?[\]{}()!+@|]/g, '\\$&')] : [];
}

/** Copies the workspace without what matches. */
export async function copyWorkspace(
  files: Files,
  to: string,
  exclude: readonly string[],
  outputs: readonly string[],
  onFile?: (done: number) => void,
): Promise<void> {
  await files.copyTree('.', to, { exclude, onFile });
  // Patterns that take away (`!x`) name files that are no outputs: those belong into the copy.
  for (const pattern of outputs.filter((pattern) => pattern.startsWith('!'))) {
    for (const path of await files.glob([pattern.slice(1)])) {
      const bytes = await files.read(path);
      await files.write(`${to}/${path}`, bytes);
      await files.changeMode(`${to}/${path}`, (await files.statTarget(path))?.mode ?? 0o644);
    }
  }
}

/** `rm` where there is one: it removes a hundred thousand files in little time and memory. */
export async function removeTree(
  { files, processes }: { readonly files: Files; readonly processes: Processes },
  path: string,
): Promise<void> {
  const rm = await processes.find('rm');
  const env = { PATH: processes.repositoryEnvironment.PATH ?? '/usr/bin:/bin' };
  if (rm !== undefined) await processes.run({ argv: [rm, '-rf', '--', path], folder: '/', env });
  await files.remove(path);
}
