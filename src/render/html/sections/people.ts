import { sentenceOf } from '../findings.ts';
import { badge, RULE_MARK } from '../mark.ts';
import { type Content, code, h } from '../markup.ts';
import { instant, listCodes, table } from '../parts.ts';
import type { ReportStory } from '../story.ts';

const DAY_MS = 86_400_000;

/** The readiness checklist: each item, what proves it, and what it lacks. */
export function drawChecklist({ decision, checklist, words }: ReportStory): Content {
  if (!checklist) return undefined;
  const outcomes = new Map(decision.rules.filter(({ rule }) => rule === 'readiness').map((rule) => [rule.match, rule]));
  return h(
    'section',
    { 'aria-labelledby': 'checklist' },
    h('h2', { id: 'checklist' }, 'Readiness checklist'),
    table(
      'Each item needs all of its proofs',
      [{ name: 'item' }, { name: 'state' }, { name: 'proofs' }, { name: 'what it lacks' }],
      checklist.items.map(({ id, title, evidence }) => {
        const rule = outcomes.get(id);
        const lacks = decision.findings.filter(({ args }) => args.item === id);
        return [
          [title, ' ', code(id)],
          rule
            ? badge(RULE_MARK[rule.outcome], rule.outcome === 'holds' ? 'ready' : rule.outcome === 'waived' ? 'waived' : 'not ready')
            : badge('none'),
          evidence.map(({ kind }) => kind).join(', '),
          lacks.length === 0
            ? ''
            : h(
                'ul',
                {},
                lacks.map((finding) => h('li', {}, sentenceOf(finding, words))),
              ),
        ];
      }),
    ),
  );
}

/** Waivers that were used, with the days that they had left when the decision was made. */
export function drawWaivers({ decision, endOf }: ReportStory): Content {
  if (decision.waivers.length === 0) return undefined;
  const now = Date.parse(decision.given.timeVerified);
  return h(
    'section',
    { 'aria-labelledby': 'waivers' },
    h('h2', { id: 'waivers' }, 'Waivers'),
    table(
      'What is excused, by whom, and for how much longer',
      [{ name: 'rule' }, { name: 'reason' }, { name: 'owner' }, { name: 'until' }, { name: 'days left', numeric: true }],
      decision.waivers.map(({ rule, match, reason, owner, effectiveUntil }) => [
        code(`${rule}/${match}`),
        reason,
        owner,
        effectiveUntil,
        Math.max(0, Math.ceil((endOf(effectiveUntil) - now) / DAY_MS)),
      ]),
    ),
  );
}

/** Who approved. */
export function drawApprovals({ decision }: ReportStory): Content {
  const { approvals } = decision.given;
  if (approvals.length === 0) return undefined;
  return h(
    'section',
    { 'aria-labelledby': 'approvals' },
    h('h2', { id: 'approvals' }, 'Approvals'),
    table(
      'Who was heard',
      [{ name: 'who' }, { name: 'how' }, { name: 'state' }, { name: 'when' }],
      approvals.map(({ by, kind, state, at }) => [by, kind, state, instant(at)]),
    ),
  );
}

/** Every rule; one line per rule, with all that it is about. */
export function drawRules({ decision }: ReportStory): Content {
  const groups = new Map<string, (typeof decision.rules)[number][]>();
  for (const rule of decision.rules) {
    const key = `${rule.rule} ${rule.outcome} ${rule.tagOnly}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  const order = ['broken', 'inconclusive', 'waived', 'holds'];
  const rows = [...groups.values()].sort((a, b) => order.indexOf(a[0]?.outcome ?? '') - order.indexOf(b[0]?.outcome ?? ''));
  return h(
    'section',
    { 'aria-labelledby': 'rules' },
    h('h2', { id: 'rules' }, 'Rules'),
    table(
      `All ${decision.rules.length} rules that were looked at`,
      [{ name: 'rule' }, { name: 'outcome' }, { name: 'about' }, { name: 'counts' }],
      rows.map((rules) => [
        code(rules[0]?.rule ?? ''),
        badge(RULE_MARK[rules[0]?.outcome ?? 'broken'], rules[0]?.outcome),
        listCodes(rules.map(({ match }) => match)),
        rules[0]?.tagOnly ? 'for tags only' : 'always',
      ]),
    ),
  );
}

/** Limits that changed since the last beta; loosened ones first. */
export function drawChanges({ decision }: ReportStory): Content {
  const changes = decision.configurationChanges;
  if (changes === null) return undefined;
  const order = ['loosened', 'changed', 'tightened'];
  const since = decision.given.changes ? `since ${decision.given.changes.tag}` : 'against the default branch';
  return h(
    'section',
    { 'aria-labelledby': 'changes' },
    h('h2', { id: 'changes' }, 'Limits and configuration'),
    changes.length === 0
      ? h('p', {}, `Nothing changed ${since}.`)
      : table(
          `What changed ${since}`,
          [{ name: 'where' }, { name: 'effect' }, { name: 'before' }, { name: 'after' }],
          [...changes]
            .sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect))
            .slice(0, 500)
            .map(({ file, pointer, before, after, effect }) => [
              code(`${file} ${pointer}`),
              badge(effect === 'loosened' ? 'fail' : effect === 'tightened' ? 'pass' : 'none', effect),
              code(before),
              code(after),
            ]),
        ),
  );
}
