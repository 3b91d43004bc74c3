import type { Progress } from '../core/ports/progress.ts';

/** `terminal`: lines and a bar that rewrites itself. `lines`: lines, and a bar's state now and then (a log that is read later). `quiet`: nothing. */
export type ProgressStyle = 'terminal' | 'lines' | 'quiet';

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;
const BAR_WIDTH = 20;
/** Before that a rate says nothing. */
const RATE_AFTER_MS = 1000;

/** How to show progress: a bar on a terminal, lines in CI, nothing where neither is there. */
export function chooseProgressStyle(stream: ProgressStream, environment: NodeJS.ProcessEnv): ProgressStyle {
  const isCi = environment.CI !== undefined && !['', 'false', '0'].includes(environment.CI);
  if (isCi) return 'lines';
  return stream.isTTY === true && environment.TERM !== 'dumb' ? 'terminal' : 'quiet';
}

export function createProgress(stream: ProgressStream, style: ProgressStyle, monotonicMs: () => number): Progress {
  const lastShown = new Map<string, number>();
  const begun = new Map<string, Beginning>();
  let bar = '';
  const print = (text: string): void => {
    // A reader that went away (EPIPE) is nobody's failure.
    stream.write(text);
  };
  const clearBar = (): void => {
    if (bar !== '') print('\r\u001B[K');
    bar = '';
  };
  const due = (task: string, everyMs: number): boolean => {
    const now = monotonicMs();
    const last = lastShown.get(task);
    if (last === undefined && style === 'lines') {
      // Short work needs no line at all.
      lastShown.set(task, now);
      return false;
    }
    if (last !== undefined && now - last < everyMs) return false;
    lastShown.set(task, now);
    return true;
  };
  const paceOf = (task: string, done: number): Pace => {
    const now = monotonicMs();
    const known = begun.get(task);
    // A task that stands behind where it was has begun anew.
    if (known === undefined || done < known.done) {
      begun.set(task, { atMs: now, done });
      return {};
    }
    const elapsedMs = now - known.atMs;
    return elapsedMs < RATE_AFTER_MS || done === known.done ? {} : { perSecond: ((done - known.done) * 1000) / elapsedMs };
  };
  return {
    say: (line) => {
      if (style === 'quiet') return;
      clearBar();
      for (const part of line.split(/\r\n|[\r\n]/)) print(`${harmless(part)}\n`);
    },
    show: (task, done, total, unit) => {
      if (style === 'quiet') return;
      const pace = paceOf(task, done);
      if (!due(task, style === 'terminal' ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
      const state = stateOf(task, done, total, unit, pace);
      if (style === 'lines') return print(`${harmless(state)}\n`);
      clearBar();
      bar = harmless(`${drawBar(done, total)} ${state}`).slice(0, (stream.columns || 80) - 1);
      print(bar);
    },
    finish: (task) => {
      lastShown.delete(task);
      begun.delete(task);
      if (style === 'terminal') clearBar();
    },
  };
}

/** When a task was first shown, and how far it was then. */
interface Beginning {
  readonly atMs: number;
  readonly done: number;
}

/** Absent until it can be told. */
interface Pace {
  readonly perSecond?: number;
}

/** `scan: 5 of 10 files, 2 files/s, 3 s left`. */
function stateOf(task: string, done: number, total: number | undefined, unit: string, { perSecond }: Pace): string {
  const count = total === undefined ? amount(done, unit) : `${amount(done, unit, unit === 'bytes')} of ${amount(total, unit)}`;
  const rate = perSecond === undefined ? '' : `, ${amount(perSecond, unit)}/s`;
  const left = perSecond === undefined || total === undefined || done >= total ? '' : `, ${spanText((total - done) / perSecond)} left`;
  return `${task}: ${count}${rate}${left}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number with its unit; bytes in the unit that fits. */
function amount(value: number, unit: string, withUnit = true): string {
  if (unit !== 'bytes')
    return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)}${withUnit ? ` ${unit}` : ''}`;
  let power = 0;
  while (value / 1000 ** power >= 1000 && power < BYTE_UNITS.length - 1) power += 1;
  const scaled = value / 1000 ** power;
  return `${power === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${BYTE_UNITS[power]}`;
}

/** `42 s`, `3 min 20 s`, `1 h 5 min`. */
function spanText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function drawBar(done: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return '…';
  const filled = Math.round(Math.min(1, Math.max(0, done / total)) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`;
}

/** Names of files may be in it: no control characters, and nothing that the runner would take for a workflow command (it reads stderr too). */
function harmless(text: string): string {
  return text
    .replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, ' ')
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '# #[');
}
