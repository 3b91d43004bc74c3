import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { findProgram } from '../support/find-program.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { DOCUMENTS, kindOfYaml, placeOf, readBlocks } from './document-blocks.ts';
import { ROOT, readWorkflows } from './workflow-files.ts';

const actionlint = findProgram('actionlint');
const zizmor = findProgram('zizmor');
const NO_ACTIONLINT = 'actionlint (go install github.com/rhysd/actionlint/cmd/actionlint@latest) is not installed';
const NO_ZIZMOR = 'zizmor (pip install zizmor) is not installed';

describe('actionlint', () => {
  itWhere(actionlint !== undefined, NO_ACTIONLINT)('finds nothing but what .github/actionlint.yaml names', async () => {
    const run = await lint(
      readWorkflows().map(({ name }) => `.github/workflows/${name}`),
      ROOT,
    );
    expect(run.stdout).toBe('');
    expect(run.exitCode).toBe(0);
  });

  itWhere(actionlint !== undefined, NO_ACTIONLINT)('still finds what is wrong beside the ignored messages', async () => {
    await using folder = await createTemporaryFolder();
    await mkdir(folder.join('.github/workflows'), { recursive: true });
    await writeFile(folder.join('.github/actionlint.yaml'), await readFile(join(ROOT, '.github/actionlint.yaml')));
    const workflow = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: $/actions/plan\n      - uses: nobody/nothing\n      - run: echo \${{ github.event.pull_request.title }}\n`;
    await writeFile(folder.join('.github/workflows/wrong.yml'), workflow);
    await runProcess('git', ['init', '--quiet'], { cwd: folder.path, env: createScrubbedEnvironment() });
    const run = await lint(['.github/workflows/wrong.yml'], folder.path);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).not.toContain('$/actions/plan');
    expect(run.stdout).toContain('nobody/nothing');
    expect(run.stdout).toContain('potentially untrusted');
  });
});

/** The workflows that documents show, each in a file of its own, pinned as people are told to. */
async function writeCallers(folder: TemporaryFolder): Promise<readonly string[]> {
  await mkdir(folder.join('.github/workflows'), { recursive: true });
  await writeFile(folder.join('.github/actionlint.yaml'), await readFile(join(ROOT, '.github/actionlint.yaml')));
  const names: string[] = [];
  for (const block of DOCUMENTS.flatMap(readBlocks).filter((one) => one.language === 'yaml' && kindOfYaml(one) === 'workflow')) {
    const name = `.github/workflows/${placeOf(block).replace(/\W/g, '-')}.yml`;
    // Jobs that are shown by themselves belong into a workflow that starts somehow.
    const text = /^on:/m.test(block.text) ? block.text : `on: push\n${block.text}`;
    await writeFile(folder.join(name), text.replaceAll('@COMMIT', `@${'5'.repeat(40)} # v1.0.0`));
    names.push(name);
  }
  await runProcess('git', ['init', '--quiet'], { cwd: folder.path, env: createScrubbedEnvironment() });
  return names;
}

describe('the workflows to copy', () => {
  itWhere(actionlint !== undefined, NO_ACTIONLINT)('pass actionlint', async () => {
    await using folder = await createTemporaryFolder();
    const names = await writeCallers(folder);
    expect(names.length).toBeGreaterThan(15);
    const run = await lint(names, folder.path);
    expect([run.stdout, run.exitCode]).toEqual(['', 0]);
  });

  itWhere(zizmor !== undefined, NO_ZIZMOR)('pass zizmor, but for the triggers that SECURITY.md speaks of', async () => {
    await using folder = await createTemporaryFolder();
    await writeCallers(folder);
    const run = await runProcess(zizmor ?? '', ['--offline', '--no-progress', '--color=never', '.github/'], {
      cwd: folder.path,
      env: createScrubbedEnvironment(),
    });
    const found = run.stdout.split('\n').filter((line) => /^(error|warning|info|help)\[/.test(line));
    expect(found.filter((line) => !line.startsWith('error[dangerous-triggers]'))).toEqual([]);
  });
});

describe('zizmor', () => {
  itWhere(zizmor !== undefined, NO_ZIZMOR)('finds nothing but what .github/zizmor.yml names', async () => {
    const run = await runProcess(zizmor ?? '', ['--offline', '--no-progress', '--color=never', '.github/'], {
      cwd: ROOT,
      env: createScrubbedEnvironment(),
    });
    expect({ exitCode: run.exitCode, found: run.stdout.split('\n').filter((line) => /^(error|warning|info|help)\[/.test(line)) }).toEqual({
      exitCode: 0,
      found: [],
    });
    for (const { name } of readWorkflows()) expect(`${run.stdout}${run.stderr}`).toContain(name);
  });
});

function lint(files: readonly string[], cwd: string) {
  return runProcess(actionlint ?? '', ['-no-color', '-oneline', '-config-file', '.github/actionlint.yaml', ...files], {
    cwd,
    env: createScrubbedEnvironment(),
  });
}
