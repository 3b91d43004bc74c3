import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Ports } from '../../../src/core/index.ts';
import { inputs as schema } from '../../../src/gates/slo-gate/inputs.ts';
import { judge } from '../../../src/gates/slo-gate/judge.ts';
import { measure } from '../../../src/gates/slo-gate/measure.ts';
import { createHost } from '../../../src/host/create-host.ts';
import { createServices } from '../../../src/testops-api/index.ts';

export interface RunOptions {
  readonly ports?: Partial<Ports>;
  /** Wall clock; default the machine's. */
  readonly now?: () => number;
}

/** Measures and judges in a workspace with the real host. */
export async function runGate(workspace: string, given: Record<string, unknown>, options: RunOptions = {}) {
  await using host = createHost({
    workspace,
    environment: {},
    progress: 'quiet',
    ...(options.now ? { now: options.now } : {}),
  });
  const inputs = schema.parse(given);
  const ports = { ...host, services: createServices(host), ...options.ports } as Ports;
  const facts = await measure(inputs, ports);
  return { facts, judgement: judge(facts, inputs) };
}

/** Runs the gate in a temporary folder that holds `files`. */
export async function runWith(
  files: Readonly<Record<string, string | Uint8Array | object>>,
  given: Record<string, unknown>,
  options: RunOptions = {},
) {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'slo-')));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(
        join(workspace, name),
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      );
    }
    return await runGate(workspace, given, options);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}
