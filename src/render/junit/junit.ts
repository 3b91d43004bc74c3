import { type AnyWords, type EvidenceStatement, extensionOf, judgementOf, type Verdict } from '../../core/index.ts';
import type { DecisionView, RuleView } from '../decision-view.ts';
import { countLevel, foldFindings } from '../fold-findings.ts';
import { placeText } from '../place.ts';
import { element, type XmlElement, xmlDocument } from './xml.ts';

const MOST_PER_CODE = 20;

/** What the file tells of. */
export interface JunitStory {
  readonly decision: DecisionView & { readonly gates: readonly { readonly gate: string; readonly verdict: Verdict | null }[] };
  readonly evidence: readonly EvidenceStatement[];
  readonly words: AnyWords;
  readonly withhold: (text: string) => string;
}

/**
 * JUnit XML as CI servers read it: a suite per gate with a case per check, and a suite of the decision with a case per rule that counts.
 * What failed is a `failure`, what could not be measured or left no evidence an `error`; nothing is ever `skipped`, which servers count as good.
 */
export function renderJunit(story: JunitStory): string {
  const { decision, evidence } = story;
  const told = new Set<string>(evidence.map((statement) => extensionOf(statement).gate));
  const suites = [
    ...evidence.map((statement) => gateSuite(statement, story)),
    ...decision.gates
      .filter(({ gate }) => !told.has(gate))
      .map(({ gate }) => suite(gate, [testCase(gate, 'evidence', 'inconclusive', 'no evidence of this gate counts', '')])),
    suite(
      'decision',
      decision.rules
        .filter((rule) => decision.forTag || !rule.tagOnly)
        .map((rule) =>
          testCase('decision', `${rule.rule}/${rule.match}`, RULE_VERDICT[rule.outcome], rule.codes.join(', ') || rule.outcome, ''),
        ),
    ),
  ];
  return xmlDocument(element('testsuites', { name: 'testops beta gates', ...total(suites) }, ...suites), story.withhold);
}

const RULE_VERDICT: Readonly<Record<RuleView['outcome'], Verdict>> = {
  holds: 'pass',
  waived: 'warn',
  broken: 'fail',
  inconclusive: 'inconclusive',
};

function gateSuite(statement: EvidenceStatement, { words }: JunitStory): XmlElement {
  const { gate, run, findingCounts } = extensionOf(statement);
  const { checks, findings, headline } = judgementOf(statement);
  const details = foldFindings(findings, findingCounts)
    .map(({ code, level, findings: members, total: number }) => {
      const word = words[code];
      const shown = members.slice(0, MOST_PER_CODE).map((finding) => {
        const place = placeText(finding.place);
        return `  ${place === '' ? '' : `${place}: `}${word ? word.message(finding.args as never) : code}`;
      });
      const left = number - shown.length;
      return [
        `${countLevel(number, level)} [${code}]`,
        ...shown,
        ...(left > 0 ? [`  and ${left} more`] : []),
        ...(word && level !== 'note' ? [`  do: ${word.fix}`] : []),
      ].join('\n');
    })
    .join('\n');
  // The findings stand with the first case that is not green, so that no server shows them twice.
  const first = checks.findIndex(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
  const cases = checks.map(({ id, verdict }, index) => testCase(gate, id, verdict, headline, index === first ? details : ''));
  const seconds = Math.max(0, (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
  return suite(gate, cases, { timestamp: run.startedAt.slice(0, 19), time: seconds.toFixed(3) }, details);
}

function testCase(suiteName: string, name: string, verdict: Verdict, message: string, details: string): XmlElement {
  const attributes = { classname: suiteName, name };
  if (verdict === 'fail') return element('testcase', attributes, element('failure', { message, type: 'fail' }, details));
  if (verdict === 'inconclusive') return element('testcase', attributes, element('error', { message, type: 'inconclusive' }, details));
  return verdict === 'warn'
    ? element('testcase', attributes, element('system-out', {}, `warn: ${message}`))
    : element('testcase', attributes);
}

function suite(name: string, cases: readonly XmlElement[], more: Readonly<Record<string, string>> = {}, output = ''): XmlElement {
  const having = (tag: string): number =>
    cases.filter(({ children }) => children.some((child) => typeof child !== 'string' && child.tag === tag)).length;
  const counts = { tests: String(cases.length), failures: String(having('failure')), errors: String(having('error')), skipped: '0' };
  return element('testsuite', { name, ...counts, ...more }, ...cases, ...(output === '' ? [] : [element('system-out', {}, output)]));
}

function total(suites: readonly XmlElement[]): Readonly<Record<string, string>> {
  const sum = (name: string): string => String(suites.reduce((number, { attributes }) => number + Number(attributes[name] ?? 0), 0));
  return { tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: '0' };
}
