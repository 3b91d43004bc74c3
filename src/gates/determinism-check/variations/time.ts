import { notApplied, type Variation } from './variation.ts';

/** Another year, month, day, week day and hour; the clock goes on from there, because a frozen one stops the timers of some runtimes. */
const OFFSET = '+34368421s';

export const time: Variation = {
  id: 'time',
  prepare: async ({ find, probe }) => {
    const tool = await find('faketime');
    if (tool === undefined) return notApplied('time', { kind: 'no-tool', tool: 'faketime' });
    const wrap = [tool, '-m', '--exclude-monotonic', '-f', OFFSET];
    const [plain, moved] = await Promise.all([probe(['date', '+%Y']), probe([wrap[0] as string, ...wrap.slice(1), 'date', '+%Y'])]);
    if (moved.exitCode !== 0 || same(plain.stdout.bytes, moved.stdout.bytes))
      return notApplied('time', { kind: 'not-permitted', what: 'faketime' });
    return { id: 'time', applied: true, setting: 'a clock 398 days ahead', atoms: [{ change: { wrap } }] };
  },
};

function same(a: Uint8Array, b: Uint8Array): boolean {
  return new TextDecoder().decode(a) === new TextDecoder().decode(b);
}
