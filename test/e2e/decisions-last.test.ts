import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sha256 } from '../../src/core/index.ts';
import { createClient } from '../../src/github/client.ts';
import { createForge } from '../../src/github/forge.ts';
import { createSignatureReader } from '../../src/github/signatures.ts';
import { signWithKey } from '../../src/github/signing.ts';
import { createHttp } from '../../src/host/http.ts';
import { createDecisionIndex } from '../../src/suite/tag/believed-decisions.ts';
import { withReview } from '../../src/suite/tag/review-signatures.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createWorkflowRunEvent } from '../support/events.ts';
import { rateLimited } from '../support/github.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { startSigstore } from '../support/sigstore.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CONFIG, createWorld, KEYS, OUR_WORKFLOW, playRun, SIGN_WORKFLOW, signRun, type World } from './played-run.ts';

const TAG = 'v2.5.0-beta.1';
const VERSION = '2.5.0-beta.1';
const REPOSITORY = '/repos/octo-org/demo';
const LEDGER = 'testops-ledger';
/** What testops-record.yml names. */
const RECORD_PERMISSIONS = { contents: 'write', actions: 'read', issues: 'write', statuses: 'read', attestations: 'read' } as const;

interface Verified {
  readonly exit: number | null;
  readonly codes: readonly string[];
  readonly where: readonly string[];
  readonly derived: boolean;
  readonly stderr: string;
}

/** `testops verify TAG`, from a folder that knows nothing. */
async function verify(world: World, ...flags: string[]): Promise<Verified> {
  await using elsewhere = await createTemporaryFolder('testops-elsewhere-');
  const { exitCode, stdout, stderr } = await runCli({
    args: ['verify', TAG, '--json', ...flags],
    dist: DIST,
    cwd: elsewhere.path,
    nodeVersion: 24,
    env: {
      GITHUB_TOKEN: await world.github.issueToken({ actions: 'read', contents: 'read', statuses: 'read', attestations: 'read' }),
      GITHUB_API_URL: world.github.url,
      GITHUB_REPOSITORY: 'octo-org/demo',
    },
  });
  const told = stdout.startsWith('{') ? JSON.parse(stdout) : { findings: [], where: [] };
  return {
    exit: exitCode,
    codes: told.findings.map(({ code }: { code: string }) => code.replace('decision-record/', '')),
    where: told.where,
    derived: told.derived,
    stderr,
  };
}

async function pushTag(world: World, force = false): Promise<void> {
  if (force) await world.repository.git('tag', '--force', TAG);
  else await world.repository.tag(TAG);
  await world.github.push(world.repository.path);
}

/** Gates and decides in a run that nobody signs; for no version with `''`. */
const decideOn = (world: World, id: number, version = VERSION) =>
  playRun(world, { id, event: 'workflow_dispatch', silent: true, ...(version === '' ? {} : { version }) });

/** A person's decision on run 100, signed in a run of its own. */
async function decideAs(world: World, id: number, decision: 'go' | 'no-go', runId = 100): Promise<ActionRun> {
  const run = await signRun(world, { id, runId, inputs: { 'signing-key': KEYS.privateKey, decision, reason: 'I looked at it' } });
  expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
  return run;
}

async function sign(world: World, id: number, runId: number): Promise<void> {
  const run = await signRun(world, { id, runId });
  expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
}

/** The job of testops-record.yml, after a run. */
async function record(world: World, id: number, runId: number, inputs: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
  const { github, repository, results } = world;
  const commit = await repository.git('rev-parse', 'HEAD');
  const run = await runAction({
    action: 'record',
    dist: DIST,
    inputs: { 'github-token': await github.issueToken(RECORD_PERMISSIONS), ...inputs },
    event: createWorkflowRunEvent(github, commit, { runId, headSha: commit, headBranch: 'main', event: 'workflow_dispatch' }),
    cwd: repository.path,
    nodeVersion: 24,
    github,
    results,
    run: { id, workflow: '.github/workflows/testops-record.yml' },
  });
  expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
  return run;
}

async function deleteArtifacts(world: World, ...runIds: number[]): Promise<void> {
  for (const runId of runIds) for (const { id } of world.results.artifacts(runId)) await world.results.deleteArtifact(id);
}

function clientOf(world: World) {
  return createClient({ token: world.github.token, apiUrl: world.github.url, toolVersion: '0', say: () => {}, pacing: false });
}

