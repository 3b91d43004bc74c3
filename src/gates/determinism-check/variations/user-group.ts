import { notApplied, type Variation } from './variation.ts';

/** Our user seen under the number and name of another that this machine knows. Rights to files stay as they are. */
export const userGroup: Variation = {
  id: 'user-group',
  prepare: async ({ files, namespaces, probe }) => {
    if (namespaces.unshare === undefined) return notApplied('user-group', { kind: 'no-tool', tool: 'unshare' });
    const passwd = await files.readText('/etc/passwd').catch(() => '');
    const known = passwd
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, userId: Number(uid), groupId: Number(gid) }))
      .find(({ name, userId, groupId }) => name !== '' && userId > 0 && groupId > 0 && userId < 65534 && userId !== namespaces.userId);
    if (known === undefined) return notApplied('user-group', { kind: 'no-choice', what: 'another user in /etc/passwd' });
    const { userId, groupId, name } = known;
    const tried = await probe([namespaces.unshare, '--user', `--map-user=${userId}`, `--map-group=${groupId}`, 'id', '-u']);
    if (tried.exitCode !== 0) return notApplied('user-group', { kind: 'not-permitted', what: 'unshare --user' });
    return {
      id: 'user-group',
      applied: true,
      setting: `user ${name} (${userId}), group ${groupId}`,
      base: { mapUser: { userId, groupId } },
      atoms: [{ change: { set: { USER: name, LOGNAME: name } } }],
    };
  },
};
