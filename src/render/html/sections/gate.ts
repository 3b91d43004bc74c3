import { type EvidenceStatement, type Exhibit, extensionOf, judgementOf } from '../../../core/index.ts';
import { drawExhibit } from '../exhibits/index.ts';
import { drawFindings } from '../findings.ts';
import { badge } from '../mark.ts';
import { type Content, code, h } from '../markup.ts';
import { drawMeasurements } from '../measurements.ts';
import { count, digest, disclosure, facts, instant, leftOut, table } from '../parts.ts';
import type { ReportStory } from '../story.ts';

const MOST_CHECKS = 500;
/** Exhibits before the findings. */
const LEADING = 2;
const LONG_TABLE = 12;
const SHORT_TABLE = 5;
const MOST_INPUT_CHARACTERS = 4000;

/** One gate: verdict and number, findings, what it shows, what it measured, what it checked, and where this comes from. */
export function drawGate(statement: EvidenceStatement, story: ReportStory): Content {
  const own = extensionOf(statement);
  const { verdict, headline, checks, findings, measurements, exhibits } = judgementOf(statement);
  // What decides comes first, as a picture; long tables wait until somebody asks.
  const isLeading = (exhibit: Exhibit, index: number): boolean => index < LEADING && !isLong(exhibit);
  const drawn = (shown: readonly Exhibit[]): readonly Content[] =>
    shown.map((exhibit) => drawFolded(exhibit, verdict === 'pass')).filter((content) => content !== undefined);
  const leading = exhibits
    .filter(isLeading)
    .map(drawExhibit)
    .filter((content) => content !== undefined);
  const further = drawn(exhibits.filter((exhibit, index) => !isLeading(exhibit, index)));
  const sha256 = story.decision.gates.find(({ gate }) => gate === own.gate)?.sha256;
  return h(
    'section',
    { class: `gate ${verdict}`, 'aria-labelledby': own.gate },
    h('header', {}, h('h2', { id: own.gate }, own.gate), badge(verdict)),
    h('p', { class: 'quiet' }, story.titles[own.gate] ?? ''),
    h('p', { class: 'headline' }, headline),
    own.dirty ? h('p', { class: 'aside' }, 'The tree was dirty: no tag can stand on this evidence.') : undefined,
    leading.length > 0 ? h('div', { class: 'exhibits leading' }, leading) : undefined,
    h('h3', {}, 'Findings'),
    drawFindings(findings, own.findingCounts, story.words, verdict !== 'pass'),
    measurements.length > 0 ? [h('h3', {}, 'Numbers'), drawMeasurements(measurements)] : undefined,
    further.length > 0 ? [h('h3', {}, 'What else it looked at'), h('div', { class: 'exhibits' }, further)] : undefined,
    disclosure(
      `${count(checks.length, 'check')}: ${checks.filter((check) => check.verdict === 'pass').length} passed`,
      table(
        'Checks',
        [{ name: 'check' }, { name: 'verdict' }],
        [...checks]
          .sort((a, b) => Number(a.verdict === 'pass') - Number(b.verdict === 'pass'))
          .slice(0, MOST_CHECKS)
          .map((check) => [code(check.id), badge(check.verdict)]),
      ),
      leftOut(checks.length - MOST_CHECKS, 'all in the evidence'),
    ),
    disclosure(
      'Inputs and evidence',
      facts([
        ...(sha256 ? [['evidence', digest(sha256)] as const] : []),
        ['facts digest', digest(own.factsDigest)],
        ['ran', [instant(own.run.startedAt), ' to ', instant(own.run.finishedAt)]],
        [
          'on',
          `Node ${own.run.environment.node}, ${own.run.environment.platform} ${own.run.environment.arch}, ${own.tool.name} ${own.tool.version}`,
        ],
        ...(own.run.runId === undefined ? [] : [['run', `${own.run.runId}, attempt ${own.run.attempt ?? 1}`] as const]),
      ]),
      h('p', { class: 'caption' }, 'Inputs that the gate ran with'),
      h('pre', { tabindex: 0 }, JSON.stringify(own.inputs, null, 2).slice(0, MOST_INPUT_CHARACTERS)),
    ),
  );
}

function isLong(exhibit: Exhibit): boolean {
  return exhibit.kind === 'table' && exhibit.rows.length > LONG_TABLE;
}

/** A table opens when it is asked for, unless it is short and something is wrong. */
function drawFolded(exhibit: Exhibit, calm: boolean): Content {
  const drawn = drawExhibit(exhibit);
  if (drawn === undefined || exhibit.kind !== 'table' || !(calm || exhibit.rows.length > SHORT_TABLE)) return drawn;
  return disclosure(`${exhibit.title}: ${count(exhibit.rows.length, 'row')}`, drawn);
}
