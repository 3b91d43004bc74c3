import { parse } from 'yaml';
import { compareText, type Files } from '../../core/index.ts';

const MOST_BYTES = 1024 * 1024;
const MOST_PACKAGES = 200;

/** What a `package.json` says, as far as it is of use here. */
export interface Package {
  /** Folder relative to the workspace; empty for the workspace itself. */
  readonly folder: string;
  readonly document: { readonly [key: string]: unknown };
}

/** The program that installs and runs packages, told by its lock file. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn';
  /** Installs what the lock file names; `undefined` without a lock file. */
  readonly install: string | undefined;
}

/** Reads `package.json` of a folder; `undefined` where none can be read. */
export async function readPackage(files: Files, folder = ''): Promise<Package | undefined> {
  const path = `${folder === '' ? '' : `${folder}/`}package.json`;
  if ((await files.statTarget(path))?.kind !== 'file') return undefined;
  try {
    const value: unknown = JSON.parse(await files.readText(path, { maxBytes: MOST_BYTES }));
    return isRecord(value) ? { folder, document: value } : undefined;
  } catch {
    return undefined;
  }
}

/** The packages of a monorepo of npm, Yarn or pnpm, sorted by folder; none elsewhere. */
export async function readWorkspaces(files: Files, root: Package): Promise<readonly Package[]> {
  const patterns = (await workspacePatterns(files, root)).filter((pattern) => !pattern.startsWith('!') && !pattern.includes('..'));
  if (patterns.length === 0) return [];
  const found = await files.glob(
    patterns.map((pattern) => `${pattern.replace(/^\.\//, '').replace(/\/+$/, '')}/package.json`),
    { ignore: ['**/node_modules/**'] },
  );
  const folders = [...new Set(found.map((path) => path.replace(/\/?package\.json$/, '')))].filter((folder) => folder !== '');
  const packages = await Promise.all(
    folders
      .sort(compareText)
      .slice(0, MOST_PACKAGES)
      .map((folder) => readPackage(files, folder)),
  );
  return packages.filter((each): each is Package => each !== undefined);
}

async function workspacePatterns(files: Files, { document }: Package): Promise<readonly string[]> {
  const { workspaces } = document;
  if (Array.isArray(workspaces)) return texts(workspaces);
  if (isRecord(workspaces)) return texts(workspaces.packages);
  if ((await files.statTarget('pnpm-workspace.yaml'))?.kind !== 'file') return [];
  try {
    const value: unknown = parse(await files.readText('pnpm-workspace.yaml', { maxBytes: MOST_BYTES }));
    return isRecord(value) ? texts(value.packages) : [];
  } catch {
    return [];
  }
}

/** Which program installs here; npm where nothing says another. */
export async function detectPackageManager(files: Files, root: Package | undefined): Promise<PackageManager> {
  const has = async (path: string): Promise<boolean> => (await files.statTarget(path))?.kind === 'file';
  if (await has('pnpm-lock.yaml')) return { name: 'pnpm', install: 'corepack enable pnpm && pnpm install --frozen-lockfile' };
  if (await has('yarn.lock')) {
    const classic = !(await has('.yarnrc.yml')) && !/^yarn@[2-9]/.test(String(root?.document.packageManager ?? ''));
    return { name: 'yarn', install: `corepack enable yarn && yarn install ${classic ? '--frozen-lockfile' : '--immutable'}` };
  }
  const locked = (await has('package-lock.json')) || (await has('npm-shrinkwrap.json'));
  return { name: 'npm', install: locked ? 'npm ci' : undefined };
}

/** A script of a package. */
export function scriptOf({ document }: Package, name: string): string | undefined {
  const { scripts } = document;
  const script = isRecord(scripts) ? scripts[name] : undefined;
  return typeof script === 'string' && script.trim() !== '' ? script : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string' && each !== '') : [];
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
