import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { IncidentIssue, Publisher } from '../../src/core/ports/publisher.ts';
import { createClient } from '../../src/github/client.ts';
import { putBlock } from '../../src/github/marked-block.ts';
import { createPublisher } from '../../src/github/publisher.ts';
import { type EmulatedGithub, RESOURCE_NOT_ACCESSIBLE, startGithub } from '../support/github.ts';
import { describeInFullCheck } from '../support/skip.ts';

interface Issue {
  readonly number: number;
  readonly state: string;
  readonly body: string;
  readonly title: string;
  readonly comments: number;
}

const INCIDENT: IncidentIssue = {
  fingerprint: 'testops:2.5.0:latency-breach',
  title: 'Incident: latency-breach in 2.5.0',
  body: '### Kind\n\nlatency-breach',
  labels: ['latency-breach'],
  decidedAt: '2026-11-20T10:00:00.000Z',
  note: '10:00: NO-GO',
  noteKey: 'first',
};
const LATER: IncidentIssue = {
  ...INCIDENT,
  body: '### Kind\n\nlatency-breach again',
  decidedAt: '2026-11-20T12:00:00.000Z',
  note: '12:00: NO-GO',
  noteKey: 'second',
};
const END = { fingerprintPrefix: 'testops:2.5.0:', decidedAt: '2026-11-21T10:00:00.000Z', note: 'GO: this ends it', noteKey: 'go' };

let github: EmulatedGithub;
beforeEach(async () => {
  github = await startGithub();
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
});

const path = (rest: string) => `/repos/${github.owner}/${github.repo}/${rest}`;
const client = (token = github.token) =>
  createClient({ token, apiUrl: github.url, toolVersion: '0.0.0', say: () => {}, retryAfterBaseMs: 1, pacing: false });
const publisher = (token = github.token): Publisher => createPublisher(client(token), { owner: github.owner, repo: github.repo }, token);
const issues = async (): Promise<readonly Issue[]> => {
  const all = (await github.read(path('issues?state=all&per_page=100'))) as (Issue & { pull_request?: object })[];
  return all.filter((issue) => issue.pull_request === undefined).sort((a, b) => a.number - b.number);
};
const marked = async () => (await issues()).filter(({ body }) => body.includes(INCIDENT.fingerprint));
const commentsOf = async ({ number }: Issue) =>
  ((await github.read(path(`issues/${number}/comments`))) as { body: string }[]).map(({ body }) => body.replace(/^<!--.*-->\n/, ''));

async function createRelease(tag: string, body: string, draft = false): Promise<number> {
  const { data } = await client().rest.repos.createRelease({ owner: github.owner, repo: github.repo, tag_name: tag, body, draft });
  return data.id;
}
const notesOf = async (id: number) => ((await github.read(path(`releases/${id}`))) as { body: string }).body;
/** What every call of one whole publication answers, in order; a test breaks each of them in turn. */
const publishAll = async (of: Publisher, incident = INCIDENT) => {
  await of.incident(incident);
  await of.releaseNotes({ tag: 'v2.5.0-beta.1', name: 'decision', body: 'GO' });
  await of.comment({ issue: 1, marker: '<!-- testops:beta-gates -->', body: 'GO' });
};

