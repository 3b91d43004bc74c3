import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/core/ports/processes.ts';
import { createHost } from '../../src/host/index.ts';
import { findNode, hasNode } from '../support/node-versions.ts';
import { createScrubbedEnvironment } from '../support/process.ts';
import { describeWhere, itWhere } from '../support/skip.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

type Folder = Awaited<ReturnType<typeof createTemporaryFolder>>;
let folder: Folder;
beforeEach(async () => {
  folder = await createTemporaryFolder('processes-');
});
afterEach(async () => folder[Symbol.asyncDispose]());

const env = createScrubbedEnvironment();
const processes = () => createHost({ workspace: folder.path, environment: process.env, quiet: true }).processes;
const shell = (script: string, more: Partial<Command> = {}) => processes().run({ argv: ['sh', '-c', script], folder: '.', env, ...more });
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('what a command leaves behind', () => {
  it('is ended when the command ended first', async () => {
    const result = await shell('sleep 300 & (sleep 300 & echo $!) ; echo $!');
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    for (const pid of pidsIn(text(result.stdout.bytes))) expect(isAlive(pid)).toBe(false);
    expect(result.durationMs).toBeLessThan(1500);
  });

  it('is killed when it does not want to end', async () => {
    const result = await shell('(trap "" TERM; sleep 300 & echo $!; wait) & sleep 0.2');
    const [stubborn] = pidsIn(text(result.stdout.bytes));
    expect(isAlive(stubborn)).toBe(false);
    expect(result.durationMs).toBeGreaterThan(1900);
  });

  it('is ended at the time limit, the command itself with it', async () => {
    const result = await shell('trap "" TERM; sleep 300 & echo $$ $!; while :; do sleep 1; done', { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    expect(result.exitCode).toBeUndefined();
    for (const pid of pidsIn(text(result.stdout.bytes))) expect(isAlive(pid)).toBe(false);
  });

  it('does not keep us waiting when it left the group with our pipe in its hand', async () => {
    const result = await shell('setsid sleep 30 & echo $!');
    const [daemon = 0] = pidsIn(text(result.stdout.bytes));
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.durationMs).toBeLessThan(3000);
    if (isAlive(daemon)) process.kill(daemon);
  });

  it('is ended when a running process is disposed of, and only then', async () => {
    let printed = '';
    const host = processes();
    const running = await host.start({
      argv: ['sh', '-c', 'sleep 300 & echo $$ $!; wait'],
      folder: '.',
      env,
      onOutput: (_stream, chunk) => {
        printed += text(chunk);
      },
    });
    while (!printed.includes('\n')) await wait(10);
    const pids = pidsIn(printed);
    expect(pids[0]).toBe(running.pid);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await running[Symbol.asyncDispose]();
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(await running.ended).toMatchObject({ signal: 'SIGTERM' });
    await running[Symbol.asyncDispose]();
  });

  it('is ended with the host', async () => {
    const host = createHost({ workspace: folder.path, environment: process.env, quiet: true });
    const running = await host.processes.start({ argv: ['sleep', '300'], folder: '.', env });
    await host[Symbol.asyncDispose]();
    expect(isAlive(running.pid)).toBe(false);
  });
});

describe('the output of a command', () => {
  it('is kept up to the bound, and drained beyond it', async () => {
    const result = await shell('head -c 5000000 /dev/zero; echo problem >&2; exit 4', { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ exitCode: 4, stdout: { truncated: true }, stderr: { truncated: false } });
    expect(result.stdout.bytes.length).toBe(1000);
    expect(text(result.stderr.bytes)).toBe('problem\n');
  });

  it('goes whole into files, and past whoever watches', async () => {
    const watched = { stdout: 0, stderr: 0 };
    const onOutput = (stream: 'stdout' | 'stderr', chunk: Uint8Array): void => {
      watched[stream] += chunk.length;
    };
    for (const more of [{}, { onOutput }]) {
      const result = await shell('head -c 3000000 /dev/zero; printf err >&2', { stdoutFile: 'logs/out', stderrFile: 'logs/err', ...more });
      expect(result).toMatchObject({ exitCode: 0, stdout: { truncated: false } });
      expect(readFileSync(join(folder.path, 'logs/out')).length).toBe(3_000_000);
      expect(readFileSync(join(folder.path, 'logs/err'), 'utf8')).toBe('err');
    }
    expect(watched).toEqual({ stdout: 3_000_000, stderr: 3 });
  });

  itWhere(existsSync('/dev/full'), 'no /dev/full here')('is not lost in silence when the disk is full', async () => {
    await expect(shell('echo x', { stdoutFile: '/dev/full', onOutput: () => undefined })).rejects.toMatchObject({
      problem: { found: 'no space left on the device' },
    });
  });

  it('comes back from what went in', async () => {
    expect(text((await shell('cat', { stdin: 'in\0put' })).stdout.bytes)).toBe('in\0put');
    expect(await shell('exit 5', { stdin: Buffer.alloc(5_000_000) })).toMatchObject({ exitCode: 5 });
  });
});

describe('a command that cannot start', () => {
  it.each<[string, Partial<Command>, RegExp]>([
    ['an unknown program', { argv: ['no-such-program'] }, /^program not found: no-such-program$/],
    ['an unknown program under a mask', { argv: ['no-such-program'], umask: 0o77 }, /not found or not executable: no-such-program$/],
    ['a file that is not executable', { argv: ['./plain'] }, /^not executable: \.\/plain$/],
    ['a folder that is not there', { folder: 'absent' }, /^no such folder: absent$/],
    ['a file for a folder', { folder: 'plain' }, /^not a folder: plain$/],
    ['a zero byte', { argv: ['echo', 'a\0b'] }, /zero byte/],
  ])('says so of %s', async (_name, more, expected) => {
    writeFileSync(join(folder.path, 'plain'), 'x', { mode: 0o644 });
    const command: Command = { argv: ['true'], folder: '.', env, ...more };
    const result = await processes().run(command);
    expect(result.startError).toMatch(expected);
    expect(result.exitCode ?? result.signal).toBeUndefined();
    await expect(processes().start(command)).rejects.toMatchObject({ problem: { found: result.startError } });
  });
});

describe('the environment of a command', () => {
  it('is the one that is given, and nothing else', async () => {
    const result = await processes().run({
      argv: [process.execPath, '-p', 'Object.keys(process.env).join()'],
      folder: '.',
      env: { ONLY: '1' },
    });
    expect(text(result.stdout.bytes).trim()).toBe('ONLY');
  });

  it('has arguments as they are, whatever is in them', async () => {
    const odd = ['a b', '$(id)', '`id`', '"', "'", '\n', '*', '::set-output', 'ü', ''];
    const print = `${process.execPath} -p "JSON.stringify(process.argv.slice(1))" --`;
    for (const umask of [undefined, 0o77]) {
      const argv = [...print.replaceAll('"', '').split(' '), ...odd] as unknown as Command['argv'];
      const result = await processes().run({ argv, folder: '.', env, ...(umask === undefined ? {} : { umask }) });
      expect(JSON.parse(text(result.stdout.bytes))).toEqual(odd);
    }
  });

  it('finds programs by PATH or by their own path', async () => {
    writeFileSync(join(folder.path, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    const found = (path: string) => createHost({ workspace: folder.path, environment: { PATH: path }, quiet: true }).processes;
    expect(await found(`/nowhere:${folder.path}`).find('tool')).toBe(join(folder.path, 'tool'));
    expect(await found('/nowhere').find('tool')).toBeUndefined();
    expect(await found('/nowhere').find('./tool')).toBe(join(folder.path, 'tool'));
    chmodSync(join(folder.path, 'tool'), 0o644);
    expect(await found(folder.path).find('tool')).toBeUndefined();
  });
});

describeWhere(hasNode(24), 'no Node 24, which runs TypeScript as it is')('when we are ended ourselves', () => {
  it.each([
    ['SIGINT', 'gentle'],
    ['SIGTERM', 'gentle'],
    ['SIGHUP', 'gentle'],
    ['SIGTERM', 'stubborn'],
    [7, 'exit'],
    [1, 'throw'],
  ] as const)('by %s (%s), commands and temporary folders go with us', async (end, kind) => {
    const program = join(import.meta.dirname, 'programs/leave-children.ts');
    const child = spawn(findNode(24) as string, [program, kind], { cwd: folder.path, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    let printed = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      printed += chunk;
      if (printed.includes('\n')) break;
    }
    const left = JSON.parse(printed) as { pids: number[]; folder: string };
    expect(left.pids.map(isAlive)).toEqual([true, true]);
    expect(existsSync(left.folder)).toBe(true);
    if (typeof end === 'string') child.kill(end);
    expect(await ended).toBe(end);
    await wait(50);
    expect(left.pids.map(isAlive)).toEqual([false, false]);
    expect(existsSync(left.folder)).toBe(false);
  });
});

function pidsIn(printed: string): number[] {
  return printed.trim().split(/\s+/).map(Number);
}

/** Ended but not yet waited for by init is not alive. */
function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || Number.isNaN(pid)) throw new Error('no process id');
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
