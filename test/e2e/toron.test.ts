import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { parse } from 'yaml';
import { describeInFullCheck } from '../support/skip.ts';
import { buildTwice, privateDataIn, sameSnapshots, withinObjectives } from './toron-facts.ts';
import {
  alive,
  copyExample,
  environment,
  eventually,
  freePort,
  type Health,
  type Processes,
  pidsOf,
  post,
  type Report,
  readStream,
  type System,
  start,
} from './toron-system.ts';

const addFormats = addFormatsModule.default;
const OPENAPI = join(import.meta.dirname, '../../src/testops-api/openapi.yaml');

let folder: string;

beforeAll(() => {
  folder = copyExample();
}, 120_000);

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** The answers of the service, checked against its own contract. */
function contract(): (schema: string, value: unknown) => string {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  ajv.addSchema({ $id: 'contract:api', components: parse(readFileSync(OPENAPI, 'utf8')).components });
  return (schema, value) => {
    const validate = ajv.compile({ $ref: `contract:api#/components/schemas/${schema}` });
    return validate(value) ? 'valid' : ajv.errorsText(validate.errors);
  };
}

describeInFullCheck('a healthy system', () => {
  it('answers as its contract says, fails over under load, and is seen as it is', async () => {
    await using system = await start(folder);
    const check = contract();
    const commit = 'c0ffee'.repeat(7).slice(0, 40);

    const before = await system.json<Health>('/v1/health');
    expect(check('Health', before)).toBe('valid');
    expect(before.commit).toBeUndefined();
    const deployment = await fetch(
      `${system.url}/v1/deploy/preview`,
      post({ commit, version: '1.4.0-beta.1', flags: { fast: true, mode: 'x' } }),
    );
    expect(deployment.status).toBe(202);
    expect(check('Deployment', await deployment.json())).toBe('valid');
    await eventually(async () => (await system.json<Health>('/v1/health')).commit === commit);
    expect((await system.json<Health>('/v1/health')).flags).toEqual({ fast: true, mode: 'x' });

    const statuses: Record<string, number> = {};
    const bad: [string, RequestInit][] = [
      ['/v1/deploy/preview', post({ commit: 'HEAD', flags: [] })],
      ['/v1/deploy/preview', { ...post({}), body: '{"commit":' }],
      ['/v1/deploy/preview', { method: 'POST', body: 'x' }],
      ['/v1/deploy/preview', post({ commit, flags: { long: 'x'.repeat(70_000) } })],
      ['/v1/reports/none', {}],
    ];
    for (const [path, init] of bad) {
      const response = await fetch(`${system.url}${path}`, init);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(check('Problem', await response.json())).toBe('valid');
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    }
    expect(statuses).toEqual({ 400: 1, 404: 1, 413: 1, 415: 1, 422: 1 });

    const load = await system.run('load.mjs', { TORON_LOAD_SECONDS: '2' });
    expect(load).toMatchObject({ status: 0, stderr: '' });
    const client = JSON.parse(readFileSync(join(folder, 'load/autocannon.json'), 'utf8'));
    const report = JSON.parse(readFileSync(join(folder, 'load/report.json'), 'utf8')) as Report;
    expect(check('Report', report)).toBe('valid');
    expect(report.requests).toBeGreaterThanOrEqual(client['2xx']);
    expect(client['2xx']).toBeGreaterThan(10);
    expect([client.non2xx, client.errors, client.timeouts, report.failures]).toEqual([0, 0, 0, 0]);
    expect(report.faults.map((fault) => [fault.kind, fault.recoveredAt === null])).toEqual([['runner-kill', false]]);
    const { replicas } = await system.json<Processes>('/v1/admin/processes');
    expect(replicas.map((replica) => replica.restarts)).toEqual([1, 0, 0, 0]);
    // The new process was told the commit as well.
    expect((await system.json<Health>('/v1/health')).commit).toBe(commit);

    // A stopped process lives and has its port, but it does not beat.
    const stopped = replicas[1]?.pid as number;
    process.kill(stopped, 'SIGSTOP');
    await eventually(async () => (await system.json<Health>('/v1/health')).status === 'degraded');
    process.kill(stopped, 'SIGCONT');
    await eventually(async () => (await system.json<Health>('/v1/health')).status === 'ready');
  }, 40_000);

  it('streams each alert from both gateways, and resumes after the last one seen', async () => {
    await using system = await start(folder);
    const urls = (await system.json<Health>('/v1/health')).gateways.map((gateway) => gateway.url);
    const ids = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

    const first = readStream(urls[0] as string, undefined, (text) => ids(text).length >= 3 && text.includes(': heartbeat'));
    const second = readStream(urls[1] as string, undefined, (text) => ids(text).length >= 3);
    await delay(200);
    for (let seed = 1; seed <= 6; seed += 1) await system.json(`/v1/evaluate?seed=${seed}`);
    const seen = await first;
    expect(seen.type).toBe('text/event-stream');
    expect(ids(seen.text).slice(0, 3)).toEqual([1, 2, 3]);
    expect(ids((await second).text).slice(0, 3)).toEqual([1, 2, 3]);

    const resumed = await readStream(urls[1] as string, '2', (text) => ids(text).includes(3));
    expect(ids(resumed.text)[0]).toBe(3);

    // A gateway that was killed comes back with what it had.
    await fetch(`${system.url}/v1/admin/faults`, post({ kind: 'gateway-kill', target: 'gateway-1' }));
    await eventually(async () => (await system.json<Processes>('/v1/admin/processes')).replicas[2]?.restarts === 1);
    await eventually(async () => (await system.json<Health>('/v1/health')).status === 'ready');
    const again = (await system.json<Health>('/v1/health')).gateways[0]?.url as string;
    expect(ids((await readStream(again, '1', (text) => ids(text).length >= 2)).text).slice(0, 2)).toEqual([2, 3]);
  });

  it('asks for the token when it has one', async () => {
    await using system = await start(folder, '', 'a-token-of-this-test');
    expect((await fetch(`${system.url}/v1/health`)).status).toBe(401);
    expect((await fetch(`${system.url}/v1/health`, { headers: { authorization: 'Bearer a-token-of-this-tesT' } })).status).toBe(401);
    expect((await fetch(`${system.url}/v1/health`, { headers: { authorization: 'Bearer a-token-of-this-test' } })).status).toBe(200);
  });

  it.each([
    ['its group is ended', (system: System) => system.signalGroup('SIGTERM')],
    ['only the supervisor is killed', (system: System) => system.child.kill('SIGKILL')],
    ['only the supervisor is ended', (system: System) => system.child.kill('SIGTERM')],
  ])('leaves nothing running when %s', async (_, end) => {
    await using system = await start(folder);
    const pids = await pidsOf(system);
    expect(pids.filter(alive)).toHaveLength(4);
    end(system);
    await eventually(() => pids.every((pid) => !alive(pid)), 3000);
    await expect(fetch(`${system.url}/v1/health`)).rejects.toThrow();
  });

  it('refuses a port that is taken, and leaves the telemetry of the first system alone', async () => {
    await using system = await start(folder);
    await eventually(() => existsSync(join(folder, 'telemetry/api.otlp.jsonl')));
    const second = await system.run('server.mjs');
    expect(second.status).toBe(3);
    expect(second.stderr).toContain('EADDRINUSE');
    expect(existsSync(join(folder, 'telemetry/api.otlp.jsonl'))).toBe(true);
  });
});

