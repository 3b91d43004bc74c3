import { canonicalJson, type Verdict } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import { SEVERITIES } from './rules/rule.ts';

/**
 * Counts for those who answer for security: whether a critical finding is open, how many of each severity are open or accepted and by which rule, and
 * what was scanned. No place, no fingerprint, no name of a file. RFC 8785 JSON with a line feed.
 */
export function renderCompliance(facts: Facts, verdict: Verdict, scanDigest: string): string {
  const bySeverity = Object.fromEntries(
    SEVERITIES.map((severity) => {
      const own = facts.tallies.filter((tally) => tally.severity === severity);
      const found = own.reduce((sum, tally) => sum + tally.occurrences, 0);
      const accepted = own.reduce((sum, tally) => sum + tally.accepted, 0);
      return [severity, { found, accepted, open: found - accepted }];
    }),
  );
  const whole = facts.bytes > 0 && facts.obstacles.length === 0 && facts.unmatched.length === 0 && !facts.shard && !facts.missingParts;
  const report = {
    format: 'testops/telemetry-compliance/v1',
    // What was not scanned whole proves nothing.
    noOpenCriticalFinding: whole ? bySeverity.critical?.open === 0 : null,
    scannedWhole: whole,
    verdict,
    bySeverity,
    byRule: facts.tallies.map(({ rule, severity, occurrences, accepted }) => ({
      rule,
      severity,
      found: occurrences,
      accepted,
      open: occurrences - accepted,
    })),
    scanned: { files: facts.files, bytes: facts.bytes, notScannedWhole: facts.obstacles.length + facts.obstaclesLeftOut },
    accepted: {
      effective: facts.accepted.filter(({ state }) => state === 'effective').length,
      expired: facts.accepted.filter(({ state }) => state === 'expired').length,
    },
    rules: scanDigest,
  };
  return `${canonicalJson(report)}\n`;
}
