import {
  buildEvidence,
  canonicalJson,
  conclude,
  type EvidenceParts,
  evidenceBytes,
  type GateId,
  type Verdict,
} from '../../src/core/index.ts';
import { type Decision, type DecisionInput, decide, type InputDocument } from '../../src/decision/index.ts';
import { directionsTable } from '../../src/suite/configuration/directions.ts';

/** A repository, a commit, a run and a clock that every test of the decision shares. */
export const COMMIT = '1111111111111111111111111111111111111111';
export const OTHER_COMMIT = '2222222222222222222222222222222222222222';
export const REPOSITORY = 'octo-org/testops';
export const NOW = Date.parse('2026-11-22T12:00:00Z');
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function text(name: string, content: string, origin?: InputDocument['origin']): InputDocument {
  return { name, bytes: new TextEncoder().encode(content), ...(origin ? { origin } : {}) };
}

/** A document as it stands on the default branch. */
export function onMain(name: string, content: string): InputDocument {
  return text(name, content, { kind: 'default-branch', commit: OTHER_COMMIT });
}

export interface EvidenceChoices {
  readonly verdict?: Verdict;
  readonly checks?: readonly { readonly id: string; readonly verdict: Verdict }[];
  readonly measurements?: EvidenceParts['judgement']['measurements'];
  readonly findings?: EvidenceParts['judgement']['findings'];
  readonly inputs?: EvidenceParts['inputs'];
  readonly subject?: EvidenceParts['subject'];
  readonly dirty?: boolean;
  readonly previous?: EvidenceParts['previous'];
  /** Default none; `null` as evidence of an older version has it. */
  readonly measured?: EvidenceParts['measured'] | null;
  readonly run?: Partial<EvidenceParts['run']>;
  /** Name of the file, when not the usual one. */
  readonly name?: string;
}

/** Evidence as a gate writes it. */
export function evidenceOf(gate: GateId, choices: EvidenceChoices = {}): InputDocument {
  const judgement = conclude({
    checks: choices.checks ?? [{ id: 'main', verdict: choices.verdict ?? 'pass' }],
    findings: choices.findings ?? [],
    measurements: choices.measurements ?? [],
    headline: `${gate} said so`,
    exhibits: [],
  });
  const evidence = buildEvidence({
    gate,
    subject: choices.subject ?? { commit: COMMIT },
    judgement,
    inputs: choices.inputs ?? {},
    dirty: choices.dirty ?? false,
    ...(choices.previous === undefined ? {} : { previous: choices.previous }),
    ...(choices.measured === null ? {} : { measured: choices.measured ?? [] }),
    toolVersion: '0.1.0',
    run: {
      repository: REPOSITORY,
      runId: '1000',
      attempt: 1,
      event: 'push',
      environment: { node: 'v24.0.0', platform: 'linux', arch: 'x64' },
      startedAt: '2026-11-22T11:00:00Z',
      finishedAt: '2026-11-22T11:30:00Z',
      ...choices.run,
    },
  });
  return { name: choices.name ?? `${gate}.intoto.json`, bytes: evidenceBytes(evidence) };
}

/** The table that the suite hands over. */
export const DIRECTIONS = text('directions.json', canonicalJson(directionsTable()));

const CONFIGURATION = 'version: 1\n';

/** An accepted beta with one testops.yml, and another one at the judged commit; `undefined` where the files could not be listed. */
export function comparedWith(before: string | undefined, after: string | undefined): Pick<DecisionInput, 'base' | 'limits'> {
  const tag = 'v2.4.0-beta.1';
  const files = (content: string | undefined) => (content === undefined ? {} : { files: [text('testops.yml', content)] });
  return {
    base: {
      bases: [{ commit: OTHER_COMMIT, tag }],
      compared: [{ commit: OTHER_COMMIT, tag, standing: 'accepted', why: ['base'], ...files(before) }],
      moved: [],
      steering: [],
      asked: true,
    },
    limits: { configuration: 'testops.yml', directions: DIRECTIONS, branch: [], ...files(after) },
  };
}

/** Two gates that passed on a push after an accepted beta with the same limits; no policy. */
export function inputOf(changes: Partial<DecisionInput> = {}): DecisionInput {
  return {
    now: NOW,
    toolVersion: '0.1.0',
    repository: REPOSITORY,
    subject: { commit: COMMIT },
    dirty: false,
    run: {
      id: '1000',
      attempt: 1,
      event: 'push',
      workflow: `https://github.com/${REPOSITORY}/.github/workflows/testops-ci.yml@refs/heads/main`,
    },
    defaultBranch: { name: 'main', commit: OTHER_COMMIT, source: 'forge' },
    ...comparedWith(CONFIGURATION, CONFIGURATION),
    configured: ['determinism-check', 'slo-gate'],
    evidence: [evidenceOf('determinism-check'), evidenceOf('slo-gate')],
    ...changes,
  };
}

/** Evidence of both gates, one of them otherwise. */
export function withSlo(choices: EvidenceChoices): DecisionInput['evidence'] {
  return [evidenceOf('determinism-check'), evidenceOf('slo-gate', choices)];
}

/** What the tables look at. */
export function summaryOf(decision: Decision): { outcome: string; exit: number; codes: string[] } {
  const codes = new Set(decision.findings.filter(({ level }) => level === 'error').map(({ code }) => code.replace('decision-record/', '')));
  return { outcome: decision.outcome, exit: decision.exit, codes: [...codes].sort() };
}

export function decideCase(changes: Partial<DecisionInput> = {}): Decision {
  return decide(inputOf(changes));
}
