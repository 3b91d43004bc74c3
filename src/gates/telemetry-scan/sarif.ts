import type { AnyWords, FindingOf, Level } from '../../core/index.ts';
import { type Arguments, words } from './words.ts';

const SARIF_LEVEL: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = { error: 'error', warning: 'warning', note: 'note' };
/** GitHub shows this number as critical, high, medium or low. */
const SECURITY_SEVERITY: Readonly<Record<string, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' };
/** GitHub keeps the first 5,000 results of a run and refuses more than 25,000. */
const MAX_RESULTS = 5_000;

/**
 * Findings as SARIF 2.1.0 (OASIS standard, 2020), within GitHub's limits: one run, at most 5,000 results. Findings without a file (what could not be
 * scanned at all) become notifications of the invocation, because code scanning shows only results with a place.
 */
export function renderSarif(findings: readonly FindingOf<Arguments>[]): string {
  const placed = findings.filter((finding) => finding.place?.file !== undefined).slice(0, MAX_RESULTS);
  const loose = findings.filter((finding) => finding.place?.file === undefined);
  const ids = [...new Set([...placed, ...loose].map((finding) => finding.code))].sort();
  const severities = new Map(placed.map((finding) => [finding.code, 'severity' in finding.args ? String(finding.args.severity) : '']));
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'testops telemetry-scan',
            informationUri: 'https://testops.github.io/beta-gates',
            rules: ids.map((id) => ({
              id,
              name: wordOf(id).title,
              shortDescription: { text: wordOf(id).title },
              help: { text: wordOf(id).fix },
              properties: { tags: ['security'], ...securityOf(severities.get(id)) },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: loose.every((finding) => finding.level !== 'error'),
            ...(loose.length === 0
              ? {}
              : {
                  toolExecutionNotifications: loose.map((finding) => ({
                    descriptor: { id: finding.code },
                    level: SARIF_LEVEL[finding.level],
                    message: { text: messageOf(finding) },
                  })),
                }),
          },
        ],
        results: placed.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: ids.indexOf(finding.code),
          level: SARIF_LEVEL[finding.level],
          message: { text: messageOf(finding) },
          locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(finding.place?.file ?? '') }, region: regionOf(finding) } }],
          ...(finding.fingerprint === undefined ? {} : { partialFingerprints: { 'testopsValue/v1': finding.fingerprint } }),
        })),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function wordOf(code: keyof Arguments & string): NonNullable<AnyWords[string]> {
  const word = (words as AnyWords)[code];
  if (word === undefined) throw new Error(`no words for ${code}`);
  return word;
}

function messageOf(finding: FindingOf<Arguments>): string {
  return (wordOf(finding.code).message as (args: unknown) => string)(finding.args);
}

function securityOf(severity: string | undefined): { 'security-severity'?: string } {
  const value = SECURITY_SEVERITY[severity ?? ''];
  return value === undefined ? {} : { 'security-severity': value };
}

/** Members of archives have no line in a file of the repository; they are shown at its beginning. */
function regionOf(finding: FindingOf<Arguments>): { startLine: number; byteOffset?: number } {
  const place = finding.place;
  if (place?.member !== undefined) return { startLine: 1 };
  return { startLine: place?.line ?? 1, ...(place?.byte === undefined ? {} : { byteOffset: place.byte }) };
}

/** A relative reference, RFC 3986: every segment encoded. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
