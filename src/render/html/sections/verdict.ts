import { extensionOf, type Finding, GATE_IDS, type GateId, type Outcome, sortBy } from '../../../core/index.ts';
import type { DecisionFindingView } from '../../decision-view.ts';
import { foldFindings } from '../../fold-findings.ts';
import { placeText } from '../../place.ts';
import { sentenceOf } from '../findings.ts';
import { badge, OUTCOME_MARK, sign } from '../mark.ts';
import { type Content, code, h, webLink } from '../markup.ts';
import { count, facts, instant, prose } from '../parts.ts';
import type { ReportStory } from '../story.ts';

const MEANING: Readonly<Record<Outcome, string>> = {
  GO: 'may become a public beta: every rule holds.',
  CONDITIONAL: 'may become a public beta, on conditions: what fails is waived, by name and until a day.',
  'NO-GO': 'must not become a public beta.',
};

/** Kinds of errors that a reason names. */
const MOST_GROUPS = 3;

/** The outcome and why, before anything else. */
export function drawVerdict(story: ReportStory): Content {
  const { decision } = story;
  const { outcome, given } = decision;
  const what = given.version ?? given.tag?.name;
  return h(
    'section',
    { class: `verdict ${OUTCOME_MARK[outcome]}`, 'aria-labelledby': 'verdict' },
    h('h1', { id: 'verdict' }, sign(OUTCOME_MARK[outcome]), h('span', {}, outcome)),
    h(
      'p',
      { class: 'lead' },
      'commit' in given.subject ? ['Commit ', code(given.subject.commit.slice(0, 12))] : 'This work tree, which is no commit,',
      given.repository === undefined ? '' : [' of ', given.repository],
      what === undefined ? '' : [', meant for ', h('strong', {}, what), ','],
      ` ${MEANING[outcome]}`,
    ),
    drawReasons(story),
    drawTag(story),
    drawMeta(story),
  );
}

/** A count that is good news, or just a count. */
function pill(good: boolean, text: string): Content {
  return good ? badge('pass', text) : h('span', { class: 'badge none' }, text);
}

/** What stands in the way, or what it rests on; each with what to do. */
function drawReasons(story: ReportStory): Content {
  const { decision, words } = story;
  // What gates said comes first, in the order of the gates; then what people or files lack.
  const loud = sortBy(
    decision.findings.filter(({ level }) => level === 'error'),
    (finding) => rankOf(finding),
  );
  const warnings = decision.findings.filter(({ level }) => level === 'warning');
  const item = (finding: (typeof loud)[number]): Content => {
    const gate = typeof finding.args.gate === 'string' ? finding.args.gate : undefined;
    const known = gate !== undefined && decision.gates.some((entry) => entry.gate === gate);
    return h(
      'li',
      {},
      prose(sentenceOf(finding, words)),
      known ? [' ', h('a', { href: `#${gate}` }, `See ${gate}`)] : undefined,
      ' ',
      h('span', { class: 'quiet' }, `[${finding.code}]`),
      // What a gate's own findings say to do is more to the point than what is said here of all gates.
      !known && words[finding.code] && finding.level === 'error'
        ? h('div', { class: 'fix' }, 'Do: ', prose(words[finding.code]?.fix ?? ''))
        : undefined,
      known && saysVerdict(finding) ? drawGravest(gate, story) : undefined,
    );
  };
  const counted = decision.rules.filter((rule) => decision.forTag || !rule.tagOnly);
  const held = counted.filter((rule) => rule.outcome === 'holds').length;
  return [
    loud.length > 0 ? [h('h2', {}, 'Why'), h('ul', { class: 'reasons' }, loud.slice(0, 50).map(item))] : undefined,
    loud.length > 50 ? h('p', {}, `and ${count(loud.length - 50, 'reason')} more, all in decision.json`) : undefined,
    drawConditions(story),
    warnings.length > 0
      ? h(
          'details',
          { open: loud.length === 0 },
          h('summary', {}, count(warnings.length, 'warning')),
          h('ul', { class: 'reasons' }, warnings.slice(0, 50).map(item)),
        )
      : undefined,
    h(
      'p',
      { class: 'tally' },
      pill(held === counted.length, `${held} of ${counted.length} rules hold`),
      pill(
        decision.gates.every(({ verdict }) => verdict === 'pass'),
        `${decision.gates.filter(({ verdict }) => verdict === 'pass').length} of ${count(decision.gates.length, 'gate')} passed`,
      ),
      decision.waivers.length > 0 ? badge('waived', count(decision.waivers.length, 'waiver')) : undefined,
    ),
  ];
}

