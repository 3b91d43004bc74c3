import { type Check, conclude, counted, type FindingOf, type Judgement, type Level, type Measurement } from '../../core/index.ts';
import { exhibitsOf } from './exhibits.ts';
import type { Facts, Group, Obstacle } from './facts.ts';
import { printFingerprint } from './fingerprint.ts';
import type { Inputs } from './inputs.ts';
import { SEVERITIES, type Severity } from './rules/rule.ts';
import type { Arguments } from './words.ts';

type Found = FindingOf<Arguments>;

/** Findings at `fail-on` and above fail, below it they warn; what could not be scanned is never a pass. */
export function judge(facts: Facts, inputs: Inputs): Judgement<Found> {
  if (facts.bytes === 0 && facts.obstacles.length === 0 && !facts.shard && !facts.missingParts) {
    return conclude<Found>({
      checks: [{ id: 'scanned', verdict: 'inconclusive' }],
      findings: [{ code: 'telemetry-scan/nothing-scanned', level: 'error', args: { patterns: inputs.paths, files: facts.files } }],
      measurements: [{ id: 'scanned', value: 0, unit: 'By' }],
      headline: facts.files === 0 ? 'no file to scan' : counted(facts.files, 'empty file'),
      exhibits: [],
    });
  }
  const fatal = SEVERITIES.indexOf(inputs['fail-on']);
  const open = (severity: Severity) =>
    facts.tallies.filter((tally) => tally.severity === severity).reduce((sum, tally) => sum + tally.occurrences - tally.accepted, 0);
  const checks: Check[] = SEVERITIES.map((severity, rank) => ({
    id: severity,
    verdict: open(severity) === 0 ? 'pass' : rank <= fatal ? 'fail' : 'warn',
  }));
  checks.push({ id: 'scanned', verdict: scannedVerdict(facts) });
  if (facts.shard || facts.missingParts) checks.push({ id: 'whole', verdict: 'inconclusive' });
  if (facts.accepted.length > 0) checks.push({ id: 'accepted', verdict: acceptedVerdict(facts) });
  return conclude<Found>({
    checks,
    findings: [...facts.groups.map((group, index) => describe(group, index, facts, fatal)), ...remarks(facts)],
    measurements: [
      { id: 'scanned', value: facts.bytes, unit: 'By' },
      { id: 'files', value: facts.files, unit: 'files' },
      ...(facts.quarantined ? [{ id: 'quarantined', value: facts.quarantined.values, unit: 'findings' }] : []),
      ...SEVERITIES.map(
        (severity, rank): Measurement => ({
          id: `open ${severity}`,
          value: open(severity),
          unit: 'findings',
          ...(rank <= fatal ? { limit: { comparison: '==' as const, value: 0 } } : { warnLimit: { comparison: '==' as const, value: 0 } }),
        }),
      ),
    ],
    headline: headlineOf(
      SEVERITIES.map((severity) => [severity, open(severity)] as const),
      facts,
    ),
    exhibits: exhibitsOf(facts),
  });
}

function headlineOf(counts: readonly (readonly [Severity, number])[], facts: Facts): string {
  const some = counts.filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
  return `${some.length === 0 ? 'nothing found' : some.join(', ')} in ${facts.files} ${facts.files === 1 ? 'file' : 'files'}`.slice(0, 80);
}

const UNSCANNED: readonly Obstacle['kind'][] = [
  'truncated',
  'corrupt',
  'unreadable',
  'changed',
  'binary',
  'too-deep',
  'too-many-members',
  'expands-too-far',
];

function scannedVerdict(facts: Facts): Check['verdict'] {
  if (facts.unmatched.length > 0 || facts.obstaclesLeftOut > 0 || facts.obstacles.some(({ kind }) => UNSCANNED.includes(kind)))
    return 'inconclusive';
  return facts.obstacles.length > 0 ? 'warn' : 'pass';
}

function acceptedVerdict(facts: Facts): Check['verdict'] {
  if (facts.key === undefined) return 'inconclusive';
  return facts.accepted.every(({ state, used }) => state === 'not-yet' || (state === 'effective' && used)) ? 'pass' : 'warn';
}

function describe(group: Group, index: number, facts: Facts, fatal: number): Found {
  const first = facts.groups.findIndex((other) => other.hmac === group.hmac);
  const rank = SEVERITIES.indexOf(group.severity);
  const level: Level = rank <= fatal ? 'error' : group.severity === 'low' ? 'note' : 'warning';
  const fingerprint = facts.key
    ? printFingerprint(facts.key.id, facts.key.epoch, group.hmac)
    : `unstable:${(first < 0 ? index : first) + 1}`;
  return {
    code: (group.rule.startsWith('own:') ? 'telemetry-scan/own-rule' : `telemetry-scan/${group.rule}`) as 'telemetry-scan/email',
    level,
    args: {
      rule: group.rule,
      severity: group.severity,
      score: group.score,
      reasons: group.reasons,
      encodings: group.encodings,
      length: group.length,
      occurrences: group.occurrences,
      field: group.field ?? null,
      service: group.service ?? null,
      fingerprint,
    },
    place: {
      file: group.file,
      line: group.line,
      byte: group.byte,
      ...(group.pointer === undefined ? {} : { pointer: group.pointer }),
      ...(group.member === undefined ? {} : { member: group.member }),
    },
    ...(facts.key ? { fingerprint } : {}),
  };
}

function remarks(facts: Facts): Found[] {
  const remarks: Found[] = facts.unmatched.map((pattern) => ({
    code: 'telemetry-scan/pattern-unmatched',
    level: 'error',
    args: { pattern },
  }));
  for (const obstacle of facts.obstacles) {
    remarks.push({
      code: `telemetry-scan/${obstacle.kind}` as 'telemetry-scan/corrupt',
      level: UNSCANNED.includes(obstacle.kind) ? 'error' : 'warning',
      args: { file: obstacle.file, member: obstacle.member ?? [], byte: obstacle.byte ?? null },
      place: {
        file: obstacle.file,
        ...(obstacle.byte === undefined ? {} : { byte: obstacle.byte }),
        ...(obstacle.member === undefined ? {} : { member: obstacle.member }),
      },
    });
  }
  if (facts.groupsLeftOut > 0)
    remarks.push({ code: 'telemetry-scan/findings-left-out', level: 'note', args: { groups: facts.groupsLeftOut } });
  if (facts.shard)
    remarks.push({ code: 'telemetry-scan/part-only', level: 'error', args: { index: facts.shard.index, of: facts.shard.of } });
  if (facts.missingParts) remarks.push({ code: 'telemetry-scan/parts-missing', level: 'error', args: { missing: facts.missingParts } });
  if (facts.rulesLeftOut) remarks.push({ code: 'telemetry-scan/own-rules-left-out', level: 'note', args: { rules: facts.rulesLeftOut } });
  for (const match of facts.notRekeyed ?? []) remarks.push({ code: 'telemetry-scan/not-rekeyed', level: 'warning', args: { match } });
  if (facts.accepted.length > 0 && facts.key === undefined)
    remarks.push({ code: 'telemetry-scan/accepted-without-salt', level: 'error', args: { entries: facts.accepted.length } });
  else
    for (const { match, owner, effectiveUntil, state, used } of facts.accepted) {
      if (state === 'expired')
        remarks.push({ code: 'telemetry-scan/accepted-expired', level: 'warning', args: { match, owner, effectiveUntil } });
      else if (state === 'effective' && !used)
        remarks.push({ code: 'telemetry-scan/accepted-unused', level: 'warning', args: { match, owner } });
    }
  return remarks;
}
