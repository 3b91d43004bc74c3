import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendToLedger, EMPTY_LEDGER, parseLedger } from '../../src/core/index.ts';
import { createClient } from '../../src/github/client.ts';
import { LEDGER_BRANCH, openBranchLedger } from '../../src/github/ledger-branch.ts';
import { type EmulatedGithub, RESOURCE_NOT_ACCESSIBLE, startGithub } from '../support/github.ts';
import { describeInFullCheck } from '../support/skip.ts';

describeInFullCheck('the ledger branch', () => {
  let github: EmulatedGithub;
  beforeEach(async () => {
    github = await startGithub();
  });
  afterEach(async () => await github[Symbol.asyncDispose]());

  const open = (file = 'decisions.jsonl', token = github.token) =>
    openBranchLedger({
      client: createClient({ token, apiUrl: github.url, toolVersion: '0.0.0', say: () => {}, retryAfterBaseMs: 1, pacing: false }),
      repository: { owner: github.owner, repo: github.repo },
      file,
    });
  const path = (rest: string) => `/repos/${github.owner}/${github.repo}/${rest}`;
  /** The file as GitHub itself serves it, and the commits of the branch, newest first. */
  const readBranch = async (file: string) => {
    const content = (await github.read(path(`contents/${file}?ref=${LEDGER_BRANCH}`))) as { content: string } | undefined;
    const commits = (await github.read(path(`commits?sha=${LEDGER_BRANCH}&per_page=100`))) as { sha: string; parents: unknown[] }[];
    return { text: Buffer.from(content?.content ?? '', 'base64').toString('utf8'), commits };
  };

  it('is empty where there is no branch, and makes an orphan branch with the first entry', async () => {
    const ledger = open();
    expect(await ledger.read()).toEqual({ kind: 'ok', entries: [], head: EMPTY_LEDGER });
    expect(await ledger.append({ n: 1 }, EMPTY_LEDGER)).toMatchObject({ kind: 'appended', head: { length: 1 } });
    const { text, commits } = await readBranch('decisions.jsonl');
    expect(commits).toHaveLength(1);
    expect(commits[0]?.parents).toEqual([]);
    expect(parseLedger(text)).toMatchObject({ kind: 'ok', entries: [{ sequence: 1, body: { n: 1 } }] });
  });

  it('keeps two files apart on one branch', async () => {
    await appendToLedger(open('decisions.jsonl'), () => ({ kind: 'decision' }));
    await appendToLedger(open('slo.jsonl'), () => ({ kind: 'day' }));
    await appendToLedger(open('decisions.jsonl'), () => ({ kind: 'decision 2' }));
    const bodies = async (file: string) => {
      const read = await open(file).read();
      return read.kind === 'ok' ? read.entries.map(({ body }) => body) : read;
    };
    expect(await bodies('decisions.jsonl')).toEqual([{ kind: 'decision' }, { kind: 'decision 2' }]);
    expect(await bodies('slo.jsonl')).toEqual([{ kind: 'day' }]);
  });

  it('loses no entry of 20 writers at once, and never rewrites one', async () => {
    const writers = Array.from({ length: 20 }, (_, writer) => appendToLedger(open(), () => ({ writer }), 200));
    const results = await Promise.all(writers);
    expect(results.map((r) => (r.kind === 'refused' ? r.reason : r.kind))).toEqual(Array.from({ length: 20 }, () => 'appended'));
    const { text, commits } = await readBranch('decisions.jsonl');
    const read = parseLedger(text);
    if (read.kind !== 'ok') throw new Error(JSON.stringify(read));
    expect(read.entries.map(({ body }) => Number(body.writer)).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(commits).toHaveLength(20);
    expect(github.requests.filter(({ body }) => (body as { force?: unknown } | undefined)?.force === true)).toEqual([]);
  }, 60_000);

  it('is refused, not broken, where the token may not write', async () => {
    const token = await github.issueToken({ contents: 'read' });
    expect(await open('decisions.jsonl', token).append({ n: 1 }, EMPTY_LEDGER)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('contents: write'),
    });
  });

  it('is unavailable, never empty, where the repository cannot be read', async () => {
    github.faults.add(
      { path: /\/git\/ref\//, action: { status: 404, body: { message: 'Not Found' } } },
      { path: /^\/repos\/[^/]+\/[^/]+$/, action: RESOURCE_NOT_ACCESSIBLE },
    );
    expect(await open().read()).toMatchObject({ kind: 'unavailable' });
  });

  it('skips a line that someone changed, and writes on behind it', async () => {
    await appendToLedger(open(), () => ({ n: 1 }));
    const content = (await github.read(path(`contents/decisions.jsonl?ref=${LEDGER_BRANCH}`))) as { content: string; sha: string };
    const edited = Buffer.from(content.content, 'base64').toString('utf8').replace('"n":1', '"n":2');
    await createClient({ token: github.token, apiUrl: github.url, toolVersion: '0', say: () => {} }).rest.repos.createOrUpdateFileContents({
      owner: github.owner,
      repo: github.repo,
      path: 'decisions.jsonl',
      branch: LEDGER_BRANCH,
      message: 'edit',
      sha: content.sha,
      content: Buffer.from(edited).toString('base64'),
    });
    expect(await open().read()).toEqual({ kind: 'ok', entries: [], head: EMPTY_LEDGER, foreign: 1 });
    expect(await open().append({ n: 3 }, { length: 1, hash: 'a'.repeat(64) })).toEqual({ kind: 'conflict' });
    expect(await open().append({ n: 3 }, EMPTY_LEDGER)).toMatchObject({ kind: 'appended' });
    expect((await readBranch('decisions.jsonl')).text.split('\n')[0]).toContain('"n":2');
  });

  it('takes files in the commit of the entry', async () => {
    const files = [{ path: 'days/abc.json', bytes: Buffer.from('{"ü":1}') }];
    await appendToLedger(open('slo.jsonl'), () => ({ n: 1 }), undefined, files);
    const { text, commits } = await readBranch('days/abc.json');
    expect([text, commits.length]).toEqual(['{"ü":1}', 1]);
  });

  describe.each(['POST /git/trees', 'POST /git/commits', 'POST /git/refs', 'PATCH /git/refs'])('when %s answers badly', (call) => {
    const [method = '', where = ''] = call.split(' ');
    it.each([
      ['502 once', { status: 502 }],
      ['429 with retry-after', { status: 429, headers: { 'retry-after': '0' }, body: { message: 'secondary rate limit' } }],
      ['an answer lost', { destroy: true as const }],
    ])('%s: the entry stands once', async (_name, action) => {
      if (method === 'PATCH') await appendToLedger(open(), () => ({ first: true }));
      github.faults.add({ method, path: new RegExp(where), nth: 1, action });
      const result = await appendToLedger(open(), (entries) => (entries.some(({ body }) => body.n === 1) ? undefined : { n: 1 }));
      // A connection that was closed is not tried again by itself: the next run appends.
      if (result.kind === 'refused')
        expect(await appendToLedger(open(), (entries) => (entries.some(({ body }) => body.n === 1) ? undefined : { n: 1 }))).toMatchObject({
          kind: expect.stringMatching(/appended|unchanged/),
        });
      const read = await open().read();
      expect(read.kind === 'ok' && read.entries.filter(({ body }) => body.n === 1)).toHaveLength(1);
    });
  });
});
