import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Time between the polite and the final signal. */
const GRACE_MS = 2_000;
/** A killed process is gone at once; the wait is for the kernel. */
const AFTER_KILL_MS = 1_000;
const POLL_MS = 20;

/**
 * Ends a whole process group (its leader started `detached`, so that group and leader share the id): SIGTERM, SIGKILL after 2 s, and back when nothing of
 * it lives. Works after the leader has ended: as long as a member lives, the kernel gives the number to nobody else.
 */
export async function endGroup(groupId: number): Promise<void> {
  if (!signalGroup(groupId, 'SIGTERM')) return;
  if (await groupEnds(groupId, GRACE_MS)) return;
  signalGroup(groupId, 'SIGKILL');
  await groupEnds(groupId, AFTER_KILL_MS);
}

/** Ends a group at once, without waiting. */
export function killGroup(groupId: number): void {
  signalGroup(groupId, 'SIGKILL');
}

/** `false` when there is nothing left to signal. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === 'win32') {
    if (signal !== 0) spawnSync('taskkill', ['/pid', String(groupId), '/t', '/f'], { windowsHide: true });
    return false;
  }
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    // ESRCH: empty. EPERM: what is left belongs to another user (macOS also says so of a group of zombies); we can do no more.
    return false;
  }
}

async function groupEnds(groupId: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (signalGroup(groupId, 0)) {
    if (onlyZombies(groupId)) return true;
    if (performance.now() >= end) return false;
    await wait(POLL_MS);
  }
  return true;
}

/** In a container without a reaper, ended orphans stay in the process table for ever and still count as members. */
function onlyZombies(groupId: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const members = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && groupOf(name)?.group === groupId);
    return members.every((name) => ['Z', 'X', undefined].includes(groupOf(name)?.state));
  } catch {
    return false;
  }
}

function groupOf(pid: string): { readonly state: string; readonly group: number } | undefined {
  try {
    // proc(5): pid (command) state parent group …; the command may hold anything, parentheses too.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return undefined;
  }
}
