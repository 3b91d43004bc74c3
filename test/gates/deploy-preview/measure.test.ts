import { describe, expect, it } from '@jest/globals';
import { inputs } from '../../../src/gates/deploy-preview/inputs.ts';
import { measure } from '../../../src/gates/deploy-preview/measure.ts';
import { createHost } from '../../../src/host/index.ts';
import { createServices } from '../../../src/testops-api/index.ts';
import { createRepository } from '../../support/repository.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { type ScriptedAnswer, startScriptedService } from './scripted-service.ts';

const deployed = (flags = {}): ScriptedAnswer => ({
  status: 202,
  body: { id: 'unlike-every-time', url: 'http://preview.example', commit: '$COMMIT', flags, startedAt: '2026-11-20T09:30:00Z' },
});
const health = (ready: boolean): ScriptedAnswer => ({
  body: {
    status: ready ? 'ready' : 'degraded',
    engine: { ready: true, version: '1' },
    runners: [
      { id: 'r1', ready: true },
      { id: 'r2', ready },
    ],
    gateways: [
      { id: 'g1', ready: true, kind: 'sse' },
      { id: 'g2', ready: true, kind: 'sse' },
    ],
    commit: '$COMMIT',
  },
});

async function measureIn(workspace: string, given: object, environment: NodeJS.ProcessEnv = {}) {
  await using host = createHost({ workspace, environment: { PATH: process.env.PATH, ...environment }, quiet: true });
  const started = performance.now();
  const facts = await measure(inputs.parse(given), { ...host, services: createServices(host, { deployTimeoutMs: 200 }) });
  return { facts, durationMs: performance.now() - started };
}

describe('measuring a preview', () => {
  it('deploys the commit that is checked out, with version, flags and token', async () => {
    await using repository = await createRepository({ a: '1' });
    await using service = await startScriptedService({ deploy: [deployed({ on: true })], health: [health(true)] });
    const given = { url: `${service.url}/`, version: '1.0.0-beta.1', flags: { on: true } };
    const { facts } = await measureIn(repository.path, given, { TESTOPS_TOKEN: 'the-token' });
    const commit = await repository.git('rev-parse', 'HEAD');
    expect(service.requests).toEqual([
      { call: 'POST /v1/deploy/preview', authorization: 'Bearer the-token', body: expect.any(String) },
      { call: 'GET /v1/health', authorization: 'Bearer the-token', body: '' },
    ]);
    expect(JSON.parse(service.requests[0]?.body ?? '')).toEqual({ commit, version: '1.0.0-beta.1', flags: { on: true } });
    expect(facts.deployment).toEqual({ kind: 'accepted', url: 'http://preview.example', commit, flags: { on: true } });
    expect(JSON.stringify(facts)).not.toMatch(/the-token|unlike-every-time/);
  });

  it('asks for the health until all is ready, and no longer', async () => {
    await using repository = await createRepository({ a: '1' });
    await using service = await startScriptedService({
      deploy: [deployed()],
      health: [{ status: 503, text: '' }, { fault: 'close' }, { text: 'soon' }, health(false), health(true)],
    });
    const { facts } = await measureIn(repository.path, { url: service.url, 'deadline-seconds': 20 });
    expect(facts.health).toMatchObject({ kind: 'seen', status: 'ready' });
    expect(service.requests.filter(({ call }) => call === 'GET /v1/health')).toHaveLength(5);
  });

  it('gives the last answer when the deadline comes, soon after it', async () => {
    await using repository = await createRepository({ a: '1' });
    await using degraded = await startScriptedService({ deploy: [deployed()], health: [health(false)] });
    const last = await measureIn(repository.path, { url: degraded.url, 'deadline-seconds': 0.5 });
    expect(last.facts.health).toMatchObject({ kind: 'seen', status: 'degraded' });
    expect(last.durationMs).toBeGreaterThan(400);
    expect(last.durationMs).toBeLessThan(1500);
    await using hanging = await startScriptedService({ deploy: [{ fault: 'hang' }] });
    const none = await measureIn(repository.path, { url: hanging.url, 'deadline-seconds': 0.5 });
    expect(none.facts).toMatchObject({ deployment: { kind: 'failure', reason: 'timeout' }, health: undefined });
    expect(none.durationMs).toBeLessThan(1500);
  });

  it('does not deploy again what was refused', async () => {
    await using repository = await createRepository({ a: '1' });
    for (const answer of [{ status: 400, text: '' }, { status: 500, text: '' }, { text: '<html>' }, { status: 202, body: {} }]) {
      await using service = await startScriptedService({ deploy: [answer], health: [health(true)] });
      const { facts } = await measureIn(repository.path, { url: service.url });
      expect(facts.deployment?.kind).toBe('failure');
      expect(service.requests).toHaveLength(1);
    }
  });

  it('asks nothing where there is no commit', async () => {
    await using folder = await createTemporaryFolder('no-commit-');
    await using service = await startScriptedService({ deploy: [deployed()], health: [health(true)] });
    expect((await measureIn(folder.path, { url: service.url })).facts).toEqual({
      commit: undefined,
      deployment: undefined,
      health: undefined,
    });
    expect(service.requests).toEqual([]);
  });
});