/** Names of the decision files at the tip of the ledger branch. */
async function ledgerFiles(world: World): Promise<readonly string[]> {
  const listed = (await world.github.read(`${REPOSITORY}/contents/decisions/${TAG}?ref=${LEDGER}`)) as
    | readonly { name: string }[]
    | undefined;
  return (listed ?? []).map(({ name }) => name);
}

async function ledgerLength(world: World): Promise<number> {
  return ((await world.github.read(`${REPOSITORY}/commits?sha=${LEDGER}&per_page=100`)) as unknown[]).length;
}

/** Puts files on the ledger branch, or takes them away, as anyone can who may write. */
async function editLedger(world: World, files: Readonly<Record<string, string | null>>, otherParent?: string): Promise<string> {
  const client = clientOf(world);
  const repository = { owner: 'octo-org', repo: 'demo' };
  const tip = (await client.rest.git.getRef({ ...repository, ref: `heads/${LEDGER}` })).data.object.sha;
  const base = (await client.rest.git.getCommit({ ...repository, commit_sha: tip })).data.tree.sha;
  const tree = await client.rest.git.createTree({
    ...repository,
    ...(otherParent === undefined ? { base_tree: base } : {}),
    tree: Object.entries(files).map(([path, content]) => ({
      path,
      mode: '100644' as const,
      type: 'blob' as const,
      ...(content === null ? { sha: null } : { content }),
    })),
  });
  const parents = otherParent === undefined ? [tip] : [otherParent, tip];
  const { data } = await client.rest.git.createCommit({ ...repository, message: 'edit', tree: tree.data.sha, parents });
  await client.rest.git.updateRef({ ...repository, ref: `heads/${LEDGER}`, sha: data.sha, force: true });
  return data.sha;
}

/** The index that the comparison of limits asks, with the key of the world. */
function indexOf(world: World) {
  const forge = createForge({
    client: clientOf(world),
    http: createHttp(),
    repository: { owner: 'octo-org', repo: 'demo' },
  });
  const trust = {
    workflows: [OUR_WORKFLOW, SIGN_WORKFLOW],
    signers: [SIGN_WORKFLOW],
    distrust: [],
    selfHostedSigning: false,
    trustedRoots: undefined,
    publicKeys: [KEYS.publicKey],
  };
  const signatures = { ...withReview(createSignatureReader(trust), forge, trust), signers: trust.signers, trust };
  return createDecisionIndex(forge, { signatures, now: Date.now() });
}