describeInFullCheck('an incident', () => {
  it('is opened once, updated with a note, and found again', async () => {
    await publisher().incident(INCIDENT);
    await publisher().incident(INCIDENT);
    expect(await marked()).toMatchObject([{ state: 'open', title: INCIDENT.title, comments: 0 }]);
    await publisher().incident(LATER);
    await publisher().incident(LATER);
    const [issue] = await marked();
    expect(issue?.body).toContain('latency-breach again');
    expect(await commentsOf(issue as Issue)).toEqual(['12:00: NO-GO']);
  });

  it('is closed by a later GO, reopened by a later NO-GO, and left alone by an earlier one', async () => {
    await publisher().incident(INCIDENT);
    await publisher().incident({ ...INCIDENT, fingerprint: 'testops:2.6.0:latency-breach' });
    await publisher().endIncidents(END);
    expect(await marked()).toMatchObject([{ state: 'closed' }]);
    expect((await issues()).filter(({ body }) => body.includes('testops:2.6.0'))).toMatchObject([{ state: 'open' }]);
    await publisher().incident(LATER);
    expect(await marked()).toMatchObject([{ state: 'closed' }]);
    await publisher().incident({ ...LATER, decidedAt: '2026-11-22T00:00:00.000Z', note: 'again', noteKey: 'third' });
    const found = await marked();
    expect(found).toMatchObject([{ state: 'open' }]);
    expect(await commentsOf(found[0] as Issue)).toEqual(['GO: this ends it', 'again']);
  });

  it('is not closed by a GO that was decided before it', async () => {
    await publisher().incident(LATER);
    await publisher().endIncidents({ ...END, decidedAt: '2026-11-20T11:00:00.000Z' });
    expect(await marked()).toMatchObject([{ state: 'open' }]);
  });

  it('keeps what people wrote around its report', async () => {
    await publisher().incident(INCIDENT);
    const [issue] = await marked();
    const body = `${issue?.body}\n\nLead: @grace`;
    await client().rest.issues.update({ owner: github.owner, repo: github.repo, issue_number: issue?.number ?? 0, body });
    await publisher().incident(LATER);
    const [updated] = await marked();
    expect(updated?.body).toContain('Lead: @grace');
    expect(updated?.body.match(/latency-breach again/g)).toHaveLength(1);
  });

  it('is not found in an issue that somebody else marked', async () => {
    const { data } = await client(github.ownerToken).rest.issues.create({
      owner: github.owner,
      repo: github.repo,
      title: 'mine',
      labels: ['testops-incident'],
      body: '<!-- testops:incident testops:2.5.0:latency-breach 2026-01-01T00:00:00.000Z -->',
    });
    await publisher().incident(INCIDENT);
    expect((await marked()).map(({ number }) => number)).toEqual([data.number, data.number + 1]);
  });

  it('says which permission it lacks', async () => {
    const token = await github.issueToken({ contents: 'read' });
    expect(await publisher(token).incident(INCIDENT)).toEqual({ kind: 'not-permitted', permission: 'issues: write' });
  });
});

describeInFullCheck('after 20 runs at once', () => {
  it('there is one open incident, one comment, one status and one block in the notes', async () => {
    const release = await createRelease('v2.5.0-beta.1', 'Written by people.');
    const commit = (await github.resolveCommit('main')) ?? '';
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const own = publisher();
        await publishAll(own);
        await own.status({ commit, context: 'testops/beta-gate', state: 'success', description: 'GO' });
      }),
    );
    // One more, as the next run would.
    await publishAll(publisher());
    expect((await issues()).filter(({ state }) => state === 'open')).toHaveLength(1);
    const found = await marked();
    expect(found).toMatchObject([{ state: 'open' }]);
    expect(found[0]?.number).toBe(Math.min(...(await issues()).filter(({ number }) => number > 1).map(({ number }) => number)));
    expect(await github.read(path('issues/1/comments'))).toHaveLength(1);
    const status = (await github.read(path(`commits/${commit}/status`))) as { statuses: { context: string }[] };
    expect(status.statuses.map(({ context }) => context)).toEqual(['testops/beta-gate']);
    expect(await notesOf(release)).toBe('Written by people.\n\n<!-- testops:decision -->\nGO\n<!-- /testops:decision -->');
  }, 60_000);
});

describeInFullCheck('the block of the release notes', () => {
  it.each([
    ['', '<!-- testops:n -->\nA\n<!-- /testops:n -->'],
    ['Hello.\n', 'Hello.\n\n<!-- testops:n -->\nA\n<!-- /testops:n -->'],
    ['x\n<!-- testops:n -->\r\nold\r\n<!-- /testops:n -->\r\ny', 'x\n<!-- testops:n -->\nA\n<!-- /testops:n -->\r\ny'],
    [
      '<!-- testops:n -->\n1\n<!-- /testops:n -->mid<!-- testops:n -->\n2\n<!-- /testops:n -->',
      '<!-- testops:n -->\nA\n<!-- /testops:n -->mid',
    ],
    ['<!-- testops:n --> people cut the end', '<!-- testops:n --> people cut the end\n\n<!-- testops:n -->\nA\n<!-- /testops:n -->'],
  ])('%j', (before, after) => {
    expect(putBlock(before, 'n', 'A')).toBe(after);
    expect(putBlock(after, 'n', 'A')).toBe(after);
  });

  it('cannot be ended, or doubled, by its own content', () => {
    const once = putBlock('', 'n', 'a<!-- /testops:n -->b<!-- testops:n -->c$&');
    expect(once).toBe('<!-- testops:n -->\nabc$&\n<!-- /testops:n -->');
    expect(putBlock(once, 'n', 'Z')).toBe('<!-- testops:n -->\nZ\n<!-- /testops:n -->');
  });

  it('is written into a draft too, and nowhere where there is no release', async () => {
    const draft = await createRelease('v2.5.0-beta.1', 'Draft.', true);
    expect(await publisher().releaseNotes({ tag: 'v2.5.0-beta.1', name: 'decision', body: 'GO' })).toMatchObject({ kind: 'published' });
    expect(await notesOf(draft)).toContain('GO');
    expect(await publisher().releaseNotes({ tag: 'v9.9.9-beta.1', name: 'decision', body: 'GO' })).toBeUndefined();
  });
});

