import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inputs } from '../../src/gates/deploy-preview/inputs.ts';
import { judge } from '../../src/gates/deploy-preview/judge.ts';
import { measure } from '../../src/gates/deploy-preview/measure.ts';
import { createHost } from '../../src/host/index.ts';
import { createServices } from '../../src/testops-api/index.ts';
import { copyExample, freePort } from '../e2e/toron-system.ts';

/** The gate and the real miniature, whose processes the host starts as `serve` does: without waiting until anything listens. */
describe('deploy-preview against the miniature', () => {
  let folder: string;
  beforeAll(() => {
    folder = copyExample();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.test', ...args], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'the miniature');
  }, 120_000);
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  async function deploy(fault: string, given: object = {}, token?: { readonly served: string; readonly sent: string }) {
    const url = `http://127.0.0.1:${await freePort()}`;
    await using host = createHost({
      workspace: folder,
      environment: { PATH: process.env.PATH, ...(token === undefined ? {} : { TESTOPS_TOKEN: token.sent }) },
      quiet: true,
    });
    const env = {
      ...host.processes.repositoryEnvironment,
      TESTOPS_PREVIEW_URL: url,
      TORON_FAULT: fault,
      ...(token === undefined ? {} : { TESTOPS_TOKEN: token.served }),
    };
    await using server = await host.processes.start({ argv: [process.execPath, 'server.mjs'], folder: '.', env });
    const parsed = inputs.parse({ url, 'deadline-seconds': 15, flags: { 'smart-routing': true, 'alert-channel': 'sse' }, ...given });
    const facts = await measure(parsed, { ...host, services: createServices(host) });
    expect(server.pid).toBeGreaterThan(0);
    return { facts, judgement: judge(facts, parsed), head: await host.repository.head() };
  }

  it('passes when two runners and two gateways live', async () => {
    const { judgement, facts, head } = await deploy('');
    expect(judgement).toMatchObject({ verdict: 'pass', findings: [], headline: '2/2 runners, 2/2 gateways ready' });
    expect(judgement.checks.map(({ id }) => id)).toEqual(['commit', 'deployment', 'engine', 'flags', 'gateways', 'runners', 'versions']);
    expect(facts).toMatchObject({ commit: head, deployment: { commit: head, flags: { 'smart-routing': true, 'alert-channel': 'sse' } } });
  });

  it('measures the same twice', async () => {
    const [first, second] = [await deploy(''), await deploy('')];
    const withoutPorts = (value: unknown): string => JSON.stringify(value).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
    expect(withoutPorts(first.judgement)).toBe(withoutPorts(second.judgement));
  });

  it('fails when a replica is lost', async () => {
    const { judgement } = await deploy('replica-loss', { 'deadline-seconds': 4 });
    expect(judgement.verdict).toBe('fail');
    expect(judgement.findings.map(({ code }) => code)).toEqual(['deploy-preview/too-few-runners']);
  });

  it('fails when more is asked for than there is', async () => {
    const { judgement } = await deploy('', { 'deadline-seconds': 4, 'min-gateways': 3 });
    expect(judgement.findings).toEqual([
      { code: 'deploy-preview/too-few-gateways', level: 'error', args: { ready: 2, needed: 3, listed: 2 } },
    ]);
  });

  it('sends the token that the service asks for, and cannot measure with another', async () => {
    expect((await deploy('', {}, { served: 'right-token', sent: 'right-token' })).judgement.verdict).toBe('pass');
    const { judgement } = await deploy('', {}, { served: 'right-token', sent: 'wrong-token' });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.findings).toEqual([
      { code: 'deploy-preview/error-status', level: 'error', args: { call: 'POST /v1/deploy/preview', status: 401 } },
    ]);
  });
});
