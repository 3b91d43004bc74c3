import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createPullRequestEvent, createWorkflowRunEvent } from '../support/events.ts';
import type { TokenPermissions } from '../support/github.ts';
import type { FinishedProcess } from '../support/process.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { type JobIdentity, type SigstoreService, startSigstore } from '../support/sigstore.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { createWorld, playRun, type World } from './played-run.ts';

const SIGNER = 'testops/beta-gates/.github/workflows/testops-sign.yml';
const REPOSITORY = 'octo-org/demo';
const PIN = 'c'.repeat(40);
const IDENTITY: JobIdentity = { workflow: `${SIGNER}@${PIN}`, repository: REPOSITORY };
/** What the workflows name. */
const SIGN_PERMISSIONS: TokenPermissions = {
  contents: 'read',
  actions: 'read',
  attestations: 'write',
  statuses: 'write',
  'pull-requests': 'read',
};
const RECORD_PERMISSIONS: TokenPermissions = { contents: 'write', actions: 'read', issues: 'write', statuses: 'read' };

let world: World;
let sigstore: SigstoreService;
let elsewhere: TemporaryFolder;
let commit = '';
beforeAll(async () => {
  world = await createWorld();
  sigstore = await startSigstore();
  elsewhere = await createTemporaryFolder('testops-elsewhere-');
  await writeFile(elsewhere.join('roots.jsonl'), sigstore.trustedRoots);
  commit = (await playRun(world, { id: 100, version: '2.5.0-beta.1', event: 'workflow_dispatch' })).commit;
}, 120_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await sigstore[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

interface SignOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly identity?: JobIdentity;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: Parameters<typeof runAction>[0]['event'];
}

/** The job of testops-sign.yml; its bundle is taken out of the workspace. */
async function sign(
  id: number,
  { inputs = {}, identity = IDENTITY, env = {}, event }: SignOptions = {},
): Promise<ActionRun & { folder: string }> {
  const { github, repository, results } = world;
  github.addRun({
    id,
    headSha: commit,
    event: 'workflow_dispatch',
    status: 'in_progress',
    workflow: '.github/workflows/testops-sign.yml',
    referencedWorkflows: [IDENTITY.workflow],
  });
  const folder = `signed-${id}`;
  const run = await runAction({
    action: 'sign',
    dist: DIST,
    inputs: { 'run-id': '100', out: folder, 'github-token': await github.issueToken(SIGN_PERMISSIONS), ...inputs },
    event: event ?? createDispatchEvent(github, commit),
    env: { ...sigstore.env(identity), ...env },
    cwd: repository.path,
    nodeVersion: 24,
    github,
    results,
    run: { id, workflow: '.github/workflows/testops-sign.yml' },
  });
  return { ...run, folder: join(repository.path, folder) };
}

async function verify(folder: string, ...flags: string[]): Promise<FinishedProcess & { codes: readonly string[]; signed: boolean }> {
  const finished = await runCli({
    args: ['verify', folder, '--json', ...flags],
    dist: DIST,
    cwd: elsewhere.path,
    nodeVersion: 24,
    env: {},
  });
  const told = JSON.parse(finished.stdout || '{}') as { findings?: { code: string }[]; signed?: boolean };
  return {
    ...finished,
    codes: (told.findings ?? []).map(({ code }) => code.replace('decision-record/', '')),
    signed: told.signed === true,
  };
}
const ROOTS = ['--require-signature', '--trusted-root', 'roots.jsonl'];

describeInFullCheck('sign, with Sigstore', () => {
  let signed: ActionRun & { folder: string };
  beforeAll(async () => {
    signed = await sign(201);
  }, 60_000);

  it('signs the decision of a run as it stands; the command checks it offline', async () => {
    expect({ exit: signed.exitCode, log: signed.log }).toEqual({ exit: 0, log: expect.stringContaining('GO, signed with Sigstore') });
    expect(signed.outputs).toMatchObject({ decision: 'GO', attestation: expect.stringMatching(/^\d+$/) });
    expect(await verify(signed.folder, ...ROOTS)).toMatchObject({ exitCode: 0, codes: [], signed: true });
  });

  it('stores an attestation of the VSA type for the digest of decision.json', async () => {
    const digest = execFileSync('sha256sum', [join(signed.folder, 'decision.json')], { encoding: 'utf8' }).slice(0, 64);
    const type = encodeURIComponent('https://slsa.dev/verification_summary/v1');
    const stored = (await world.github.read(`/repos/${REPOSITORY}/attestations/sha256:${digest}?predicate_type=${type}`)) as {
      attestations: unknown[];
    };
    expect(stored.attestations).toHaveLength(1);
  });

  it('leads from the commit to the run that signed', async () => {
    const { statuses } = (await world.github.read(`/repos/${REPOSITORY}/commits/${commit}/status`)) as {
      statuses: { context: string; state: string; target_url: string }[];
    };
    expect(statuses.find(({ context }) => context === 'testops/beta-gate')).toMatchObject({
      state: 'success',
      target_url: expect.stringMatching(/runs\/201#decision-[0-9a-f]{64}$/),
    });
  });

  it('is signed by GitHub’s own instance for a private repository: time stamps instead of the public log', async () => {
    const [publicRoot = '', ownRoot = ''] = sigstore.trustedRoots.split('\n');
    await writeFile(elsewhere.join('public.jsonl'), publicRoot);
    await writeFile(elsewhere.join('own.jsonl'), ownRoot);
    const { owner, repo, repositoryId } = world.github;
    const run = await sign(207, { event: createDispatchEvent({ owner, repo, repositoryId, private: true }, commit) });
    expect({ exit: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({ exit: 0, log: '' });
    const file = join(run.folder, 'decision.vsa.sigstore.json');
    const { verificationMaterial: material, dsseEnvelope } = JSON.parse(await readFile(file, 'utf8'));
    expect(material.tlogEntries ?? []).toEqual([]);
    expect(material.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
    expect(await verify(run.folder, ...ROOTS)).toMatchObject({ exitCode: 0, codes: [], signed: true });
    const trusting = (root: string) => verify(run.folder, '--require-signature', '--trusted-root', root);
    expect(await trusting('own.jsonl')).toMatchObject({ exitCode: 0, codes: [], signed: true });
    // The public instance answers for nothing that is not in its log, whoever issued the certificate.
    expect(await trusting('public.jsonl')).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
    const untimed = { ...material, timestampVerificationData: { rfc3161Timestamps: [] } };
    const whole = await readFile(file);
    await writeFile(file, JSON.stringify({ ...JSON.parse(whole.toString()), verificationMaterial: untimed, dsseEnvelope }));
    expect(await trusting('own.jsonl')).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
    // A time stamp over another signature says nothing about this one.
    const other = await sign(208, {
      event: createDispatchEvent({ owner, repo, repositoryId, private: true }, commit),
      inputs: { decision: 'go', reason: 'as the rules say' },
    });
    const stamped = JSON.parse(await readFile(join(other.folder, 'decision.vsa.sigstore.json'), 'utf8')).verificationMaterial;
    const swapped = { ...material, timestampVerificationData: stamped.timestampVerificationData };
    await writeFile(file, JSON.stringify({ ...JSON.parse(whole.toString()), verificationMaterial: swapped }));
    expect(await trusting('own.jsonl')).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
  }, 90_000);

  // The rules of `gh attestation verify --repo --signer-workflow --predicate-type`, read from the certificate with OpenSSL: cli/cli, pkg/cmd/attestation/verify.
  it('meets what `gh attestation verify` asks of a certificate and a statement', async () => {
    const { verificationMaterial, dsseEnvelope, mediaType } = JSON.parse(
      await readFile(join(signed.folder, 'decision.vsa.sigstore.json'), 'utf8'),
    );
    expect(mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(dsseEnvelope.payloadType).toBe('application/vnd.in-toto+json');
    const { subject, predicateType, _type } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8'));
    expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'https://slsa.dev/verification_summary/v1']);
    const digest = execFileSync('sha256sum', [join(signed.folder, 'decision.json')], { encoding: 'utf8' }).slice(0, 64);
    expect(subject).toContainEqual({ name: 'decision.json', digest: { sha256: digest } });
    const der = Buffer.from(verificationMaterial.certificate.rawBytes, 'base64');
    await writeFile(elsewhere.join('certificate.der'), der);
    const text = execFileSync('openssl', ['x509', '-inform', 'der', '-in', elsewhere.join('certificate.der'), '-noout', '-text'], {
      encoding: 'utf8',
    });
    // The signer's workflow is the whole subject alternative name, anchored at the server; the issuer and the source repository are extensions.
    expect(text).toContain(`URI:https://github.com/${SIGNER}@${PIN}`);
    const extension = (oid: string) =>
      text
        .slice(text.indexOf(`1.3.6.1.4.1.57264.1.${oid}:`))
        .split('\n')[1]
        ?.trim() ?? '';
    expect(extension('8')).toMatch(/https:\/\/token\.actions\.githubusercontent\.com$/);
    expect(extension('12')).toMatch(new RegExp(`https://github.com/${REPOSITORY}$`));
  });

  it('is refused without the root that answers for it', async () => {
    expect(await verify(signed.folder, '--require-signature')).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
  });

  it('an unsigned bundle is accepted, and refused where a signature is required', async () => {
    const bundle = join(world.repository.path, 'testops-out/decision');
    expect(await verify(bundle)).toMatchObject({ exitCode: 0, signed: false });
    expect(await verify(bundle, ...ROOTS)).toMatchObject({ exitCode: 1, codes: ['unsigned'] });
  });

  it('a signature over another decision, or with one bit changed, is refused', async () => {
    const folder = elsewhere.join('swapped');
    execFileSync('cp', ['-r', join(world.repository.path, 'testops-out/decision'), folder]);
    const signature = JSON.parse(await readFile(join(signed.folder, 'decision.vsa.sigstore.json'), 'utf8'));
    const payload = JSON.parse(Buffer.from(signature.dsseEnvelope.payload, 'base64').toString('utf8'));
    payload.predicate.verificationResult = 'FAILED';
    signature.dsseEnvelope.payload = Buffer.from(JSON.stringify(payload)).toString('base64');
    await writeFile(join(folder, 'decision.vsa.sigstore.json'), JSON.stringify(signature));
    expect(await verify(folder, ...ROOTS)).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
    const person = await sign(202, { inputs: { decision: 'no-go', reason: 'a customer waits' } });
    execFileSync('cp', [join(person.folder, 'decision.vsa.sigstore.json'), folder]);
    expect(await verify(folder, ...ROOTS)).toMatchObject({ exitCode: 1, codes: ['signature-other-document'] });
  }, 60_000);

  it.each<[string, JobIdentity, string]>([
    ['another workflow', { ...IDENTITY, workflow: `${REPOSITORY}/.github/workflows/evil.yml@refs/heads/main` }, 'signer-foreign'],
    [
      'another repository',
      { ...IDENTITY, repository: 'octo-org/other', callerWorkflow: `${REPOSITORY}/.github/workflows/testops-sign.yml@refs/heads/main` },
      'signer-foreign-repository',
    ],
    ['another issuer', { ...IDENTITY, issuer: 'https://issuer.example' }, 'signer-foreign-issuer'],
    ['a pull request', { ...IDENTITY, event: 'pull_request' }, 'signed-for-pull-request'],
  ])(
    'a signature by %s is refused',
    async (_name, identity, code) => {
      const run = await sign(210 + code.length, { identity });
      expect(run.exitCode).toBe(0);
      expect(await verify(run.folder, ...ROOTS)).toMatchObject({ exitCode: 1, codes: [code] });
    },
    60_000,
  );

  it('records whoever started the run as the one who decides', async () => {
    const run = await sign(203, { inputs: { decision: 'go', reason: 'the numbers hold' } });
    expect({ exit: run.exitCode, log: run.log }).toEqual({ exit: 0, log: expect.stringContaining('GO by @') });
    const decision = JSON.parse(await readFile(join(run.folder, 'decision.json'), 'utf8'));
    expect(decision.decidedBy).toMatchObject({ kind: 'person', decision: 'go', reason: 'the numbers hold' });
    expect(await verify(run.folder, ...ROOTS)).toMatchObject({ exitCode: 0, signed: true });
  }, 60_000);

  it('keeps the signature in the bundle where GitHub stores none', async () => {
    world.github.faults.add({
      method: 'POST',
      path: /attestations/,
      nth: 1,
      action: { status: 404, body: { message: 'Feature not available' } },
    });
    const run = await sign(204);
    world.github.faults.clear();
    expect(run.outputs.attestation).toBe('');
    expect(run.log).toContain('GitHub keeps no attestation here');
    expect(await verify(run.folder, ...ROOTS)).toMatchObject({ exitCode: 0, signed: true });
  }, 60_000);

  it('signs nothing without an identity, and nothing for a pull request', async () => {
    const bare = await sign(205, { env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' } });
    expect({ exit: bare.exitCode, log: bare.log }).toEqual({ exit: 3, log: expect.stringContaining('id-token: write') });
    const event = createPullRequestEvent(world.github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit });
    expect((await sign(206, { event })).exitCode).toBe(3);
  }, 60_000);
});

describeInFullCheck('sign, with a key', () => {
  it.each([
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['ECDSA on P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ])(
    '%s: the public key checks it, another does not; openssl agrees',
    async (name, { privateKey, publicKey }) => {
      const id = name === 'Ed25519' ? 301 : 302;
      const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
      const run = await sign(id, { inputs: { 'signing-key': pem } });
      expect({ exit: run.exitCode, log: run.log }).toEqual({ exit: 0, log: expect.stringContaining('signed with the key') });
      expect(run.log).not.toContain(pem.split('\n')[1]);
      await writeFile(elsewhere.join('key.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
      const other = generateKeyPairSync('ed25519').publicKey;
      await writeFile(elsewhere.join('other.pub'), other.export({ format: 'pem', type: 'spki' }));
      expect(await verify(run.folder, '--require-signature', '--public-key', 'key.pub')).toMatchObject({
        exitCode: 0,
        codes: [],
        signed: true,
      });
      expect(await verify(run.folder, '--require-signature', '--public-key', 'other.pub')).toMatchObject({
        exitCode: 1,
        codes: ['signer-foreign-key'],
      });
      expect(await verify(run.folder, '--require-signature')).toMatchObject({ exitCode: 1, codes: ['signature-invalid'] });
      // DSSE by hand: what is signed is "DSSEv1", the lengths, the type and the payload.
      const envelope = JSON.parse(await readFile(join(run.folder, 'decision.vsa.dsse.json'), 'utf8'));
      const payload = Buffer.from(envelope.payload, 'base64');
      expect(payload.equals(await readFile(join(run.folder, 'decision.vsa.intoto.json')))).toBe(true);
      await writeFile(
        elsewhere.join('pae'),
        Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload]),
      );
      await writeFile(elsewhere.join('sig'), Buffer.from(envelope.signatures[0].sig, 'base64'));
      const args =
        name === 'Ed25519'
          ? ['pkeyutl', '-verify', '-pubin', '-inkey', 'key.pub', '-rawin', '-in', 'pae', '-sigfile', 'sig']
          : ['dgst', '-sha256', '-verify', 'key.pub', '-signature', 'sig', 'pae'];
      execFileSync('openssl', args, { cwd: elsewhere.path, stdio: 'pipe' });
    },
    60_000,
  );

  it('a key of another kind, and no key at all, are refused without being printed', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect((await sign(303, { inputs: { 'signing-key': rsa } })).exitCode).toBe(3);
    const run = await sign(304, { inputs: { 'signing-key': 'not-a-key-but-secret' } });
    expect({ exit: run.exitCode, leaked: run.log.includes('not-a-key-but-secret') }).toEqual({ exit: 3, leaked: false });
  }, 60_000);
});

describeInFullCheck('record', () => {
  const record = async (
    id: number,
    inputs: Record<string, string> = {},
    event = createWorkflowRunEvent(world.github, commit, { runId: 100, headSha: commit, headBranch: 'main', event: 'push' }),
  ): Promise<ActionRun> =>
    runAction({
      action: 'record',
      dist: DIST,
      inputs: { 'github-token': await world.github.issueToken(RECORD_PERMISSIONS), ...inputs },
      event,
      cwd: world.repository.path,
      nodeVersion: 24,
      github: world.github,
      results: world.results,
      run: { id, workflow: '.github/workflows/testops-record.yml' },
    });
  const ledger = async (file: string): Promise<readonly { body: Record<string, unknown> }[]> => {
    const content = (await world.github.read(`/repos/${REPOSITORY}/contents/${file}?ref=testops-ledger`)) as
      | { content: string }
      | undefined;
    const text = Buffer.from(content?.content ?? '', 'base64').toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  const incidents = async () =>
    (await world.github.read(`/repos/${REPOSITORY}/issues?state=all&labels=testops-incident&per_page=100`)) as {
      title: string;
      state: string;
      body: string;
      comments: number;
    }[];

  it('writes a GO to the ledger and the notes of its release, once', async () => {
    const made = await fetch(`${world.github.url}/repos/${REPOSITORY}/releases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tag_name: 'v2.5.0-beta.1', draft: true, body: 'By people.' }),
    });
    const { id } = (await made.json()) as { id: number };
    const first = await record(401);
    expect({ exit: first.exitCode, log: first.log }).toEqual({ exit: 0, log: expect.anything() });
    expect((await record(402, { 'run-id': '100' })).exitCode).toBe(0);
    expect(await ledger('decisions.jsonl')).toMatchObject([
      { body: { outcome: 'GO', commit, version: '2.5.0-beta.1', repository: REPOSITORY } },
    ]);
    expect(await ledger('slo.jsonl')).toMatchObject([{ body: { type: 'slo-day/v2', commit, verdict: 'pass' } }]);
    expect(first.outputs['ledger-head']).toMatch(/^1:[0-9a-f]{64}$/);
    const notes = ((await world.github.read(`/repos/${REPOSITORY}/releases/${id}`)) as { body: string }).body;
    expect(notes).toMatch(/^By people\.\n\n<!-- testops:decision -->\n### ✅ GO\n/);
    expect(notes.match(/testops:decision/g)).toHaveLength(2);
    expect(await incidents()).toEqual([]);
  }, 60_000);

  it('opens an incident for each kind of a NO-GO for a beta, and a later GO closes it', async () => {
    const { repository } = world;
    await repository.commit('Break the snapshots', { 'actual/report.json': '{"total": 4}\n' });
    await world.github.push(repository.path);
    const broken = await playRun(world, { id: 110, version: '2.5.0-beta.1', event: 'workflow_dispatch' });
    expect(broken.decide.exitCode).toBe(1);
    const run = await record(410, { 'run-id': '110' });
    expect({ exit: run.exitCode, log: run.log }).toEqual({ exit: 0, log: expect.anything() });
    const [issue, ...more] = await incidents();
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ title: 'Incident: snapshot-damage in 2.5.0', state: 'open', comments: 0 });
    expect(issue?.body).toContain('### Next steps');
    expect(run.outputs.incidents).toMatch(/\/issues\/\d+$/);
    await repository.commit('Mend them', { 'actual/report.json': '{"total": 3}\n' });
    await world.github.push(repository.path);
    expect((await playRun(world, { id: 111, version: '2.5.0-beta.1', event: 'workflow_dispatch' })).decide.exitCode).toBe(0);
    expect((await record(411, { 'run-id': '111' })).exitCode).toBe(0);
    expect(await incidents()).toMatchObject([{ state: 'closed', comments: 1 }]);
    expect((await ledger('decisions.jsonl')).map(({ body }) => body.outcome)).toEqual(['GO', 'NO-GO', 'GO']);
  }, 120_000);

  it('is refused for pull requests, foreign runs and runs that are none', async () => {
    world.github.addRun({
      id: 120,
      headSha: commit,
      event: 'pull_request',
      referencedWorkflows: [`testops/beta-gates/.github/workflows/testops-ci.yml@${PIN}`],
    });
    expect((await record(420, { 'run-id': '120' })).exitCode).toBe(1);
    world.github.addRun({ id: 121, headSha: commit, event: 'push', workflow: '.github/workflows/evil.yml' });
    expect((await record(421, { 'run-id': '121' })).exitCode).toBe(1);
    expect((await record(422, { 'run-id': '999' })).exitCode).toBe(3);
    const pull = createPullRequestEvent(world.github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit });
    expect((await record(423, {}, pull)).exitCode).toBe(3);
    expect(await ledger('decisions.jsonl')).toHaveLength(3);
  }, 60_000);

  it('says exit 2 where the ledger cannot be written, and names a missing permission', async () => {
    const readOnly = await world.github.issueToken({ ...RECORD_PERMISSIONS, contents: 'read' });
    await playRun(world, { id: 130, version: '2.5.0-beta.2', event: 'workflow_dispatch' });
    const run = await record(430, { 'run-id': '130', 'github-token': readOnly });
    expect({ exit: run.exitCode, log: run.log }).toEqual({ exit: 2, log: expect.stringContaining('contents: write') });
  }, 60_000);
});
