import { endOf, type GateId, sha256, startOf } from '../../core/index.ts';
import { type ChecklistEvidence, type ChecklistItem, releaseNotesPath } from '../checklist.ts';
import { durationMs } from '../durations.ts';
import type { DecisionFacts } from '../facts.ts';
import { matchesName } from '../patterns.ts';
import { CLOCK_SKEW_MS } from '../read-evidence.ts';
import { sectionOf } from '../release-notes.ts';
import { forTagsOnly, type RuleResult } from '../rule.ts';
import { type DecisionFinding, errorOf } from '../words.ts';
import { measuredValue, verdictOfChecks } from './requirements.ts';

/** What one proof lacks. `unmeasured`: only because something could not be measured; `versionless`: only because the decision is for no version. */
interface Lack {
  readonly finding: DecisionFinding;
  readonly unmeasured?: boolean;
  readonly versionless?: boolean;
}

/** `readiness/<item>`: everything that the item is bound to is there and as it should be. */
export function judgeReadiness(facts: DecisionFacts): RuleResult[] {
  return (facts.checklist?.items ?? []).map((item) => judgeItem(item, facts));
}

function judgeItem(item: ChecklistItem, facts: DecisionFacts): RuleResult {
  const lacks = item.evidence.flatMap((proof) => lacksOf(proof, item.id, facts));
  const result: RuleResult = {
    rule: 'readiness',
    match: item.id,
    outcome: lacks.length === 0 ? 'holds' : lacks.every(({ unmeasured }) => unmeasured) ? 'inconclusive' : 'broken',
    findings: lacks.map(({ finding }) => finding),
    tagOnly: false,
  };
  return lacks.length > 0 && lacks.every(({ versionless }) => versionless) ? forTagsOnly(result) : result;
}

function lacksOf(proof: ChecklistEvidence, item: string, facts: DecisionFacts): Lack[] {
  switch (proof.kind) {
    case 'gate':
      return [...gateLacks(proof.gate, item, facts), ...openFindings(proof, item, facts)];
    case 'check': {
      const chosen = facts.evidence.chosen.get(proof.gate);
      const found = chosen ? (verdictOfChecks(chosen.own, proof.id) ?? 'missing') : 'without evidence';
      if (found === 'pass' || found === 'warn') return [];
      const finding = errorOf('decision-record/readiness-check', { item, gate: proof.gate, check: proof.id, found }, chosen?.file);
      return [{ finding, unmeasured: found === 'inconclusive' }];
    }
    case 'measurement': {
      const chosen = facts.evidence.chosen.get(proof.gate);
      const found = chosen ? (measuredValue(chosen.own, proof.id)?.value ?? null) : null;
      const needed = proof['at-least'];
      if (found !== null && found >= needed) return [];
      const args = { item, gate: proof.gate, measurement: proof.id, found, needed };
      return [
        {
          finding: errorOf('decision-record/readiness-measurement', args, chosen?.file),
          unmeasured: chosen !== undefined && found === null,
        },
      ];
    }
    case 'artifact':
      return artifactLacks(proof, item, facts);
    case 'file':
      return fileLacks(proof, item, facts);
    case 'release-note':
      return noteLacks(proof, item, facts);
    case 'statement':
      return statementLacks(proof, item, facts);
  }
}

function gateLacks(gate: GateId, item: string, { evidence }: DecisionFacts): Lack[] {
  const chosen = evidence.chosen.get(gate);
  const found = chosen?.own.verdict ?? 'without evidence';
  if (found === 'pass' || found === 'warn') return [];
  return [
    { finding: errorOf('decision-record/readiness-gate', { item, gate, found }, chosen?.file), unmeasured: found === 'inconclusive' },
  ];
}

