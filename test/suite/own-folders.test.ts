import { describe, expect, it } from '@jest/globals';
import { gates } from '../../src/gates/index.ts';
import { createHost } from '../../src/host/index.ts';
import { resolveInputs } from '../../src/suite/configuration.ts';
import { runGate } from '../../src/suite/run-gate.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

describe('folders of the suite', () => {
  it.each(['testops-evidence', 'proof', './a b/[x]'])('%s is no part of what a command is run on', async (evidenceDir) => {
    await using folder = await createTemporaryFolder();
    await using host = createHost({ workspace: folder.path, environment: { PATH: process.env.PATH }, quiet: true });
    for (const path of [`${evidenceDir}/earlier.intoto.json`, 'bundle/decision.json', 'proofs/kept']) await host.files.write(path, 'x');
    const entry = gates.find(({ id }) => id === 'determinism-check');
    if (entry === undefined) throw new Error('no such gate');
    const run = `test ! -e '${evidenceDir}' && test ! -e bundle && test -e proofs/kept && echo clean`;
    const inputs = resolveInputs(entry.id, entry.inputs, undefined, { run, runs: 2, vary: ['umask'] });
    const { judgement } = await runGate(entry, inputs, {
      ports: {
        ...host,
        services: {
          open: () => {
            throw new Error('unused');
          },
        } as never,
      },
      evidenceDir,
      outDir: 'bundle',
      toolVersion: '0',
      declared: [],
      origins: { inWorkflow: false },
      run: { environment: { node: '20', platform: 'linux', arch: 'x64' } } as never,
    });
    expect([judgement.verdict, judgement.findings]).toEqual(['pass', []]);
  });
});
