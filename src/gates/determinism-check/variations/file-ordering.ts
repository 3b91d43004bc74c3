import { notApplied, type Variation } from './variation.ts';

/** Entries of folders in reverse order through disorderfs; without FUSE a work tree on tmpfs, which lists by time of creation. */
export const fileOrdering: Variation = {
  id: 'file-ordering',
  prepare: async ({ files, find, namespaces, probe, platform }) => {
    if (platform.os !== 'linux') return notApplied('file-ordering', { kind: 'no-choice', what: 'FUSE or tmpfs' });
    const tool = await find('disorderfs');
    const unmount = (await find('fusermount3')) ?? (await find('fusermount'));
    const fuse = await files.statTarget('/dev/fuse').catch(() => undefined);
    if (
      tool !== undefined &&
      unmount !== undefined &&
      fuse !== undefined &&
      (await probe(['test', '-r', '/dev/fuse', '-a', '-w', '/dev/fuse'])).exitCode === 0
    )
      return {
        id: 'file-ordering',
        applied: true,
        setting: 'entries of folders reversed (disorderfs)',
        atoms: [{ change: { reorder: 'disorderfs' } }],
      };
    if (namespaces.mount !== undefined)
      return {
        id: 'file-ordering',
        applied: true,
        setting: 'entries of folders in another order (tmpfs)',
        atoms: [{ change: { reorder: 'tmpfs' } }],
      };
    return notApplied(
      'file-ordering',
      tool === undefined ? { kind: 'no-tool', tool: 'disorderfs' } : { kind: 'not-permitted', what: 'FUSE' },
    );
  },
};
