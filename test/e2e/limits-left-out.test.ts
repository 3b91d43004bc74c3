import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository } from '../support/repository.ts';

const OBJECTIVES = (name: string, limit: string) =>
  `objectives:\n  - { name: ${name}, metric: http_req_duration, statistic: p(95), fail: "${limit}" }\n`;

/** One objective that the results of the example meet, and one that they break. */
async function createProject() {
  return createRepository({
    'testops.yml': 'version: 1\nslo-gate: { objectives: [slo/*.yaml], results: [load/*.json] }\n',
    'slo/easy.yaml': OBJECTIVES('easy', '< 100000'),
    'slo/strict.yaml': OBJECTIVES('strict', '< 1'),
    '.gitignore': 'testops-evidence\ntestops-out\nload\n',
  });
}

async function check(path: string) {
  const results = await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8');
  await mkdir(join(path, 'load'), { recursive: true });
  await writeFile(join(path, 'load/k6.json'), results);
  const args = ['beta-check', '--config', 'testops.yml', '--version', '1.0.0-beta.1', '--json'];
  const { exitCode, stderr } = await runCli({ dist: DIST, args, cwd: path, timeoutMs: 60_000 });
  return { exitCode, left: stderr.includes('slo/strict.yaml') };
}

describe('a file with limits that the commit has and the workspace lacks', () => {
  it('breaks when it is there', async () => {
    await using project = await createProject();
    expect((await check(project.path)).exitCode).toBe(1);
  });

  it('is not left out by a sparse checkout', async () => {
    await using project = await createProject();
    await project.git('update-index', '--skip-worktree', 'slo/strict.yaml');
    await rm(join(project.path, 'slo/strict.yaml'));
    expect(await check(project.path)).toEqual({ exitCode: 3, left: true });
  });
});
