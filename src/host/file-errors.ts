import { UserError } from '../core/index.ts';

/** What the operating system says, by code, where the user can mend it: what was found and what to do. */
const MENDABLE: Readonly<Record<string, { readonly found: string; readonly todo: string }>> = {
  ENOENT: { found: 'nothing there', todo: 'check the path, and that the step which makes it ran before' },
  ENOTDIR: { found: 'a file where a folder is needed', todo: 'check each folder on the way to the path' },
  EISDIR: { found: 'a folder', todo: 'name a file' },
  ENOTEMPTY: { found: 'a folder that is not empty', todo: 'remove it or name another path' },
  EEXIST: { found: 'something that is already there', todo: 'remove it or name another path' },
  EACCES: { found: 'no permission', todo: 'give the user that runs this access to it' },
  EPERM: { found: 'an operation that is not permitted', todo: 'give the user that runs this access to it' },
  EROFS: { found: 'a read-only file system', todo: 'name a folder that can be written' },
  ENOSPC: { found: 'no space left on the device', todo: 'free space (or inodes) on this file system, or name a folder on another one' },
  EDQUOT: { found: 'the disk quota used up', todo: 'free space, raise the quota or name a folder on another file system' },
  EFBIG: { found: 'a file larger than the file system or the limit of the process allows', todo: 'raise the limit or write less' },
  ELOOP: { found: 'a chain of links that leads nowhere', todo: 'remove the loop of symbolic links' },
  ENAMETOOLONG: { found: 'a name longer than the file system allows', todo: 'shorten the path' },
  EMFILE: { found: 'too many open files', todo: 'raise the limit of open files (ulimit -n)' },
  ENFILE: { found: 'too many open files on this machine', todo: 'close programs or raise the limit of the machine' },
  EINVAL: { found: 'a name that cannot be used', todo: 'check the path' },
  ERR_INVALID_ARG_VALUE: { found: 'a name that cannot be used (a zero byte in it)', todo: 'check the path' },
  ETXTBSY: { found: 'a program that is running', todo: 'end the program or name another path' },
  EXDEV: { found: 'two file systems', todo: 'name paths on one file system' },
  EIO: { found: 'an input/output error', todo: 'check the disk' },
};

/** The code of a system error, or `''`. Not by class: errors of the system may come from another realm (a vm context, a worker). */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A `UserError` for what the user can mend about `path`; anything else comes back as it is. */
export function explainFileError(error: unknown, path: string, expected: string): unknown {
  if (error instanceof UserError) return error;
  const mendable = MENDABLE[codeOf(error)];
  if (mendable === undefined) return error;
  return new UserError({ where: path, found: mendable.found, expected, todo: mendable.todo }, { cause: error });
}

/** Runs file work; errors come out as `explainFileError` says. */
export async function explaining<T>(path: string, expected: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainFileError(error, path, expected);
  }
}
