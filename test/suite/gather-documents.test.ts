import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { gatherDocuments } from '../../src/suite/gather-documents.ts';
import { clonedSource, type DocumentSource, gitSource } from '../../src/suite/git-source.ts';
import { UNASKED } from '../../src/suite/tag/decision-index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const open = (workspace: string) => createHost({ workspace, environment: process.env, quiet: true }).repository;
const STRICT = 'version: 1\nslo-gate: { thresholds: ["a: rate<0.1"], results: [r.json] }\ntelemetry-scan: { paths: [logs] }\n';
const LOOSE = 'version: 1\ntelemetry-scan: { paths: [logs] }\n';

let repository: TestRepository;
let elsewhere: TemporaryFolder;
const commits = { early: '', main: '', branch: '' };
beforeAll(async () => {
  repository = await createRepository({ 'testops.yml': LOOSE });
  elsewhere = await createTemporaryFolder();
  commits.early = await repository.git('rev-parse', 'HEAD');
  commits.main = await repository.commit('gate more', { 'testops.yml': STRICT });
  await repository.branch('release');
  commits.branch = await repository.commit('gate less', { 'testops.yml': LOOSE });
});
afterAll(async () => {
  await repository[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

const local = (path: string, main: string): DocumentSource => ({
  ...gitSource(open(path)),
  defaultBranch: async () => ({ name: 'main', commit: main, source: 'forge' }),
});
const gather = (source: DocumentSource, commit: string, version: string) =>
  gatherDocuments(source, { commit, config: undefined, given: { version }, index: UNASKED });
const textOf = (documents: readonly { readonly bytes: Uint8Array }[] | undefined) =>
  documents?.map(({ bytes }) => new TextDecoder().decode(bytes));

describe('the limits that a commit is compared with', () => {
  it('are those of the default branch when there is no beta, and the commit is not of its history', async () => {
    const { known } = await gather(local(repository.path, commits.main), commits.branch, '1.0.0-beta.1');
    expect(known.base?.compared.map(({ commit, why, files }) => ({ commit, why, files: textOf(files) }))).toEqual([
      { commit: commits.main, why: ['default-branch'], files: [STRICT] },
    ]);
    expect({ changes: known.changes, after: textOf(known.limits?.files), branch: textOf(known.limits?.branch) }).toEqual({
      changes: undefined,
      after: [LOOSE],
      branch: [STRICT],
    });
  });

  it.each(['early', 'main'] as const)('are none for a commit of the default branch without a beta (%s)', async (name) => {
    const { known } = await gather(local(repository.path, commits.main), commits[name], '1.0.0-beta.1');
    expect(known.base?.compared).toEqual([]);
  });

  it('requires what the default branch configures, whatever the commit does', async () => {
    const { known, configuration } = await gather(local(repository.path, commits.main), commits.branch, '1.0.0-beta.1');
    expect(known.required).toEqual(['slo-gate', 'telemetry-scan']);
    expect([...configuration.gates.keys()]).toEqual(['telemetry-scan']);
  });

  it('24: are found in a shallow clone too, where the forge is asked for what the clone cannot know', async () => {
    await repository.git('tag', '--force', 'v1.0.0-beta.1', commits.main);
    await repository.git('clone', '--quiet', '--depth', '1', '--branch', 'release', `file://${repository.path}`, elsewhere.join('clone'));
    const asked: string[] = [];
    const whole = local(repository.path, commits.main);
    const forge = new Proxy(
      {
        ...whole,
        compare: async (from: string, to: string) =>
          (await open(repository.path).isAncestor(from, to))
            ? ({ kind: 'ancestor', paths: ['testops.yml'], aheadBy: 1 } as const)
            : ({ kind: 'not-ancestor' } as const),
      },
      {
        get: (target, key) => {
          asked.push(String(key));
          return Reflect.get(target, key);
        },
      },
    );
    const { known } = await gather(clonedSource(open(elsewhere.join('clone')), forge), commits.branch, '1.0.0-beta.2');
    expect(known.base?.compared.map(({ commit, why }) => ({ commit, why }))).toEqual([
      { commit: commits.main, why: ['between', 'ancestor-tag', 'default-branch'] },
    ]);
    expect(textOf(known.base?.compared[0]?.files)).toEqual([STRICT]);
    expect(asked).toEqual(expect.arrayContaining(['listTags', 'compare', 'readFile']));
  });
});
