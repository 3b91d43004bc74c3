import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository, type Files, type TestRepository } from '../support/repository.ts';

/** What the default branch agrees on: two gates, a policy, a checklist. */
const AGREED: Files = {
  '.github/testops.yml': `version: 1
slo-gate:
  thresholds: ["http_req_failed: rate<0.5"]
  results: [load/*.json]
telemetry-scan: { paths: [logs/**] }
decision-record: { policy: policy.yml, checklist: readiness.yml }
`,
  'policy.yml': 'version: 1\nfreshness: { evidence-max-age: 1d }\n',
  'readiness.yml': 'version: 1\nitems:\n  - id: notes\n    title: Notes\n    evidence: [{ kind: file, path: NOTES.md }]\n',
  'NOTES.md': 'What is new.\n',
  '.gitignore': 'testops-evidence\ntestops-out\nload\nlogs\n',
};
const ONE_EASY_GATE = 'version: 1\nslo-gate: { thresholds: ["http_req_failed: rate<0.99"], results: [load/*.json] }\n';
const VERSION = '1.0.0-beta.1';
const MOVES_MAIN = `mkdir -p load logs
git update-ref refs/remotes/origin/main HEAD
cp ${resolve('examples/inputs/k6-summary.json')} load/k6.json
echo '{"level":"info","msg":"started"}' > logs/app.log
`;

let results = '';
beforeAll(async () => {
  results = await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8');
});

interface Decided {
  readonly exit: number | null;
  readonly outcome: string | undefined;
  readonly broken: readonly string[];
  readonly stderr: string;
}

/** Runs the gates of the work tree, then decides about a version; `main` is the default branch. */
async function decide(repository: TestRepository, flags: readonly string[] = [], config?: string): Promise<Decided> {
  await repository.write({ 'load/k6.json': results, 'logs/app.log': '{"level":"info","msg":"started"}\n' });
  const named = config === undefined ? [] : ['--config', config];
  for (const gate of ['slo-gate', 'telemetry-scan']) await runCli({ dist: DIST, cwd: repository.path, args: [gate, ...named] });
  const args = ['decision-record', '--version', VERSION, '--default-branch', 'main', '--json', ...named, ...flags];
  const done = await runCli({ dist: DIST, cwd: repository.path, args });
  const decision =
    done.stdout === ''
      ? undefined
      : (JSON.parse(done.stdout) as { outcome: string; rules: { rule: string; match: string; outcome: string }[] });
  return {
    exit: done.exitCode,
    outcome: decision?.outcome,
    broken: (decision?.rules ?? []).filter(({ outcome }) => outcome === 'broken').map(({ rule, match }) => `${rule}/${match}`),
    stderr: done.stderr,
  };
}

/** A branch whose commit changes something, on top of a default branch that agreed on the above. */
async function onBranch(change: (repository: TestRepository) => Promise<unknown>, agreed: Files = AGREED): Promise<TestRepository> {
  const repository = await createRepository(agreed);
  await repository.branch('topic');
  await change(repository);
  await repository.commit('change');
  return repository;
}

