import { describe, expect, it } from '@jest/globals';
import type { ForgeRun } from '../../src/core/index.ts';
import { judgeWorkflowFiles } from '../../src/suite/judge-workflow-files.ts';

const [MAIN, BRANCH] = ['a'.repeat(40), 'b'.repeat(40)];
const CALLER = '.github/workflows/testops-ci.yml';
const HELPER = '.github/workflows/build.yml';
const run: ForgeRun = {
  id: '100',
  attempt: 1,
  repository: 'octo-org/demo',
  headRepository: 'octo-org/demo',
  headSha: BRANCH,
  headBranch: 'topic',
  event: 'push',
  status: 'completed',
  conclusion: 'success',
  path: CALLER,
  referencedWorkflows: [`testops/beta-gates/.github/workflows/testops-ci.yml@${'c'.repeat(40)}`],
  updatedAt: '2026-11-22T12:00:00Z',
  url: '',
};

type Tree = Readonly<Record<string, string>>;
const judge = (main: Tree, branch: Tree, changes: Partial<ForgeRun> = {}) =>
  judgeWorkflowFiles(
    {
      repository: 'octo-org/demo',
      defaultBranch: async () => ({ name: 'main', commit: MAIN }),
      readFile: async (path, commit) => {
        const text = (commit === MAIN ? main : branch)[path];
        return text === undefined ? undefined : new TextEncoder().encode(text);
      },
    },
    { ...run, ...changes },
  );

describe('judgeWorkflowFiles', () => {
  const same = { [CALLER]: 'jobs: {}', [HELPER]: 'jobs: {}' };
  it.each<readonly [string, Tree, Tree, Partial<ForgeRun>, readonly string[]]>([
    ['the file of the default branch', same, same, {}, []],
    ['the same with a ref behind its name', same, same, { path: `${CALLER}@refs/heads/topic` }, []],
    ['one byte more', same, { ...same, [CALLER]: 'jobs: {} ' }, {}, [CALLER]],
    ['a file that the default branch lacks', { [HELPER]: '' }, same, {}, [CALLER]],
    ['a file that is not on its commit', same, { [HELPER]: '' }, {}, [CALLER]],
    ['neither', {}, {}, {}, [CALLER]],
    [
      'a changed workflow of this repository that it called, in whatever case its name is written',
      same,
      { ...same, [HELPER]: 'jobs: { forge: {} }' },
      { referencedWorkflows: [`Octo-Org/Demo/${HELPER}@refs/heads/topic`] },
      [HELPER],
    ],
    [
      'a workflow of elsewhere, which is judged by its name',
      same,
      same,
      { referencedWorkflows: ['x/y/.github/workflows/build.yml@v1'] },
      [],
    ],
    ['no file at all', same, same, { path: 'dynamic/pages/build' }, ['dynamic/pages/build']],
  ])('%s', async (_name, main, branch, changes, files) => {
    const findings = await judge(main, branch, changes);
    expect(findings.map(({ code, args }) => [code, (args as { file: string }).file])).toEqual(
      files.map((file) => ['decision-record/run-changed-workflow', file]),
    );
  });
});
