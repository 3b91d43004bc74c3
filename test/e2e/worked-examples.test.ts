import { expect, it } from '@jest/globals';
import { describeInFullCheck } from '../support/skip.ts';
import { type Judged, type Step, startHistory } from './beta-history.ts';

const TIMEOUT = 90_000;

/** What a row of the table says; `compared` defaults to the bases. */
interface Row {
  readonly bases: readonly string[];
  readonly compared?: readonly string[];
  readonly limits: 'holds' | 'broken';
  readonly base: 'holds' | 'broken' | 'warns';
}

function expectRow(judged: Judged, { bases, compared = bases, limits, base }: Row): void {
  const outcome = limits === 'holds' && base !== 'broken' ? 'GO' : 'NO-GO';
  const { exit, log } = judged;
  expect({ ...judged, log: judged.outcome === outcome ? '' : log }).toMatchObject({ bases, compared, limits, base, outcome, log: '' });
  expect(exit).toBe(outcome === 'GO' ? 0 : 1);
}

type Line = readonly [row: string, steps: readonly (readonly [Step, string?])[], version: string, expected: Row, says?: readonly string[]];

/** Histories of one line, from left to right; the last commit is judged. */
const LINES: readonly Line[] = [
  [
    '1: looser than the last accepted beta',
    [['A100', '1.0.0-beta.1'], ['C60000']],
    '1.0.0-beta.2',
    { bases: ['A100'], limits: 'broken', base: 'holds' },
  ],
  ['2: stricter than it', [['A100', '1.0.0-beta.1'], ['C90']], '1.0.0-beta.2', { bases: ['A100'], limits: 'holds', base: 'holds' }],
  [
    '3: a refused beta is no base',
    [['A100', '1.0.0-beta.1'], ['R60000', '1.0.0-beta.2'], ['C60000']],
    '1.0.0-beta.3',
    { bases: ['A100'], limits: 'broken', base: 'holds' },
  ],
  [
    '4: what was refused was never promised',
    [['A100', '1.0.0-beta.1'], ['R50', '1.0.0-beta.2'], ['C100']],
    '1.0.0-beta.3',
    { bases: ['A100'], limits: 'holds', base: 'holds' },
  ],
  [
    '5: a tag that nothing is known about counts',
    [['A100', '1.0.0-beta.1'], ['U50', '1.0.0-beta.2'], ['C100']],
    '1.0.0-beta.3',
    { bases: ['A100'], compared: ['A100', 'U50'], limits: 'broken', base: 'holds' },
    ['since v1.0.0-beta.2; nothing is known about a decision on that tag', 'decision-record: { base: <full commit id> }'],
  ],
  [
    '6: a no-go does not lead back to looser limits',
    [['A100', '1.0.0-beta.1'], ['X50', '1.0.0-beta.2'], ['C100']],
    '1.0.0-beta.3',
    { bases: ['A100'], compared: ['A100', 'X50'], limits: 'broken', base: 'holds' },
  ],
  [
    '11: the nearest ancestor counts whatever its number',
    [['A60000', '1.0.0-beta.1'], ['A100', '2.5.0-beta.9'], ['C60000']],
    '1.0.1-beta.1',
    { bases: ['A100'], compared: ['A100', 'A60000'], limits: 'broken', base: 'holds' },
  ],
  [
    '13: a first beta',
    [['C100']],
    '1.0.0-beta.1',
    { bases: [], limits: 'holds', base: 'warns' },
    ['This is the first beta', 'every path counts as changed'],
  ],
  [
    '15: adoption in a project with betas',
    [['U100', '1.0.0-beta.1'], ['U90', '1.0.0-beta.2'], ['C100']],
    '1.0.0-beta.3',
    { bases: [], compared: ['U100', 'U90'], limits: 'broken', base: 'warns' },
    ['since v1.0.0-beta.2', 'decision-record: { base: <full commit id> }'],
  ],
];

describeInFullCheck('worked examples of bases: one line', () => {
  it.each(LINES)(
    '%s',
    async (_row, steps, version, expected, says = []) => {
      await using history = await startHistory();
      for (const [step, tag] of steps) await history.add(step, tag);
      const judged = await history.judge(version);
      expectRow(judged, expected);
      for (const text of says) expect(judged.log).toContain(text);
    },
    TIMEOUT,
  );
});