describeInFullCheck('a signed decision that was recorded', () => {
  let world: World;
  let commit = '';
  let file = '';
  beforeAll(async () => {
    world = await createWorld();
    commit = (await decideOn(world, 100)).commit;
    await sign(world, 101, 100);
    await pushTag(world);
    await record(world, 201, 101);
    file = (await ledgerFiles(world))[0] ?? '';
  }, 90_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  it('is on the ledger branch under its digest, once, however often it is recorded', async () => {
    const length = await ledgerLength(world);
    await record(world, 202, 101);
    await record(world, 203, 100);
    expect(await ledgerFiles(world)).toEqual([file]);
    expect(await ledgerLength(world)).toBe(length);
    const { content } = (await world.github.read(`${REPOSITORY}/contents/decisions/${TAG}/${file}?ref=${LEDGER}`)) as { content: string };
    const bytes = Buffer.from(content, 'base64');
    expect(file).toBe(`${sha256(bytes)}.json`);
    const statement = JSON.parse(Buffer.from(JSON.parse(bytes.toString('utf8')).payload, 'base64').toString('utf8'));
    // The digest of a name that anyone can compute: printf 'octo-org/demo@…' | sha256sum.
    expect(statement.subject).toContainEqual({ name: `octo-org/demo@${commit}`, digest: { sha256: sha256(`octo-org/demo@${commit}`) } });
  }, 60_000);

  it('is verified as a whole while there are artifacts, and verify says where it is', async () => {
    expect(await verify(world)).toMatchObject({
      exit: 0,
      codes: [],
      derived: true,
      where: expect.arrayContaining(['the ledger branch', 'run 101']),
    });
  }, 60_000);

  it('lets the tag stand after the artifacts were deleted, and verify says that it could not derive it', async () => {
    await deleteArtifacts(world, 100, 101);
    expect(await verify(world)).toMatchObject({ exit: 0, codes: [], where: ['the ledger branch'], derived: false });
    expect(await indexOf(world).standingOf({ tag: TAG, commit })).toMatchObject({
      standing: 'accepted',
      summary: { bytes: expect.anything() },
    });
  }, 60_000);

  it('is passed over for another commit and another version', async () => {
    const index = indexOf(world);
    expect(await index.standingOf({ tag: 'v2.5.0-beta.2', commit })).toEqual({ standing: 'unknown' });
    expect(await index.standingOf({ tag: TAG, commit: '1'.repeat(40) })).toEqual({ standing: 'unknown' });
    expect(await index.listRecorded()).toEqual([{ tag: TAG, commit }]);
  }, 60_000);

  it('is found next to foreign files', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { content } = (await world.github.read(`${REPOSITORY}/contents/decisions/${TAG}/${file}?ref=${LEDGER}`)) as { content: string };
    const genuine = JSON.parse(Buffer.from(content, 'base64').toString('utf8'));
    const statement = Buffer.from(genuine.payload, 'base64').toString('utf8');
    const forged = JSON.stringify(signWithKey(Buffer.from(statement.replaceAll('"GO"', '"NO-GO"')), stranger));
    const broken = JSON.stringify({ ...genuine, payload: Buffer.from(statement.replaceAll('"GO"', '"NO-GO"')).toString('base64') });
    const named = (text: string) => `decisions/${TAG}/${sha256(text)}.json`;
    await editLedger(world, {
      [named(forged)]: forged,
      [named(broken)]: broken,
      [named('not JSON')]: 'not JSON',
      [named('null')]: 'null',
      [`decisions/${TAG}/${'a'.repeat(64)}.json`]: 'other bytes than its name says',
      [`decisions/${TAG}/README.md`]: 'hello',
      'decisions/not-a-tag': 'hello',
    });
    expect(await verify(world)).toMatchObject({ exit: 0, codes: [], where: ['the ledger branch'] });
  }, 60_000);

  it('is found in the history after its file was deleted, also behind a merge that hides it', async () => {
    await editLedger(world, { [`decisions/${TAG}/${file}`]: null });
    expect(await ledgerFiles(world)).not.toContain(file);
    expect(await verify(world)).toMatchObject({ exit: 0, where: ['the ledger branch'] });
    const client = clientOf(world);
    const repository = { owner: 'octo-org', repo: 'demo' };
    const tree = await client.rest.git.createTree({ ...repository, tree: [{ path: 'x', mode: '100644', type: 'blob', content: 'x' }] });
    const orphan = await client.rest.git.createCommit({ ...repository, message: 'orphan', tree: tree.data.sha, parents: [] });
    await editLedger(world, { x: 'x' }, orphan.data.sha);
    expect(await ledgerFiles(world)).toEqual([]);
    expect(await verify(world)).toMatchObject({ exit: 0, where: ['the ledger branch'] });
  }, 60_000);

  it.each<readonly [string, RegExp]>([
    ['attestations', /\/attestations\//],
    ['the ledger branch', /\/git\/ref\/heads%2Ftestops-ledger/],
    ['the statuses', /\/statuses\?/],
    ['the runs', /\/actions\/runs\?head_sha/],
    ['the release', /\/releases\/tags\//],
  ])(
    'is not judged when GitHub does not answer about %s',
    async (_name, path) => {
      world.github.faults.add({ method: 'GET', path, action: { status: 403, body: { message: 'API rate limit exceeded' } } });
      const { exit, stderr } = await verify(world);
      expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining('could not be asked') });
      await expect(indexOf(world).standingOf({ tag: TAG, commit })).rejects.toThrow('could not be asked');
      world.github.faults.clear();
    },
    60_000,
  );

  it('is not judged when there are no more requests', async () => {
    world.github.faults.add({ method: 'GET', path: /\/actions\/runs\?/, action: { ...rateLimited(3600) } });
    expect((await verify(world)).exit).toBe(3);
    world.github.faults.clear();
  }, 60_000);
});

