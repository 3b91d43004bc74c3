import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../../../src/core/index.ts';
import type { Facts } from '../../../src/gates/telemetry-scan/facts.ts';
import { type Inputs, inputs } from '../../../src/gates/telemetry-scan/inputs.ts';
import { judge } from '../../../src/gates/telemetry-scan/judge.ts';
import { measure } from '../../../src/gates/telemetry-scan/measure.ts';
import { createHost } from '../../../src/host/index.ts';

/** 2026-11-22T12:00:00Z */
export const NOW = Date.UTC(2026, 10, 22, 12);
export const SALT = 'a salt of the tests, long enough for HMAC-SHA-256';

export interface ScanCase {
  readonly inputs: Inputs;
  readonly facts: Facts;
  readonly judgement: ReturnType<typeof judge>;
}

/** Measures and judges with the real host in `workspace`; the clock stands at `NOW`. */
export async function scan(workspace: string, given: unknown, environment: NodeJS.ProcessEnv = {}): Promise<ScanCase> {
  const parsed = inputs.parse(given);
  await using host = createHost({
    workspace,
    environment: { PATH: process.env.PATH ?? '', ...environment },
    now: () => NOW,
    progress: 'quiet',
  });
  const facts = await measure(parsed, host as unknown as Ports);
  return { inputs: parsed, facts, judgement: judge(facts, parsed) };
}

/** A folder of its own that is gone when it is disposed of. */
export async function createFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'telemetry-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
