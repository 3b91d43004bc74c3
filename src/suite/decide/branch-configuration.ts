import { parseDocument } from 'yaml';
import { UserError } from '../../core/index.ts';
import type { DefaultBranch } from '../../decision/index.ts';
import { type Configuration, DEFAULT_CONFIGURATION, parseConfiguration } from '../configuration.ts';
import type { DocumentSource } from '../git-source.ts';

/** testops.yml as the default branch has it. */
export interface BranchConfiguration {
  readonly branch: DefaultBranch;
  readonly path: string;
  readonly configuration: Configuration;
}

/** Where testops.yml may be when nothing names another file. */
export const CONFIGURATION_PATHS = [DEFAULT_CONFIGURATION, 'testops.yml'] as const;

const WORKFLOWS = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/**
 * The configuration on the default branch, whose path is that of every commit. Another path counts only where a workflow of the default branch names it.
 * Absent there means that nothing was agreed on.
 * @throws UserError when there is none, or `named` is another one.
 */
export async function readBranchConfiguration(source: DocumentSource, named: string | undefined): Promise<BranchConfiguration> {
  const branch = await source.defaultBranch();
  const asked = named === undefined ? undefined : relative(named);
  const path = await findPath(source, branch, asked);
  const bytes = path === undefined ? undefined : await source.readFile(path, branch.commit);
  if (path === undefined || bytes === undefined) {
    throw new UserError({
      where: `the default branch (${branch.name})`,
      found: `no ${asked ?? CONFIGURATION_PATHS.join(', no ')}`,
      expected: 'the configuration that was agreed on before the commit that is judged',
      todo: `merge ${asked ?? DEFAULT_CONFIGURATION} into the default branch first, then decide about a version`,
    });
  }
  return { branch, path, configuration: parseConfiguration(decodeText(bytes, path), `${path} on ${branch.name}`) };
}

async function findPath(source: DocumentSource, branch: DefaultBranch, asked: string | undefined): Promise<string | undefined> {
  const usual = await firstThatIsThere(source, branch.commit);
  if (asked === undefined || asked === usual) return usual;
  if (usual === undefined && CONFIGURATION_PATHS.some((path) => path === asked)) return undefined;
  if (await isNamedByCaller(source, branch.commit, asked)) return asked;
  throw new UserError({
    where: `--config ${asked}`,
    found: usual === undefined ? 'no configuration on the default branch' : `${usual} on the default branch (${branch.name})`,
    expected: 'the configuration that the default branch uses',
    todo: `use that one, or have a workflow on ${branch.name} name \`config: ${asked}\` literally`,
  });
}

/** The first of the usual paths that a commit has. */
export async function firstThatIsThere(source: Pick<DocumentSource, 'readFile'>, commit: string): Promise<string | undefined> {
  for (const path of CONFIGURATION_PATHS) if ((await source.readFile(path, commit)) !== undefined) return path;
  return undefined;
}

/** Whether a job of a workflow there calls a reusable workflow with this very path. */
async function isNamedByCaller(source: DocumentSource, commit: string, path: string): Promise<boolean> {
  const files = await source.listFiles(commit);
  for (const file of (files ?? []).filter((name) => WORKFLOWS.test(name))) {
    const bytes = await source.readFile(file, commit);
    const jobs = bytes === undefined ? undefined : readJobs(bytes);
    for (const job of Object.values(jobs ?? {})) {
      const config = job?.uses === undefined ? undefined : job.with?.config;
      if (typeof config === 'string' && relative(config) === path) return true;
    }
  }
  return false;
}

type Jobs = Readonly<Record<string, { readonly uses?: unknown; readonly with?: { readonly config?: unknown } } | null>>;

function readJobs(bytes: Uint8Array): Jobs | undefined {
  try {
    const value: unknown = parseDocument(new TextDecoder().decode(bytes)).toJS({ maxAliasCount: 100 });
    return (value as { jobs?: Jobs } | null)?.jobs;
  } catch {
    // A workflow that cannot be read names nothing.
    return undefined;
  }
}

/** Without the `./` that people put before paths. */
export function relative(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}

/** @throws UserError for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError({ where: path, found: 'bytes that are not UTF-8', expected: 'YAML', todo: 'save it as UTF-8 text' }, { cause });
  }
}
