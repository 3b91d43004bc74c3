import type { EvidenceExtension, Verdict } from '../../core/index.ts';
import type { ApplicableRequirement, DecisionFacts } from '../facts.ts';
import { matchesName, matchesPath } from '../patterns.ts';
import { broken, brokenIf, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { errorOf } from '../words.ts';

/** `check-passed`, `coverage-met`, `documents-refreshed` and `flag-used` of every requirement that applies; `match` begins with its id. */
export function judgeRequirements(facts: DecisionFacts): RuleResult[] {
  return facts.requirements.flatMap((entry) => {
    const results = [
      ...judgeChecks(entry, facts),
      ...judgeCoverage(entry, facts),
      ...judgeRefreshed(entry, facts),
      ...judgeFlags(entry, facts),
    ];
    return entry.tagOnly ? results.map(forTagsOnly) : results;
  });
}

/** Worst verdict of the checks that a pattern names: a failed one outranks an unmeasured one; `undefined` when it names none. */
export function verdictOfChecks(own: EvidenceExtension, pattern: string): Verdict | undefined {
  const verdicts = own.checks.filter(({ id }) => matchesName(id, pattern)).map(({ verdict }) => verdict);
  return (['fail', 'inconclusive', 'warn', 'pass'] as const).find((verdict) => verdicts.includes(verdict));
}

/** Value of a measurement, with its unit; `null` when it is absent or was not measured. */
export function measuredValue(own: EvidenceExtension, id: string): { readonly value: number; readonly unit: string } | null {
  const found = own.measurements.filter((measurement) => measurement.id === id);
  const [only] = found;
  return found.length === 1 && only && only.value !== null ? { value: only.value, unit: only.unit } : null;
}

function judgeChecks({ requirement }: ApplicableRequirement, { evidence }: DecisionFacts): RuleResult[] {
  return (requirement.checks ?? []).flatMap(({ gate, id }) => {
    const chosen = evidence.chosen.get(gate);
    if (!chosen) return [];
    const match = `${requirement.id}/${gate}/${id}`;
    const args = { gate, check: id, requirement: requirement.id };
    switch (verdictOfChecks(chosen.own, id)) {
      case undefined:
        return [broken('check-passed', match, errorOf('decision-record/check-missing', args, chosen.file))];
      case 'fail':
        return [broken('check-passed', match, errorOf('decision-record/check-failed', args, chosen.file))];
      case 'inconclusive':
        return [inconclusive(broken('check-passed', match, errorOf('decision-record/check-inconclusive', args, chosen.file)))];
      default:
        return [holds('check-passed', match)];
    }
  });
}

function judgeCoverage({ requirement }: ApplicableRequirement, { evidence }: DecisionFacts): RuleResult[] {
  return (requirement.coverage ?? []).flatMap(({ gate, measurement, 'at-least': needed }) => {
    const chosen = evidence.chosen.get(gate);
    if (!chosen) return [];
    const match = `${requirement.id}/${gate}/${measurement}`;
    const measured = measuredValue(chosen.own, measurement);
    if (!measured) {
      return [
        inconclusive(
          broken('coverage-met', match, errorOf('decision-record/coverage-unknown', { gate, measurement, needed }, chosen.file)),
        ),
      ];
    }
    if (measured.value >= needed) return [holds('coverage-met', match)];
    const args = { gate, measurement, found: measured.value, unit: measured.unit, needed };
    return [broken('coverage-met', match, errorOf('decision-record/coverage-short', args, chosen.file))];
  });
}

function judgeRefreshed({ requirement }: ApplicableRequirement, { given }: DecisionFacts): RuleResult[] {
  return (requirement.refreshed ?? []).map((pattern) => {
    // Without a previous beta everything counts as changed, the documents too; with one, unknown paths prove nothing.
    const refreshed = !given.changes || (given.changes.paths ?? []).some((path) => matchesPath(path, [pattern]));
    const findings = refreshed ? [] : [errorOf('decision-record/documents-not-refreshed', { requirement: requirement.id, pattern })];
    return brokenIf('documents-refreshed', `${requirement.id}/${pattern}`, findings);
  });
}

function judgeFlags({ requirement }: ApplicableRequirement, { evidence }: DecisionFacts): RuleResult[] {
  const chosen = evidence.chosen.get('deploy-preview');
  if (!chosen) return [];
  return (requirement.flags ?? []).map((flag) => {
    const findings = isFlagOn(chosen.own.inputs.flags, flag)
      ? []
      : [errorOf('decision-record/flag-not-used', { requirement: requirement.id, flag }, chosen.file)];
    return brokenIf('flag-used', `${requirement.id}/${flag}`, findings);
  });
}

/** `flags` of deploy-preview: lines `name=value` or `name`, or a map; a flag set to false, off or nothing is not on. */
function isFlagOn(flags: unknown, name: string): boolean {
  if (Array.isArray(flags)) {
    return flags.some((line) => {
      const text = String(line);
      const at = text.indexOf('=');
      return at < 0 ? text === name : text.slice(0, at) === name && isOn(text.slice(at + 1));
    });
  }
  return typeof flags === 'object' && flags !== null && Object.hasOwn(flags, name) && isOn((flags as Record<string, unknown>)[name]);
}

function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && !['', 'false', 'off', '0', 'no'].includes(value.trim().toLowerCase()));
}

function inconclusive(result: RuleResult): RuleResult {
  return { ...result, outcome: 'inconclusive' };
}
