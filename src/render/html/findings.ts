import type { AnyWords, Finding } from '../../core/index.ts';
import { countLevel, type FindingGroup, foldFindings } from '../fold-findings.ts';
import { placeText } from '../place.ts';
import { badge, type Mark } from './mark.ts';
import { type Content, code, h } from './markup.ts';
import { count, disclosure, leftOut, table } from './parts.ts';

/** Shown at once, and shown when asked. */
const FIRST_PER_CODE = 10;
const MOST_PER_CODE = 100;
const MOST_CODES = 60;
const SEVERITIES = ['critical', 'high', 'medium', 'low'];
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
    drawSeverities(findings),
    groups.slice(0, MOST_CODES).map((group, index) => drawGroup(group, words, openErrors && group.level === 'error' && index < 5)),
    left > 0 ? h('p', { class: 'quiet' }, `and ${count(left, 'finding')} more, all in the evidence`) : undefined,
  ];
}

function drawGroup({ code: id, level, findings, total }: FindingGroup, words: AnyWords, open: boolean): Content {
  const word = words[id];
  const left = total - Math.min(findings.length, MOST_PER_CODE);
  const item = (finding: Finding): Content => {
    const place = placeText(finding.place);
    return h('li', {}, place === '' ? undefined : [h('code', { class: 'place' }, place), ' '], sentenceOf(finding, words));
  };
  return h(
    'details',
    { class: 'finding', open },
    h('summary', {}, badge(LEVEL_MARK[level], countLevel(total, level)), ' ', h('strong', {}, word?.title ?? id), ' ', code(id)),
    h(
      'div',
      { class: 'inside' },
      word && level !== 'note' ? h('p', { class: 'fix' }, h('strong', {}, 'What to do: '), word.fix) : undefined,
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

/** How many by rule, service and severity, where findings carry these; occurrences count, not findings. */
function drawSeverities(findings: readonly Finding[]): Content {
  const rated = findings.flatMap(({ args }) =>
    typeof args.severity === 'string' && typeof args.rule === 'string'
      ? [
          {
            rule: args.rule,
            severity: args.severity,
            service: typeof args.service === 'string' ? args.service : 'no service named',
            number: typeof args.occurrences === 'number' ? args.occurrences : 1,
          },
        ]
      : [],
  );
  if (rated.length === 0) return undefined;
  const severities = [...SEVERITIES, ...new Set(rated.map(({ severity }) => severity).filter((name) => !SEVERITIES.includes(name)))].filter(
    (name) => rated.some(({ severity }) => severity === name),
  );
  const pivot = (key: 'rule' | 'service', caption: string): Content => {
    const names = [...new Set(rated.map((entry) => entry[key]))];
    const sum = (name: string, severity?: string): number =>
      rated.reduce(
        (total, entry) => total + (entry[key] === name && (severity === undefined || entry.severity === severity) ? entry.number : 0),
        0,
      );
    const rows = names.map((name) => ({ name, all: sum(name) })).sort((a, b) => b.all - a.all || (a.name < b.name ? -1 : 1));
    const largest = Math.max(...rows.map(({ all }) => all));
    return table(
      caption,
      [{ name: key }, ...severities.map((name) => ({ name, numeric: true })), { name: 'all', numeric: true }, { name: 'share' }],
      rows
        .slice(0, 100)
        .map(({ name, all }) => [
          name,
          ...severities.map((severity) => sum(name, severity).toLocaleString('en-US')),
          all.toLocaleString('en-US'),
          bar(all / largest),
        ]),
    );
  };
  return h('div', { class: 'columns' }, pivot('rule', 'Values found, by rule'), pivot('service', 'Values found, by service'));
}

function bar(share: number): Content {
  const width = Math.max(1, Math.round(share * 120));
  return h(
    'svg',
    { class: 'share', viewBox: '0 0 120 10', width: 120, height: 10, 'aria-hidden': 'true', focusable: 'false' },
    h('rect', { class: 'track', x: 0, y: 0, width: 120, height: 10, rx: 2 }),
    h('rect', { class: 'bar', x: 0, y: 0, width, height: 10, rx: 2 }),
  );
}