describe('a commit does not choose what it is judged by', () => {
  it('an unchanged commit is GO', async () => {
    await using repository = await onBranch(async () => undefined);
    expect(await decide(repository)).toMatchObject({ outcome: 'GO', exit: 0 });
  });

  it('the configuration was moved to the other name', async () => {
    await using repository = await onBranch(async ({ git, write }) => {
      await git('rm', '--quiet', '.github/testops.yml');
      await write({ 'testops.yml': ONE_EASY_GATE });
    });
    const { exit, outcome, stderr } = await decide(repository);
    expect({ exit, outcome }).toEqual({ exit: 3, outcome: undefined });
    expect(stderr).toContain('.github/testops.yml');
  });

  it('another name was added', async () => {
    await using repository = await onBranch(({ write }) => write({ 'testops.yml': ONE_EASY_GATE }));
    expect(await decide(repository, [], 'testops.yml')).toMatchObject({ exit: 3, outcome: undefined });
  });

  it('a `config` that only the commit has', async () => {
    await using repository = await onBranch(({ write }) => write({ 'easy.yml': ONE_EASY_GATE }));
    const { exit, stderr } = await decide(repository, [], 'easy.yml');
    expect(exit).toBe(3);
    expect(stderr).toContain('easy.yml');
  });

  it('a `config` that a workflow of the default branch names literally is its own', async () => {
    const workflow =
      "jobs:\n  gates:\n    uses: testops/beta-gates/.github/workflows/testops-ci.yml@main\n    with: { config: 'service/testops.yml' }\n";
    await using repository = await onBranch(async () => undefined, {
      '.gitignore': AGREED['.gitignore'] ?? '',
      'service/testops.yml': ONE_EASY_GATE,
      '.github/workflows/testops-ci.yml': workflow,
    });
    expect(await decide(repository, [], 'service/testops.yml')).toMatchObject({ exit: 0, outcome: 'GO' });
  });

  it('nothing is agreed on yet: the message says to merge the configuration first', async () => {
    await using repository = await createRepository({ 'README.md': '#\n', '.gitignore': AGREED['.gitignore'] ?? '' });
    await repository.branch('topic');
    await repository.commit('gates', { '.github/testops.yml': ONE_EASY_GATE });
    const { exit, stderr } = await decide(repository);
    expect(exit).toBe(3);
    expect(stderr).toContain('merge .github/testops.yml into the default branch first');
  });

  it.each<[string, Files, string]>([
    [
      'drops a gate',
      { '.github/testops.yml': (AGREED['.github/testops.yml'] as string).replace(/telemetry-scan.*\n/, '') },
      'evidence-sound/telemetry-scan',
    ],
    [
      'says `required: false`',
      {
        '.github/testops.yml': (AGREED['.github/testops.yml'] as string).replace(
          'paths: [logs/**]',
          'paths: [nowhere/**], required: false',
        ),
      },
      'inconclusive',
    ],
    [
      'empties the checklist',
      {
        'readiness.yml': 'version: 1\nitems:\n  - { id: easy, title: Easy, evidence: [{ kind: gate, gate: slo-gate }] }\n',
        'NOTES.md': '',
      },
      'readiness/notes',
    ],
    [
      'leaves policy and checklist out',
      { '.github/testops.yml': (AGREED['.github/testops.yml'] as string).replace(/decision-record.*\n/, ''), 'NOTES.md': '' },
      'readiness/notes',
    ],
  ])('the commit %s', async (_name, files, rule) => {
    await using repository = await onBranch(({ write }) => write(files));
    const { outcome, broken } = await decide(repository);
    expect(outcome).toBe('NO-GO');
    if (rule !== 'inconclusive') expect(broken).toContain(rule);
  });

  it.each([
    ['--required', 'slo-gate'],
    ['--policy', 'other.yml'],
    ['--checklist', 'other.yml'],
    ['--waivers', 'other.yml'],
  ])('a flag %s does not replace what was agreed on', async (flag, value) => {
    await using repository = await onBranch(({ write }) => write({ 'other.yml': 'version: 1\n' }));
    expect(await decide(repository, [flag, value])).toMatchObject({ exit: 3, outcome: undefined });
  });

  it('a waiver that only the commit has excuses nothing', async () => {
    await using repository = await onBranch(
      ({ write }) =>
        write({
          'waivers.yml':
            'version: 1\nwaivers: [{ rule: readiness, match: notes, reason: r, owner: o, effectiveOn: 2026-01-01, effectiveUntil: 2099-01-01 }]\n',
          'NOTES.md': '',
        }),
      {
        ...AGREED,
        '.github/testops.yml': (AGREED['.github/testops.yml'] as string).replace(
          'policy: policy.yml',
          'policy: policy.yml, waivers: waivers.yml',
        ),
        'waivers.yml': 'version: 1\nwaivers: []\n',
      },
    );
    expect(await decide(repository)).toMatchObject({ outcome: 'NO-GO', broken: ['readiness/notes'] });
  });
});

