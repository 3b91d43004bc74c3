import { describe, expect, it } from '@jest/globals';
import { renderChange } from '../../../src/render/markdown/change.ts';
import { type CommentState, previousOf, type RunState, readState, runOf, writeState } from '../../../src/render/markdown/state.ts';
import { HOSTILE } from '../support/stories.ts';

const STATE: CommentState = {
  run: '0123456789abcdef',
  commit: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  outcome: 'GO',
  gates: { 'slo-gate': { verdict: 'pass', headline: 'p(95) 212 ms' }, 'telemetry-scan': { verdict: 'pass', headline: 'nothing found' } },
};

describe('the state of a comment', () => {
  it.each([STATE.gates['slo-gate']?.headline ?? '', ...HOSTILE, '-->', '--!>', 'ünïcode 応 💥'])(
    'comes back as it went: %j',
    (headline) => {
      const state: CommentState = { ...STATE, gates: { 'slo-gate': { verdict: 'fail', headline: headline.slice(0, 80) } } };
      const line = writeState(state);
      expect(line).toMatch(/^<!-- testops-state:v1 [^\n]* -->$/);
      expect(line.slice(4, -3)).not.toMatch(/[<>@#]|--/);
      expect(readState(`<!-- testops:beta-gates -->\n# text\n${line}`)).toEqual(state);
    },
  );

  it.each([
    ['nothing', undefined],
    ['no state', '# GO'],
    ['no JSON', '<!-- testops-state:v1 {"commit": -->'],
    ['another shape', '<!-- testops-state:v1 {"run":"a","commit":7,"outcome":"GO","gates":{}} -->'],
    ['another outcome', writeState(STATE).replace('"GO"', '"MAYBE"')],
    ['no commit', writeState(STATE).replace(STATE.commit, '../../etc')],
    ['something endless', `<!-- testops-state:v1 {"commit":"${'a'.repeat(100_000)}"} -->`],
    ['a prototype', '<!-- testops-state:v1 {"__proto__":{"run":"a","commit":"4b825dc","outcome":"GO","gates":{}}} -->'],
  ])('is not believed: %s', (_name, body) => {
    expect(readState(body)).toBeUndefined();
  });

  it('leaves out gates that it does not know, and cuts what is too long', () => {
    const body = `<!-- testops-state:v1 ${JSON.stringify({ ...STATE, gates: { constructor: {}, other: {}, 'slo-gate': { verdict: 'pass', headline: 'x'.repeat(5000) } } })} -->`;
    expect(readState(body)?.gates).toEqual({ 'slo-gate': { verdict: 'pass', headline: 'x'.repeat(200) } });
  });
});

describe('previousOf', () => {
  const earlier: RunState = { commit: 'e'.repeat(40), outcome: 'NO-GO', gates: {} };

  it('is the run that the comment tells of', () => {
    expect(previousOf(undefined, STATE)).toBeUndefined();
    expect(previousOf({ ...STATE, run: 'another', before: earlier }, STATE)).toEqual(runOf(STATE));
    expect(previousOf({ ...STATE, outcome: 'NO-GO' }, STATE)).toEqual({ ...runOf(STATE), outcome: 'NO-GO' });
  });

  it('is the run before it when the same run is published again', () => {
    expect(previousOf({ ...STATE, before: earlier }, STATE)).toEqual(earlier);
    expect(previousOf(STATE, STATE)).toBeUndefined();
    expect(readState(writeState({ ...STATE, before: earlier }))).toEqual({ ...STATE, before: earlier });
  });
});

describe('renderChange', () => {
  it('says nothing where there was no earlier run', () => {
    expect(renderChange(undefined, STATE)).toEqual([]);
  });

  it('says that nothing changed', () => {
    expect(renderChange(STATE, STATE).join('\n')).toContain('Nothing changed since the previous run on this commit.');
  });

  it('names the decision, gates that turned, came and went, and numbers that moved', () => {
    const now: RunState = {
      commit: 'f'.repeat(40),
      outcome: 'NO-GO',
      gates: { 'slo-gate': { verdict: 'fail', headline: 'p(95) 412 ms' }, 'deploy-preview': { verdict: 'pass', headline: '2/2' } },
    };
    const text = renderChange(STATE, now).join('\n');
    expect(text).toContain('GO → **NO-GO**');
    expect(text).toMatch(/⬇️ `slo-gate`: ✅ pass → ❌ fail/);
    expect(text).toContain('`telemetry-scan` left no evidence this time');
    expect(text).toContain('`deploy-preview` is new');
    expect(renderChange(now, STATE).join('\n')).toMatch(/⬆️ `slo-gate`: ❌ fail → ✅ pass/);
    const moved = { ...STATE, gates: { ...STATE.gates, 'slo-gate': { verdict: 'pass' as const, headline: 'p(95) 220 ms' } } };
    expect(renderChange(STATE, moved).join('\n')).toContain('same verdict, other number: `slo-gate`');
  });
});
