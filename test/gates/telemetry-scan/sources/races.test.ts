import { mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Ports } from '../../../../src/core/index.ts';
import { inputs } from '../../../../src/gates/telemetry-scan/inputs.ts';
import { judge } from '../../../../src/gates/telemetry-scan/judge.ts';
import { measure } from '../../../../src/gates/telemetry-scan/measure.ts';
import { createHost } from '../../../../src/host/index.ts';
import { createFolder } from '../scan-case.ts';

const SSN = ['536', '22', '1234'].join('-');

interface Moments {
  /** After the files were listed, before the first is opened. */
  readonly listed?: () => Promise<unknown>;
  /** After the first chunk of a file was read. */
  readonly begun?: () => Promise<unknown>;
}

/** Scans `*.log` of a folder with the real host, while something happens to the files at a given moment. */
async function scanWhile(folder: string, moments: Moments, paths: readonly string[] = ['*.log']) {
  const given = inputs.parse({ paths });
  await using host = createHost({ workspace: folder, environment: { PATH: process.env.PATH ?? '' }, progress: 'quiet' });
  const { files } = host;
  let listed = false;
  const ports = {
    ...host,
    files: {
      ...files,
      async statTarget(...args: Parameters<typeof files.statTarget>) {
        if (!listed) await moments.listed?.();
        listed = true;
        return files.statTarget(...args);
      },
      async *stream(...args: Parameters<typeof files.stream>) {
        let first = true;
        for await (const chunk of files.stream(...args)) {
          yield chunk;
          if (first) await moments.begun?.();
          first = false;
        }
      },
    },
  };
  const judgement = judge(await measure(given, ports as unknown as Ports), given);
  return { verdict: judgement.verdict, codes: judgement.findings.map((finding) => finding.code.replace('telemetry-scan/', '')).sort() };
}

async function withFiles(run: (folder: string, a: string, b: string) => Promise<void>): Promise<void> {
  await using folder = await createFolder();
  const [a, b] = [join(folder.path, 'a.log'), join(folder.path, 'b.log')];
  // Larger than one chunk, so that there is a moment in the middle.
  await writeFile(a, `${'quiet line\n'.repeat(120_000)}ssn=${SSN}\n`);
  await writeFile(b, 'quiet\n');
  await run(folder.path, a, b);
}

describe('a file that changes under the scan', () => {
  it('is whole when nothing happens', () =>
    withFiles(async (folder) => {
      expect(await scanWhile(folder, {})).toEqual({ verdict: 'fail', codes: ['us-ssn'] });
    }));

  it('and vanishes before it is opened is not passed over', () =>
    withFiles(async (folder, a, b) => {
      await rm(a);
      expect(await scanWhile(folder, { listed: () => rm(b, { force: true }) })).toEqual({ verdict: 'inconclusive', codes: ['unreadable'] });
    }));

  it('and vanishes while it is read is inconclusive or worse', () =>
    withFiles(async (folder, a) => {
      expect(await scanWhile(folder, { begun: () => rm(a, { force: true }) })).toEqual({ verdict: 'fail', codes: ['changed', 'us-ssn'] });
    }));

  it('and is cut while it is read, before what it held, is inconclusive', () =>
    withFiles(async (folder, a) => {
      expect(await scanWhile(folder, { begun: () => truncate(a, 1 << 20) })).toEqual({ verdict: 'inconclusive', codes: ['changed'] });
    }));

  it('and is put in the place of another of the same size is seen by its time', () =>
    withFiles(async (folder, a) => {
      const other = `${a}.new`;
      await writeFile(other, `${'quiet line\n'.repeat(120_000)}nothing=${'x'.repeat(7)}\n`);
      await utimes(other, new Date(0), new Date(0));
      const done = await scanWhile(folder, { begun: () => rename(other, a).catch(() => undefined) });
      expect(done).toEqual({ verdict: 'fail', codes: ['changed', 'us-ssn'] });
    }));

  it('and becomes a folder is not passed over', () =>
    withFiles(async (folder, a, b) => {
      await rm(a);
      const swap = async () => {
        await rm(b);
        await mkdir(b);
      };
      expect(await scanWhile(folder, { listed: swap })).toEqual({ verdict: 'inconclusive', codes: ['unreadable'] });
    }));

  it('that was named is refused when it vanishes', () =>
    withFiles(async (folder, _, b) => {
      await expect(scanWhile(folder, { listed: () => rm(b) }, ['b.log'])).rejects.toMatchObject({ name: 'UserError' });
    }));
});
