import type { AnyWords, Finding } from '../../core/index.ts';
import type { DecisionFindingView } from '../decision-view.ts';
import { codeSpan, escapeMarkdown, escapeProse } from './escape.ts';
import { limitMarkdown, MAX_COMMENT_CHARACTERS } from './limit.ts';

/** An incident, as the warroom form of `.github/ISSUE_TEMPLATE/warroom.yml` has it. */
export interface IncidentView {
  readonly kind: 'determinism-drop' | 'latency-breach' | 'pii-violation' | 'snapshot-damage' | 'decision';
  /** `2.5.0`, or a commit. */
  readonly release: string;
  readonly commit: string | undefined;
  readonly decidedAt: string;
  readonly findings: readonly DecisionFindingView[];
  /** Rules that are not met, `rule: match`. */
  readonly rules: readonly string[];
  readonly runUrl: string;
  readonly bundleUrl: string | undefined;
}

/** The headings, in the order of the form; a test holds the two together. */
export const INCIDENT_HEADINGS = ['Kind', 'What failed', 'Evidence', 'Roles', 'Timeline', 'Next steps'] as const;

const ROLLBACK = 'Roll back to the previous good snapshot tag (`git tag --list "v*" --sort=-creatordate`) while the cause is open.';
const NEXT_STEPS: Readonly<Record<IncidentView['kind'], readonly string[]>> = {
  'determinism-drop': [
    'Reproduce: `testops determinism-check`; the finding names the output, and which variation made it differ.',
    'Mend the cause. An accepted exception needs an owner and an end (`accepted` in `testops.yml`).',
  ],
  'latency-breach': [
    'Look at the objective and the measured number. If the load was wrong, adjust the load profile (`load` in `testops.yml`), not the limit.',
    'Test again: `testops slo-gate --results FILE --objectives FILE`, or start `testops-ci.yml` on the mended commit.',
  ],
  'pii-violation': [
    'Quarantine what was written: keep it from leaving, `quarantine-dir` holds the encrypted copies.',
    'Rotate the salt: the old one becomes `TESTOPS_PREVIOUS_SALT`, the new one `TESTOPS_SALT`.',
    'Mend what wrote it, then scan again: `testops telemetry-scan`.',
  ],
  'snapshot-damage': [
    'Compare: `testops snapshot-compare`; the finding names the snapshot and the path that differs.',
    'Decide whether the baseline or the code is wrong; a baseline changes only in a reviewed pull request.',
  ],
  decision: [
    'Read the decision: each rule that is not met says what it wants.',
    'Mend it and start `testops-ci.yml` again; a waiver needs an owner, a reason and an end.',
  ],
};

/** The body of an incident issue. People write around it and in comments. */
export function renderIncident(view: IncidentView, words: AnyWords): string {
  const section = (heading: (typeof INCIDENT_HEADINGS)[number], lines: readonly string[]) => [`### ${heading}`, '', ...lines, ''];
  const about = view.commit === undefined ? '' : ` on ${codeSpan(view.commit.slice(0, 12))}`;
  const bundle = view.bundleUrl === undefined ? [] : [`- [decision and evidence](${view.bundleUrl})`];
  const text = [
    ...section('Kind', [view.kind]),
    ...section('What failed', [
      `The beta gates said NO-GO for ${escapeMarkdown(view.release)}${about}.`,
      '',
      ...view.rules.map((rule) => `- ${codeSpan(rule)}`),
      ...view.findings.map((finding) => `- ${sentence(finding, words)} (${codeSpan(finding.code)})`),
    ]),
    ...section('Evidence', [`- [run](${view.runUrl})`, ...bundle]),
    ...section('Roles', [
      '- Lead (decides, keeps this issue):',
      '- Repair (finds and mends the cause):',
      '- Voice (tells users and the team):',
    ]),
    ...section('Timeline', [`- ${escapeMarkdown(view.decidedAt)}: NO-GO ([run](${view.runUrl})). What follows stands in the comments.`]),
    ...section(
      'Next steps',
      [...NEXT_STEPS[view.kind], ROLLBACK].map((step) => `- [ ] ${step}`),
    ),
  ].join('\n');
  return limitMarkdown(text.trimEnd(), MAX_COMMENT_CHARACTERS - 1000, `cut here; the rest stands in [the run](${view.runUrl})`);
}

/** One entry in the timeline. */
export function renderIncidentNote(view: Pick<IncidentView, 'decidedAt' | 'runUrl' | 'commit'>, outcome: string): string {
  const about = view.commit === undefined ? '' : ` on ${codeSpan(view.commit.slice(0, 12))}`;
  return `${escapeMarkdown(view.decidedAt)}: **${escapeMarkdown(outcome)}**${about} ([run](${view.runUrl}))`;
}

function sentence({ code, args }: Pick<Finding, 'code' | 'args'>, words: AnyWords): string {
  const word = words[code];
  return escapeProse(word ? word.message(args as never) : code);
}
