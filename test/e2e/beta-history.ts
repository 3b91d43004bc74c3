import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Base } from '../../src/decision/given.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import type { Files } from '../support/repository.ts';
import { createWorld, KEYS, type PlayedRun, type PlayOptions, playRun, signRun, type World } from './played-run.ts';

const SUMMARY = readFileSync(resolve('examples/inputs/k6-summary.json'), 'utf8');

/** Results of a load test whose 95th percentile is `p95` milliseconds. */
function resultsOf(p95: number): string {
  const summary = JSON.parse(SUMMARY);
  summary.metrics.http_req_duration['p(95)'] = p95;
  return JSON.stringify(summary);
}

/** One limit, `p(95) < limit`; `load` writes the results of the commit again, so that the run produced them. */
export const configOf = (limit: number, { gates = '', decision = '' } = {}) => `version: 1
load: for file in results/k6.json actual/report.json; do cp "$file" .again && cat .again > "$file" && rm .again; done
slo-gate:
  thresholds: ["http_req_duration: p(95)<${limit}"]
  results: [results/k6.json]
${gates}decision-record: { public-key: key.pub${decision} }
`;

/**
 * A commit by a letter and its limit, as the worked examples write it: A accepted by a run, R refused by one, X accepted and then refused by a person,
 * U tagged only, C a commit without a tag.
 */
export type Step = `${'A' | 'R' | 'X' | 'U' | 'C'}${number}`;

/** How the judged commit fared. */
export interface Judged {
  readonly exit: number;
  readonly outcome: string | undefined;
  readonly bases: readonly string[];
  readonly compared: readonly string[];
  readonly limits: string;
  /** Outcome of base-accepted; `warns` where it holds with a warning that no base exists. */
  readonly base: string;
  readonly previous: string | undefined;
  readonly moved: readonly string[];
  /** Errors and warnings of the decision, without `decision-record/`. */
  readonly codes: readonly string[];
  /** What limits-kept calls the limits that were loosened. */
  readonly loosened: readonly string[];
  /** What people read. */
  readonly log: string;
  /** Requests to GitHub. */
  readonly requests: number;
}

export interface JudgeOptions {
  /** Clone in which it is judged. */
  readonly cwd?: string;
  /** A laptop without a token: no decision can be looked up. */
  readonly withoutToken?: boolean;
  /** The clock is this many days ahead. */
  readonly daysLater?: number;
}

/** Betas of one repository on the emulated GitHub. */
export interface BetaHistory extends AsyncDisposable {
  readonly world: World;
  /** Id of the last run. */
  readonly lastRun: () => number;
  readonly commitOf: (step: string) => string;
  /** Commits, tags and decides; `files` are added to the commit. */
  add(step: Step, version?: string, files?: Files, config?: string): Promise<string>;
  /** Gates and decides on the commit that is checked out. */
  decide(version: string, options?: Partial<PlayOptions>): Promise<PlayedRun>;
  /** A person's no-go on what a run decided about the commit that is checked out. */
  retract(runId: number): Promise<void>;
  /** Those of these runs. */
  deleteArtifacts(...runIds: number[]): Promise<void>;
  /** Pushes everything and judges the commit that is checked out, with `testops beta-check`. */
  judge(version: string, options?: JudgeOptions): Promise<Judged>;
}

