import { extensionOf, type Outcome } from '../../core/index.ts';
import { type Mark, OUTCOME_MARK, sign } from './mark.ts';
import { type Content, h } from './markup.ts';
import { drawPage } from './page.ts';
import { drawGate } from './sections/gate.ts';
import { drawGates } from './sections/gates.ts';
import { drawApprovals, drawChanges, drawChecklist, drawRules, drawWaivers } from './sections/people.ts';
import { drawProof } from './sections/proof.ts';
import { drawVerdict } from './sections/verdict.ts';
import type { ReportStory } from './story.ts';

const COLOURS: Readonly<Record<Outcome, string>> = { GO: '#12683a', CONDITIONAL: '#b87700', 'NO-GO': '#b01e16' };

/** `report.html`: the verdict and why, then each gate, then what people said and what everything rests on. The same bundle gives the same bytes. */
export function renderReport(story: ReportStory): string {
  const { decision, evidence } = story;
  const { outcome, given } = decision;
  const name = given.version ?? ('commit' in given.subject ? given.subject.commit.slice(0, 12) : 'a work tree');
  const people: readonly (readonly [string, string, Content])[] = [
    ['checklist', 'Readiness checklist', drawChecklist(story)],
    ['waivers', 'Waivers', drawWaivers(story)],
    ['approvals', 'Approvals', drawApprovals(story)],
    ['rules', 'Rules', drawRules(story)],
    ['changes', 'Limits', drawChanges(story)],
    ['proof', 'How to check this', drawProof(story)],
  ];
  const shown = people.filter(([, , content]) => content !== undefined);
  const entry = (id: string, text: string, mark?: Mark): Content =>
    h('li', {}, h('a', { href: `#${id}` }, mark ? sign(mark) : undefined, text));
  return drawPage(
    {
      title: `${outcome} for ${name}${given.repository === undefined ? '' : ` · ${given.repository}`}`,
      colour: COLOURS[outcome],
      header: [h('b', {}, 'TestOps beta gates'), h('span', {}, given.repository ?? ''), h('span', {}, given.version ?? '')],
      navigation: h(
        'ul',
        {},
        entry('verdict', outcome, OUTCOME_MARK[outcome]),
        evidence.map(extensionOf).map(({ gate, verdict }) => entry(gate, gate, verdict)),
        shown.map(([id, text]) => entry(id, text)),
      ),
      main: [
        drawVerdict(story),
        drawGates(story),
        evidence.map((statement) => drawGate(statement, story)),
        shown.map(([, , content]) => content),
      ],
      footer: h('p', {}, `Made by testops ${given.toolVersion} from the bundle of this decision alone.`),
    },
    story.withhold,
  );
}
