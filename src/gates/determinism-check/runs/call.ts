import type { Namespaces } from '../variations/variation.ts';
import type { Settings } from './settings.ts';

/** A path that a run shall see at another one. */
export interface Bind {
  readonly from: string;
  readonly to: string;
}

export interface CallParts {
  readonly shell: string;
  readonly run: string;
  readonly settings: Settings;
  /** Folder in which the command starts. */
  readonly work: string;
  readonly binds: readonly Bind[];
  /** tmpfs only: where the tree comes from and goes back to. */
  readonly source: string;
  readonly result: string;
  readonly namespaces: Namespaces;
  /** `script`, when the run is on a terminal. */
  readonly script?: string;
}

/**
 * Program and arguments of one run, from the outside in: namespaces with what is mounted or named in them, tools that set the process up, the way back to
 * a user, the terminal, the shell with the command.
 */
export function buildCall(parts: CallParts): readonly [string, ...string[]] {
  const { settings, namespaces } = parts;
  let argv: readonly string[] = [parts.shell, '-c', parts.run];
  if (parts.script !== undefined) argv = [parts.script, '-qec', `exec ${argv.map(quote).join(' ')}`, '/dev/null'];
  for (const wrap of settings.wraps) argv = [...wrap, ...argv];
  const inside = insideNamespace(parts);
  const user = settings.mapUser ?? (inside !== undefined && namespaces.mapsToRoot ? backToOurselves(namespaces) : undefined);
  if (user !== undefined && namespaces.unshare !== undefined)
    argv = [namespaces.unshare, '--user', `--map-user=${user.userId}`, `--map-group=${user.groupId}`, '--', ...argv];
  if (inside !== undefined) argv = [...inside.open, '--', '/bin/sh', '-c', inside.script, 'sh', ...argv];
  return argv as readonly [string, ...string[]];
}

function backToOurselves(namespaces: Namespaces): { readonly userId: number; readonly groupId: number } | undefined {
  const { userId, groupId } = namespaces;
  return userId === undefined || groupId === undefined ? undefined : { userId, groupId };
}

/** The namespace to open and what to do in it before the command; `undefined` when none is needed. */
function insideNamespace(parts: CallParts): { readonly open: readonly string[]; readonly script: string } | undefined {
  const { settings, namespaces, binds, work } = parts;
  const mounts = binds.length > 0 || settings.reorder === 'tmpfs';
  if (!mounts && settings.hostName === undefined) return undefined;
  const open = [...((mounts ? namespaces.mount : namespaces.uts) ?? [])];
  if (mounts && settings.hostName !== undefined) open.push('--uts');
  const lines = ['set -e'];
  if (settings.hostName !== undefined) {
    lines.push(`hostname ${quote(settings.hostName.host)}`);
    lines.push(`echo ${quote(settings.hostName.domain)} 2>/dev/null >/proc/sys/kernel/domainname || true`);
  }
  for (const { from, to } of binds) lines.push(`mount --bind ${quote(from)} ${quote(to)}`);
  if (settings.reorder !== 'tmpfs') return { open, script: [...lines, `cd ${quote(work)}`, 'exec "$@"'].join('\n') };
  // What the command left on the tmpfs goes with the namespace, so it is copied out first.
  lines.push(`mount -t tmpfs -o mode=0755 testops ${quote(work)}`);
  lines.push(`cp -a ${quote(`${parts.source}/.`)} ${quote(`${work}/`)}`);
  lines.push(
    `cd ${quote(work)}`,
    'set +e',
    '"$@"',
    'code=$?',
    `cd / && cp -a ${quote(`${work}/.`)} ${quote(`${parts.result}/`)} || exit 125`,
    'exit $code',
  );
  return { open, script: lines.join('\n') };
}

/** POSIX shell quoting. */
export function quote(text: string): string {
  return /^[\w/.:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
