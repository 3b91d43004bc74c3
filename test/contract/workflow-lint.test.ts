import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { findProgram } from '../support/find-program.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
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

  itWhere(actionlint !== undefined, NO_ACTIONLINT)('finds nothing in the workflows that the documents show', async () => {
    await using folder = await createTemporaryFolder();
    await mkdir(folder.join('.github/workflows'), { recursive: true });
    await writeFile(folder.join('.github/actionlint.yaml'), await readFile(join(ROOT, '.github/actionlint.yaml')));
    await runProcess('git', ['init', '--quiet'], { cwd: folder.path, env: createScrubbedEnvironment() });
    const blocks = DOCUMENTS.flatMap(readBlocks).filter((block) => block.language === 'yaml' && kindOfYaml(block) === 'workflow');
    expect(blocks.length).toBeGreaterThan(15);
    const files: string[] = [];
    for (const block of blocks) {
      const file = `.github/workflows/${placeOf(block).replace(/\W/g, '-')}.yml`;
      // Jobs that are shown by themselves belong into a workflow that starts somehow.
      await writeFile(folder.join(file), /^on:/m.test(block.text) ? block.text : `on: push\n${block.text}`);
      files.push(file);
    }
    const run = await lint(files, folder.path);
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

/** On PATH, or where `go install` puts it. */
