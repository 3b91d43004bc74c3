import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { VERDICT_EXIT } from '../../../src/core/index.ts';
import { inputs } from '../../../src/gates/deploy-preview/inputs.ts';
import { judge } from '../../../src/gates/deploy-preview/judge.ts';
import { measure } from '../../../src/gates/deploy-preview/measure.ts';
import { createHost } from '../../../src/host/index.ts';
import { createServices } from '../../../src/testops-api/index.ts';
import { type ServiceScript, startScriptedService } from './scripted-service.ts';

const ROOT = join(import.meta.dirname, '../../../fixtures/deploy-preview');
/** Cases below `with-service` bring a script for a service that answers; the others need none. */
const cases = ['.', 'with-service'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (name.includes('.') ? [join(folder, name)] : [])),
);

interface Expected {
  readonly exit: number;
  readonly verdict?: string;
  readonly codes: readonly string[];
  readonly text?: readonly string[];
}

describe('fixtures of deploy-preview', () => {
  it('are there for every outcome', () => {
    expect([...new Set(cases.map((name) => basename(name).split('.')[0]))].sort()).toEqual([
      'error',
      'fail',
      'inconclusive',
      'pass',
      'warn',
    ]);
  });

  it.each(cases)('%s', async (name) => {
    const folder = join(ROOT, name);
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
    const given = parse(readFileSync(join(folder, 'testops.yml'), 'utf8'))['deploy-preview'];
    const scriptPath = join(folder, 'service.json');
    await using service = existsSync(scriptPath)
      ? await startScriptedService(JSON.parse(readFileSync(scriptPath, 'utf8')) as ServiceScript)
      : undefined;
    const parsed = inputs.safeParse(service === undefined ? given : { ...given, url: service.url });
    if (!parsed.success) {
      expect(expected.exit).toBe(3);
      const said = JSON.stringify(parsed.error.issues);
      for (const text of expected.text ?? []) expect(said).toContain(text);
      return;
    }
    await using host = createHost({ workspace: folder, environment: { PATH: process.env.PATH }, quiet: true });
    const services = createServices(host, { deployTimeoutMs: 500 });
    const judgement = judge(await measure(parsed.data, { ...host, services }), parsed.data);
    expect({
      exit: VERDICT_EXIT[judgement.verdict],
      verdict: judgement.verdict,
      codes: judgement.findings.map(({ code }) => code).sort(),
    }).toEqual({ exit: expected.exit, verdict: expected.verdict, codes: expected.codes });
  });
});
