import { notApplied, type Variation } from './variation.ts';

/** One processor instead of all. */
export const numCpus: Variation = {
  id: 'num-cpus',
  prepare: async ({ find, probe, platform }) => {
    const tool = await find('taskset');
    if (tool === undefined) return notApplied('num-cpus', { kind: 'no-tool', tool: 'taskset' });
    if (platform.cpus < 2) return notApplied('num-cpus', { kind: 'no-choice', what: 'a second processor' });
    // The first processor that we may use need not be number 0.
    const allowed = new TextDecoder().decode((await probe([tool, '-c', '-p', '0'])).stdout.bytes);
    const first = /(\d+)/.exec(allowed.trim().split(':').at(-1) ?? '')?.[1] ?? '0';
    const wrap = [tool, '-c', first];
    const tried = await probe([tool, '-c', first, 'true']);
    if (tried.exitCode !== 0) return notApplied('num-cpus', { kind: 'not-permitted', what: 'taskset' });
    return { id: 'num-cpus', applied: true, setting: `1 processor instead of ${platform.cpus}`, atoms: [{ change: { wrap } }] };
  },
};
