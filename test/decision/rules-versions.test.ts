import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/core/index.ts';
import { buildBundle, decide, RULES_VERSION, verifyBundle, verifyProof } from '../../src/decision/index.ts';
import { createSignatureReader } from '../../src/github/signatures.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { inputOf, NOW } from './example.ts';

const FOLDER = resolve('fixtures/bundles/rules-1');
const BUNDLE = join(FOLDER, 'bundle');

async function readBundle(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(BUNDLE, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(BUNDLE.length + 1), new Uint8Array(await readFile(path)));
  }
  return files;
}

describe('a bundle of rules version 1, signed with a key', () => {
  it('is derived with its own rules, whatever today’s say, and its signature holds', async () => {
    const files = await readBundle();
    const decision = JSON.parse(new TextDecoder().decode(files.get('decision.json')));
    expect(decision.given.rulesVersion).toBeUndefined();
    const now = Date.parse(decision.given.timeVerified);
    const reader = createSignatureReader({ publicKeys: [await readFile(join(FOLDER, 'key.pub'), 'utf8')] });
    const proof = verifyProof(files, {
      now,
      signatures: await reader.read(files),
      demand: { required: true, repository: 'octo-org/demo', workflows: [], keyIds: reader.keyIds },
      tag: { name: 'v2.5.0-beta.1', commit: decision.given.subject.commit, repository: 'octo-org/demo' },
    });
    expect(proof).toMatchObject({
      accepted: true,
      exit: 0,
      findings: [],
      signed: true,
      rules: { version: 1, today: { version: RULES_VERSION } },
    });
  });

  it('is accepted by the command, with a line about its rules', async () => {
    const { exitCode, stdout, stderr } = await runCli({
      args: ['verify', BUNDLE, '--public-key', join(FOLDER, 'key.pub'), '--require-signature', '--as-of-decision'],
      dist: DIST,
      cwd: FOLDER,
      env: {},
    });
    expect({ exitCode, said: stdout + stderr }).toEqual({
      exitCode: 0,
      said: expect.stringContaining('decided by version 1 of the rules'),
    });
  });

  it('is rejected with one byte changed', async () => {
    const files = await readBundle();
    for (const [name, bytes] of [...files].filter(([file]) => file.startsWith('inputs/'))) {
      const changed = new Map(files).set(name, new Uint8Array([...bytes, 32]));
      expect(verifyBundle(changed, { now: NOW, asOfDecision: true }).accepted).toBe(false);
    }
  });
});

describe('the version of the rules', () => {
  it('is that of today in a new decision, and nothing is compared', () => {
    const input = inputOf();
    const decision = decide(input);
    expect(decision.given.rulesVersion).toBe(RULES_VERSION);
    expect(verifyBundle(buildBundle(decision, input, () => '# text').files, { now: NOW }).rules).toEqual({ version: RULES_VERSION });
  });

  it('that this tool does not know is refused', () => {
    const input = inputOf({ rulesVersion: RULES_VERSION + 1 });
    const { files } = buildBundle(decide(input), input, () => '# text');
    const { accepted, findings } = verifyBundle(files, { now: NOW });
    expect({ accepted, codes: findings.map(({ code }) => code) }).toEqual({
      accepted: false,
      codes: ['decision-record/decision-not-derivable'],
    });
    expect(canonicalJson(findings[0]?.args ?? {})).toContain(`version ${RULES_VERSION + 1} of the rules`);
  });
});
