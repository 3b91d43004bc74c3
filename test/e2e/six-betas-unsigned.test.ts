import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeInFullCheck } from '../support/skip.ts';
import { type Compared, readCompared } from './beta-line.ts';
import { CONFIG, createWorld, playRun, type World } from './played-run.ts';

/** The workflow that the README tells a team to write, pinned. */
const STARTER = (/```yaml\n(name: testops-ci\n[\s\S]*?)```/.exec(readFileSync(resolve('README.md'), 'utf8'))?.[1] ?? '').replace(
  '@COMMIT',
  `@${'c'.repeat(40)}`,
);
const SAME = '{"total": 3}\n';

interface Step {
  readonly name: string;
  readonly version: string;
  readonly checkout?: readonly string[];
  /** What the commit puts out; another one than the baseline is refused. */
  readonly actual?: string;
  /** The tag is pushed without a decision: the gates run then. */
  readonly tagFirst?: boolean;
  readonly afterLoss?: boolean;
  readonly expected: Partial<Compared>;
}

const FINE = { outcome: 'GO', broken: [] };

/** docs/architecture.md: "*Believed*: signed by a trusted signer, or, while GitHub has the run, confirmed by it". So what nobody signed is a base, until it is gone. */
const STEPS: readonly Step[] = [
  { name: 'first', version: '2.5.0-beta.1', expected: { ...FINE, bases: [], compared: [], about: ['base-absent'] } },
  // "A tag on the judged commit is never its base."
  {
    name: 'accepted',
    version: '2.5.0-beta.2',
    tagFirst: true,
    expected: { ...FINE, bases: ['first'], compared: ['first accepted'], previous: 'first' },
  },
  {
    // A NO-GO gets no tag.
    name: 'refused',
    version: '2.5.0-beta.3',
    actual: '{"total": 4}\n',
    expected: { outcome: 'NO-GO', broken: ['gate-passed'], bases: ['accepted'], compared: ['accepted accepted'] },
  },
  {
    // The number is free still.
    name: 'after the refused',
    version: '2.5.0-beta.3',
    expected: { ...FINE, bases: ['accepted'], compared: ['accepted accepted'] },
  },
  {
    // The base is behind it; the accepted beta with the next lower version is on the other line.
    name: 'old line',
    version: '2.6.0-beta.1',
    checkout: ['-b', 'maintenance', 'v2.5.0-beta.1'],
    expected: { ...FINE, bases: ['first'], compared: ['after the refused accepted', 'first accepted'], previous: 'first' },
  },
  {
    // "Without a base (… decisions that are gone) … limits no looser than in *every* ancestor beta tag …; the rule `base-accepted` warns": nothing became looser,
    // no gate compares with `tag:previous`, and no accepted beta is known elsewhere (row 21).
    name: 'after the loss',
    version: '2.6.0-beta.2',
    checkout: ['main'],
    afterLoss: true,
    expected: {
      ...FINE,
      bases: [],
      compared: ['accepted unknown', 'after the refused unknown', 'first unknown'],
      about: ['base-absent'],
    },
  },
];

describeInFullCheck('six betas of a team with the workflow of the README, no App and no key', () => {
  let world: World;
  const names = new Map<string, string>();
  const runs: number[] = [];
  let whole = true;
  beforeAll(async () => {
    expect(STARTER).toContain('  gates:\n');
    world = await createWorld({
      '.github/testops.yml': CONFIG.replace(/^decision-record.*\n/m, ''),
      '.github/workflows/testops-ci.yml': STARTER,
      '.github/workflows/testops-sign.yml': undefined,
      'key.pub': undefined,
    });
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  const play = async (id: number, how: { readonly version: string } | { readonly tag: string }) => {
    const started = 'tag' in how ? { ref: `refs/tags/${how.tag}` } : ({ event: 'workflow_dispatch', version: how.version } as const);
    runs.push(id);
    return playRun(world, { id, caller: 'gates', ...started });
  };

  it.each(STEPS.map((step, index) => [step.name, step, 100 * (index + 1)] as const))(
    '%s: no edit on the default branch',
    async (_name, { name, version, checkout, actual = SAME, tagFirst, afterLoss, expected }, id) => {
      expect({ earlier: whole }).toEqual({ earlier: true });
      whole = false;
      const { repository, github, results } = world;
      if (checkout) await repository.git('checkout', '--quiet', ...checkout);
      names.set(name, await repository.commit(name, { 'src/change.txt': `${name}\n`, 'actual/report.json': actual }));
      await github.push(repository.path);
      if (afterLoss) for (const run of runs) for (const artifact of results.artifacts(run)) await results.deleteArtifact(artifact.id);
      const tag = `v${version}`;
      const pushTag = async () => {
        await repository.tag(tag);
        await github.push(repository.path);
      };
      if (tagFirst) await pushTag();
      const { decide } = await play(id, tagFirst ? { tag } : { version });
      expect(await readCompared(join(repository.path, 'testops-out/decision'), names)).toMatchObject({
        ...expected,
        proven: [],
        asked: true,
      });
      expect(decide.outputs.decision).toBe(expected.outcome);
      // Everything that a decision takes from the default branch is as it was when the team began.
      expect(await repository.git('log', '--format=%s', 'main', '--', '.github', 'baseline')).toBe('First commit');
      if (expected.outcome === 'GO' && !tagFirst) {
        await pushTag();
        // docs/release-protection.md: "If the commit has a decision, that is verified, signature included …; unsigned it is refused". The next beta's base shows
        // that this retracts nothing: what nobody signed may not keep a tag, and was promised all the same.
        const ofTag = await play(id + 1, { tag });
        expect({ exit: ofTag.decide.exitCode, log: ofTag.decide.log }).toEqual({
          exit: 1,
          log: expect.stringContaining('decision-record/unsigned'),
        });
      }
      whole = true;
    },
    120_000,
  );

  it('after another loss, with `tag:previous`: one edit, which names the base', async () => {
    expect({ earlier: whole }).toEqual({ earlier: true });
    const { repository, github, results } = world;
    const configure = async (name: string, text: string) => {
      names.set(name, await repository.commit(name, { '.github/testops.yml': text }));
      await github.push(repository.path);
    };
    const compared = () => readCompared(join(repository.path, 'testops-out/decision'), names);
    const previous = CONFIG.replace(/^decision-record.*\n/m, '').replace('baseline: baseline', 'baseline: "tag:previous:baseline"');
    for (const run of runs) for (const artifact of results.artifacts(run)) await results.deleteArtifact(artifact.id);
    await configure('tag:previous', previous);
    // "the rule `base-accepted` … fails for a version on GitHub where `tag:previous` found a tag": the nearest ancestor tag, which nobody accepted as far as is known.
    await play(700, { version: '2.6.0-beta.3' });
    expect(await compared()).toMatchObject({
      outcome: 'NO-GO',
      broken: ['base-accepted'],
      about: ['base-unaccepted'],
      bases: [],
      previous: 'after the loss',
    });
    await configure('named base', `${previous}decision-record: { base: ${names.get('after the loss')} }\n`);
    await play(710, { version: '2.6.0-beta.3' });
    // "`decision-record.base`, where it is a proper ancestor, counts as one more accepted commit" (row 17).
    expect(await compared()).toMatchObject({ ...FINE, bases: ['after the loss'], previous: 'after the loss' });
  }, 120_000);
});
