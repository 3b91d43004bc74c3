import { join, resolve } from 'node:path';
import { findNode, type NodeVersion } from './node-versions.ts';
import { createScrubbedEnvironment, type FinishedProcess, runProcess } from './process.ts';

export interface CliOptions {
  readonly args: readonly string[];
  /** Folder that holds `cli/index.js`; default `dist` of this repository. */
  readonly dist?: string;
  readonly cwd: string;
  /** Added to a scrubbed environment (PATH, HOME, LANG, TZ, CI, NO_COLOR are there). */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Default: the Node that runs the tests. */
  readonly nodeVersion?: NodeVersion;
  readonly timeoutMs?: number;
}

/** Runs the bundled command as a whole process, its output captured through pipes (so never a terminal). */
export function runCli(options: CliOptions): Promise<FinishedProcess> {
  const node = options.nodeVersion === undefined ? process.execPath : findNode(options.nodeVersion);
  if (node === undefined)
    throw new Error(`Node ${options.nodeVersion} is not on this machine: guard the test with itWhere(hasNode(${options.nodeVersion}), …)`);
  return runProcess(node, [join(resolve(options.dist ?? 'dist'), 'cli', 'index.js'), ...options.args], {
    cwd: options.cwd,
    env: createScrubbedEnvironment({ CI: 'true', NO_COLOR: '1', ...options.env }),
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
}
