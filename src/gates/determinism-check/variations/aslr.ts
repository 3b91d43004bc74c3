import { notApplied, type Variation } from './variation.ts';

/** Addresses: held still in unvaried runs, random in the varied one, so that what depends on them is named and not mistaken for chance. */
export const aslr: Variation = {
  id: 'aslr',
  prepare: async ({ find, probe }) => {
    const tool = await find('setarch');
    if (tool === undefined) return notApplied('aslr', { kind: 'no-tool', tool: 'setarch' });
    const tried = await probe([tool, '-R', 'true']);
    if (tried.exitCode !== 0) return notApplied('aslr', { kind: 'not-permitted', what: 'setarch -R' });
    const setting = await probe(['cat', '/proc/sys/kernel/randomize_va_space']);
    if (new TextDecoder().decode(setting.stdout.bytes).trim() === '0')
      return notApplied('aslr', { kind: 'no-choice', what: 'a kernel that randomizes addresses' });
    return {
      id: 'aslr',
      applied: true,
      setting: 'random addresses instead of fixed ones',
      control: { personality: { tool, flag: '-R' } },
      atoms: [{ change: {} }],
    };
  },
};
