import type { Outcome, Verdict } from '../../core/index.ts';
import { type Element, h } from './markup.ts';

/** What a mark can say. `none`: nothing was recorded. */
export type Mark = Verdict | 'waived' | 'none';

/** Shapes differ as much as colours do, so that neither colour nor a screen is needed to tell them apart. */
const SHAPES: Readonly<Record<Mark, string>> = {
  pass: 'M4 8.4l2.7 2.7L12 5.4',
  warn: 'M8 4v5M8 11.4v.2',
  fail: 'M5 5l6 6M11 5l-6 6',
  inconclusive: 'M5.9 6.2a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.5M8 11.8v.1',
  waived: 'M4.5 8h7',
  none: 'M7.9 8h.2',
};

const WORDS: Readonly<Record<Mark, string>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  inconclusive: 'inconclusive',
  waived: 'waived',
  none: 'nothing recorded',
};

/** The sign of a mark without its word, for places where the word stands beside it. */
export function sign(mark: Mark): Element {
  return h(
    'svg',
    { class: `sign ${mark}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', focusable: 'false' },
    h('circle', { cx: 8, cy: 8, r: 8 }),
    h('path', { d: SHAPES[mark] }),
  );
}

/** Sign and word. */
export function badge(mark: Mark, word: string = WORDS[mark]): Element {
  return h('span', { class: `badge ${mark}` }, sign(mark), h('span', {}, word));
}

export const OUTCOME_MARK: Readonly<Record<Outcome, Mark>> = { GO: 'pass', CONDITIONAL: 'warn', 'NO-GO': 'fail' };

/** Mark of a rule's outcome. */
export const RULE_MARK = { holds: 'pass', waived: 'waived', broken: 'fail', inconclusive: 'inconclusive' } as const;
