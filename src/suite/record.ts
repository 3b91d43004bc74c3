import { appendToLedger, type JsonObject, ledgerHeadText, parseEvidence } from '../core/index.ts';
import type { Ledger, LedgerFile, LedgerHead } from '../core/ports/ledger.ts';
import type { IncidentIssue, IncidentsEnd, Publisher } from '../core/ports/publisher.ts';
import {
  type Decision,
  incidentFingerprint,
  incidentsOf,
  ledgerLine,
  parseBetaVersion,
  releaseOf,
  SIGNATURE_FILES,
} from '../decision/index.ts';
import { dayBodyOf, readDayBody, sameDayBody } from '../gates/slo-gate/ledger/day-entry.ts';
import { type IncidentView, renderIncident, renderIncidentNote } from '../render/markdown/incident.ts';
import { renderReleaseBlock } from '../render/markdown/release-block.ts';
import { withholdLeaks } from './leaks.ts';
import { DAY_FOLDER, type SloEvidence } from './record/vouch-days.ts';
import { loadWords } from './words.ts';

/** What became of an entry: in the ledger (now, or before), or why not. */
export type Recorded =
  | { readonly kind: 'recorded'; readonly head: LedgerHead; readonly added: boolean }
  | { readonly kind: 'inconclusive'; readonly reason: string };

/** Appends the decision's line, once. */
export async function recordDecisionLine(ledger: Ledger, decision: Decision): Promise<Recorded> {
  const body = JSON.parse(ledgerLine(decision)) as JsonObject;
  return append(ledger, (entries) => (entries.some((entry) => entry.decisionSha256 === body.decisionSha256) ? undefined : body));
}

/**
 * Appends the day that evidence of slo-gate measured, once, with the evidence itself, so that a signature on it can be checked when the run is gone; undefined when
 * there is none to record.
 */
export async function recordDay(ledger: Ledger, evidence: SloEvidence): Promise<Recorded | undefined> {
  const body = dayBodyOf(evidence.statement, evidence.sha256);
  const day = body && readDayBody(body);
  if (!body || !day) return undefined;
  const isKnown = (entry: JsonObject) => {
    const known = readDayBody(entry);
    return known !== undefined && sameDayBody(known, day);
  };
  const { signature } = evidence;
  const files = [
    { path: `${DAY_FOLDER}/${evidence.sha256}.intoto.json`, bytes: evidence.bytes },
    ...(signature === undefined ? [] : [{ path: `${DAY_FOLDER}/${evidence.sha256}.signed.json`, bytes: signature }]),
  ];
  return append(ledger, (entries) => (entries.some(isKnown) ? undefined : body), files);
}

async function append(
  ledger: Ledger,
  bodyAfter: (bodies: readonly JsonObject[]) => JsonObject | undefined,
  files: readonly LedgerFile[] = [],
): Promise<Recorded> {
  const result = await appendToLedger(ledger, (entries) => bodyAfter(entries.map(({ body }) => body)), undefined, files);
  if (result.kind === 'appended' || result.kind === 'unchanged')
    return { kind: 'recorded', head: result.head, added: result.kind === 'appended' };
  const reason = result.kind === 'broken' ? `line ${result.problem.line} of ${ledger.name} is ${result.problem.kind}` : result.reason;
  return { kind: 'inconclusive', reason };
}

/** `412:9f86…`. */
export function headTextOf(recorded: Recorded): string {
  return recorded.kind === 'recorded' ? ledgerHeadText(recorded.head) : '';
}

/** Evidence of slo-gate that counts for a decision, out of its bundle. */
export function sloEvidenceOf(decision: Decision, files: ReadonlyMap<string, Uint8Array>): SloEvidence | undefined {
  const digest = decision.gates.find(({ gate }) => gate === 'slo-gate')?.sha256;
  if (digest === undefined || digest === null) return undefined;
  const bytes = files.get(`inputs/${digest}`);
  const signature = SIGNATURE_FILES.map((name) => files.get(name)).find((one) => one !== undefined);
  if (bytes === undefined) return undefined;
  return { sha256: digest, bytes, statement: parseEvidence(bytes, 'slo-gate'), ...(signature === undefined ? {} : { signature }) };
}

/** Where people read on. */
export interface Links {
  readonly runUrl: string;
  readonly bundleUrl: string | undefined;
}

