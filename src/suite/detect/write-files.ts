import { stringify } from 'yaml';
import type { GateId } from '../../core/index.ts';
import { type Detected, OUTPUT_FOLDERS, type Suggestion } from './detected.ts';
import { listMissing } from './missing.ts';

export const CONFIGURATION_FILE = '.github/testops.yml';
export const CHECKLIST_FILE = '.github/readiness.yml';
export const WORKFLOW_FILE = '.github/workflows/testops-ci.yml';
export const IGNORE_FILE = '.gitignore';
/** Stands for the commit of this project that nobody named. */
export const NO_REFERENCE = 'COMMIT';

const SCHEMAS = 'https://raw.githubusercontent.com/testops/beta-gates/main/docs';

/** `testops.yml`: the gates that were chosen, and, as comments, how to add the others. */
export function configurationText({ suggestions, setup, load, build, missing }: Detected): string {
  const runsCode = suggestions.some(({ gate }) => gate === 'determinism-check');
  const example = (gate: GateId): string =>
    gate === 'determinism-check' && build?.outputs.length === 0
      ? `determinism-check: { run: ${build.command}, outputs: ["FOLDER/**"], compare: [outputs, exit] }`
      : EXAMPLES[gate];
  const lines = [
    `# yaml-language-server: $schema=${SCHEMAS}/testops.schema.json`,
    '# What the gates look at. A gate without a section does not run; every gate here must pass before a public beta.',
    'version: 1',
    '',
    ...(setup !== undefined && runsCode
      ? ['# Installs what the commands below need, in each job that runs one.', `setup: ${setup}`, '']
      : []),
    ...(load
      ? [
          `# ${load.tool} is here. Take the # away to have it run before the gates, where it is installed:`,
          `# load: ${oneLine(load.command)}`,
          '',
        ]
      : []),
    ...suggestions.flatMap(sectionLines),
    ...missing.flatMap(({ gate, add }) => [`# No ${gate} yet. It needs ${oneLine(add)}.`, `# ${oneLine(example(gate))}`, '']),
    ...(suggestions.length > 0 ? ['decision-record:', `  checklist: ${CHECKLIST_FILE}`, ''] : []),
  ];
  return lines.join('\n');
}

/** Every text that `configurationText` could have had for a repository without anything to look at, before what is there now came. */
export function configurationsOfNothing({ load, build, ...rest }: Detected): readonly string[] {
  const unsure = build && { ...build, outputs: [] };
  return [undefined, load].flatMap((eachLoad) =>
    [undefined, unsure].map((eachBuild) =>
      configurationText({ ...rest, suggestions: [], load: eachLoad, build: eachBuild, missing: listMissing([], eachBuild) }),
    ),
  );
}

const EXAMPLES: Readonly<Record<GateId, string>> = {
  'determinism-check': 'determinism-check: { run: npm run build, outputs: ["dist/**"], compare: [outputs, exit] }',
  'slo-gate': 'slo-gate: { thresholds: ["http_req_duration: p(95)<500"], results: ["load/*.json"] }',
  'telemetry-scan': 'telemetry-scan: { paths: ["logs/**"], fail-on: high }',
  'snapshot-compare': 'snapshot-compare: { baseline: baseline, actual: out/snapshots }',
  'deploy-preview': 'deploy-preview: { url: "https://testops.example" }',
};

const REMARKS: { readonly [Gate in GateId]?: string } = {
  'slo-gate': 'These limits are a beginning: write what you promise to your users.',
  'determinism-check':
    'The command runs in fresh copies of the repository, varied, and must make the same files every time. What it prints is not compared.',
};

function sectionLines({ gate, because, section }: Suggestion): readonly string[] {
  const remark = REMARKS[gate];
  return [
    `# Found ${oneLine(because)}.`,
    ...(remark === undefined ? [] : [`# ${remark}`]),
    ...stringify({ [gate]: section }, { lineWidth: 0 })
      .trimEnd()
      .split('\n'),
    '',
  ];
}

const ITEMS: Readonly<Record<GateId, { readonly id: string; readonly title: string }>> = {
  'determinism-check': { id: 'reproducible', title: 'The build makes the same every time' },
  'slo-gate': { id: 'objectives-met', title: 'Service level objectives are met under load' },
  'telemetry-scan': { id: 'no-private-data', title: 'Logs and traces hold no private data' },
  'snapshot-compare': { id: 'snapshots-kept', title: 'Snapshots are as the baseline' },
  'deploy-preview': { id: 'preview-up', title: 'A preview runs on enough replicas' },
};

/** `readiness.yml`: one item per gate, and how to add what people state. */
export function checklistText({ suggestions }: Detected): string {
  const document = {
    version: 1,
    items: suggestions.map(({ gate }) => ({ ...ITEMS[gate], evidence: [{ kind: 'gate', gate }] })),
  };
  return [
    '# What must be so before a public beta, each with what proves it.',
    stringify(document, { lineWidth: 0 }).trimEnd(),
    '# What only a person can say is proven by a statement with a link:',
    '#  - id: on-call',
    '#    title: Somebody is on call for the beta',
    '#    evidence:',
    '#      - { kind: statement, by: NAME, on: 2026-01-31, link: "https://…" }',
    '',
  ].join('\n');
}

/** The workflow that calls the suite: nothing by default, and of what is granted each has its reason. */
export function workflowText(reference: string): string {
  return `# Gates each pull request, each beta tag and, by hand, any commit. What the gates look at stands in ${CONFIGURATION_FILE}.
name: testops-ci

on:
  pull_request:
  push:
    tags: ["v*-beta*"]
  workflow_dispatch:
    inputs:
      commit:
        description: Commit to judge; default the head of the chosen branch
        type: string
      version:
        description: Beta that the decision is for, such as 2.5.0-beta.1
        type: string

permissions: {}

jobs:
  gates:
    # A full commit id pins what runs here: a tag can be moved.
    uses: testops/beta-gates/.github/workflows/testops-ci.yml@${reference}
    permissions:
      contents: read # check out the commit
      actions: read # download artifacts of the run
      attestations: read # look for signed decisions about earlier betas
      issues: read # look for incidents of earlier betas
      checks: write # check runs of the gates and the decision
      statuses: write # the status testops/beta-gate
      pull-requests: write # the one comment
    with:
      commit: \${{ inputs.commit }}
      version: \${{ inputs.version }}
    # For fingerprints that stay the same from run to run, add a secret of at least 32 random bytes:
    # secrets:
    #   telemetry-salt: \${{ secrets.TESTOPS_SALT }}
`;
}

/** `.gitignore` with what a run writes. */
export function ignoreText(): string {
  return `# Written by testops beta-check: evidence, decision and report.\n${OUTPUT_FOLDERS.map((folder) => `${folder}\n`).join('')}`;
}

/** Comments of YAML end at the line; control characters have no place in them. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
