import { notApplied, type Variation } from './variation.ts';

const TRY_MOUNT = 'mkdir -p "$1/from" "$1/to" && "$2" --quiet "$1/from" "$1/to" && "$3" -u "$1/to"';

/** Entries of folders in reverse order through disorderfs; without FUSE a work tree on tmpfs, which lists by time of creation. */
export const fileOrdering: Variation = {
  id: 'file-ordering',
  prepare: async ({ find, namespaces, probe, platform, scratch }) => {
    if (platform.os !== 'linux') return notApplied('file-ordering', { kind: 'no-choice', what: 'FUSE or tmpfs' });
    const tool = await find('disorderfs');
    const unmount = (await find('fusermount3')) ?? (await find('fusermount'));
    // Whether FUSE is permitted shows only when something is mounted.
    const mounts =
      tool !== undefined &&
      unmount !== undefined &&
      (await probe(['/bin/sh', '-c', TRY_MOUNT, 'sh', scratch, tool, unmount])).exitCode === 0;
    if (mounts)
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
