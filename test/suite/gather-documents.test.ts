import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { type DocumentSource, gatherDocuments } from '../../src/suite/gather-documents.ts';
import { clonedSource, gitSource } from '../../src/suite/git-source.ts';
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

const source = (): DocumentSource => ({
  ...gitSource(open(repository.path)),
  defaultBranch: async () => ({ name: 'main', commit: commits.main }),
});
const known = async (commit: string, version?: string) =>
  (await gatherDocuments(source(), { commit, config: undefined, given: version === undefined ? {} : { version } })).known;
const names = (documents: readonly { readonly name: string }[] | undefined) => documents?.map(({ name }) => name);

describe('the limits that a commit is held against', () => {
  it('are those of the default branch when there is no beta, and the commit is not of its history', async () => {
    const { changes, configuration } = await known(commits.branch);
    expect({ changes, before: names(configuration?.before), after: names(configuration?.after) }).toEqual({
      changes: undefined,
      before: ['testops.yml'],
      after: ['testops.yml'],
    });
    expect(new TextDecoder().decode(configuration?.before[0]?.bytes)).toBe(STRICT);
    expect(new TextDecoder().decode(configuration?.after[0]?.bytes)).toBe(LOOSE);
  });

  it.each(['early', 'main'] as const)('are none for a commit of the default branch without a beta (%s)', async (name) => {
    expect((await known(commits[name])).configuration).toBeUndefined();
  });

  it('are those of the last beta when there is one', async () => {
    await repository.git('tag', 'v1.0.0-beta.1', commits.main);
    const { changes, configuration } = await known(commits.branch, '1.0.0-beta.2');
    expect(changes).toEqual({ tag: 'v1.0.0-beta.1', commit: commits.main, paths: ['testops.yml'] });
    expect(new TextDecoder().decode(configuration?.before[0]?.bytes)).toBe(STRICT);
  });

  it('are found in a shallow clone too, where the forge is asked for what the clone cannot know', async () => {
    await repository.git('tag', '--force', 'v1.0.0-beta.1', commits.main);
    await repository.git('clone', '--quiet', '--depth', '1', '--branch', 'release', `file://${repository.path}`, elsewhere.join('clone'));
    const asked: string[] = [];
    const forge = new Proxy(source(), {
      get: (target, key: keyof DocumentSource) => {
        asked.push(key);
        return target[key];
      },
    });
    const shallow = clonedSource(open(elsewhere.join('clone')), forge);
    const { changes, configuration } = (
      await gatherDocuments(shallow, { commit: commits.branch, config: undefined, given: { version: '1.0.0-beta.2' } })
    ).known;
    expect(changes?.tag).toBe('v1.0.0-beta.1');
    expect(configuration?.before).toHaveLength(1);
    expect(asked).toEqual(expect.arrayContaining(['listTags', 'compare', 'readFile']));
  });
});
