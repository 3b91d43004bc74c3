import type { AnyWords, Finding } from '../../core/index.ts';
import { countLevel, type FindingGroup, foldFindings } from '../fold-findings.ts';
import { placeText } from '../place.ts';
import { badge, type Mark } from './mark.ts';
import { type Content, code, h } from './markup.ts';
import { count, disclosure, leftOut, prose } from './parts.ts';

/** Shown at once, and shown when asked. */
const FIRST_PER_CODE = 10;
const MOST_PER_CODE = 100;
const MOST_CODES = 60;
const LEVEL_MARK: Readonly<Record<Finding['level'], Mark>> = { error: 'fail', warning: 'warn', note: 'none' };

/** Findings folded by code, gravest first; what is beyond the bound is counted. */
export function drawFindings(
  findings: readonly Finding[],
  counts: Readonly<Record<string, number>>,
  words: AnyWords,
  openErrors: boolean,
): Content {
  const groups = foldFindings(findings, counts);
  if (groups.length === 0) return h('p', { class: 'quiet' }, 'No findings.');
  const left = groups.slice(MOST_CODES).reduce((sum, group) => sum + group.total, 0);
  return [
    groups.slice(0, MOST_CODES).map((group, index) => drawGroup(group, words, openErrors && group.level === 'error' && index < 5)),
    left > 0 ? h('p', { class: 'quiet' }, `and ${count(left, 'finding')} more, all in the evidence`) : undefined,
  ];
}

function drawGroup({ code: id, level, findings, total }: FindingGroup, words: AnyWords, open: boolean): Content {
  const word = words[id];
  const left = total - Math.min(findings.length, MOST_PER_CODE);
  const item = (finding: Finding): Content => {
    const place = placeText(finding.place);
    return h('li', {}, place === '' ? undefined : [h('code', { class: 'place' }, place), ' '], prose(sentenceOf(finding, words)));
  };
  return h(
    'details',
    { class: 'finding', open },
    h('summary', {}, badge(LEVEL_MARK[level], countLevel(total, level)), ' ', h('strong', {}, word?.title ?? id), ' ', code(id)),
    h(
      'div',
      { class: 'inside' },
      word && level !== 'note' ? h('p', { class: 'fix' }, h('strong', {}, 'What to do: '), prose(word.fix)) : undefined,
      h('ul', {}, findings.slice(0, FIRST_PER_CODE).map(item)),
      total > FIRST_PER_CODE
        ? disclosure(
            `${(total - FIRST_PER_CODE).toLocaleString('en-US')} more`,
            h('ul', {}, findings.slice(FIRST_PER_CODE, MOST_PER_CODE).map(item)),
            leftOut(left, 'all in the evidence'),
          )
        : undefined,
    ),
  );
}

/** The sentence of a finding; without one its code. */
export function sentenceOf(finding: Pick<Finding, 'code' | 'args'>, words: AnyWords): string {
  return words[finding.code]?.message(finding.args as never) ?? finding.code;
}
