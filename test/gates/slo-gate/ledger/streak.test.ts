import { describe, expect, it } from '@jest/globals';
import type { DayBody } from '../../../../src/gates/slo-gate/ledger/day-entry.ts';
import { countStreak, type StreakQuestion, streakVerdict, utcDay } from '../../../../src/gates/slo-gate/ledger/streak.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
let serial = 0;
const fresh = () => (++serial).toString(16).padStart(64, '0');

/** `2026-03-01 pass`, with `!objectives=b`, `!kinds=load+chaos`, `!commit=x`, `!results=<digest>`. */
function entry(text: string): DayBody {
  const [day = '', verdict = 'pass', ...options] = text.split(' ');
  const option = (name: string) => options.find((one) => one.startsWith(`!${name}=`))?.slice(name.length + 2);
  return {
    type: 'slo-day/v1',
    day,
    verdict: verdict as DayBody['verdict'],
    kinds: option('kinds')?.split('+') ?? ['load'],
    commit: option('commit') ?? 'c1',
    objectives: option('objectives') === 'b' ? B : A,
    results: [option('results')?.padStart(64, 'f') ?? fresh()],
    measurements: [],
  };
}

function ask(entries: readonly string[], today: string, options: Partial<StreakQuestion> = {}) {
  const streak = countStreak({
    entries: entries.map(entry),
    today,
    needed: 3,
    rule: 'worst',
    requireKinds: [],
    objectives: A,
    commits: new Set(['c1', 'c0']),
    ...options,
  });
  return [streak.length, streakVerdict(streak), streak.days.map((day) => day.state).join(' ')];
}

