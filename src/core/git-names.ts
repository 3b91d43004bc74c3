/** Whether a name is git's own folder or file: file systems that ignore case, trailing dots and spaces, or know short names, open it under others too. */
export function isGitName(name: string): boolean {
  if (!/git|[^\x20-\x7e]/i.test(name)) return false;
  return /^(\.git|git~\d+)[. ]*$/i.test(name.normalize('NFKC').replace(/\p{Cf}/gu, ''));
}

/** Whether a path with `/` between segments leads into a `.git`. */
export function isUnderGit(path: string): boolean {
  return path.split('/').some(isGitName);
}
