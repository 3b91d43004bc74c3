import { expect, it } from '@jest/globals';
import { describeInFullCheck } from '../support/skip.ts';
import { type BetaHistory, configOf, startHistory } from './beta-history.ts';

const TIMEOUT = 120_000;

/** An old line with loose limits, and the main one. */
async function twoLines(history: BetaHistory, main: 'A100' | 'X100'): Promise<{ readonly mainRun: number }> {
  await history.add('A60000', '1.0.0-beta.1');
  await history.add(main, '2.5.0-beta.9');
  const mainRun = history.lastRun();
  await history.world.repository.branch('maintenance', history.commitOf('A60000'));
  await history.add('C60000');
  return { mainRun };
}

describeInFullCheck('worked examples of bases: two lines', () => {
  it(
    '8: two lines that were merged',
    async () => {
      await using history = await startHistory();
      const { repository } = history.world;
      // Without a common base the second line would not descend from an accepted beta.
      await history.add('A5000', '0.9.0-beta.1');
      await history.add('A100', '1.0.0-beta.1');
      await repository.branch('other', 'HEAD~1');
      await history.add('A80', '1.0.0-beta.2');
      await repository.git('checkout', '--quiet', 'main');
      await repository.git('merge', '--quiet', '--no-commit', '--strategy=ours', 'other');
      await history.add('C90');
      const judged = await history.judge('1.0.0-beta.3');
      const both = ['A100', 'A80'];
      expect(judged).toMatchObject({ bases: both, compared: both, limits: 'broken', base: 'holds', outcome: 'NO-GO', exit: 1 });
      expect(judged.log).toContain('since v1.0.0-beta.2');
      expect(judged.log).not.toContain('since v1.0.0-beta.1');
    },
    TIMEOUT,
  );

  it(
    '9, 10, 27: an old line with a new number, with an old one, and after the decision on the main line is gone',
    async () => {
      await using history = await startHistory();
      const { mainRun } = await twoLines(history, 'A100');
      const nine = { bases: ['A60000'], compared: ['A100', 'A60000'], limits: 'broken', base: 'holds', outcome: 'NO-GO', exit: 1 };
      expect(await history.judge('2.6.0-beta.1')).toMatchObject(nine);
      const ten = { bases: ['A60000'], compared: ['A60000'], limits: 'holds', base: 'holds', outcome: 'GO', exit: 0 };
      expect(await history.judge('1.0.1-beta.1')).toMatchObject(ten);
      await history.deleteArtifacts(mainRun);
      expect(await history.judge('2.6.0-beta.1')).toMatchObject(nine);
    },
    TIMEOUT,
  );

  it(
    '27: an old line with a new number, after the beta of the main line was retracted',
    async () => {
      await using history = await startHistory();
      await twoLines(history, 'X100');
      const expected = { bases: ['A60000'], compared: ['A60000', 'X100'], limits: 'broken', base: 'holds', outcome: 'NO-GO' };
      expect(await history.judge('2.6.0-beta.1')).toMatchObject(expected);
    },
    TIMEOUT,
  );
});

describeInFullCheck('worked examples of bases: nothing was accepted', () => {
  const gates = 'snapshot-compare: { baseline: "tag:previous:actual", actual: actual }\n';

  it(
    '14: no beta tag anywhere, on a branch',
    async () => {
      await using history = await startHistory();
      await history.add('C100');
      await history.world.repository.branch('topic', 'HEAD~1');
      await history.add('C60000');
      expect(await history.judge('1.0.0-beta.1')).toMatchObject({
        bases: [],
        compared: ['C100'],
        limits: 'broken',
        base: 'warns',
        outcome: 'NO-GO',
      });
    },
    TIMEOUT,
  );

  it(
    '29: a first beta with tag:previous',
    async () => {
      await using history = await startHistory();
      await history.add('C100', undefined, {}, configOf(100, { gates }));
      const judged = await history.judge('1.0.0-beta.1');
      expect(judged).toMatchObject({ bases: [], compared: [], limits: 'holds', base: 'warns', outcome: 'NO-GO', exit: 2 });
      expect(judged.log).toMatch(/baseline[^.]*folder|folder[^.]*baseline/);
    },
    TIMEOUT,
  );

  it(
    '16, 17: adoption with tag:previous, then with a base that the default branch names',
    async () => {
      await using history = await startHistory();
      const total = (number: number) => ({ 'actual/report.json': `{"total": ${number}}\n` });
      await history.add('U100', '1.0.0-beta.1', total(2), configOf(100, { gates }));
      const base = await history.add('U90', '1.0.0-beta.2', total(3), configOf(90, { gates }));
      await history.add('C100', undefined, total(3), configOf(100, { gates }));
      const sixteen = { bases: [], compared: ['U100', 'U90'], limits: 'broken', previous: 'U90', outcome: 'NO-GO' };
      const onGithub = await history.judge('1.0.0-beta.3');
      expect(onGithub).toMatchObject({ ...sixteen, base: 'broken', codes: expect.arrayContaining(['base-unaccepted']) });
      // Equal to the snapshots of U90, not to those of U100.
      expect(onGithub.codes).not.toContain('gate-failed');
      expect(await history.judge('1.0.0-beta.3', { withoutToken: true })).toMatchObject({ ...sixteen, base: 'warns' });
      await history.add('C100', undefined, {}, configOf(100, { gates, decision: `, base: ${base}` }));
      const seventeen = { bases: ['U90'], compared: ['U90'], limits: 'broken', base: 'holds', outcome: 'NO-GO' };
      expect(await history.judge('1.0.0-beta.3')).toMatchObject(seventeen);
    },
    TIMEOUT,
  );
});
