import { describe, expect, it } from '@jest/globals';
import { parseBetaVersion } from '../../../src/decision/index.ts';
import { createHost } from '../../../src/host/index.ts';
import { localSource } from '../../../src/suite/git-source.ts';
import { type BaseDemand, resolveBases } from '../../../src/suite/tag/bases.ts';
import { type DecisionIndex, type TaggedCommit, UNASKED } from '../../../src/suite/tag/decision-index.ts';
import { createRepository, type TestRepository } from '../../support/repository.ts';

type Known = 'accepted' | 'refused' | 'retracted';

/** What is known, by `tag commit`; everything else is unknown. Tags and commits asked about are counted. */
function indexOf(
  known: ReadonlyMap<string, Known>,
  recorded: readonly TaggedCommit[] = [],
): DecisionIndex & { readonly asked: true; questions: string[] } {
  const questions: string[] = [];
  return {
    asked: true,
    questions,
    standingOf: async ({ tag, commit }) => {
      questions.push(`${tag} ${commit}`);
      return { standing: known.get(`${tag} ${commit}`) ?? 'unknown' };
    },
    listRecorded: async () => recorded,
  };
}

/** One history from left to right: each entry is a commit with the tag on it and what is known about the decision. */
type Step = readonly [name: string, known?: Known | 'unknown', version?: string];

interface Built {
  readonly repository: TestRepository;
  readonly commits: ReadonlyMap<string, string>;
  readonly known: Map<string, Known>;
}

async function build(repository: TestRepository, steps: readonly Step[], built?: Built): Promise<Built> {
  const commits = new Map(built?.commits);
  const known = new Map(built?.known);
  for (const [name, standing, version] of steps) {
    const commit = await repository.commit(name, { 'limit.txt': `${name}\n` });
    commits.set(name, commit);
    if (standing === undefined || version === undefined) continue;
    await repository.git('tag', `v${version}`, commit);
    if (standing !== 'unknown') known.set(`v${version} ${commit}`, standing);
  }
  return { repository, commits, known };
}

const hostOf = (path: string) => createHost({ workspace: path, environment: process.env, quiet: true }).repository;

async function resolve(built: Built, version: string | undefined, more: Partial<BaseDemand> & { index?: DecisionIndex } = {}) {
  const commit = more.commit ?? (await built.repository.git('rev-parse', 'HEAD'));
  const { index = indexOf(built.known), ...demand } = more;
  const { base } = await resolveBases(localSource(hostOf(built.repository.path), undefined), index, {
    commit,
    version: version === undefined ? undefined : parseBetaVersion(version),
    named: undefined,
    tip: commit,
    ...demand,
  });
  const nameOf = (id: string) => [...built.commits].find(([, one]) => one === id)?.[0] ?? id;
  return {
    bases: base.bases.map((entry) => nameOf(entry.commit)).sort(),
    compared: base.compared.map((entry) => nameOf(entry.commit)).sort(),
    previous: base.previous && nameOf(base.previous.commit),
    elsewhere: base.elsewhere && nameOf(base.elsewhere.commit),
    moved: base.moved.map(({ tag, commit: now, was }) => `${tag} ${nameOf(was)} -> ${nameOf(now)}`),
    standings: Object.fromEntries(base.compared.map((entry) => [nameOf(entry.commit), entry.standing])),
  };
}

/** Rows of the worked examples that are one line of history. */
const lines: readonly (readonly [row: string, steps: readonly Step[], version: string, bases: string[], compared: string[]])[] = [
  ['1, 2: the last accepted beta', [['A', 'accepted', '1.0.0-beta.1'], ['now']], '1.0.0-beta.2', ['A'], ['A']],
  [
    '3, 4: a refused beta is no base, and was never promised',
    [['A', 'accepted', '1.0.0-beta.1'], ['R', 'refused', '1.0.0-beta.2'], ['now']],
    '1.0.0-beta.3',
    ['A'],
    ['A'],
  ],
  [
    '5: a tag of which nothing is known counts',
    [['A', 'accepted', '1.0.0-beta.1'], ['U', 'unknown', '1.0.0-beta.2'], ['now']],
    '1.0.0-beta.3',
    ['A'],
    ['A', 'U'],
  ],
  [
    '6, 28: a retracted beta does not lead back to looser limits',
    [['A', 'accepted', '1.0.0-beta.1'], ['X', 'retracted', '1.0.0-beta.2'], ['now']],
    '1.0.0-beta.3',
    ['A'],
    ['A', 'X'],
  ],
  [
    '7, 30: an accepted loosening is the new base',
    [['A', 'accepted', '1.0.0-beta.1'], ['B', 'accepted', '1.0.0-beta.2'], ['now']],
    '1.0.0-beta.3',
    ['B'],
    ['B'],
  ],
  [
    '11: the nearest ancestor counts whatever its number, and the next lower number too',
    [['old', 'accepted', '1.0.0-beta.1'], ['A', 'accepted', '2.5.0-beta.9'], ['now']],
    '1.0.1-beta.1',
    ['A'],
    ['A', 'old'],
  ],
  ['13, 29: a first beta', [['first'], ['now']], '1.0.0-beta.1', [], []],
  [
    '15, 16: betas from before the suite',
    [['U1', 'unknown', '1.0.0-beta.1'], ['U2', 'unknown', '1.0.0-beta.2'], ['now']],
    '1.0.0-beta.3',
    [],
    ['U1', 'U2'],
  ],
  ['21, 26: every trace of the decision is gone', [['U', 'unknown', '1.0.0-beta.1'], ['now']], '1.0.0-beta.2', [], ['U']],
];

