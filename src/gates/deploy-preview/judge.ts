import { type Check, conclude, type Exhibit, type FindingOf, type Judgement, type Measurement, worstVerdict } from '../../core/index.ts';
import type { ServiceFailure } from '../../core/ports/testops-service.ts';
import type { AcceptedDeployment, Facts, SeenHealth } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { countReady, differingFlags, isWorking } from './readiness.ts';
import { type Arguments, type Call, headlines, titles } from './words.ts';

type DeployFinding = FindingOf<Arguments>;

/** A check with the findings that explain it. */
interface Judged {
  readonly check: Check;
  readonly findings: readonly DeployFinding[];
}

const DEPLOY: Call = 'POST /v1/deploy/preview';
const HEALTH: Call = 'GET /v1/health';
const MOST_NAMES = 10;
const MOST_PARTS = 100;
const LONGEST_NAME = 80;

/** Fewer ready than needed, or another commit or other flags: fail. What was not answered, or not as the contract says: inconclusive. */
export function judge(facts: Facts, inputs: Inputs): Judgement<DeployFinding> {
  const { commit, deployment, health } = facts;
  const judged: Judged[] = [judgeDeployment(facts, inputs)];
  if (health?.kind === 'failure') judged.push(judgeFailure('health', HEALTH, health));
  else if (health !== undefined && commit !== undefined) judged.push(...judgeHealth(health, commit, inputs));
  const seen = health?.kind === 'seen' ? health : undefined;
  return conclude({
    checks: judged.map(({ check }) => check),
    findings: judged.flatMap(({ findings }) => findings),
    measurements: measurementsOf(seen, inputs),
    headline: headlineOf(seen, deployment?.kind === 'accepted', inputs),
    exhibits: exhibitsOf(deployment?.kind === 'accepted' ? deployment : undefined, seen, inputs),
  });
}

function judgeDeployment({ commit, deployment }: Facts, inputs: Inputs): Judged {
  if (commit === undefined || deployment === undefined) {
    return judged('deployment', 'inconclusive', [{ code: 'deploy-preview/no-commit', level: 'error', args: {} }]);
  }
  if (deployment.kind === 'failure') return judgeFailure('deployment', DEPLOY, deployment);
  const findings = [...commitFindings(DEPLOY, commit, deployment.commit), ...flagFindings(DEPLOY, inputs.flags, deployment.flags)];
  return judged('deployment', findings.length === 0 ? 'pass' : 'fail', findings);
}

function judgeHealth(health: SeenHealth, commit: string, inputs: Inputs): readonly Judged[] {
  return [
    judgeReplicas('runners', 'deploy-preview/too-few-runners', health.runners, inputs['min-runners']),
    judgeReplicas('gateways', 'deploy-preview/too-few-gateways', health.gateways, inputs['min-gateways']),
    judgeEngine(health),
    judgeCommit(health, commit),
    ...judgeFlags(health, inputs),
    ...judgeVersions(health),
  ];
}

function judgeReplicas(
  id: 'runners' | 'gateways',
  code: 'deploy-preview/too-few-runners' | 'deploy-preview/too-few-gateways',
  parts: readonly { readonly ready: boolean }[],
  needed: number,
): Judged {
  const ready = countReady(parts);
  if (ready >= needed) return judged(id, 'pass', []);
  return judged(id, 'fail', [{ code, level: 'error', args: { ready, needed, listed: parts.length } }]);
}

function judgeEngine(health: SeenHealth): Judged {
  if (isWorking(health)) return judged('engine', 'pass', []);
  const args = { status: health.status, engineReady: health.engine.ready };
  return judged('engine', 'fail', [{ code: 'deploy-preview/not-working', level: 'error', args }]);
}

function judgeCommit(health: SeenHealth, commit: string): Judged {
  if (health.commit === undefined) {
    return judged('commit', 'warn', [{ code: 'deploy-preview/commit-not-reported', level: 'warning', args: {} }]);
  }
  const findings = commitFindings(HEALTH, commit, health.commit);
  return judged('commit', findings.length === 0 ? 'pass' : 'fail', findings);
}

function judgeFlags(health: SeenHealth, { flags }: Inputs): readonly Judged[] {
  const sent = Object.keys(flags).length;
  if (sent === 0) return [];
  if (health.flags === undefined) {
    return [judged('flags', 'warn', [{ code: 'deploy-preview/flags-not-reported', level: 'warning', args: { flags: sent } }])];
  }
  const findings = flagFindings(HEALTH, flags, health.flags);
  return [judged('flags', findings.length === 0 ? 'pass' : 'fail', findings)];
}