describe('the default branch is a branch of the clone, whatever else has its name', () => {
  /** A clone whose commit breaks what `origin/main` agreed on: a proof of the checklist is gone. */
  async function cloned(): Promise<{ origin: TestRepository; clone: TestRepository } & AsyncDisposable> {
    const origin = await createRepository(AGREED);
    const clone = await origin.clone();
    await clone.branch('topic');
    await clone.git('rm', '--quiet', 'NOTES.md', 'readiness.yml');
    const easy = (AGREED['.github/testops.yml'] as string).replace(', checklist: readiness.yml', '');
    await clone.commit('leave out', { '.github/testops.yml': easy });
    const dispose = async () => {
      await clone[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    };
    return { origin, clone, [Symbol.asyncDispose]: dispose };
  }
  const betaCheck = async ({ path, write }: TestRepository, flags: readonly string[] = []) => {
    await write({ 'load/k6.json': results, 'logs/app.log': '{"level":"info","msg":"started"}\n' });
    return runCli({ dist: DIST, cwd: path, args: ['beta-check', '--version', VERSION, ...flags] });
  };

  it.each<[string, readonly string[], ...(readonly string[])[]]>([
    ['a tag origin/main', [], ['tag', 'origin/main']],
    ['a tag origin/HEAD', [], ['tag', 'origin/HEAD']],
    ['local branches origin/main and origin/HEAD', [], ['branch', 'origin/main'], ['branch', 'origin/HEAD']],
    ['a branch refs/remotes/origin/HEAD', [], ['branch', 'refs/remotes/origin/HEAD']],
    ['a tag main, and --default-branch main', ['--default-branch', 'main'], ['tag', 'main']],
    ['a tag origin/main, and --default-branch origin/main', ['--default-branch', 'origin/main'], ['tag', 'origin/main']],
    ['a branch origin/main, and --default-branch origin/main', ['--default-branch', 'origin/main'], ['branch', 'origin/main']],
    ['a tag main, and --default-branch main~0', ['--default-branch', 'main~0'], ['tag', 'main']],
  ])('%s', async (_name, flags, ...commands) => {
    await using both = await cloned();
    for (const command of commands) await both.clone.git(...command);
    const { exitCode, stderr } = await betaCheck(both.clone, flags);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('notes') });
  });

  it('`load` cannot move it', async () => {
    await using both = await cloned();
    const file = '.github/testops.yml';
    const text = await readFile(join(both.clone.path, file), 'utf8');
    await both.clone.commit('load', { [file]: text.replace('slo-gate', 'load: sh load.sh\nslo-gate'), 'load.sh': MOVES_MAIN });
    expect((await betaCheck(both.clone)).exitCode).toBe(1);
  });

  it('a tag alone is none, and an origin/HEAD that leads nowhere is not replaced by HEAD', async () => {
    await using both = await cloned();
    await both.clone.git('tag', 'stable');
    const named = await betaCheck(both.clone, ['--default-branch', 'stable']);
    expect({ exit: named.exitCode, stderr: named.stderr }).toEqual({ exit: 3, stderr: expect.stringContaining('no branch') });
    await both.clone.git('update-ref', '-d', '--no-deref', 'refs/remotes/origin/main');
    const dangling = await betaCheck(both.clone);
    expect(dangling.exitCode).toBe(3);
    expect(dangling.stderr).toContain('git remote set-head origin --auto');
  });
});

describe('25: a shallow clone', () => {
  it('without a forge ends with exit 3 and the command that fetches the history', async () => {
    await using repository = await createRepository(AGREED);
    await repository.git('tag', 'v1.0.0-beta.1');
    await repository.commit('next');
    const clone = join(repository.path, 'testops-out', 'clone');
    await repository.git('clone', '--quiet', '--depth', '1', `file://${repository.path}`, clone);
    await writeFile(join(clone, 'local.txt'), '');
    const done = await runCli({ dist: DIST, cwd: clone, args: ['decision-record', '--version', '1.0.0-beta.2'] });
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('git fetch --unshallow --tags');
  });
});
