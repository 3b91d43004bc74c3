import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import type { Files } from '../support/repository.ts';
import { runAction } from '../support/runner.ts';
import { createProject, K6, SLO, VERSION } from './origin-project.ts';

/** Runs one gate by hand; its exit code and what it prints. */
async function runGate(gate: string, lines: string, files: Files, prepare = async (_folder: string): Promise<unknown> => undefined) {
  await using project = await createProject(lines, files);
  await prepare(project.path);
  const run = await runCli({ dist: DIST, args: [gate, '--config', 'testops.yml'], cwd: project.path });
  return { exit: run.exitCode, log: (run.stdout + run.stderr).replace(/\s+/g, ' ') };
}

describe('what leaves nothing to judge', () => {
  const SNAPSHOTS = 'snapshot-compare: { baseline: baseline, actual: actual }\n';

  it.each([
    ['the baseline', 'baseline'],
    ['a folder in the baseline', 'baseline/sub'],
    ['the folder around it', '.'],
  ])('snapshots that are a link to %s are inconclusive', async (_name, target) => {
    const files = { 'baseline/a.json': '{"a":1}', 'baseline/sub/a.json': '{"a":1}' };
    const { exit, log } = await runGate('snapshot-compare', SNAPSHOTS, files, (folder) => symlink(target, join(folder, 'actual')));
    expect([exit, log.includes('the baseline itself')]).toEqual([2, true]);
  });

  it.each([
    ['JSON', 'a.json', '{"a":1}', '{"a":2}', 'path: /**\n  redact: true'],
    ['JSON, ignored', 'a.json', '{"a":1}', '{"a":2}', 'path: /**\n  ignore: true'],
    ['text', 'a.txt', 'one\n', 'two\n', 'redact: true'],
    ['a table', 'a.csv', 'n,v\n1,2\n', 'n,v\n1,3\n', 'path: /**\n  redact: true'],
    ['YAML', 'a.yaml', 'a: 1\n', 'a: 2\n', 'path: /**\n  redact: true'],
  ])('rules that redact everything are inconclusive: %s', async (_name, path, before, now, rule) => {
    const lines = SNAPSHOTS.replace(' }', ', rules: rules.yml }');
    const files = { [`baseline/${path}`]: before, [`actual/${path}`]: now, 'rules.yml': `- files: "**"\n  ${rule}\n` };
    expect(await runGate('snapshot-compare', lines, files)).toMatchObject({ exit: 2, log: expect.stringContaining('redact all') });
  });

  it.each([
    ['spaces and line feeds', ' \n\t\r\n'],
    ['a byte order mark alone', '\uFEFF\n'],
    ['nothing', ''],
  ])('telemetry of %s is inconclusive', async (_name, text) => {
    const scan = 'telemetry-scan: { paths: ["logs/*"] }\n';
    expect(await runGate('telemetry-scan', scan, {}, (folder) => writeLogs(folder, text))).toMatchObject({ exit: 2 });
    expect(await runGate('telemetry-scan', scan, {}, (folder) => writeLogs(folder, `${text}x\n`))).toMatchObject({ exit: 0 });
  });

  it.each([
    [
      'a stream of samples',
      'run.jtl',
      'timeStamp,elapsed,label,responseCode,success\n1790000000000,-5,a,200,true\n1790000000100,20,a,200,true\n',
    ],
    ['a summary', 'k6.json', K6.replace(/"min": [\d.]+/g, '"min": -3.5')],
  ])('durations below zero are refused: %s', async (_name, path, text) => {
    const lines = 'slo-gate: { thresholds: ["http_req_duration: p(95)<5000"], results: [results] }\n';
    expect(await runGate('slo-gate', lines, { [`results/${path}`]: text })).toMatchObject({
      exit: 3,
      log: expect.stringMatching(/a duration of -(5|3\.5) ms/),
    });
  });
});

describe('what is not as we write it', () => {
  const cli = (cwd: string, ...args: string[]) => runCli({ dist: DIST, args: [...args, '--config', 'testops.yml'], cwd });

  it('evidence with a byte order mark is refused', async () => {
    await using project = await createProject(SLO);
    await project.write({ 'load/k6.json': K6 });
    expect((await cli(project.path, 'slo-gate')).exitCode).toBe(0);
    expect((await cli(project.path, 'decision-record', '--version', VERSION)).exitCode).toBe(0);
    const file = join(project.path, 'testops-evidence/slo-gate.intoto.json');
    await writeFile(file, `\uFEFF${await readFile(file, 'utf8')}`);
    const decided = await cli(project.path, 'decision-record', '--version', VERSION);
    expect([decided.exitCode, decided.stderr.includes('evidence-unreadable') || decided.stderr.includes('evidence-edited')]).toEqual([
      1,
      true,
    ]);
  });

  it.each(['owner', 'reason'])('a waiver with a blank %s is refused', async (key) => {
    const waiver = {
      rule: 'gate-passed',
      match: 'slo-gate',
      reason: 'r',
      owner: 'o',
      effectiveOn: '2026-01-01',
      effectiveUntil: '2030-01-01',
      [key]: ' \t',
    };
    await using project = await createProject(SLO, { 'waivers.yml': JSON.stringify({ version: 1, waivers: [waiver] }) });
    await project.write({ 'load/k6.json': K6 });
    await cli(project.path, 'slo-gate');
    const decided = await cli(project.path, 'decision-record', '--waivers', 'waivers.yml');
    expect([decided.exitCode, decided.stderr.includes(key)]).toEqual([3, true]);
  });

  it.each(['job-results', 'evidence-digests'])('two lines of %s for one gate are refused', async (name) => {
    await using project = await createProject(SLO);
    const event = createPushEvent({ owner: 'octo-org', repo: 'demo', repositoryId: 1 }, await project.git('rev-parse', 'HEAD'));
    const inputs = { config: 'testops.yml', [name]: 'slo-gate=failure\nslo-gate=success' };
    const run = await runAction({ action: 'decision-record', dist: DIST, inputs, cwd: project.path, event });
    expect([run.exitCode, run.log.includes('two lines for slo-gate'), existsSync(join(project.path, 'testops-out/decision'))]).toEqual([
      3,
      true,
      false,
    ]);
  });
});

async function writeLogs(folder: string, text: string): Promise<void> {
  await mkdir(join(folder, 'logs'), { recursive: true });
  await writeFile(join(folder, 'logs/a.log'), text);
}
