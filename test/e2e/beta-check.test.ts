import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { GATE_IDS } from '../../src/core/index.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository } from '../support/repository.ts';

/** Each fault of the miniature and the one gate that must say no. */
const FAULTS = {
  nondeterminism: 'determinism-check',
  latency: 'slo-gate',
  pii: 'telemetry-scan',
  drift: 'snapshot-compare',
  'replica-loss': 'deploy-preview',
} as const;

describe('beta-check on the miniature', () => {
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
  });

  it('says GO, leaves the evidence of all five gates, and the bundle is accepted until one byte changes', async () => {
    await using repository = await createMiniature(port);
    const run = await betaCheck(repository.path);
    expect({ exit: run.exitCode, stderr: run.exitCode === 0 ? '' : run.stderr }).toEqual({ exit: 0, stderr: '' });
    expect(run.stderr).toMatch(/^Decision: GO$/m);
    expect(rowsOf(run.stderr)).toEqual(Object.fromEntries(GATE_IDS.map((gate) => [gate, 'PASS'])));
    expect(await repository.git('status', '--porcelain')).toBe('');

    const bundle = `${repository.path}/testops-out/decision`;
    const verify = () => runCli({ dist: DIST, args: ['verify', 'testops-out/decision/decision.json'], cwd: repository.path });
    expect((await verify()).exitCode).toBe(0);
    const decision = JSON.parse(await readFile(`${bundle}/decision.json`, 'utf8')) as { outcome: string };
    expect(decision.outcome).toBe('GO');
    const evidence = (await repository.git('ls-files', '--others', '--ignored', '--exclude-standard', 'testops-out'))
      .split('\n')
      .filter((path) => path.includes('/inputs/'));
    expect(evidence.length).toBeGreaterThanOrEqual(GATE_IDS.length);
    for (const path of evidence) {
      const before = await readFile(`${repository.path}/${path}`);
      const after = Buffer.from(before);
      after[Math.floor(after.length / 2)] = (after[Math.floor(after.length / 2)] ?? 0) ^ 1;
      await writeFile(`${repository.path}/${path}`, after);
      const rejected = await verify();
      expect({ path, exit: rejected.exitCode }).toEqual({ path, exit: 1 });
      expect(rejected.stderr).toContain('REJECTED');
      await writeFile(`${repository.path}/${path}`, before);
    }
    expect((await verify()).exitCode).toBe(0);
  }, 120_000);

  for (const [fault, gate] of Object.entries(FAULTS)) {
    it(`with the fault ${fault} says NO-GO, and only ${gate} is not green`, async () => {
      await using repository = await createMiniature(port);
      const run = await betaCheck(repository.path, { TORON_FAULT: fault });
      expect({ exit: run.exitCode, stderr: run.exitCode === 1 ? '' : run.stderr }).toEqual({ exit: 1, stderr: '' });
      expect(run.stderr).toMatch(/^Decision: NO-GO$/m);
      const rows = rowsOf(run.stderr);
      expect(Object.keys(rows).sort()).toEqual([...GATE_IDS].sort());
      expect(Object.keys(rows).filter((id) => rows[id] !== 'PASS')).toEqual([gate]);
      expect(rows[gate]).toBe('FAIL');
    }, 120_000);
  }
});

/** A repository of its own that holds the miniature, on a free port. */
async function createMiniature(port: number) {
  const repository = await createRepository();
  await cp(resolve('examples/toron'), repository.path, {
    recursive: true,
    filter: (path) => !/\/toron\/(node_modules|out|telemetry|load\/[^/]+\.json|testops-evidence|testops-out)(\/|$)/.test(path),
  });
  const config = `${repository.path}/testops.yml`;
  await writeFile(config, (await readFile(config, 'utf8')).replace(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`));
  await repository.commit('the miniature');
  return repository;
}

function betaCheck(folder: string, env: Record<string, string> = {}) {
  return runCli({
    dist: DIST,
    args: ['beta-check', '--config', 'testops.yml'],
    cwd: folder,
    env: { TORON_LOAD_SECONDS: '2', npm_config_prefer_offline: 'true', ...env },
    timeoutMs: 110_000,
  });
}

/** Verdicts by gate, as the printed table shows them. */
function rowsOf(output: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...output.matchAll(/^([a-z-]+) {2,}(PASS|WARN|FAIL|INCONCLUSIVE|UNUSABLE) /gm)].map((match) => [
      match[1] as string,
      match[2] as string,
    ]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}
