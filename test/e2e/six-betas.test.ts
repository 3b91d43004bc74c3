import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createWorkflowRunEvent } from '../support/events.ts';
import { runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { askingGithub, type Compared, decideAlone, decideByCommand, readCompared, withLimit } from './beta-line.ts';
import { createWorld, playRun, signRun, type World } from './played-run.ts';

/** What testops-record.yml names. */
const RECORD_PERMISSIONS = { contents: 'write', actions: 'read', issues: 'write', statuses: 'read', attestations: 'read' } as const;

/** A beta, and what docs/architecture.md, "The base of a comparison", says about it. */
interface Step {
  readonly name: string;
  readonly version: string;
  /** `rate<limit`: larger is looser. */
  readonly limit: number;
  /** What is checked out for it; default, that of the beta before. */
  readonly checkout?: readonly string[];
  /** The decisions' artifacts are deleted before it. */
  readonly afterLoss?: boolean;
  readonly expected: Partial<Compared>;
  /** The same on a laptop: there nothing is known about any tag, so that every beta tag in the history counts and, unless it contains the commit, the tip of the default branch. */
  readonly alone: Partial<Compared>;
}

const LOOSER = { outcome: 'NO-GO', broken: ['limits-kept'] };
const FINE = { outcome: 'GO', broken: [] };

/** Written down from docs/architecture.md, "The base of a comparison". */
const STEPS: readonly Step[] = [
  {
    // "Without a base (a first beta …)": no tag, and the tip of the default branch is the commit itself (row 13). `base-accepted` warns.
    name: 'first',
    version: '2.5.0-beta.1',
    limit: 0.5,
    expected: { ...FINE, bases: [], compared: [], previous: undefined, about: ['base-absent'] },
    alone: { ...FINE, compared: [] },
  },
  {
    // "Bases are the proper ancestors of the commit with an accepted decision"; it has the next lower version too (row 2).
    name: 'accepted',
    version: '2.5.0-beta.2',
    limit: 0.4,
    expected: { ...FINE, bases: ['first'], compared: ['first accepted'], previous: 'first' },
    alone: { ...FINE, compared: ['first unknown'] },
  },
  {
    // "… that are not ancestors of another one": `first` is one of `accepted`. Looser than the base (row 1).
    name: 'refused',
    version: '2.5.0-beta.3',
    limit: 0.6,
    expected: { ...LOOSER, bases: ['accepted'], compared: ['accepted accepted'], previous: 'accepted' },
    alone: { ...LOOSER, compared: ['accepted unknown', 'first unknown'] },
  },
  {
    // A refused beta is no base although its tag was pushed (row 3), and it stops nobody: neither by its place nor by its number is it one of the tags "accepted
    // once, or of which nothing is known" (row 4).
    name: 'after the refused',
    version: '2.5.0-beta.4',
    limit: 0.4,
    expected: { ...FINE, bases: ['accepted'], compared: ['accepted accepted'], previous: 'accepted' },
    alone: {
      ...FINE,
      compared: ['accepted unknown', 'first unknown', 'refused unknown'],
    },
  },
  {
    // "the accepted beta with the next lower version wherever it lies (an old line cannot become a new beta with old limits)" (row 9).
    name: 'old line',
    version: '2.6.0-beta.1',
    limit: 0.5,
    checkout: ['-b', 'maintenance', 'v2.5.0-beta.1'],
    expected: {
      ...LOOSER,
      bases: ['first'],
      compared: ['after the refused accepted', 'first accepted'],
      previous: 'first',
    },
    alone: { ...LOOSER, compared: ['after the refused', 'first unknown'] },
  },
  {
    // The same line, now no looser than either.
    name: 'old line, stricter',
    version: '2.6.0-beta.2',
    limit: 0.4,
    expected: {
      ...FINE,
      bases: ['first'],
      compared: ['after the refused accepted', 'first accepted'],
      previous: 'first',
    },
    alone: {
      ...FINE,
      compared: ['after the refused', 'first unknown', 'old line unknown'],
    },
  },
  {
    // "accepted decision, tag still there or not": the signed summaries on the ledger branch say so, and are in the bundle (row 20). The old line has the next
    // lower version and is no ancestor; the refused beta's decision is gone too, but its tag is behind a base.
    name: 'after the loss',
    version: '2.6.0-beta.3',
    limit: 0.4,
    checkout: ['main'],
    afterLoss: true,
    expected: {
      ...FINE,
      bases: ['after the refused'],
      compared: ['after the refused accepted', 'old line, stricter accepted'],
      previous: 'after the refused',
      proven: ['after the refused'],
    },
    alone: {
      ...FINE,
      compared: ['accepted unknown', 'after the refused unknown', 'first unknown', 'refused unknown'],
    },
  },
];

describeInFullCheck('six betas of a team that signs and keeps a ledger', () => {
  let world: World;
  const names = new Map<string, string>();
  /** A beta rests on those before it: the first failure is the one to read. */
  let whole = true;
  const signedRuns: number[] = [];
  beforeAll(async () => {
    world = await createWorld();
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  async function commitStep({ name, limit, checkout }: Step): Promise<void> {
    const { repository } = world;
    if (checkout) await repository.git('checkout', '--quiet', ...checkout);
    const commit = await repository.commit(name, { '.github/testops.yml': withLimit(limit), 'src/change.txt': `${name}\n` });
    names.set(name, commit);
    await world.github.push(repository.path);
  }

  it.each(STEPS.map((step, index) => [step.name, step, 100 * (index + 1)] as const))(
    '%s',
    async (_name, step, id) => {
      const { repository, github, results } = world;
      expect({ earlier: whole }).toEqual({ earlier: true });
      whole = false;
      await commitStep(step);
      if (step.afterLoss) {
        for (const runId of signedRuns) for (const artifact of results.artifacts(runId)) await results.deleteArtifact(artifact.id);
      }
      const { expected, version } = step;
      const exit = expected.outcome === 'GO' ? 0 : 1;
      expect(await decideByCommand(repository, version, names, await askingGithub(world))).toMatchObject({
        exit,
        checked: { ...expected, asked: true },
        recorded: { ...expected, asked: true },
        // `verify` says that a NO-GO is one, and derives both again.
        verified: exit === 0 ? [] : [expect.stringContaining('no-go')],
      });
      expect(await decideAlone(repository, version, names)).toMatchObject({
        ...step.alone,
        bases: [],
        asked: false,
        about: ['base-absent'],
      });

      const ref = `refs/heads/${await repository.git('branch', '--show-current')}`;
      const run = await playRun(world, { id, event: 'workflow_dispatch', ref, version });
      expect(await readCompared(join(repository.path, 'testops-out/decision'), names)).toMatchObject({ ...expected, asked: true });
      expect(run.decide.outputs.decision).toBe(expected.outcome);
      signedRuns.push(id, id + 1);
      if (exit === 0) {
        const signed = await signRun(world, { id: id + 1, runId: id });
        expect({ exit: signed.exitCode, log: signed.exitCode === 0 ? '' : signed.log }).toEqual({ exit: 0, log: '' });
      }
      // Somebody tags the refused ones too.
      await repository.tag(`v${version}`);
      await github.push(repository.path);
      whole = exit !== 0;
      if (whole) return;
      const recorded = await runAction({
        action: 'record',
        dist: DIST,
        inputs: { 'github-token': await github.issueToken(RECORD_PERMISSIONS) },
        event: createWorkflowRunEvent(github, run.commit, {
          runId: id + 1,
          headSha: run.commit,
          headBranch: 'main',
          event: 'workflow_dispatch',
        }),
        cwd: repository.path,
        nodeVersion: 24,
        github,
        results,
        run: { id: id + 2, workflow: '.github/workflows/testops-record.yml' },
      });
      expect({ exit: recorded.exitCode, log: recorded.exitCode === 0 ? '' : recorded.log }).toEqual({ exit: 0, log: '' });
      whole = true;
    },
    120_000,
  );
});
