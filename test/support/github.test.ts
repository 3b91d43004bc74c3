import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { type EmulatedGithub, RESOURCE_NOT_ACCESSIBLE, rateLimited, startGithub } from './github.ts';
import { createRepository } from './repository.ts';

function connect(github: EmulatedGithub, token = github.token): Octokit {
  return new Octokit({ auth: token, baseUrl: github.url, log: { debug() {}, info() {}, warn() {}, error() {} } });
}

function place(github: EmulatedGithub): { owner: string; repo: string } {
  return { owner: github.owner, repo: github.repo };
}

describe('emulated GitHub', () => {
  it('holds a real repository under its own object ids', async () => {
    await using repository = await createRepository({ 'a.txt': 'a\n', 'dir/sub/ü.bin': new Uint8Array([0, 255, 1]) });
    await repository.commit('Second\n\nwith a body', { 'dir/b.sh': '#!/bin/sh\n' });
    await repository.tag('v1.0.0-beta.1', { message: 'first beta' });
    await using github = await startGithub({ repositoryPath: repository.path });
    const head = await repository.git('rev-parse', 'HEAD');
    expect(await github.resolveCommit('main')).toBe(head);
    expect(await github.resolveCommit('v1.0.0-beta.1')).toBe(head);
    const octokit = connect(github);
    const { data } = await octokit.git.getRef({ ...place(github), ref: 'tags/v1.0.0-beta.1' });
    expect(data.object.type).toBe('tag');
    expect((await octokit.git.getTag({ ...place(github), tag_sha: data.object.sha })).data.object.sha).toBe(head);
    await repository.commit('Third');
    await github.push(repository.path);
    expect(await github.resolveCommit('main')).toBe(await repository.git('rev-parse', 'HEAD'));
  });

  it('keeps check runs, comments, statuses, releases and their bytes', async () => {
    await using github = await startGithub();
    const octokit = connect(github);
    const sha = (await github.resolveCommit('topic')) ?? '';
    const run = await octokit.checks.create({
      ...place(github),
      name: 'testops/slo-gate',
      head_sha: sha,
      status: 'in_progress',
      external_id: 'x',
    });
    await octokit.checks.update({
      ...place(github),
      check_run_id: run.data.id,
      status: 'completed',
      conclusion: 'success',
      output: { title: 't', summary: 's' },
    });
    const listed = await octokit.checks.listForRef({ ...place(github), ref: sha, check_name: 'testops/slo-gate' });
    expect(listed.data.check_runs.map((each) => [each.conclusion, each.app?.slug])).toEqual([['success', 'github-actions']]);
    const comment = await octokit.issues.createComment({ ...place(github), issue_number: 1, body: 'hello' });
    expect(comment.data.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
    await octokit.repos.createCommitStatus({ ...place(github), sha, state: 'pending', context: 'testops/beta-gate' });
    await octokit.repos.createCommitStatus({ ...place(github), sha, state: 'success', context: 'testops/beta-gate', description: 'GO' });
    const combined = await octokit.repos.getCombinedStatusForRef({ ...place(github), ref: sha });
    expect([combined.data.state, combined.data.total_count]).toEqual(['success', 1]);
    const release = await octokit.repos.createRelease({ ...place(github), tag_name: 'v1', draft: true });
    const asset = await octokit.repos.uploadReleaseAsset({
      ...place(github),
      release_id: release.data.id,
      name: 'a.bin',
      data: Buffer.from('bytes') as unknown as string,
      baseUrl: github.url,
    });
    expect(asset.data.digest).toBe(`sha256:${createHash('sha256').update('bytes').digest('hex')}`);
    const bytes = await octokit.repos.getReleaseAsset({
      ...place(github),
      asset_id: asset.data.id,
      headers: { accept: 'application/octet-stream' },
    });
    expect(Buffer.from(bytes.data as unknown as ArrayBuffer).toString()).toBe('bytes');
    expect(github.requests.filter((each) => each.method === 'POST').every((each) => each.hasToken && each.status === 201)).toBe(true);
  });

  it('serves what the emulator lacks, within the description', async () => {
    await using github = await startGithub();
    const octokit = connect(github);
    const sha = (await github.resolveCommit('main')) ?? '';
    const ruleset = await octokit.repos.createRepoRuleset({
      ...place(github),
      name: 'beta tags',
      target: 'tag',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/tags/v*-beta*'], exclude: [] } },
      rules: [
        { type: 'creation' },
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: [{ context: 'testops/beta-gate' }], strict_required_status_checks_policy: false },
        },
      ],
    });
    expect((await octokit.repos.getRepoRuleset({ ...place(github), ruleset_id: ruleset.data.id })).data.rules).toHaveLength(2);
    expect((await octokit.repos.getRepoRulesets(place(github))).data).toHaveLength(1);
    await octokit.repos.createOrUpdateEnvironment({
      ...place(github),
      environment_name: 'beta',
      wait_timer: 5,
      reviewers: [{ type: 'User', id: 7 }],
    });
    const environment = await octokit.repos.getEnvironment({ ...place(github), environment_name: 'beta' });
    expect(environment.data.protection_rules?.map((rule) => rule.type)).toEqual(['wait_timer', 'required_reviewers']);
    const deployment = await octokit.repos.createDeployment({
      ...place(github),
      ref: 'main',
      environment: 'preview',
      required_contexts: [],
    });
    await octokit.repos.createDeploymentStatus({
      ...place(github),
      deployment_id: (deployment.data as { id: number }).id,
      state: 'success',
    });
    expect((await octokit.repos.listDeployments(place(github))).data[0]?.sha).toBe(sha);
    const digest = 'a'.repeat(64);
    const payload = Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'x', digest: { sha256: digest } }],
        predicateType: 'https://example.test/p',
      }),
    ).toString('base64');
    await octokit.request('POST /repos/{owner}/{repo}/attestations', {
      ...place(github),
      bundle: { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', verificationMaterial: {}, dsseEnvelope: { payload } },
    });
    const attested = await octokit.request('GET /repos/{owner}/{repo}/attestations/{subject_digest}', {
      ...place(github),
      subject_digest: `sha256:${digest}`,
    });
    expect(attested.data.attestations).toHaveLength(1);
    const sarif = gzipSync(JSON.stringify({ version: '2.1.0', runs: [] })).toString('base64');
    const upload = await octokit.codeScanning.uploadSarif({ ...place(github), commit_sha: sha, ref: 'refs/heads/main', sarif });
    expect((await octokit.codeScanning.getSarif({ ...place(github), sarif_id: upload.data.id ?? '' })).data.processing_status).toBe(
      'complete',
    );
    github.addRun({ id: 77, headSha: sha, jobs: [{ name: 'decide', conclusion: 'success' }] });
    expect((await octokit.actions.getWorkflowRun({ ...place(github), run_id: 77 })).data.head_sha).toBe(sha);
    expect((await octokit.actions.listJobsForWorkflowRun({ ...place(github), run_id: 77 })).data.jobs[0]?.name).toBe('decide');
    await octokit.actions.createWorkflowDispatch({
      ...place(github),
      workflow_id: 'testops-ci.yml',
      ref: 'main',
      inputs: { version: '1.0.0' },
    });
    expect(github.dispatches).toMatchObject([{ workflow: 'testops-ci.yml', ref: 'main', inputs: { version: '1.0.0' } }]);
    expect((await octokit.actions.listWorkflowRuns({ ...place(github), workflow_id: 'testops-ci.yml' })).data.total_count).toBe(2);
    const pulls = await octokit.repos.listPullRequestsAssociatedWithCommit({
      ...place(github),
      commit_sha: (await github.resolveCommit('topic')) ?? '',
    });
    expect(pulls.data.map((pull) => pull.number)).toEqual([1]);
    expect(github.violations).toEqual([]);
  });

  it('puts right where the emulator differs', async () => {
    await using github = await startGithub();
    const octokit = connect(github);
    const sha = (await github.resolveCommit('topic')) ?? '';
    const annotate = (count: number, path: string) => ({
      title: 't',
      summary: 's',
      annotations: Array.from({ length: count }, (_, index) => ({
        path,
        start_line: index + 1,
        end_line: index + 1,
        start_column: 2,
        title: 'T',
        annotation_level: 'warning' as const,
        message: 'm',
      })),
    });
    const { data: run } = await octokit.checks.create({ ...place(github), name: 'x', head_sha: sha, output: annotate(50, 'a.ts') });
    const { data: updated } = await octokit.checks.update({ ...place(github), check_run_id: run.id, output: annotate(1, 'b.ts') });
    expect(updated.output.annotations_count).toBe(51);
    const annotations = await octokit.paginate(octokit.checks.listAnnotations, { ...place(github), check_run_id: run.id });
    expect(annotations).toHaveLength(51);
    expect(annotations.at(-1)).toMatchObject({ path: 'b.ts', title: 'T', start_column: 2 });
    for (let index = 0; index < 4; index += 1) await octokit.checks.create({ ...place(github), name: `y${index}`, head_sha: sha });
    expect(await octokit.paginate(octokit.checks.listForRef, { ...place(github), ref: sha, per_page: 2 })).toHaveLength(5);
    expect((await octokit.checks.listForRef({ ...place(github), ref: sha, app_id: 1 })).data.total_count).toBe(0);
    await expect(octokit.checks.create({ ...place(github), name: 'x', head_sha: 'f'.repeat(40) })).rejects.toMatchObject({ status: 422 });
    await expect(octokit.issues.createComment({ ...place(github), issue_number: 1, body: 'x'.repeat(65_537) })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('Body is too long'),
    });
    const { data: release } = await octokit.repos.createRelease({ ...place(github), tag_name: 'v1', target_commitish: sha, draft: true });
    expect(await github.resolveCommit('v1')).toBeUndefined();
    await octokit.repos.updateRelease({ ...place(github), release_id: release.id, draft: false });
    expect(await github.resolveCommit('v1')).toBe(sha);
    expect((await octokit.repos.compareCommits({ ...place(github), base: 'main', head: 'topic' })).data.ahead_by).toBe(1);
    expect([...github.deviations].filter((line) => line.includes('check-runs'))).toEqual([]);
  });

  it('refuses what a token may not do', async () => {
    await using github = await startGithub();
    const sha = (await github.resolveCommit('main')) ?? '';
    const fork = connect(github, await github.issueToken({}));
    await expect(fork.repos.createCommitStatus({ ...place(github), sha, state: 'success' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    });
    await expect(fork.checks.create({ ...place(github), head_sha: sha, name: 'x' })).rejects.toMatchObject({ status: 403 });
    expect((await fork.repos.get(place(github))).status).toBe(200);
    const narrow = connect(github, await github.issueToken({ statuses: 'write' }));
    expect((await narrow.repos.createCommitStatus({ ...place(github), sha, state: 'success' })).status).toBe(201);
    await expect(narrow.checks.create({ ...place(github), head_sha: sha, name: 'x' })).rejects.toMatchObject({ status: 403 });
    await expect(connect(github, 'ghs_unknown').repos.get(place(github))).rejects.toMatchObject({ status: 401 });
  });

  it('fails the test that breaks the description', async () => {
    const github = await startGithub();
    const octokit = connect(github);
    const sha = (await github.resolveCommit('main')) ?? '';
    await expect(
      octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', { ...place(github), sha, state: 'succes', descripton: 'x' } as never),
    ).rejects.toMatchObject({ status: 422 });
    await expect(octokit.request('GET /repos/{owner}/{repo}/traffic/views', place(github))).rejects.toMatchObject({ status: 501 });
    await expect(octokit.request('GET /nonsense')).rejects.toMatchObject({ status: 404 });
    expect(github.violations).toHaveLength(4);
    const error = await Promise.resolve(github[Symbol.asyncDispose]()).catch((reason: unknown) => reason);
    expect(String(error)).toContain(
      'request body/state: must be equal to one of the allowed values: ["error","failure","pending","success"]',
    );
    expect(String(error)).toContain('"descripton" is not a known field');
    expect(String(error)).toContain('GET /repos/{owner}/{repo}/traffic/views is not emulated');
  });

  it('injects faults by rule', async () => {
    await using github = await startGithub();
    const ask = (path: string): Promise<Response> =>
      fetch(`${github.url}${path}`, { headers: { authorization: `Bearer ${github.token}` } });
    github.faults.add({ method: 'GET', path: /^\/zen/, nth: 2, action: { status: 502 } });
    github.faults.add(
      { path: /^\/meta/, nth: 1, action: RESOURCE_NOT_ACCESSIBLE },
      { path: /^\/meta/, nth: 2, action: rateLimited(1) },
      { path: /^\/meta/, nth: 3, action: { destroy: true } },
    );
    github.faults.add({ path: /^\/rate_limit/, nth: 1, action: { delayMs: 100 } });
    expect((await ask('/meta')).status).toBe(403);
    const limited = await ask('/meta');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    await expect(ask('/meta')).rejects.toMatchObject({ name: 'TypeError' });
    expect((await ask('/meta')).status).toBe(200);
    const started = performance.now();
    expect((await ask('/rate_limit')).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(95);
    expect(github.requests.map((each) => each.status)).toEqual([403, 429, undefined, 200, 200]);
  });
});