describe('consecutive days', () => {
  it.each<[string, readonly string[], string, readonly [number, string, string], Partial<StreakQuestion>?]>([
    ['three days', ['2026-05-01', '2026-05-02', '2026-05-03'], '2026-05-03', [3, 'pass', 'met met met']],
    ['warn makes a day', ['2026-05-01 warn', '2026-05-02', '2026-05-03 warn'], '2026-05-03', [3, 'pass', 'met met met']],
    ['today is missing', ['2026-05-01', '2026-05-02', '2026-05-03'], '2026-05-04', [0, 'inconclusive', 'met met missing']],
    ['a day between is missing', ['2026-05-01', '2026-05-03'], '2026-05-03', [1, 'inconclusive', 'met missing met']],
    ['a day failed', ['2026-05-01', '2026-05-02 fail', '2026-05-03'], '2026-05-03', [1, 'fail', 'met failed met']],
    [
      'a failure before the days that are asked for',
      ['2026-04-30 fail', '2026-05-01', '2026-05-02', '2026-05-03'],
      '2026-05-03',
      [3, 'pass', 'met met met'],
    ],
    [
      'inconclusive neither makes a day',
      ['2026-05-01', '2026-05-02 inconclusive', '2026-05-03'],
      '2026-05-03',
      [1, 'inconclusive', 'met unmeasured met'],
    ],
    ['nor breaks one', ['2026-05-01', '2026-05-02', '2026-05-02 inconclusive', '2026-05-03'], '2026-05-03', [3, 'pass', 'met met met']],
    [
      'a failure on a day that also passed',
      ['2026-05-01', '2026-05-02 fail', '2026-05-02', '2026-05-03'],
      '2026-05-03',
      [1, 'fail', 'met failed met'],
    ],
    [
      '… and the last of the day decides',
      ['2026-05-01', '2026-05-02 fail', '2026-05-02', '2026-05-03'],
      '2026-05-03',
      [3, 'pass', 'met met met'],
      { rule: 'last' },
    ],
    [
      '… against it',
      ['2026-05-01', '2026-05-02', '2026-05-02 fail', '2026-05-03'],
      '2026-05-03',
      [1, 'fail', 'met failed met'],
      { rule: 'last' },
    ],
    ['over the end of a month', ['2026-04-29', '2026-04-30', '2026-05-01'], '2026-05-01', [3, 'pass', 'met met met']],
    ['over the end of a year', ['2025-12-30', '2025-12-31', '2026-01-01'], '2026-01-01', [3, 'pass', 'met met met']],
    ['over a leap day', ['2028-02-28', '2028-02-29', '2028-03-01'], '2028-03-01', [3, 'pass', 'met met met']],
    ['without the leap day', ['2028-02-27', '2028-02-28', '2028-03-01'], '2028-03-01', [1, 'inconclusive', 'met missing met']],
    ['in a year without one', ['2026-02-27', '2026-02-28', '2026-03-01'], '2026-03-01', [3, 'pass', 'met met met']],
    ['over a change of clocks', ['2026-03-28', '2026-03-29', '2026-03-30'], '2026-03-30', [3, 'pass', 'met met met']],
    [
      'one file three times',
      ['2026-05-01 pass !results=e', '2026-05-02 pass !results=e', '2026-05-03 pass !results=e'],
      '2026-05-03',
      [0, 'inconclusive', 'met missing missing'],
    ],
    [
      'a file from before the change of objectives',
      ['2026-05-01 pass !objectives=b !results=e', '2026-05-03 pass !results=e'],
      '2026-05-03',
      [0, 'inconclusive', 'missing missing missing'],
    ],
    [
      'objectives changed',
      ['2026-05-01 pass !objectives=b', '2026-05-02', '2026-05-03'],
      '2026-05-03',
      [2, 'inconclusive', 'missing met met'],
    ],
    [
      'objectives changed there and back',
      ['2026-05-01', '2026-05-02 pass !objectives=b', '2026-05-02', '2026-05-03'],
      '2026-05-03',
      [2, 'inconclusive', 'missing met met'],
    ],
    ['another commit', ['2026-05-01 pass !commit=x', '2026-05-02', '2026-05-03'], '2026-05-03', [2, 'inconclusive', 'missing met met']],
    [
      'a first-parent ancestor',
      ['2026-05-01 pass !commit=c0', '2026-05-02 pass !commit=c0', '2026-05-03'],
      '2026-05-03',
      [3, 'pass', 'met met met'],
    ],
    [
      'another branch failed',
      ['2026-05-01', '2026-05-02', '2026-05-02 fail !commit=x', '2026-05-03'],
      '2026-05-03',
      [3, 'pass', 'met met met'],
    ],
    [
      'a kind is missing on one day',
      ['2026-05-01 pass !kinds=load+chaos', '2026-05-02', '2026-05-03 pass !kinds=load+chaos'],
      '2026-05-03',
      [1, 'inconclusive', 'met kind-missing met'],
      { requireKinds: ['load', 'chaos'] },
    ],
    [
      'kinds in entries of their own',
      [
        '2026-05-01 pass !kinds=load',
        '2026-05-01 pass !kinds=chaos',
        '2026-05-02 pass !kinds=load+chaos',
        '2026-05-03 pass !kinds=load+chaos',
      ],
      '2026-05-03',
      [3, 'pass', 'met met met'],
      { requireKinds: ['load', 'chaos'] },
    ],
    ['entries out of order', ['2026-05-03', '2026-05-01', '2026-05-02'], '2026-05-03', [3, 'pass', 'met met met']],
    ['a day in the future', ['2026-05-01', '2026-05-02', '2026-05-04'], '2026-05-03', [0, 'inconclusive', 'met met missing']],
    ['no entry at all', [], '2026-05-03', [0, 'inconclusive', 'missing missing missing']],
    ['four days of three', ['2026-04-30', '2026-05-01', '2026-05-02', '2026-05-03'], '2026-05-03', [4, 'pass', 'met met met']],
  ])('%s', (_name, entries, today, expected, options = {}) => {
    expect(ask(entries, today, options)).toEqual(expected);
  });

  it('a measurement at 23:59:59Z is of the day that ends', () => {
    expect(utcDay(Date.parse('2026-12-31T23:59:59.999Z'))).toBe('2026-12-31');
    expect(utcDay(Date.parse('2027-01-01T00:00:00Z'))).toBe('2027-01-01');
    expect(utcDay(Date.parse('2026-05-02T01:30:00+02:00'))).toBe('2026-05-01');
  });
});
