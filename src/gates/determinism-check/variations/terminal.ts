import { notApplied, type Variation } from './variation.ts';

/** A terminal for input and output; a run of its own, because there the two streams are one. */
export const terminal: Variation = {
  id: 'terminal',
  prepare: async ({ find, probe }) => {
    const tool = await find('script');
    if (tool === undefined) return notApplied('terminal', { kind: 'no-tool', tool: 'script' });
    const tried = await probe([tool, '-qec', 'exit 7', '/dev/null']);
    if (tried.exitCode !== 7) return notApplied('terminal', { kind: 'not-permitted', what: 'script -qec' });
    return { id: 'terminal', applied: true, setting: 'on a terminal (script)', atoms: [{ change: {} }] };
  },
};