/** Whether a finding of the decision says no more than that a gate did not pass. */
function saysVerdict({ args }: DecisionFindingView): boolean {
  return typeof args.headline === 'string';
}

function rankOf(finding: DecisionFindingView): number {
  const at = GATE_IDS.indexOf(finding.args.gate as GateId);
  return saysVerdict(finding) && at >= 0 ? at : GATE_IDS.length;
}

/** The gravest that a gate found, one line each, so that the page can be defended without scrolling. */
function drawGravest(gate: string, { evidence, words }: ReportStory): Content {
  const own = evidence.map(extensionOf).find((extension) => extension.gate === gate);
  if (!own) return undefined;
  const groups = foldFindings(own.findings as readonly Finding[], own.findingCounts).filter(({ level }) => level === 'error');
  if (groups.length === 0) return undefined;
  return h(
    'ul',
    { class: 'gravest' },
    groups.slice(0, MOST_GROUPS).map(({ findings, total }) => {
      const [first] = findings;
      if (!first) return undefined;
      const more = total > 1 ? ` (and ${count(total - 1, 'more', 'more')})` : '';
      const place = placeText(first.place);
      return h('li', {}, place === '' ? undefined : [h('code', { class: 'place' }, place), ' '], prose(sentenceOf(first, words)), more);
    }),
    groups.length > MOST_GROUPS
      ? h('li', { class: 'quiet' }, `and ${count(groups.length - MOST_GROUPS, 'other kind')} of error`)
      : undefined,
  );
}

function drawConditions({ decision }: ReportStory): Content {
  if (decision.outcome !== 'CONDITIONAL') return undefined;
  return [
    h('h2', {}, 'On these conditions'),
    h(
      'ul',
      { class: 'reasons' },
      decision.waivers.map(({ rule, match, owner, effectiveUntil }) =>
        h(
          'li',
          {},
          code(`${rule}/${match}`),
          ' is waived by ',
          h('strong', {}, owner),
          ` until ${effectiveUntil}. `,
          h('a', { href: '#waivers' }, 'Why'),
        ),
      ),
    ),
  ];
}

/** What the decision is for a tag, where it is another one. */
function drawTag({ decision }: ReportStory): Content {
  if (decision.forTag || decision.outcomeForTag === decision.outcome) return undefined;
  return h(
    'p',
    { class: 'aside' },
    badge(OUTCOME_MARK[decision.outcomeForTag], decision.outcomeForTag),
    ' for a tag: rules that count for tags only do not all hold. ',
    h('a', { href: '#rules' }, 'See the rules'),
  );
}

function drawMeta({ decision }: ReportStory): Content {
  const { given, decidedBy } = decision;
  const run = given.run.url ?? undefined;
  return facts([
    ['decided', [instant(given.timeVerified), decidedBy.kind === 'person' ? [' by ', h('strong', {}, decidedBy.by)] : ' by the policy']],
    ...(decidedBy.kind === 'person'
      ? [['reason given', [decidedBy.reason, decidedBy.link === undefined ? '' : [' ', webLink(decidedBy.link, 'link')]]] as const]
      : []),
    ['commit', 'commit' in given.subject ? code(given.subject.commit) : code(given.subject.workspaceSha256)],
    ...(given.dirty ? [['tree', 'differs from the commit; no tag can stand on it'] as const] : []),
    ['stands for', decision.maxAge],
    [
      'run',
      run === undefined
        ? `on a machine of its own (${given.run.event ?? 'local'})`
        : webLink(run, `${given.run.event ?? 'run'} ${given.run.id ?? ''}, attempt ${given.run.attempt ?? 1}`),
    ],
  ]);
}
