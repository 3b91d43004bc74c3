import { UserError } from '../core/index.ts';

/** As `engines` of package.json has it. */
const OLDEST = [20, 19] as const;

/** @throws UserError for a Node on which the command would fail somewhere in the middle. */
export function refuseOldNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new UserError({
    where: 'Node',
    found: `version ${version}`,
    expected: `${OLDEST.join('.')} or later`,
    todo: 'install a newer one (https://nodejs.org), or put it first in PATH',
  });
}
