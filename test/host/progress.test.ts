import { describe, expect, it } from '@jest/globals';
import { chooseProgressStyle, createProgress, type ProgressStyle } from '../../src/host/progress.ts';

function watch(style: ProgressStyle) {
  const written: string[] = [];
  let nowMs = 0;
  const progress = createProgress({ columns: 60, write: (text) => written.push(text) }, style, () => nowMs);
  return { progress, written, pass: (ms: number) => (nowMs += ms) };
}

describe('progress', () => {
  it('is a bar on a terminal, lines in CI, and nothing where neither is there', () => {
    expect(chooseProgressStyle({ isTTY: true, write: () => 0 }, {})).toBe('terminal');
    expect(chooseProgressStyle({ isTTY: true, write: () => 0 }, { TERM: 'dumb' })).toBe('quiet');
    expect(chooseProgressStyle({ isTTY: true, write: () => 0 }, { CI: 'true' })).toBe('lines');
    expect(chooseProgressStyle({ isTTY: true, write: () => 0 }, { CI: 'false' })).toBe('terminal');
    expect(chooseProgressStyle({ write: () => 0 }, {})).toBe('quiet');
  });

  it('rewrites one line of the terminal, not too often, and leaves it clean', () => {
    const { progress, written, pass } = watch('terminal');
    progress.show('scan', 5, 10, 'files');
    progress.show('scan', 6, 10, 'files');
    pass(100);
    progress.show('scan', 10, 10, 'files');
    progress.say('done');
    progress.show('scan', 10, 10, 'files');
    progress.finish('scan');
    expect(written).toEqual([
      '[##########          ] scan: 5 of 10 files',
      '\r\u001B[K',
      '[####################] scan: 10 of 10 files',
      '\r\u001B[K',
      'done\n',
    ]);
    expect(Math.max(...written.map((text) => text.length))).toBeLessThan(60);
  });

  it('says in a log how far long work is, and nothing of short work', () => {
    const { progress, written, pass } = watch('lines');
    for (let done = 0; done < 250; done += 1) {
      progress.show('scan', done, undefined, 'files');
      pass(100);
    }
    progress.finish('scan');
    expect(written).toEqual(['scan: 100 files, 10 files/s\n', 'scan: 200 files, 10 files/s\n']);
  });

  it('tells the rate and the time that is left, when it can be told, and forgets them with the task', () => {
    const { progress, written, pass } = watch('terminal');
    const shown = () => written.filter((text) => text.startsWith('[')).at(-1);
    progress.show('results', 0, 400_000_000, 'bytes');
    expect(shown()).toBe('[                    ] results: 0 B of 400.0 MB');
    pass(500);
    progress.show('results', 1_000_000, 400_000_000, 'bytes');
    expect(shown()).not.toContain('/s');
    pass(1500);
    progress.show('results', 4_000_000, 400_000_000, 'bytes');
    // 4 MB in 2 s; 396 MB at 2 MB/s are 198 s. The terminal has 60 columns.
    expect(shown()).toBe('[                    ] results: 4.0 MB of 400.0 MB, 2.0 MB/s, 3 min 18 s left'.slice(0, 59));
    progress.finish('results');
    progress.show('results', 50, 100, 'files');
    expect(shown()).toBe('[##########          ] results: 50 of 100 files');
    pass(2000);
    progress.show('results', 51, 100, 'files');
    expect(shown()).toBe('[##########          ] results: 51 of 100 files, 0.5 files/s, 1 min 38 s left'.slice(0, 59));
    pass(2000);
    progress.show('results', 100, 100, 'files');
    expect(shown()).toBe('[####################] results: 100 of 100 files, 13 files/s'.slice(0, 59));
  });

  it('never becomes a command of the runner, or of the terminal', () => {
    const { progress, written } = watch('lines');
    progress.say('::set-env name=PATH::x\n  ::error::x\r::stop-commands::x');
    progress.say('x ##[error]y \u001B[31mred\u0007 \u009B31m');
    for (const text of written) {
      expect(text.trimStart().startsWith('::')).toBe(false);
      expect(text).not.toContain('##[');
      expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
    }
    expect(written).toHaveLength(4);
  });

  it('is silent when it is to be', () => {
    const { progress, written } = watch('quiet');
    progress.say('x');
    progress.show('x', 1, 2, 'x');
    progress.finish('x');
    expect(written).toEqual([]);
  });
});
