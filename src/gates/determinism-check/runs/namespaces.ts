import type { CommandResult, Processes } from '../../../core/ports/processes.ts';
import type { Namespaces } from '../variations/variation.ts';

type Probe = (argv: readonly [string, ...string[]]) => Promise<CommandResult>;

/** Finds out which namespaces this machine lets us open: as root at once, otherwise through a user namespace. */
export async function detectNamespaces(find: Processes['find'], probe: Probe, platform: Processes['platform']): Promise<Namespaces> {
  const userId = platform.userId;
  const none = { mount: undefined, uts: undefined, userId, groupId: undefined, mapsToRoot: false, refusal: '' };
  const unshare = platform.os === 'linux' ? await find('unshare') : undefined;
  if (unshare === undefined) return { ...none, unshare: undefined };
  const groupText = await probe(['id', '-g']);
  const groupId = Number(new TextDecoder().decode(groupText.stdout.bytes).trim());
  const asRoot = await probe([unshare, '--mount', '--uts', 'true']);
  if (asRoot.exitCode === 0) return { ...none, groupId, unshare, mount: [unshare, '--mount'], uts: [unshare, '--uts'] };
  const user = [unshare, '--user', '--map-root-user'] as const;
  // Root of the namespace must be able to become our own number again.
  const back = [unshare, '--user', `--map-user=${userId}`, `--map-group=${groupId}`, 'true'];
  const asUser = await probe([...user, '--mount', '--uts', ...back]);
  if (asUser.exitCode === 0) return { ...none, groupId, unshare, mount: [...user, '--mount'], uts: [...user, '--uts'], mapsToRoot: true };
  return { ...none, groupId, unshare, refusal: new TextDecoder().decode(asUser.stderr.bytes).trim().slice(0, 200) };
}
