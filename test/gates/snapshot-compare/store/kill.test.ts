import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { restoreSnapshot } from '../../../../src/gates/snapshot-compare/store/restore.ts';
import { scrubStore } from '../../../../src/gates/snapshot-compare/store/scrub.ts';
import { createHost } from '../../../../src/host/index.ts';
import { findNode, hasNode } from '../../../support/node-versions.ts';
import { itWhere } from '../../../support/skip.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';
import { makeReplicaFolders, makeSigner, openFolders, save } from './support.ts';

/** Node 24 runs TypeScript as it is. */
const NODE_24 = hasNode(24) ? findNode(24) : undefined;
/** Every process takes a while to start, so only some points are tried unless more are asked for; all of them are tried in one process in store.test.ts. */
const POINTS = Number(process.env.TESTOPS_KILL_POINTS ?? 8);
/** Steps that a save of three replicas takes, about. */
const STEPS = 60;

const signer = makeSigner();
const KEY = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function saveAndDie(step: number, folders: readonly string[]): Promise<{ signal: string | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE_24 as string, ['--no-warnings', join(import.meta.dirname, 'crashing-save.ts'), String(step), ...folders], {
      env: { KEY },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('exit', (_, signal) => resolve({ signal, output }));
  });
}

describe('kill -9', () => {
  itWhere(NODE_24 !== undefined, 'Node 24 is not installed for this platform')(
    `at ${POINTS} points of a save loses nothing that was acknowledged`,
    async () => {
      await using host = createHost({ workspace: '/', environment: {} });
      let killed = 0;
      for (let point = 0; point < POINTS; point++) {
        await using temporary = await createTemporaryFolder('snapshot-kill-');
        const folders = await makeReplicaFolders(temporary.path, 3);
        const store = openFolders(folders, signer);
        await save(store, signer, 'v1', { a: 'before', b: 'kept' });
        const { signal, output } = await saveAndDie(1 + Math.floor((point * STEPS) / POINTS), folders);
        if (signal === 'SIGKILL') killed++;
        const restored = await restoreSnapshot(store, 'v1', host.files, temporary.join('out'));
        expect(restored.kind).toBe('restored');
        const now = readFileSync(temporary.join('out/a'), 'utf8');
        expect(output === 'acknowledged' ? ['after'] : ['before', 'after']).toContain(now);
        expect((await scrubStore(store)).losses).toEqual([]);
      }
      expect(killed).toBeGreaterThan(POINTS / 2);
    },
    600_000,
  );
});
