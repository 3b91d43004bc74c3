import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SOURCE = join(import.meta.dirname, '../../examples/toron');
const SETTLE_MS = 6000;

export interface Processes {
  readonly supervisor: number;
  readonly replicas: readonly { readonly id: string; readonly pid: number | null; readonly restarts: number; readonly ready: boolean }[];
}
export interface Health {
  readonly status: string;
  readonly runners: readonly { readonly id: string; readonly ready: boolean }[];
  readonly gateways: readonly { readonly id: string; readonly ready: boolean; readonly url: string }[];
  readonly commit?: string;
  readonly flags?: Record<string, unknown>;
}
export interface Report {
  readonly requests: number;
  readonly failures: number;
  readonly metrics: readonly { readonly name: string; readonly min?: number; readonly percentiles?: Record<string, number> }[];
  readonly faults: readonly { readonly kind: string; readonly injectedAt: string; readonly recoveredAt: string | null }[];
}

/** A copy of the example in a temporary folder, because it writes into its own folder and other tests run it too. */
export function copyExample(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'toron-')), 'toron');
  const left = ['node_modules', 'out', 'telemetry', 'load', 'testops-evidence', 'testops-out'];
  cpSync(SOURCE, folder, { recursive: true, filter: (path) => !left.some((name) => path === join(SOURCE, name)) });
  // Not linked to the original's packages: another test may be installing those anew at this moment.
  execFileSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  return folder;
}

/** A running system, in a process group of its own, that is ended when the scope is left. */
export class System {
  readonly url: string;
  readonly fault: string;
  readonly child: ChildProcess;
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, port: number, fault: string, token?: string) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.fault = fault;
    this.#env = environment({
      TESTOPS_PREVIEW_URL: this.url,
      TORON_FAULT: fault,
      ...(token === undefined ? {} : { TESTOPS_TOKEN: token }),
    });
    this.child = spawn(process.execPath, ['server.mjs'], { cwd: folder, env: this.#env, detached: true, stdio: 'ignore' });
  }

  async json<T>(path: string, init?: RequestInit): Promise<T> {
    return (await (await fetch(`${this.url}${path}`, init)).json()) as T;
  }

  /** Runs one script of the example against this system. */
  async run(script: string, extra: NodeJS.ProcessEnv = {}): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [script], { cwd: this.folder, env: { ...this.#env, ...extra }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { status, stdout, stderr };
  }

  signalGroup(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-(this.child.pid as number), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signalGroup('SIGKILL');
    await eventually(() => this.child.exitCode !== null || this.child.signalCode !== null);
  }
}

/** Starts a system and waits until its replicas are as ready as its fault lets them be. */
export async function start(folder: string, fault = '', token?: string): Promise<System> {
  const system = new System(folder, await freePort(), fault, token);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const wanted = fault === 'replica-loss' ? 3 : 4;
  await eventually(async () => {
    const { runners, gateways } = await system.json<Health>('/v1/health', { headers });
    return [...runners, ...gateways].filter((replica) => replica.ready).length === wanted;
  });
  return system;
}

export function environment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TESTOPS_TOKEN: _token, ...rest } = process.env;
  return { ...rest, TORON_LOAD_SECONDS: '1', ...extra };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function eventually(look: () => boolean | Promise<boolean>, timeoutMs = SETTLE_MS): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await Promise.resolve(look()).catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${look}`);
    await delay(25);
  }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended but was not waited for still has its id.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export async function pidsOf(system: System): Promise<number[]> {
  const { replicas } = await system.json<Processes>('/v1/admin/processes');
  return replicas.map((replica) => replica.pid as number);
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Reads an event stream until `enough` holds for the text so far. */
export function readStream(
  url: string,
  lastEventId: string | undefined,
  enough: (text: string) => boolean,
): Promise<{ type: string; text: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (!enough(text)) return;
        request.destroy();
        resolve({ type: String(response.headers['content-type']), text });
      });
    });
    request.setTimeout(SETTLE_MS, () => request.destroy(new Error('stream silent')));
    request.on('error', reject);
  });
}