describeInFullCheck('with a server that fails', () => {
  /** How many calls one publication makes, when nothing fails. */
  const countCalls = async (): Promise<number> => {
    const before = github.requests.length;
    await publishAll(publisher());
    return github.requests.length - before;
  };
  const expectSingle = async (release: number) => {
    expect(await marked()).toMatchObject([{ state: 'open' }]);
    expect(await github.read(path('issues/1/comments'))).toHaveLength(1);
    expect((await notesOf(release)).match(/<!-- testops:decision -->/g)).toHaveLength(1);
  };

  it.each([
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    [
      '429 with retry-after',
      { status: 429, headers: { 'retry-after': '0' }, body: { message: 'You have exceeded a secondary rate limit.' } },
    ],
    ['429 without', { status: 429, body: { message: 'Too many requests' } }],
  ])(
    '%s, at every call once: still single',
    async (_name, action) => {
      await using world = await startGithub();
      const before = github;
      github = world;
      const calls = await countCalls();
      github = before;
      const release = await createRelease('v2.5.0-beta.1', 'Notes.');
      // Every call fails the first time that it is made.
      github.faults.add(...Array.from({ length: calls }, (_, index) => ({ nth: index * 2 + 1, action })));
      await publishAll(publisher()).catch(() => {});
      github.faults.clear();
      await publishAll(publisher());
      await expectSingle(release);
    },
    60_000,
  );

  it('a crash between any two calls, and the next run: still single', async () => {
    const release = await createRelease('v2.5.0-beta.1', 'Notes.');
    await publishAll(publisher());
    const later = { ...LATER };
    let crashed = 0;
    for (let call = 1; call <= 12; call++) {
      // From this call on nothing is answered any more: the process is gone.
      const seen = github.requests.length;
      const broken = client();
      let made = 0;
      broken.hook.before('request', () => {
        made += 1;
        if (made > call) throw new Error('crashed');
      });
      const own = createPublisher(broken, { owner: github.owner, repo: github.repo }, github.token);
      const incident = {
        ...later,
        decidedAt: `2026-11-20T12:00:${String(call).padStart(2, '0')}.000Z`,
        noteKey: `n${call}`,
        note: `note ${call}`,
      };
      await publishAll(own, incident).catch(() => {
        crashed += 1;
      });
      expect(github.requests.length - seen).toBeLessThanOrEqual(call);
      await publishAll(publisher(), incident);
      await expectSingle(release);
    }
    expect(crashed).toBeGreaterThan(5);
    const [issue] = await marked();
    expect(await commentsOf(issue as Issue)).toEqual(Array.from({ length: 12 }, (_, index) => `note ${index + 1}`));
  }, 60_000);

  it('a crash between the calls that open the incident: one in the end', async () => {
    for (let call = 1; call <= 3; call++) {
      const broken = client();
      let made = 0;
      broken.hook.before('request', () => {
        made += 1;
        if (made > call) throw new Error('crashed');
      });
      const request = { ...INCIDENT, fingerprint: `testops:3.${call}.0:decision` };
      await createPublisher(broken, { owner: github.owner, repo: github.repo }, github.token)
        .incident(request)
        .catch(() => {});
      await publisher().incident(request);
      expect((await issues()).filter(({ body }) => body.includes(request.fingerprint))).toMatchObject([{ state: 'open' }]);
    }
  });

  it('a token that may not write fails nothing', async () => {
    await createRelease('v2.5.0-beta.1', 'Notes.');
    github.faults.add({ method: 'PATCH', path: /releases/, action: RESOURCE_NOT_ACCESSIBLE });
    expect(await publisher().releaseNotes({ tag: 'v2.5.0-beta.1', name: 'decision', body: 'GO' })).toEqual({
      kind: 'not-permitted',
      permission: 'contents: write',
    });
  });
});
