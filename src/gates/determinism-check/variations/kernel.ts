import { notApplied, type Variation } from './variation.ts';

/** Another kernel release, as `uname -r` tells it (2.6.x). The machine type stays: it is an input of most builds. */
export const kernel: Variation = {
  id: 'kernel',
  prepare: async ({ find, probe }) => {
    const tool = await find('setarch');
    if (tool === undefined) return notApplied('kernel', { kind: 'no-tool', tool: 'setarch' });
    const tried = await probe([tool, '--uname-2.6', 'uname', '-r']);
    const release = new TextDecoder().decode(tried.stdout.bytes).trim();
    if (tried.exitCode !== 0 || !release.startsWith('2.6.'))
      return notApplied('kernel', { kind: 'not-permitted', what: 'setarch --uname-2.6' });
    return {
      id: 'kernel',
      applied: true,
      setting: 'release 2.6 in uname',
      atoms: [{ change: { personality: { tool, flag: '--uname-2.6' } } }],
    };
  },
};
