import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository } from '../support/repository.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { betaCheck, createProject, IGNORED, K6, originsIn, SLO, VERSION } from './origin-project.ts';

const JTL_HEADER = 'timeStamp,elapsed,label,responseCode,success,bytes\n';
const jtl = (ms: number) => `${JTL_HEADER}${[0, 1, 2].map((n) => `${ms + n},120,cart,200,true,10`).join('\n')}\n`;

describe('origins of measured files, by the command', () => {
  it('row 1: tracked, and load does not write it: recorded', async () => {
    await using project = await createProject(`load: "true"\n${SLO}`, { 'load/k6.json': K6 });
    await project.git('add', '-f', 'load');
    await project.git('commit', '--quiet', '-m', 'results');
    expect(await betaCheck(project)).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/k6.json recorded tracked']);
  });

  it('row 1: tracked, and load fails: the run ends and leaves no evidence, also none of earlier runs and of other gates', async () => {
    await using project = await createProject(`load: exit 1\n${SLO}`);
    const left = [
      'testops-evidence/slo-gate.intoto.json',
      'testops-evidence/telemetry-scan.intoto.json',
      'testops-out/decision/decision.json',
    ];
    await project.write(Object.fromEntries([...left, 'testops-out/report.html'].map((path) => [path, '{}'])));
    expect(await betaCheck(project)).toMatchObject({ exit: 3, outcome: undefined });
    for (const path of [...left, 'testops-out/report.html'])
      expect({ path, there: existsSync(join(project.path, path)) }).toEqual({ path, there: false });
  });

  it('row 2: tracked, and load writes it again with equal bytes: produced', async () => {
    await using project = await createProject(`load: cp stored/k6.json kept/k6.json\n${SLO.replace('load/*', 'kept/*')}`, {
      'kept/k6.json': K6,
    });
    await utimes(join(project.path, 'kept/k6.json'), 1.7e9, 1.7e9);
    expect(await betaCheck(project)).toMatchObject({ exit: 0, outcome: 'GO', rule: 'holds' });
    expect(await originsIn(project)).toEqual(['kept/k6.json produced']);
  });

  it('row 3: not tracked, and load writes it: produced; the next run starts without it', async () => {
    await using project = await createProject(`load: test ! -e load/k6.json && mkdir -p load && cp stored/k6.json load/\n${SLO}`);
    for (const _run of ['first', 'second']) {
      expect(await betaCheck(project)).toMatchObject({ exit: 0, outcome: 'GO', rule: 'holds' });
      expect(await originsIn(project)).toEqual(['load/k6.json produced']);
    }
  });

  it('files that earlier runs produced are removed only while they are unchanged and not tracked', async () => {
    await using project = await createProject(
      `load: ls load > seen; cp -n stored/k6.json load/new.json; touch load/kept.json\n${SLO.replace('load/*', 'load/*.json')}`,
      {
        '.gitignore': `${IGNORED}seen\n`,
        'load/kept.json': K6,
      },
    );
    await project.git('add', '-f', 'load');
    await project.git('commit', '--quiet', '-m', 'results');
    await betaCheck(project);
    const seen = () => readFile(join(project.path, 'seen'), 'utf8');
    expect(await originsIn(project)).toEqual(['load/kept.json produced', 'load/new.json produced']);
    await betaCheck(project);
    expect(await seen()).toBe('kept.json\n');
    await writeFile(join(project.path, 'load/new.json'), `${K6}\n`);
    await betaCheck(project);
    expect(await seen()).toBe('kept.json\nnew.json\n');
  });

  it('row 4: not tracked, written by hand after the commit, no load: found, with a note', async () => {
    await using project = await createProject(SLO);
    await project.write({ 'load/k6.json': K6 });
    const checked = await betaCheck(project);
    expect(checked).toMatchObject({ exit: 0, outcome: 'GO', rule: 'holds' });
    expect(await readFile(join(project.path, 'testops-out/decision/decision.json'), 'utf8')).toContain('decision-record/measured-found');
    expect(await originsIn(project)).toEqual(['load/k6.json found']);
  });

  it('row 5: not tracked, older than the commit: recorded, and the message says what to do', async () => {
    await using project = await createProject(SLO);
    await project.write({ 'load/k6.json': K6 });
    await utimes(join(project.path, 'load/k6.json'), 1.7e9, 1.7e9);
    const checked = await betaCheck(project);
    expect(checked).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(checked.log.replace(/\s+/g, ' ')).toContain('run the load test again');
    expect(checked.log.replace(/\s+/g, ' ')).toMatch(/which is older than the commit; it is \d{3,} days old/);
    expect(await originsIn(project)).toEqual(['load/k6.json recorded older-than-commit']);
    const alone = await runCli({ dist: DIST, args: ['slo-gate', '--config', 'testops.yml'], cwd: project.path });
    expect(alone.exitCode).toBe(0);
    expect(alone.stderr.replace(/\s+/g, ' ')).toContain('run the load test again');
  });

  it('row 5: not tracked, older than the commit, with a time of modification in the future: recorded', async () => {
    await using project = await createProject(SLO);
    await project.write({ 'load/k6.json': K6 });
    await utimes(join(project.path, 'load/k6.json'), 1.9e9, 1.9e9);
    await setTimeout(1_100);
    const committer = { ...process.env, GIT_COMMITTER_NAME: 'Test Author', GIT_COMMITTER_EMAIL: 'author@example.test' };
    await promisify(execFile)('git', ['commit', '--quiet', '--amend', '--no-edit'], { cwd: project.path, env: committer });
    expect(await betaCheck(project)).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/k6.json recorded older-than-commit']);
  });

  it.each([
    ['now', 'touch', 'found written-by-setup'],
    ['with its old time', 'touch -d 2024-01-01', 'recorded older-than-commit'],
  ])('row 10: downloaded by setup %s', async (_name, touch, origin) => {
    await using project = await createProject(`setup: mkdir -p load && cp stored/k6.json load/ && ${touch} load/k6.json\n${SLO}`);
    expect(await betaCheck(project)).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual([`load/k6.json ${origin}`]);
  });

  it('rows 11 and 14: a log that serve wrote while load ran, and telemetry with old time stamps from prepare: produced', async () => {
    const commands =
      'serve: mkdir -p logs && echo started > logs/serve.log && exec sleep 60\nload: sleep 1\nprepare: printf \'{"time":"2020-01-01T00:00:00Z","n":1}\\n\' > logs/old.jsonl\n';
    await using project = await createProject(`${commands}telemetry-scan: { paths: ["logs/*"] }\n`);
    expect(await betaCheck(project, 'telemetry-scan')).toMatchObject({ exit: 0, outcome: 'GO', rule: 'holds' });
    expect(await originsIn(project, 'telemetry-scan')).toEqual(['logs/old.jsonl produced', 'logs/serve.log produced']);
  });

  it('rows 12 and 17: what the suite itself wrote is produced, and a baseline is no measured file', async () => {
    const gates = 'telemetry-scan: { paths: [stored], sarif: out/scan.sarif }\nsnapshot-compare: { baseline: baseline, actual: out }\n';
    await using project = await createProject(`load: "true"\n${gates}`, { 'baseline/scan.sarif': '{}' });
    expect(await betaCheck(project, 'snapshot-compare')).toMatchObject({ rule: 'holds' });
    expect(await originsIn(project, 'snapshot-compare')).toEqual(['out/scan.sarif produced']);
  });

  it.each([
    ['last year', -365, 'times-before-commit'],
    ['next month', 31, 'times-in-future'],
    ['today', 0, undefined],
  ])('row 13: results that load wrote with time stamps of %s', async (_name, days, reason) => {
    await using project = await createProject(`load: mkdir -p load && cp stored/run.jtl load/\n${SLO}`, {
      'stored/run.jtl': jtl((days < 0 ? Date.UTC(2026, 0, 5) : Date.now()) + days * 86_400_000),
    });
    expect(await betaCheck(project)).toMatchObject(
      reason === undefined ? { outcome: 'GO', rule: 'holds' } : { outcome: 'NO-GO', rule: 'broken' },
    );
    expect(await originsIn(project)).toEqual([reason === undefined ? 'load/run.jtl produced' : `load/run.jtl recorded ${reason}`]);
  });

  it('row 13: results that load copied with their time of change, older than the commit', async () => {
    await using project = await createProject(`load: mkdir -p load && cp -p stored/k6.json load/\n${SLO}`);
    await utimes(join(project.path, 'stored/k6.json'), 1.7e9, 1.7e9);
    expect(await betaCheck(project)).toMatchObject({ outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/k6.json recorded older-than-commit']);
  });

  it('row 15: below a submodule or another repository, or behind a link that leads out', async () => {
    await using elsewhere = await createTemporaryFolder();
    await writeFile(elsewhere.join('k6.json'), K6);
    const load = `load: mkdir -p load && ln -sfn ${elsewhere.path} load/out && git init -q load/sub && cp stored/k6.json load/sub/ && touch ${elsewhere.join('k6.json')}`;
    await using project = await createProject(`${load}\n${SLO.replace('"load/*"', '"load/out/*.json", "load/sub/*.json"')}`);
    expect(await betaCheck(project)).toMatchObject({ outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/out/k6.json recorded outside-workspace', 'load/sub/k6.json recorded submodule']);
  });

  it('row 15: below a submodule of the commit, although load writes there', async () => {
    await using other = await createRepository({ 'k6.json': K6 });
    await using project = await createProject(`load: cp stored/k6.json vendor/k6.json\n${SLO.replace('load/*', 'vendor/*.json')}`);
    await project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.path, 'vendor');
    await project.commit('submodule');
    expect(await betaCheck(project)).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['vendor/k6.json recorded submodule']);
  });

  it('row 17: a baseline in a tag is no measured file', async () => {
    await using project = await createProject(
      'prepare: mkdir -p out && echo "{}" > out/a.json\nsnapshot-compare: { baseline: "tag:v0.1.0:snapshots", actual: out }\n',
      { 'snapshots/a.json': '{}\n' },
    );
    await project.tag('v0.1.0');
    await project.git('rm', '--quiet', '-r', 'snapshots');
    await project.commit('without the snapshots');
    expect(await betaCheck(project, 'snapshot-compare')).toMatchObject({ exit: 0, outcome: 'GO', rule: 'holds' });
    expect(await originsIn(project, 'snapshot-compare')).toEqual(['out/a.json produced']);
  });

  it('a link that load makes to a file of the commit does not make that file new', async () => {
    await using project = await createProject(`load: mkdir -p load && ln -sf ../stored/k6.json load/k6.json\n${SLO}`);
    expect(await betaCheck(project)).toMatchObject({ outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/k6.json recorded tracked']);
  });

  it('row 16: limits that prepare wrote, or that only the workspace has, end a run for a version', async () => {
    const lines = 'slo-gate: { objectives: ["slo/*.yaml"], results: ["load/*"] }\n';
    const objectives = 'objectives:\n  - { name: answered, bad: http_req_failed, total: http_reqs, fail: ">= 50 %" }\n';
    await using written = await createProject(
      `load: mkdir -p load && cp stored/k6.json load/\nprepare: mkdir -p slo && cp stored/slo.yaml slo/generated.yaml\n${lines}`,
      {
        'stored/slo.yaml': objectives,
        '.gitignore': `${IGNORED}slo\n`,
      },
    );
    const later = await betaCheck(written);
    expect(later).toMatchObject({ exit: 3, outcome: undefined });
    expect(later.log).toContain('slo/generated.yaml');
    // The file is there now, so the next run says so before anything runs.
    const early = await betaCheck(written);
    expect(early).toMatchObject({ exit: 3, outcome: undefined });
    expect(existsSync(join(written.path, 'testops-evidence/slo-gate.intoto.json'))).toBe(false);
    await using committed = await createProject(`load: mkdir -p load && cp stored/k6.json load/\n${lines}`, { 'slo/a.yaml': objectives });
    expect(await betaCheck(committed)).toMatchObject({ exit: 0, outcome: 'GO' });
  });

  it('row 18: not tracked, newer than the commit, and load leaves it: found, but it does not count', async () => {
    await using project = await createProject(`load: "true"\n${SLO}`);
    await project.write({ 'load/k6.json': K6 });
    const checked = await betaCheck(project);
    expect(checked).toMatchObject({ exit: 1, outcome: 'NO-GO', rule: 'broken' });
    expect(await originsIn(project)).toEqual(['load/k6.json found left-by-load']);
  });

  it('a gate that is run by hand with other inputs than the file says does not count, whatever it measured', async () => {
    await using project = await createProject(SLO.replace('<0.5', '<0'));
    await project.write({ 'load/k6.json': K6 });
    const cli = (...args: string[]) => runCli({ dist: DIST, args: [...args, '--config', 'testops.yml'], cwd: project.path });
    expect((await cli('slo-gate', '--thresholds', 'http_req_failed: rate<0.9')).exitCode).toBe(0);
    expect((await cli('decision-record', '--version', VERSION)).exitCode).toBe(1);
    const decision = JSON.parse(await readFile(join(project.path, 'testops-out/decision/decision.json'), 'utf8'));
    expect(decision.findings).toContainEqual(
      expect.objectContaining({ code: 'decision-record/inputs-differ', level: 'error', args: { gate: 'slo-gate', keys: ['thresholds'] } }),
    );
  });
});