describe('the base of a comparison (worked examples)', () => {
  it.each(lines)('%s', async (_row, steps, version, bases, compared) => {
    await using repository = await createRepository();
    const built = await build(repository, steps);
    expect(await resolve(built, version)).toMatchObject({ bases, compared });
  });

  it('8: two lines that were merged', async () => {
    await using repository = await createRepository({ 'a.txt': 'a' });
    const first = await build(repository, [['A', 'accepted', '1.0.0-beta.1']]);
    await repository.branch('other', 'HEAD~1');
    await repository.git('checkout', '--quiet', 'other');
    const commit = await repository.commit('B', { 'b.txt': 'b' });
    await repository.git('tag', 'v1.0.0-beta.2', commit);
    const built: Built = {
      repository,
      commits: new Map([...first.commits, ['B', commit]]),
      known: new Map<string, Known>([...first.known, [`v1.0.0-beta.2 ${commit}`, 'accepted']]),
    };
    await repository.git('checkout', '--quiet', 'main');
    await repository.git('merge', '--quiet', '--no-edit', 'other');
    expect(await resolve(built, '1.0.0-beta.3')).toMatchObject({ bases: ['A', 'B'], compared: ['A', 'B'], previous: 'B' });
  });

  describe('9, 10, 12, 27: an old line beside the main one', () => {
    const twoLines = async (repository: TestRepository, standing: Known | undefined) => {
      const old = await build(repository, [['old', 'accepted', '1.0.0-beta.1']]);
      const built = await build(repository, [['A', standing ?? 'unknown', '2.5.0-beta.9']], old);
      await repository.branch('maintenance', built.commits.get('old') ?? '');
      return build(repository, [['now']], built);
    };

    it('9: a new number on the old line is compared with the next lower number', async () => {
      await using repository = await createRepository();
      const built = await twoLines(repository, 'accepted');
      expect(await resolve(built, '2.6.0-beta.1')).toMatchObject({ bases: ['old'], compared: ['A', 'old'] });
    });

    it('10: an old number is compared with the old line', async () => {
      await using repository = await createRepository();
      const built = await twoLines(repository, 'accepted');
      expect(await resolve(built, '1.0.1-beta.1')).toMatchObject({ bases: ['old'], compared: ['old'] });
    });

    it.each(['retracted', undefined] as const)('27: also when its decision is %s', async (standing) => {
      await using repository = await createRepository();
      const built = await twoLines(repository, standing);
      expect(await resolve(built, '2.6.0-beta.1')).toMatchObject({ bases: ['old'], compared: ['A', 'old'] });
    });

    it('12: an orphan root is compared with it and with the default branch', async () => {
      await using repository = await createRepository();
      const built = await build(repository, [['A', 'accepted', '1.0.0-beta.1'], ['tip']]);
      await repository.git('checkout', '--quiet', '--orphan', 'lonely');
      const orphan = await build(repository, [['now']], built);
      const tip = orphan.commits.get('tip') ?? '';
      expect(await resolve(orphan, '1.0.0-beta.2', { tip })).toMatchObject({ bases: [], compared: ['A', 'tip'], elsewhere: 'A' });
    });
  });

  it('14: without any tag a branch is compared with the tip of the default branch', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['first'], ['tip']]);
    await repository.branch('topic', built.commits.get('first') ?? '');
    const topic = await build(repository, [['now']], built);
    expect(await resolve(topic, '1.0.0-beta.1', { tip: built.commits.get('tip') ?? '' })).toMatchObject({ bases: [], compared: ['tip'] });
  });

  it('16: without a base `tag:previous` is the nearest beta tag in the history', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['U1', 'unknown', '1.0.0-beta.1'], ['U2', 'unknown', '1.0.0-beta.2'], ['now']]);
    await repository.git('tag', '1.0.0-beta.9', 'HEAD~1');
    await repository.git('tag', 'v1.0.0-beta.8+own', 'HEAD~1');
    await repository.git('tag', 'v1.0.0-beta.1.1', 'HEAD~1');
    expect(await resolve(built, '1.0.0-beta.3')).toMatchObject({ previous: 'U2', bases: [] });
  });

  it('17: the default branch names a commit', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['U1', 'unknown', '1.0.0-beta.1'], ['U2', 'unknown', '1.0.0-beta.2'], ['now']]);
    expect(await resolve(built, '1.0.0-beta.3', { named: built.commits.get('U2') })).toMatchObject({ bases: ['U2'], compared: ['U2'] });
  });

  it('17: a named commit is one more accepted one, never one instead', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['old'], ['A', 'accepted', '1.0.0-beta.1'], ['now']]);
    expect(await resolve(built, '1.0.0-beta.2', { named: built.commits.get('old') })).toMatchObject({ bases: ['A'], compared: ['A'] });
    await repository.git('checkout', '--quiet', '--orphan', 'lonely');
    const orphan = await build(repository, [['then']], built);
    const named = orphan.commits.get('A');
    expect(await resolve(orphan, '1.0.0-beta.2', { named })).toMatchObject({ bases: [] });
  });

  it('18: a tag on the judged commit is never its reference', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [
      ['A', 'accepted', '1.0.0-beta.1'],
      ['now', 'accepted', '1.0.0-beta.2'],
    ]);
    expect(await resolve(built, '1.0.0-beta.3')).toMatchObject({ bases: ['A'], compared: ['A'], previous: 'A' });
  });

  it('19: fifty tags below the base, elsewhere, cost no question', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['A', 'accepted', '2.0.0-beta.1'], ['now']]);
    const few = indexOf(built.known);
    await resolve(built, '2.0.0-beta.2', { index: few });
    const tree = await repository.git('rev-parse', 'HEAD^{tree}');
    const orphan = await repository.git('commit-tree', tree, '-m', 'orphan');
    for (let number = 1; number <= 50; number += 1) await repository.git('tag', `v1.0.0-beta.${number}`, orphan);
    const many = indexOf(built.known);
    expect(await resolve(built, '2.0.0-beta.2', { index: many })).toMatchObject({ bases: ['A'], compared: ['A'] });
    expect(many.questions).toEqual(few.questions);
  });

  it('20: a decision whose tag is gone still makes a base', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['A', 'accepted', '1.0.0-beta.1'], ['now']]);
    await repository.git('tag', '--delete', 'v1.0.0-beta.1');
    const recorded = [{ tag: 'v1.0.0-beta.1', commit: built.commits.get('A') ?? '' }];
    expect(await resolve(built, '1.0.0-beta.2', { index: indexOf(built.known, recorded) })).toMatchObject({
      bases: ['A'],
      compared: ['A'],
    });
  });

  it('22: a tag that was pushed again elsewhere', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['p', 'accepted', '1.0.0-beta.1'], ['q'], ['now']]);
    const recorded = [{ tag: 'v1.0.0-beta.1', commit: built.commits.get('p') ?? '' }];
    await repository.git('tag', '--force', 'v1.0.0-beta.1', built.commits.get('q') ?? '');
    expect(await resolve(built, '1.0.0-beta.2', { index: indexOf(built.known, recorded) })).toMatchObject({
      bases: ['p'],
      compared: ['p', 'q'],
      moved: ['v1.0.0-beta.1 p -> q'],
    });
  });

  it('26: where nobody can be asked every tag counts', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['A', 'accepted', '1.0.0-beta.1'], ['now']]);
    expect(await resolve(built, '1.0.0-beta.2', { index: UNASKED })).toMatchObject({
      bases: [],
      compared: ['A'],
      standings: { A: 'unknown' },
    });
  });

  it('replace refs and grafts do not make history', async () => {
    await using repository = await createRepository();
    const built = await build(repository, [['A', 'accepted', '1.0.0-beta.1'], ['middle'], ['now']]);
    const [middle = '', now = ''] = [built.commits.get('middle'), built.commits.get('now')];
    const orphan = await repository.git('commit-tree', `${middle}^{tree}`, '-m', 'no parents');
    await repository.git('replace', middle, orphan);
    expect(await resolve(built, '1.0.0-beta.2', { commit: now })).toMatchObject({ bases: ['A'], compared: ['A'] });
  });
});
