import { notApplied, type Variation } from './variation.ts';

/** Another year, month, day, week day and hour; the clock goes on from there, because a frozen one stops the timers of some runtimes. */
const OFFSET = '+34368421';

/**
 * libfaketime is loaded by its variables and not through the `faketime` program, which waits for every descendant, daemons too. Clocks that only measure how
 * long something takes stay as they are.
 */
export const time: Variation = {
  id: 'time',
  prepare: async ({ environment, find, probe }) => {
    const tool = await find('faketime');
    const env = await find('env');
    if (tool === undefined || env === undefined) return notApplied('time', { kind: 'no-tool', tool: 'faketime' });
    const told = await probe([tool, '-m', '-f', '+0', 'printenv', 'LD_PRELOAD']);
    // The program puts its library last, after what was preloaded before.
    const library =
      new TextDecoder()
        .decode(told.stdout.bytes)
        .trim()
        .split(/[\s:]+/)
        .at(-1) ?? '';
    const preload = [library, ...(environment.LD_PRELOAD ? [environment.LD_PRELOAD] : [])].join(':');
    const settings = [`LD_PRELOAD=${preload}`, `FAKETIME=${OFFSET}`, 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'DONT_FAKE_MONOTONIC=1'];
    const [plain, moved] = await Promise.all([probe(['date', '+%Y']), probe([env, ...settings, 'date', '+%Y'])]);
    if (library === '' || moved.exitCode !== 0 || same(plain.stdout.bytes, moved.stdout.bytes))
      return notApplied('time', { kind: 'not-permitted', what: 'faketime' });
    return { id: 'time', applied: true, setting: 'a clock 398 days ahead', atoms: [{ change: { wrap: [env, ...settings] } }] };
  },
};

function same(a: Uint8Array, b: Uint8Array): boolean {
  return new TextDecoder().decode(a) === new TextDecoder().decode(b);
}