function openFindings(proof: ChecklistEvidence & { kind: 'gate' }, item: string, { evidence }: DecisionFacts): Lack[] {
  const chosen = evidence.chosen.get(proof.gate);
  if (!chosen) return [];
  return Object.entries(chosen.own.findingCounts)
    .filter(([code]) => (proof.without ?? []).some((pattern) => matchesName(code, pattern)))
    .map(([code, count]) => ({
      finding: errorOf('decision-record/readiness-open-finding', { item, gate: proof.gate, code, count }, chosen.file),
    }));
}

function artifactLacks(proof: ChecklistEvidence & { kind: 'artifact' }, item: string, { given }: DecisionFacts): Lack[] {
  const { name, sha256: expected } = proof;
  const attached = given.artifacts.filter((artifact) => artifact.name === name);
  if (attached.length === 0) return [{ finding: errorOf('decision-record/readiness-artifact-missing', { item, name }) }];
  // Two artifacts of one name: every one must be the expected one.
  return attached
    .filter((artifact) => expected !== undefined && artifact.sha256 !== expected)
    .map((artifact) => ({
      finding: errorOf('decision-record/readiness-artifact-changed', { item, name, found: artifact.sha256, expected: expected ?? '' }),
    }));
}

function fileLacks(proof: ChecklistEvidence & { kind: 'file' }, item: string, facts: DecisionFacts): Lack[] {
  const { path } = proof;
  const bytes = facts.files.find(({ name }) => name === path)?.bytes;
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (bytes === undefined || text.trim() === '') return [{ finding: errorOf('decision-record/readiness-file-missing', { item, path }) }];
  const digest: Lack[] =
    proof.sha256 === undefined || proof.sha256 === sha256(bytes)
      ? []
      : [{ finding: errorOf('decision-record/readiness-file-differs', { item, path, expected: `the digest ${proof.sha256}` }, path) }];
  const texts = (proof.contains ?? []).flatMap((template): Lack[] => {
    const expected = fillIn(template, facts);
    if (expected === undefined) return [versionless(item, template)];
    if (text.includes(expected)) return [];
    return [{ finding: errorOf('decision-record/readiness-file-differs', { item, path, expected: JSON.stringify(expected) }, path) }];
  });
  return [...digest, ...texts];
}

function noteLacks(proof: ChecklistEvidence & { kind: 'release-note' }, item: string, facts: DecisionFacts): Lack[] {
  const { beta, checklist, files } = facts;
  if (!beta || !checklist) return [versionless(item, 'a release note')];
  const path = releaseNotesPath(checklist);
  const text = new TextDecoder().decode(files.find(({ name }) => name === path)?.bytes ?? new Uint8Array());
  const section = sectionOf(text, beta) ?? '';
  return proof.contains.flatMap((template) => {
    const expected = fillIn(template, facts) ?? template;
    if (section.includes(expected)) return [];
    return [{ finding: errorOf('decision-record/readiness-note-missing', { item, path, expected: JSON.stringify(expected) }, path) }];
  });
}

function statementLacks(proof: ChecklistEvidence & { kind: 'statement' }, item: string, { now }: DecisionFacts): Lack[] {
  const { by, on, 'max-age': maxAge } = proof;
  const lack = (reason: string): Lack[] => [{ finding: errorOf('decision-record/readiness-statement-date', { item, by, on, reason }) }];
  if (startOf(on) > now + CLOCK_SKEW_MS) return lack('lies in the future');
  if (maxAge !== undefined && endOf(on) + durationMs(maxAge) <= now) return lack(`is older than ${maxAge}`);
  return [];
}

function versionless(item: string, text: string): Lack {
  return { finding: errorOf('decision-record/readiness-needs-version', { item, text }), versionless: true };
}

/** Fills in the version; `undefined` when the text asks for one and there is none. */
function fillIn(template: string, { beta }: DecisionFacts): string | undefined {
  if (!/\{(version|base|tag)\}/.test(template)) return template;
  return beta && template.replaceAll('{version}', beta.version).replaceAll('{base}', beta.base).replaceAll('{tag}', beta.tag);
}
