import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createProject, type Jobs, K6, SLO, startJobs } from './origin-project.ts';

let jobs: Jobs;
beforeAll(async () => {
  jobs = await startJobs();
});
afterAll(async () => {
  await jobs[Symbol.asyncDispose]();
});

describe('nothing under .git is taken or unpacked', () => {
  const GIT_NAMES = [
    '.git/config',
    '.GIT/hooks/post-checkout',
    'sub/.git/config',
    'a/b/.Git/info/attributes',
    '.git./config',
    'git~1/config',
  ];
  it.each(GIT_NAMES)('as an entry %s of an artifact', async (name) => {
    await using project = await createProject(SLO);
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { 'k6.json': K6, [name]: '[core]\n\tfsmonitor = touch owned\n' });
    const { clone, last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': 'load-results=.' }]);
    expect({ exit: last.exitCode, config: await clone.git('config', '--get', 'core.fsmonitor').catch(() => 'none') }).toEqual({
      exit: 3,
      config: 'none',
    });
  });

  it.each(['../outside', '/tmp/testops-outside', 'a/../../outside', 'C:/x'])('nor an entry %s that leads out', async (name) => {
    await using project = await createProject(SLO);
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { [name]: 'x' });
    const { clone, last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': 'load-results=load' }]);
    expect({ exit: last.exitCode, there: existsSync(join(clone.path, '..', 'outside')) }).toEqual({ exit: 3, there: false });
  });

  it.each([
    ['load', '.git', 'load-results=load'],
    ['load', '.git/hooks', 'load-results=load'],
    ['load', '..', 'load-results=load'],
    ['load', 'nowhere', 'load-results=load'],
  ])('nor through a link %s -> %s of the commit', async (link, target, artifacts) => {
    await using project = await createProject(SLO);
    await symlink(target, join(project.path, link));
    await project.git('add', '-f', link);
    await project.git('commit', '--quiet', '-m', 'a link');
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { config: 'x', 'post-checkout': 'x' });
    const { clone, last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': artifacts }]);
    expect({ exit: last.exitCode, config: await readFile(join(clone.path, '.git/config'), 'utf8') }).toEqual({
      exit: 3,
      config: expect.stringContaining('[core]'),
    });
  });

  it('nor into a path of the caller below .git', async () => {
    await using project = await createProject(SLO);
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { 'post-checkout': 'x' });
    const { clone, last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': 'load-results=.git/hooks' }]);
    expect([last.exitCode, existsSync(join(clone.path, '.git/hooks/post-checkout'))]).toEqual([3, false]);
  });

  it('a link in the place of a file is replaced, not followed', async () => {
    await using project = await createProject(SLO);
    await symlink('.git/config', join(project.path, 'k6.json'));
    await project.git('add', '-f', 'k6.json');
    await project.git('commit', '--quiet', '-m', 'a link');
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { 'k6.json': K6 });
    const { clone, last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': 'load-results=.' }]);
    expect([last.exitCode, await readFile(join(clone.path, '.git/config'), 'utf8')]).toEqual([0, expect.stringContaining('[core]')]);
  });

  it('attributes that differ after the download end the job', async () => {
    await using project = await createProject(SLO, { '.gitattributes': '* text\n' });
    const id = jobs.newRun();
    await jobs.plant(id, 'load-results', { '.gitattributes': '* filter=x\n' });
    const { last } = await jobs.run(project, id, ['gate-inputs', { 'input-artifacts': 'load-results=.' }]);
    expect([last.exitCode, last.log.includes('attributes of git')]).toEqual([3, true]);
  });

  it('exercise uploads nothing of it, whatever the patterns name', async () => {
    await using project = await createProject(
      'load: mkdir -p logs && echo x > logs/a.log && ln -s ../.git logs/link && ln -s ../.git/config logs/config\ntelemetry-scan: { paths: [".git/config", "logs/**", ".git/**", "logs/link/**"] }\n',
    );
    const id = jobs.newRun();
    const { last } = await jobs.run(project, id, ['exercise', {}]);
    expect(last.exitCode).toBe(0);
    const [uploaded] = jobs.results.artifacts(id);
    const zip = (await jobs.results.readArtifact(uploaded?.id ?? 0)).toString('latin1');
    expect([zip.includes('logs/a.log'), zip.includes('.git/'), zip.includes('logs/config'), zip.includes('logs/link')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  }, 60_000);
});
