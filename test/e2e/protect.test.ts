import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import type { FinishedProcess } from '../support/process.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

interface Told {
  readonly rulesets: readonly {
    readonly name: string;
    readonly differences: readonly { readonly kind: string; readonly found: string }[];
  }[];
}

describeInFullCheck('testops protect', () => {
  let github: EmulatedGithub;
  beforeEach(async () => {
    github = await startGithub();
  });
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
  });

  async function protect(
    args: readonly string[],
    token = github.ownerToken,
  ): Promise<FinishedProcess & { kinds: readonly (readonly string[])[] }> {
    await using folder = await createTemporaryFolder();
    const finished = await runCli({
      args: ['protect', ...args],
      dist: DIST,
      cwd: folder.path,
      nodeVersion: 24,
      env: { GITHUB_TOKEN: token, GITHUB_API_URL: github.url, GITHUB_REPOSITORY: 'octo-org/demo' },
    });
    const told = finished.stdout.startsWith('{') ? (JSON.parse(finished.stdout) as Told) : { rulesets: [] };
    return { ...finished, kinds: told.rulesets.map(({ differences }) => differences.map(({ kind }) => kind)) };
  }

  const writes = () => github.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);

  async function change(index: number, body: object): Promise<void> {
    const list = (await github.read('/repos/octo-org/demo/rulesets')) as { id: number }[];
    const response = await fetch(`${github.url}/repos/octo-org/demo/rulesets/${list[index]?.id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  }

  it('shows what is missing and writes nothing; --apply writes the three rulesets, once', async () => {
    const shown = await protect(['--app-id', '1234', '--json']);
    expect({ exit: shown.exitCode, kinds: shown.kinds, writes: writes() }).toEqual({
      exit: 1,
      kinds: [['absent'], ['absent'], ['absent']],
      writes: [],
    });
    const applied = await protect(['--app-id', '1234', '--apply', '--json']);
    expect({ exit: applied.exitCode, kinds: applied.kinds, writes: writes() }).toEqual({
      exit: 0,
      kinds: [[], [], []],
      writes: ['POST', 'POST', 'POST'],
    });
    const again = await protect(['--app-id', '1234', '--apply', '--json']);
    expect({ exit: again.exitCode, writes: writes() }).toEqual({ exit: 0, writes: ['POST', 'POST', 'POST'] });
    const words = await protect(['--app-id', '1234']);
    expect({ exit: words.exitCode, lines: words.stderr.match(/^PROTECTS/gm)?.length }).toEqual({ exit: 0, lines: 3 });
  }, 30_000);

  it('reports drift, refuses to call a ruleset active that matches no beta tag, and mends it', async () => {
    await protect(['--app-id', '1234', '--apply']);
    await change(0, { conditions: { ref_name: { include: [], exclude: [] } } });
    await change(1, { enforcement: 'disabled', bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }] });
    await change(2, { conditions: { ref_name: { include: ['refs/heads/ledger'], exclude: [] } }, rules: [{ type: 'deletion' }] });
    const drift = await protect(['--app-id', '1234', '--json']);
    expect({ exit: drift.exitCode, kinds: drift.kinds }).toEqual({
      exit: 1,
      kinds: [['matches-nothing'], ['not-active', 'bypass-open', 'bypass-missing'], ['misses-ledger', 'rule-missing']],
    });
    const words = await protect(['--app-id', '1234']);
    expect(words.stderr).toContain('matches no beta tag, so it protects nothing');
    const mended = await protect(['--app-id', '1234', '--apply', '--json']);
    expect({ exit: mended.exitCode, kinds: mended.kinds }).toEqual({ exit: 0, kinds: [[], [], []] });
  }, 30_000);

  it('without an App makes two rulesets, and says what that leaves open', async () => {
    const applied = await protect(['--apply']);
    expect({ exit: applied.exitCode, said: applied.stderr }).toMatchObject({
      exit: 0,
      said: expect.stringContaining('whoever has write access can set the status'),
    });
    const list = (await github.read('/repos/octo-org/demo/rulesets')) as unknown[];
    expect(list).toHaveLength(2);
    // The App comes later: the status must then be the App's own.
    const withApp = await protect(['--app-id', '1234', '--json']);
    expect(withApp.kinds).toEqual([['check-of-anybody'], ['absent'], []]);
  }, 30_000);

  it.each([
    [['--app-id', '15368'], 'every workflow of the repository acts as it'],
    [['--app-id', 'x'], '"x"'],
    [['--aply'], '--apply'],
  ])(
    'says what is wrong with %j',
    async (args, message) => {
      const { exitCode, stderr } = await protect(args);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(message) });
    },
    30_000,
  );

  it('says which right is missing', async () => {
    const token = await github.issueToken({ contents: 'read' });
    const { exitCode, stderr } = await protect(['--apply'], token);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('administration: write') });
  }, 30_000);
});