describeInFullCheck('a person’s no-go', () => {
  let world: World;
  let commit = '';
  beforeAll(async () => {
    world = await createWorld();
    commit = (await decideOn(world, 100)).commit;
    await sign(world, 101, 100);
    await pushTag(world);
    await record(world, 201, 101);
    expect(await verify(world)).toMatchObject({ exit: 0 });
    await decideAs(world, 110, 'no-go');
  }, 120_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  it('retracts an accepted beta and opens the incident', async () => {
    expect((await verify(world)).codes).toEqual(expect.arrayContaining(['decision-no-go']));
    expect((await indexOf(world).standingOf({ tag: TAG, commit })).standing).toBe('retracted');
    const { outputs } = await record(world, 202, 110);
    expect(outputs).toMatchObject({ decision: 'NO-GO', incidents: expect.stringMatching(/\/issues\/\d+$/) });
    expect(await ledgerFiles(world)).toHaveLength(2);
    const incidents = (await world.github.read(`${REPOSITORY}/issues?labels=testops-incident`)) as { title: string; state: string }[];
    expect(incidents).toMatchObject([{ title: 'Incident: decision in 2.5.0', state: 'open' }]);
  }, 60_000);

  it('holds behind twelve newer runs and a later signed GO of a run', async () => {
    for (let id = 120; id < 132; id++)
      world.github.addRun({ id, headSha: commit, event: 'workflow_dispatch', referencedWorkflows: [`${OUR_WORKFLOW}@main`] });
    expect((await decideOn(world, 140)).decide.outputs.decision).toBe('GO');
    await sign(world, 141, 140);
    expect((await verify(world)).codes).toEqual(expect.arrayContaining(['decision-no-go']));
    expect((await indexOf(world).standingOf({ tag: TAG, commit })).standing).toBe('retracted');
  }, 90_000);

  it('holds when its artifact is deleted: the ledger branch has it', async () => {
    await deleteArtifacts(world, 110);
    expect(await verify(world)).toMatchObject({ exit: 1, codes: expect.arrayContaining(['decision-no-go']), where: ['the ledger branch'] });
  }, 60_000);

  it('ends with a person’s later go, signed', async () => {
    await decideAs(world, 150, 'go');
    expect(await verify(world)).toMatchObject({ exit: 0, codes: [] });
    expect((await indexOf(world).standingOf({ tag: TAG, commit })).standing).toBe('accepted');
  }, 60_000);
});

describeInFullCheck('a decision that was deleted', () => {
  it('is a refusal, never a step to an older go', async () => {
    await using world = await createWorld();
    const { commit } = await decideOn(world, 100);
    await sign(world, 101, 100);
    await pushTag(world);
    await decideAs(world, 110, 'no-go');
    await deleteArtifacts(world, 110);
    expect(await verify(world)).toMatchObject({ exit: 1, codes: ['decision-gone'] });
    expect((await indexOf(world).standingOf({ tag: TAG, commit })).standing).toBe('retracted');
    // Someone sets a nicer status for the same run: the first one stays.
    await fetch(`${world.github.url}${REPOSITORY}/statuses/${commit}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        context: 'testops/beta-gate',
        state: 'success',
        target_url: 'https://github.com/octo-org/demo/actions/runs/110',
      }),
    });
    expect(await verify(world)).toMatchObject({ exit: 1, codes: ['decision-gone'] });
    // A later go of a run does not lift what a person may have said; a person's does.
    await decideOn(world, 120);
    await sign(world, 121, 120);
    expect(await verify(world)).toMatchObject({ exit: 1, codes: ['decision-gone'] });
    await decideAs(world, 130, 'go');
    expect(await verify(world)).toMatchObject({ exit: 0, codes: [] });
  }, 180_000);
});

describeInFullCheck('a decision about no version', () => {
  it('accepts no tag, neither for verify nor for the comparison nor for cutting', async () => {
    await using world = await createWorld();
    const { commit } = await decideOn(world, 100, '');
    await sign(world, 101, 100);
    await pushTag(world);
    expect(await verify(world)).toMatchObject({ exit: 1, codes: ['decision-no-version'] });
    expect((await indexOf(world).standingOf({ tag: TAG, commit })).standing).toBe('unknown');
    // The push of the tag finds no decision about it, so that the gates run.
    const run = await playRun(world, { id: 110, ref: `refs/tags/${TAG}` });
    expect({ exit: run.decide.exitCode, gates: run.gates.length }).toEqual({ exit: 0, gates: 2 });
  }, 90_000);
});

describeInFullCheck('a tag that was deleted and pushed again elsewhere', () => {
  it('is a moved tag, although its new commit has a decision of its own', async () => {
    await using world = await createWorld();
    await decideOn(world, 100);
    await sign(world, 101, 100);
    await pushTag(world);
    const first = await playRun(world, { id: 110, ref: `refs/tags/${TAG}` });
    expect(first.decide.exitCode).toBe(0);
    await world.repository.commit('later', { 'later.txt': 'x\n' });
    await world.github.push(world.repository.path);
    await decideOn(world, 120);
    await sign(world, 121, 120);
    await pushTag(world, true);
    expect(await verify(world)).toMatchObject({ exit: 1, codes: ['tag-moved'] });
    expect(await indexOf(world).listRecorded()).toEqual([{ tag: TAG, commit: first.commit }]);
  }, 120_000);
});

describeInFullCheck('with Sigstore', () => {
  it('GitHub’s attestations keep a decision that no artifact and no ledger has', async () => {
    await using sigstore = await startSigstore();
    await using world = await createWorld();
    await world.repository.commit('trust', {
      '.github/testops.yml': CONFIG.replace('{ public-key: key.pub }', '{ trusted-root: roots.jsonl }'),
      'roots.jsonl': sigstore.trustedRoots,
    });
    await world.github.push(world.repository.path);
    await decideOn(world, 100);
    const callerSha = await world.repository.git('rev-parse', 'HEAD');
    const env = sigstore.env({ workflow: `${SIGN_WORKFLOW}@${'c'.repeat(40)}`, repository: 'octo-org/demo', callerSha });
    expect((await signRun(world, { id: 101, runId: 100, inputs: {}, env })).exitCode).toBe(0);
    await pushTag(world);
    await deleteArtifacts(world, 100, 101);
    expect(await verify(world)).toMatchObject({ exit: 0, codes: [], where: ["GitHub's attestations"], derived: false });
  }, 90_000);
});

describeInFullCheck('what is stored where', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  }, 30_000);
  afterAll(() => world[Symbol.asyncDispose]() as Promise<void>);

  it('a release keeps the signed decision too, once', async () => {
    await decideOn(world, 100);
    await sign(world, 101, 100);
    await pushTag(world);
    const made = await fetch(`${world.github.url}${REPOSITORY}/releases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tag_name: TAG, body: 'By people.' }),
    });
    const { id } = (await made.json()) as { id: number };
    await record(world, 201, 101);
    await record(world, 202, 101);
    const assets = (await world.github.read(`${REPOSITORY}/releases/${id}/assets`)) as { name: string }[];
    expect(assets.map(({ name }) => name)).toEqual([expect.stringMatching(/^testops-decision-[0-9a-f]{64}\.json$/)]);
    await deleteArtifacts(world, 100, 101);
    await clientOf(world).rest.git.deleteRef({ owner: 'octo-org', repo: 'demo', ref: `heads/${LEDGER}` });
    expect(await verify(world)).toMatchObject({ exit: 0, where: [`the release ${TAG}`], derived: false });
  }, 120_000);

  it('a no-go that no place took makes the job that signs fail', async () => {
    await using folder = await createTemporaryFolder();
    const commit = await world.repository.git('rev-parse', 'HEAD');
    const { decide } = await decideOn(world, 300);
    expect(decide.outputs.decision).toBe('GO');
    world.github.addRun({
      id: 301,
      headSha: commit,
      event: 'workflow_dispatch',
      status: 'in_progress',
      workflow: '.github/workflows/testops-sign.yml',
      referencedWorkflows: [`${SIGN_WORKFLOW}@${'c'.repeat(40)}`],
    });
    const run = await runAction({
      action: 'sign',
      dist: DIST,
      inputs: { 'run-id': '300', decision: 'no-go', reason: 'no', 'signing-key': KEYS.privateKey, 'github-token': world.github.token },
      event: createDispatchEvent(world.github, commit),
      cwd: folder.path,
      nodeVersion: 24,
      github: world.github,
      run: { id: 301, workflow: '.github/workflows/testops-sign.yml' },
    });
    expect({ exit: run.exitCode, log: run.log }).toEqual({ exit: 1, log: expect.stringContaining('decision-not-stored') });
  }, 60_000);

  it('the nightly round reports a tag that no decision is about, once', async () => {
    await world.repository.commit('no workflow here', { '.github/workflows/testops-ci.yml': 'on: {}\n', 'other.txt': 'x\n' });
    await world.repository.git('tag', 'v2.6.0-beta.1');
    await world.repository.git('checkout', '--quiet', 'HEAD~1', '--', '.github/workflows/testops-ci.yml');
    await world.repository.commit('the workflow is back');
    await world.github.push(world.repository.path);
    await decideOn(world, 400, '');
    for (const id of [410, 411]) await record(world, id, 400, { 'check-tags': 'true' });
    const incidents = (await world.github.read(`${REPOSITORY}/issues?state=all&labels=testops-incident`)) as {
      title: string;
      comments: number;
    }[];
    expect(incidents).toMatchObject([
      {
        title: 'Incident: no decision about v2.6.0-beta.1',
        comments: 0,
        body: expect.stringContaining('decision-record/tag-without-decision'),
      },
    ]);
  }, 90_000);
});