export async function startHistory(): Promise<BetaHistory> {
  const world = await createWorld({ '.github/testops.yml': configOf(1e6), 'results/k6.json': resultsOf(10) });
  const { repository, github, results } = world;
  const commits = new Map<string, string>();
  const nameOf = (commit: string) => [...commits].find(([, one]) => one === commit)?.[0] ?? commit;
  let run = 100;
  // GitHub is asked, and nothing is published, which spares the waits between writes.
  const token = await github.issueToken({ contents: 'read', actions: 'read', attestations: 'read', statuses: 'read' });
  const decide: BetaHistory['decide'] = async (version, options = {}) => {
    run += 1;
    await github.push(repository.path);
    return playRun(world, { id: run, event: 'workflow_dispatch', token, ...(version === '' ? {} : { version }), ...options });
  };
  const expectDecision = ({ decide: decided }: PlayedRun, ...outcomes: readonly string[]) => {
    if (!outcomes.includes(decided.outputs.decision ?? '')) throw new Error(`not ${outcomes.join(' or ')}:\n${decided.summary}`);
  };
  const retract: BetaHistory['retract'] = async (runId) => {
    await github.push(repository.path);
    run += 1;
    const inputs = { 'signing-key': KEYS.privateKey, decision: 'no-go', reason: 'the beta was called off' };
    const signed = await signRun(world, { id: run, runId, inputs });
    if (signed.exitCode !== 0) throw new Error(signed.log);
  };
  return {
    world,
    lastRun: () => run,
    commitOf: (step) => commits.get(step) ?? '',
    decide,
    retract,
    add: async (step, version, files = {}, config) => {
      const limit = Number(step.slice(1));
      const commit = await repository.commit(step, {
        '.github/testops.yml': config ?? configOf(limit),
        // What was refused answered too slowly.
        'results/k6.json': resultsOf(step.startsWith('R') ? limit + 20 : 10),
        ...files,
      });
      commits.set(step, commit);
      if (version !== undefined) {
        await repository.tag(`v${version}`);
        if (step.startsWith('R')) expectDecision(await decide(version), 'NO-GO');
        if (/^[AX]/.test(step)) expectDecision(await decide(version), 'GO');
        if (step.startsWith('X')) await retract(run);
      }
      return commit;
    },
    deleteArtifacts: async (...runIds) => {
      for (const runId of runIds) for (const { id } of results.artifacts(runId)) await results.deleteArtifact(id);
    },
    judge: async (version, { cwd = repository.path, withoutToken = false, daysLater } = {}) => {
      await github.push(repository.path);
      const later = `--import=data:text/javascript,${encodeURIComponent(shiftClock((daysLater ?? 0) * 86_400_000))}`;
      const bundle = join(cwd, 'testops-out/decision/decision.json');
      await rm(bundle, { force: true });
      const before = github.requests.length;
      const checked = await runCli({
        dist: DIST,
        args: ['beta-check', '--version', version],
        cwd,
        nodeVersion: 24,
        env: {
          ...(withoutToken
            ? {}
            : { GITHUB_TOKEN: github.ownerToken, GITHUB_API_URL: github.url, GITHUB_REPOSITORY: `${github.owner}/${github.repo}` }),
          ...(daysLater === undefined ? {} : { NODE_OPTIONS: later }),
        },
      });
      const log = checked.stdout + checked.stderr;
      const text = await readFile(bundle, 'utf8').catch(() => undefined);
      return {
        exit: checked.exitCode,
        log: log.replace(/\s+/g, ' '),
        requests: github.requests.length - before,
        ...readDecision(text === undefined ? undefined : JSON.parse(text), nameOf),
      };
    },
    [Symbol.asyncDispose]: async () => await world[Symbol.asyncDispose](),
  };
}

/** A program that sets the clock of its process ahead. */
const shiftClock = (ms: number) =>
  `const now = Date.now; globalThis.Date = class extends Date { constructor(...given) { super(...(given.length === 0 ? [Date.now()] : given)); } static now() { return now() + ${ms}; } };`;

interface DecisionJson {
  readonly outcome: string;
  readonly rules: readonly { readonly rule: string; readonly match: string; readonly outcome: string }[];
  readonly findings: readonly { readonly code: string; readonly level: string }[];
  readonly given: { readonly base?: Base };
}

/** Reads a decision; commits are named by `nameOf`. */
export function readDecision(
  decision: DecisionJson | undefined,
  nameOf: (commit: string) => string,
): Omit<Judged, 'exit' | 'log' | 'requests'> {
  const rules = decision?.rules ?? [];
  const codes = (decision?.findings ?? []).map(({ code }) => code.replace('decision-record/', ''));
  const outcomeOf = (rule: string) => {
    const outcomes = rules.filter((each) => each.rule === rule).map(({ outcome }) => outcome);
    return outcomes.find((outcome) => outcome !== 'holds') ?? outcomes[0] ?? 'absent';
  };
  const base = outcomeOf('base-accepted');
  const given = decision?.given.base;
  return {
    outcome: decision?.outcome,
    bases: (given?.bases ?? []).map(({ commit }) => nameOf(commit)).sort(),
    compared: (given?.compared ?? []).map(({ commit }) => nameOf(commit)).sort(),
    limits: outcomeOf('limits-kept'),
    base: base === 'holds' && codes.includes('base-absent') ? 'warns' : base,
    previous: given?.previous && nameOf(given.previous.commit),
    moved: (given?.moved ?? []).map(({ tag, commit, was }) => `${tag}: ${nameOf(was)} -> ${nameOf(commit)}`),
    codes,
    loosened: rules.filter(({ rule, outcome }) => rule === 'limits-kept' && outcome !== 'holds').map(({ match }) => match),
  };
}
