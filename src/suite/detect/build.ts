import type { Files, Repository } from '../../core/index.ts';
import type { Build } from './detected.ts';
import { detectPackageManager, type Package, type PackageManager, readPackage, readWorkspaces, scriptOf } from './package.ts';

const FOLDERS = ['dist', 'build', 'out', 'lib', 'public'];
/** Members of package.json that name what is published. */
const PUBLISHED = ['main', 'module', 'types', 'browser', 'exports', 'bin', 'files'];
/** How bundlers and compilers are told where to write. */
const OUTPUT_OPTION = /--?(?:outdir|outDir|out-dir|outfile|output-path|dist-dir|dir|file|o|d)[= ]+["']?(?:\.\/)?([\w.-]+)(?=[/"'\s]|$)/g;

/** A build with the folders that it writes, as far as they can be told. Runs nothing. */
export async function detectBuild(files: Files, repository: Repository): Promise<Build | undefined> {
  const root = await readPackage(files);
  const manager = await detectPackageManager(files, root);
  const packages = root ? await readWorkspaces(files, root) : [];
  const found = (root && ofRoot(root, packages, manager)) ?? ofWorkspaces(packages, manager) ?? (await ofMakefile(files));
  if (!found) return undefined;
  const outputs = new Set<string>();
  for (const each of found.packages) for (const glob of await outputsOf(each, files, repository)) outputs.add(glob);
  return { command: found.command, because: found.because, outputs: [...outputs] };
}

interface Found {
  readonly command: string;
  readonly because: string;
  /** Packages that the command builds. */
  readonly packages: readonly Package[];
}

function ofRoot(root: Package, packages: readonly Package[], { name }: PackageManager): Found | undefined {
  if (scriptOf(root, 'build') === undefined) return undefined;
  const built = packages.filter((each) => scriptOf(each, 'build') !== undefined);
  return { command: `${name} run build`, because: 'the script "build" of package.json', packages: [root, ...built] };
}

/** Packages that are built one by one, with one command for all of them. Yarn needs a plugin for that in some of its versions. */
function ofWorkspaces(packages: readonly Package[], { name }: PackageManager): Found | undefined {
  const built = packages.filter((each) => scriptOf(each, 'build') !== undefined);
  if (built.length === 0 || name === 'yarn') return undefined;
  const command = name === 'pnpm' ? 'pnpm --recursive run build' : 'npm run build --workspaces --if-present';
  return { command, because: `the script "build" of ${built.length === 1 ? '1 package' : `${built.length} packages`}`, packages: built };
}

async function ofMakefile(files: Files): Promise<Found | undefined> {
  if ((await files.statTarget('Makefile'))?.kind !== 'file') return undefined;
  let text: string;
  try {
    text = await files.readText('Makefile', { maxBytes: 1024 * 1024 });
  } catch {
    return undefined;
  }
  if (!/^build:(?!=)/m.test(text)) return undefined;
  return { command: 'make build', because: 'the target "build" of the Makefile', packages: [{ folder: '', document: {} }] };
}

/**
 * Globs of what a package's build writes. The first that says anything: the script itself, folders that are filled, what is published, the compiler's
 * configuration, what git ignores. A folder too many would be one that nothing is found in.
 */
async function outputsOf(each: Package, files: Files, repository: Repository): Promise<readonly string[]> {
  const at = (folder: string): string => `${each.folder === '' ? '' : `${each.folder}/`}${folder}`;
  const ignored = await repository.ignored(FOLDERS.map((folder) => `${at(folder)}/`));
  const filled: string[] = [];
  for (const folder of FOLDERS) {
    const isFilled = (await files.statTarget(at(folder)))?.kind === 'folder' && (await files.glob([`${at(folder)}/**`])).length > 0;
    if (isFilled && (ignored.includes(`${at(folder)}/`) || !(await isSource(at(folder), repository)))) filled.push(folder);
  }
  const tiers = [
    namedByScript(each),
    filled,
    namedByPackage(each),
    await namedByCompiler(at('tsconfig.json'), files),
    FOLDERS.filter((folder) => ignored.includes(`${at(folder)}/`)).slice(0, 1),
  ];
  return (tiers.find((tier) => tier.length > 0) ?? []).map((folder) => `${at(folder)}/**`);
}

/** Files under version control are what a build reads, or keeps beside; `dist` and `build` are written all the same. */
async function isSource(folder: string, repository: Repository): Promise<boolean> {
  if (/(^|\/)(dist|build|out)$/.test(folder)) return false;
  const head = await repository.head();
  return head !== undefined && (await repository.files(head)).some((path) => path.startsWith(`${folder}/`));
}

function namedByScript(each: Package): readonly string[] {
  return [...(scriptOf(each, 'build') ?? '').matchAll(OUTPUT_OPTION)].map((match) => match[1] ?? '').filter(isFolderName);
}

/** The folders of the usual names that hold what is published. */
function namedByPackage({ document }: Package): readonly string[] {
  const named = JSON.stringify(PUBLISHED.map((key) => document[key] ?? ''));
  return FOLDERS.filter((folder) => folder !== 'public' && new RegExp(`"(\\./)?${folder}(/|")`).test(named));
}

/** `outDir` of the TypeScript compiler; its file has comments, so it is no JSON. */
async function namedByCompiler(path: string, files: Files): Promise<readonly string[]> {
  if ((await files.statTarget(path))?.kind !== 'file') return [];
  try {
    const text = await files.readText(path, { maxBytes: 1024 * 1024 });
    const folder = /^\s*"outDir"\s*:\s*"(?:\.\/)?([\w.-]+)\/?"/m.exec(text)?.[1] ?? '';
    return isFolderName(folder) ? [folder] : [];
  } catch {
    return [];
  }
}

function isFolderName(name: string): boolean {
  return /^[A-Za-z][\w-]*$|^\.(next|output|svelte-kit)$/.test(name) && name !== 'src' && name !== 'node_modules';
}