it('listens without TESTOPS_PREVIEW_URL where testops.yml looks for it', () => {
  const { url } = parse(readFileSync(join(folder, 'testops.yml'), 'utf8'))['deploy-preview'];
  const { TESTOPS_PREVIEW_URL: _url, ...env } = environment({});
  const script = "import('./system/place.mjs').then(({ previewUrlOrExit }) => console.log(previewUrlOrExit().origin))";
  expect(spawnSync(process.execPath, ['-e', script], { cwd: folder, env, encoding: 'utf8' }).stdout.trim()).toBe(url);
});

describeInFullCheck('each fault breaks one thing', () => {
  it.each([
    ['', []],
    ['nondeterminism', ['determinism']],
    ['latency', ['slo']],
    ['pii', ['telemetry']],
    ['drift', ['snapshots']],
    ['replica-loss', ['replicas']],
  ])(
    '%p',
    async (fault, expected) => {
      await using system = await start(folder, fault);
      // With answers of 1.5 s a load of one second sees none.
      const load = await system.run('load.mjs', fault === 'latency' ? { TORON_LOAD_SECONDS: '4' } : {});
      const collected = await system.run('collect.mjs');
      const health = await system.json<Health>('/v1/health');
      const broken: string[] = [];
      if ((await buildTwice(system)) === 'different') broken.push('determinism');
      if (!withinObjectives(folder)) broken.push('slo');
      if (privateDataIn(folder).length > 0) broken.push('telemetry');
      if (!sameSnapshots(folder)) broken.push('snapshots');
      if (health.runners.filter((runner) => runner.ready).length < 2 || health.gateways.filter((gateway) => gateway.ready).length < 2)
        broken.push('replicas');
      expect({ load: load.status, collected: collected.status, stderr: load.stderr + collected.stderr, broken }).toEqual({
        load: 0,
        collected: 0,
        stderr: '',
        broken: expected,
      });
    },
    40_000,
  );

  it.each(['server.mjs', 'load.mjs', 'collect.mjs', 'engine/build.mjs'])('%s refuses an unknown one', (script) => {
    const { status, stderr } = spawnSync(process.execPath, [script], {
      cwd: folder,
      env: environment({ TORON_FAULT: 'latancy' }),
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr).toContain('"latancy"');
    expect(stderr).toContain('nondeterminism, latency, pii, drift, replica-loss');
  });
});

describeInFullCheck('the scripts against nothing', () => {
  it('collect fails', async () => {
    const env = environment({ TESTOPS_PREVIEW_URL: `http://127.0.0.1:${await freePort()}` });
    const { status, stderr } = spawnSync(process.execPath, ['collect.mjs'], { cwd: folder, env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^toron: .+\n$/);
  });

  it('load fails, and takes the results of an earlier load away', async () => {
    mkdirSync(join(folder, 'load'), { recursive: true });
    writeFileSync(join(folder, 'load/report.json'), '{}');
    const env = environment({ TESTOPS_PREVIEW_URL: `http://127.0.0.1:${await freePort()}` });
    const { status, stderr } = spawnSync(process.execPath, ['load.mjs'], { cwd: folder, env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('ECONNREFUSED');
    expect(existsSync(join(folder, 'load'))).toBe(false);
  });

  it.each(['https://example.com', 'http://192.0.2.1:80', 'no url'])('%s is no place to listen', (url) => {
    const { status, stderr } = spawnSync(process.execPath, ['server.mjs'], {
      cwd: folder,
      env: environment({ TESTOPS_PREVIEW_URL: url }),
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr).toContain('expected http://127.0.0.1:<port>');
  });
});
