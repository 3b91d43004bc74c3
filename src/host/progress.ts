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
const BAR_WIDTH = 24;

/** How to show progress: a bar on a terminal, lines in CI, nothing where neither is there. */
export function chooseProgressStyle(stream: ProgressStream, environment: NodeJS.ProcessEnv): ProgressStyle {
  const isCi = environment.CI !== undefined && !['', 'false', '0'].includes(environment.CI);
  if (isCi) return 'lines';
  return stream.isTTY === true && environment.TERM !== 'dumb' ? 'terminal' : 'quiet';
}

export function createProgress(stream: ProgressStream, style: ProgressStyle, monotonicMs: () => number): Progress {
  const lastShown = new Map<string, number>();
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
  return {
    say: (line) => {
      if (style === 'quiet') return;
      clearBar();
      for (const part of line.split(/\r\n|[\r\n]/)) print(`${harmless(part)}\n`);
    },
    show: (task, done, total, unit) => {
      if (style === 'quiet') return;
      if (!due(task, style === 'terminal' ? BAR_EVERY_MS : LINE_EVERY_MS)) return;
      if (style === 'lines') return print(`${harmless(stateOf(task, done, total, unit))}\n`);
      clearBar();
      bar = harmless(`${drawBar(done, total)} ${stateOf(task, done, total, unit)}`).slice(0, (stream.columns ?? 80) - 1);
      print(bar);
    },
    finish: (task) => {
      lastShown.delete(task);
      if (style === 'terminal') clearBar();
    },
  };
}

function stateOf(task: string, done: number, total: number | undefined, unit: string): string {
  return total === undefined ? `${task}: ${done} ${unit}` : `${task}: ${done} of ${total} ${unit}`;
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