/** The block of the release notes; undefined for a decision that was made for no version. */
export function releaseBlockOf(decision: Decision, links: Links): { readonly tag: string; readonly body: string } | undefined {
  const { given, decidedBy } = decision;
  const tag = given.tag?.name ?? (given.version === undefined ? undefined : parseBetaVersion(given.version).tag);
  if (tag === undefined || !('commit' in given.subject)) return undefined;
  const body = renderReleaseBlock({
    outcome: decision.outcome,
    timeVerified: given.timeVerified,
    commit: given.subject.commit,
    by: decidedBy.kind === 'person' ? decidedBy.by : undefined,
    gates: decision.gates,
    waivers: decision.waivers,
    tag,
    ...links,
  });
  return { tag, body: withholdLeaks(body) };
}

/** Incidents that a decision asks for: NO-GO on a tag or a scheduled run. */
export async function incidentIssuesOf(
  decision: Decision,
  decisionSha256: string,
  event: string,
  links: Links,
): Promise<readonly IncidentIssue[]> {
  if (!decision.forTag && event !== 'schedule') return [];
  const { given } = decision;
  const commit = 'commit' in given.subject ? given.subject.commit : undefined;
  const issues: IncidentIssue[] = [];
  for (const { kind, fingerprint, rules } of incidentsOf(decision)) {
    const codes = new Set(rules.flatMap((rule) => rule.codes));
    issues.push(
      await toIssue(
        {
          kind,
          release: releaseOf(decision),
          commit,
          decidedAt: given.timeVerified,
          findings: decision.findings.filter(({ code, level }) => level === 'error' && codes.has(code)),
          rules: rules.map(({ rule, match }) => `${rule}: ${match}`),
          ...links,
        },
        fingerprint,
        decisionSha256,
      ),
    );
  }
  return issues;
}

/** The incident of something that was refused without a decision of its own: a tag that must not stand, a repair that was impossible. */
export async function refusalIssueOf(view: Omit<IncidentView, 'rules'>, noteKey: string): Promise<IncidentIssue> {
  return toIssue({ ...view, rules: [] }, incidentFingerprint(view.release, view.kind), noteKey);
}

async function toIssue(view: IncidentView, fingerprint: string, noteKey: string): Promise<IncidentIssue> {
  const words = await loadWords();
  return {
    fingerprint,
    title: `Incident: ${view.kind} in ${view.release}`,
    body: withholdLeaks(renderIncident(view, words)),
    labels: [view.kind],
    decidedAt: view.decidedAt,
    note: renderIncidentNote(view, 'NO-GO'),
    noteKey,
  };
}

/** What a GO, or a CONDITIONAL, ends; undefined otherwise. Only one that was made for a tag or a scheduled run ends what such a one began. */
export function incidentsEndOf(decision: Decision, decisionSha256: string, event: string, links: Links): IncidentsEnd | undefined {
  if (decision.outcome === 'NO-GO' || (!decision.forTag && event !== 'schedule')) return undefined;
  const { given } = decision;
  const commit = 'commit' in given.subject ? given.subject.commit : undefined;
  return {
    fingerprintPrefix: `testops:${releaseOf(decision)}:`,
    decidedAt: given.timeVerified,
    note: renderIncidentNote(
      { decidedAt: given.timeVerified, commit, runUrl: links.runUrl },
      `${decision.outcome}: this ends the incident`,
    ),
    noteKey: decisionSha256,
  };
}

/** Writes everything that people see; addresses of the incidents that stand open, and permissions that were missing. */
export async function publishRecord(
  publisher: Publisher,
  what: {
    readonly block: { readonly tag: string; readonly body: string } | undefined;
    readonly issues: readonly IncidentIssue[];
    readonly end: IncidentsEnd | undefined;
  },
): Promise<{ readonly incidents: readonly string[]; readonly release: string | undefined; readonly missing: readonly string[] }> {
  const missing = new Set<string>();
  const incidents: string[] = [];
  for (const issue of what.issues) {
    const result = await publisher.incident(issue);
    if (result.kind === 'published') incidents.push(result.url);
    else missing.add(result.permission);
  }
  if (what.end)
    for (const result of await publisher.endIncidents(what.end)) if (result.kind === 'not-permitted') missing.add(result.permission);
  const written = what.block && (await publisher.releaseNotes({ ...what.block, name: 'decision' }));
  if (written?.kind === 'not-permitted') missing.add(written.permission);
  return { incidents, release: written?.kind === 'published' ? written.url : undefined, missing: [...missing].sort() };
}