function judgeVersions({ runners }: SeenHealth): readonly Judged[] {
  const versions = [...new Set(runners.flatMap(({ ready, version }) => (ready && version !== undefined ? [shorten(version)] : [])))].sort();
  if (versions.length === 0) return [];
  if (versions.length === 1) return [judged('versions', 'pass', [])];
  const args = { versions: versions.slice(0, MOST_NAMES), more: Math.max(0, versions.length - MOST_NAMES) };
  return [judged('versions', 'warn', [{ code: 'deploy-preview/mixed-versions', level: 'warning', args }])];
}

function judgeFailure(id: string, call: Call, { reason, status, detail }: ServiceFailure): Judged {
  const finding = ((): DeployFinding => {
    switch (reason) {
      case 'unreachable':
        return { code: 'deploy-preview/unreachable', level: 'error', args: { call, detail } };
      case 'timeout':
        return { code: 'deploy-preview/timed-out', level: 'error', args: { call, detail } };
      case 'not-json':
        return { code: 'deploy-preview/not-json', level: 'error', args: { call, detail } };
      case 'contract':
        return { code: 'deploy-preview/contract-violation', level: 'error', args: { call, detail } };
      default:
        return { code: 'deploy-preview/error-status', level: 'error', args: { call, status: status ?? 404 } };
    }
  })();
  return judged(id, 'inconclusive', [finding]);
}

function commitFindings(call: Call, expected: string, found: string): readonly DeployFinding[] {
  return found === expected ? [] : [{ code: 'deploy-preview/other-commit', level: 'error', args: { call, found, expected } }];
}

function flagFindings(call: Call, asked: Inputs['flags'], reported: Inputs['flags']): readonly DeployFinding[] {
  const differing = differingFlags(asked, reported);
  if (differing.length === 0) return [];
  const args = { call, flags: differing.slice(0, MOST_NAMES).map(shorten), more: Math.max(0, differing.length - MOST_NAMES) };
  return [{ code: 'deploy-preview/other-flags', level: 'error', args }];
}

function judged(id: string, verdict: Check['verdict'], findings: readonly DeployFinding[]): Judged {
  return { check: { id, verdict: worstVerdict([verdict]) }, findings };
}

function measurementsOf(health: SeenHealth | undefined, inputs: Inputs): readonly Measurement[] {
  return (['runners', 'gateways'] as const).map((id) => ({
    id: `${id} ready`,
    value: health === undefined ? null : countReady(health[id]),
    unit: id,
    limit: { comparison: '>=', value: inputs[`min-${id}`] },
  }));
}

function headlineOf(health: SeenHealth | undefined, deployed: boolean, inputs: Inputs): string {
  if (health === undefined) return deployed ? headlines.notSeen : headlines.notDeployed;
  return headlines.ready(countReady(health.runners), inputs['min-runners'], countReady(health.gateways), inputs['min-gateways']);
}

function exhibitsOf(deployment: AcceptedDeployment | undefined, health: SeenHealth | undefined, inputs: Inputs): readonly Exhibit[] {
  const exhibits: Exhibit[] = [];
  if (health !== undefined) {
    exhibits.push({
      kind: 'topology',
      title: titles.topology,
      groups: (['runners', 'gateways'] as const).map((id) => ({
        name: titles[id],
        needed: inputs[`min-${id}`],
        parts: [...health[id]]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, MOST_PARTS)
          .map((part) => ({ id: shorten(part.id), ready: part.ready })),
      })),
    });
  }
  if (deployment !== undefined) {
    const flags = Object.keys(deployment.flags).sort().slice(0, MOST_PARTS);
    exhibits.push({
      kind: 'table',
      title: titles.preview,
      columns: [{ name: titles.fact }, { name: titles.value }],
      rows: [
        [titles.address, addressOf(deployment.url)],
        [titles.commit, deployment.commit],
        ...(health === undefined ? [] : [[titles.engine, shorten(health.engine.version)]]),
        ...flags.map((name) => [titles.flag(shorten(name)), shortenValue(deployment.flags[name])]),
      ],
    });
  }
  return exhibits;
}

/** Without what could be a credential: a user, a password, a query. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '' : pathname}`.slice(0, 200);
}

function shorten(text: string): string {
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME - 1)}…`;
}

function shortenValue(value: boolean | string | undefined): boolean | string | null {
  return typeof value === 'string' ? shorten(value) : (value ?? null);
}
