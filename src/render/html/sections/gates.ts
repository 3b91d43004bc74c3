import { type EvidenceStatement, extensionOf } from '../../../core/index.ts';
import { countLevel } from '../../fold-findings.ts';
import { badge } from '../mark.ts';
import { type Content, h } from '../markup.ts';
import { table } from '../parts.ts';
import type { ReportStory } from '../story.ts';

/** The gates with the number that decided each; also those that left no evidence. */
export function drawGates({ decision, evidence }: ReportStory): Content {
  const byGate = new Map<string, EvidenceStatement>(evidence.map((statement) => [extensionOf(statement).gate, statement]));
  return h(
    'section',
    { 'aria-labelledby': 'gates' },
    h('h2', { id: 'gates' }, 'Gates'),
    table(
      'What each gate says, and the number that decided',
      [{ name: 'gate' }, { name: 'verdict' }, { name: 'what decided' }, { name: 'checks', numeric: true }, { name: 'findings' }],
      decision.gates.map(({ gate, verdict, headline, required }) => {
        const statement = byGate.get(gate);
        return [
          [statement ? h('a', { href: `#${gate}` }, gate) : gate, required ? undefined : h('span', { class: 'quiet' }, ' reported only')],
          verdict === null ? badge('inconclusive', 'no evidence') : badge(verdict),
          headline ?? 'No evidence of this gate counts.',
          statement ? checksOf(statement) : '–',
          statement ? findingsOf(statement) : '–',
        ];
      }),
      'gates',
    ),
  );
}

function checksOf(statement: EvidenceStatement): string {
  const { checks } = extensionOf(statement);
  return `${checks.filter(({ verdict }) => verdict === 'pass').length}/${checks.length}`;
}

function findingsOf(statement: EvidenceStatement): string {
  const { findings, findingCounts } = extensionOf(statement);
  const all = Object.values(findingCounts).reduce((sum, number) => sum + number, 0);
  if (all > findings.length) return `${all.toLocaleString('en-US')} in all`;
  const parts = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number === 0 ? [] : [countLevel(number, level)];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}
