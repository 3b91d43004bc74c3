import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STORIES } from '../render/support/stories.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import { startGithub } from '../support/github.ts';
import { hasNode } from '../support/node-versions.ts';
import { createRepository } from '../support/repository.ts';
import { startResultsService } from '../support/results-service.ts';
import { runAction } from '../support/runner.ts';
import { itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Writes a bundle into a folder. */
async function unpack(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(`${folder}/inputs`, { recursive: true });
  for (const [name, bytes] of files) await writeFile(`${folder}/${name}`, bytes);
}

function report(cwd: string, ...args: readonly string[]) {
  return runCli({ dist: DIST, args: ['report', ...args], cwd });
}

describe('testops report', () => {
  it('writes the page beside the bundle, which still verifies', async () => {
    await using folder = await createTemporaryFolder('testops-report-');
    await unpack(folder.join('testops-out/decision'), STORIES['no-go']().files);
    for (const path of ['testops-out', 'testops-out/', 'testops-out/decision', 'testops-out/decision/decision.json']) {
      const done = await report(folder.path, path);
      expect({ path, exit: done.exitCode, stderr: done.stderr, stdout: done.stdout }).toEqual({
        path,
        exit: 0,
        stderr: 'NO-GO: testops-out/report.html\n',
        stdout: '',
      });
    }
    const html = await readFile(folder.join('testops-out/report.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    const verified = await runCli({ dist: DIST, args: ['verify', 'testops-out/decision', '--as-of-decision'], cwd: folder.path });
    expect(verified.stderr).not.toContain('bundle-file-unlisted');
  });

  it('prints one document with --json, and nothing else', async () => {
    await using folder = await createTemporaryFolder('testops-report-');
    await unpack(folder.join('decision'), STORIES.go().files);
    const done = await report(folder.path, '.', '--out', 'pages', '--json');
    expect([done.exitCode, JSON.parse(done.stdout), done.stderr]).toEqual([
      0,
      { report: 'pages/report.html', junit: 'pages/junit.xml', decision: 'GO' },
      '',
    ]);
  });

  it('gives an edited bundle no page', async () => {
    await using folder = await createTemporaryFolder('testops-report-');
    const { files } = STORIES['no-go']();
    const text = new TextDecoder().decode(files.get('decision.json'));
    await unpack(folder.join('decision'), new Map(files).set('decision.json', new TextEncoder().encode(text.replace('"NO-GO"', '"GO"'))));
    const done = await report(folder.path, 'decision');
    expect(done.exitCode).toBe(3);
    for (const part of ['found:', 'expected: a bundle from which its decision follows', 'do:']) expect(done.stderr).toContain(part);
    await expect(readFile(folder.join('report.html'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['no folder', [], 'no folder'],
    ['two', ['a', 'b'], '2 folders'],
    ['nothing there', ['absent'], 'found:    nothing'],
    ['a folder without a bundle', ['.'], 'no decision.json'],
  ])('says what is wrong: %s', async (_name, args, text) => {
    await using folder = await createTemporaryFolder('testops-report-');
    const done = await report(folder.path, ...args);
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain(text);
  });
});

describe('decision-record on a runner', () => {
  itWhere(hasNode(24), 'Node 24 is not installed')(
    'uploads the page as it is, and links it',
    async () => {
      await using results = await startResultsService();
      await using repository = await createRepository({
        'testops.yml': 'version: 1\nslo-gate: { thresholds: ["http_req_failed: rate<0.5"], results: [results/k6.json] }\n',
        '.gitignore': 'testops-evidence\ntestops-out\n',
        'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
      });
      await using github = await startGithub({ repositoryPath: repository.path, results });
      const event = createPushEvent(github, await repository.git('rev-parse', 'HEAD'));
      const run = (action: string, inputs: Record<string, string>) =>
        runAction({
          action,
          dist: DIST,
          inputs: { config: 'testops.yml', ...inputs },
          event,
          cwd: repository.path,
          nodeVersion: 24,
          github,
          results,
          run: { id: 31, attempt: 2, job: action },
        });
      const slo = await run('slo-gate', {});
      const decide = await run('decision-record', {
        'github-token': github.token,
        'evidence-digests': `slo-gate=${slo.outputs['evidence-sha256']}`,
        'job-results': 'slo-gate=success',
      });
      expect({ exit: decide.exitCode, log: decide.exitCode === 0 ? '' : decide.log }).toEqual({ exit: 0, log: '' });
      const artifact = results.artifacts(31).find(({ name }) => name === 'testops-report-a2.html');
      expect(artifact).toBeDefined();
      expect(decide.outputs['report-url']).toMatch(new RegExp(`/actions/runs/31/artifacts/${artifact?.id}$`));
      expect((await results.readArtifact(artifact?.id ?? 0)).toString('utf8')).toMatch(/^<!doctype html>/);
      expect(decide.summary).toContain(`[report](${decide.outputs['report-url']})`);
    },
    120_000,
  );
});
