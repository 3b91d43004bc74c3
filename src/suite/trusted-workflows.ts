import { type Forge, UserError } from '../core/index.ts';
import { literalConfigs } from '../decision/index.ts';
import { DEFAULT_CONFIGURATION, parseConfiguration, type Section } from './configuration.ts';

const REPOSITORY = 'testops/beta-gates';

/** Workflows whose runs are believed where nobody names others: the one that gates, and the one that signs what a person decided. */
export const TRUSTED_WORKFLOWS: readonly string[] = [
  `${REPOSITORY}/.github/workflows/testops-ci.yml`,
  `${REPOSITORY}/.github/workflows/testops-sign.yml`,
];

/** Workflows whose signature is believed. */
export const TRUSTED_SIGNERS: readonly string[] = [`${REPOSITORY}/.github/workflows/testops-sign.yml`];

/** The workflows that testops.yml on the default branch trusts; the commit and the run that are judged have no say in it. */
export async function readTrustedWorkflows(
  forge: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
): Promise<readonly string[]> {
  const { where, section } = await readDecisionSection(forge, config);
  return readNames(`${where}: decision-record.workflows`, section.workflows) ?? TRUSTED_WORKFLOWS;
}

/** An empty list would trust nobody, and is a slip. */
function readNames(where: string, named: unknown): readonly string[] | undefined {
  if (named === undefined) return undefined;
  if (Array.isArray(named) && named.length > 0 && named.every((name) => typeof name === 'string')) return named;
  throw new UserError({ where, found: 'no list of names', expected: 'a list of at least one workflow', todo: 'mend it' });
}

/** Whose signatures are believed, as the default branch states it. */
export interface SignatureTrust {
  /** Workflows that may sign, `owner/name/.github/workflows/file.yml`, with `@ref` to demand one. */
  readonly signers: readonly string[];
  /** Trusted roots of Sigstore, JSON, one a line. */
  readonly trustedRoots: string | undefined;
  /** PEM. */
  readonly publicKeys: readonly string[];
}

/** Everything that the default branch says about whom to believe. */
export interface Trust extends SignatureTrust {
  /** Workflows whose runs are believed, `owner/name/.github/workflows/file.yml`, with `@ref` to demand one. */
  readonly workflows: readonly string[];
  /** Commits of workflows, 40 hexadecimal digits, that are no longer believed although they are or were pinned. */
  readonly distrust: readonly string[];
  /** Whether a signature that a self-hosted runner made is believed. */
  readonly selfHostedSigning: boolean;
}

/** Reads `workflows`, `signers`, `distrust`, `self-hosted-signing`, `trusted-root` and `public-key` of `decision-record` on the default branch. */
export async function readTrust(source: Pick<Forge, 'defaultBranch' | 'readFile'>, config: string | undefined): Promise<Trust> {
  const { where, section } = await readDecisionSection(source, config);
  const distrust = readNames(`${where}: decision-record.distrust`, section.distrust) ?? [];
  return {
    ...(await readSignatureTrust(source, config)),
    workflows: await readTrustedWorkflows(source, config),
    distrust: distrust.map((name) => name.slice(name.lastIndexOf('@') + 1)),
    selfHostedSigning: section['self-hosted-signing'] === true,
  };
}

/** Reads `signers`, `trusted-root` and `public-key` of `decision-record`: from the default branch, since the commit that is judged has no say in it. */
export async function readSignatureTrust(
  forge: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
): Promise<SignatureTrust> {
  const { where, section } = await readDecisionSection(forge, config);
  const { commit } = await forge.defaultBranch();
  const read = async (key: 'trusted-root' | 'public-key'): Promise<string | undefined> => {
    const path = section[key];
    if (path === undefined) return undefined;
    const bytes = typeof path === 'string' ? await forge.readFile(path, commit) : undefined;
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
    throw new UserError({
      where: `${where}: decision-record.${key}`,
      found: JSON.stringify(path),
      expected: 'the path of a file on the default branch',
      todo: 'mend the path, or commit the file',
    });
  };
  const publicKey = await read('public-key');
  return {
    signers: readNames(`${where}: decision-record.signers`, section.signers) ?? TRUSTED_SIGNERS,
    trustedRoots: await read('trusted-root'),
    publicKeys: publicKey === undefined ? [] : [publicKey],
  };
}

type BranchSource = Pick<Forge, 'defaultBranch' | 'readFile'> & Partial<Pick<Forge, 'listFiles'>>;

async function readDecisionSection(
  source: BranchSource,
  config: string | undefined,
): Promise<{ readonly where: string; readonly section: Section }> {
  const branch = await source.defaultBranch();
  const read = async (path: string) => {
    const bytes = await source.readFile(path, branch.commit);
    if (bytes === undefined) return undefined;
    const where = `${path} on ${branch.name}`;
    return { where, section: parseConfiguration(new TextDecoder().decode(bytes), where).decision };
  };
  for (const path of config === undefined ? [DEFAULT_CONFIGURATION, 'testops.yml'] : [config.replace(/^(\.\/)+/, '')]) {
    const found = await read(path);
    if (found !== undefined) return found;
  }
  for (const path of config === undefined ? await listNamedConfigurations(source, branch.commit) : []) {
    const found = await read(path);
    if (found !== undefined) return found;
  }
  return { where: 'testops.yml', section: {} };
}

/** Paths that callers on the default branch give as `config`, literally; an expression could be anybody's input. */
async function listNamedConfigurations(source: BranchSource, commit: string): Promise<readonly string[]> {
  const files = ((await source.listFiles?.(commit)) ?? []).filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  const named = new Set<string>();
  for (const file of files) {
    const bytes = await source.readFile(file, commit);
    for (const path of bytes === undefined ? [] : literalConfigs(new TextDecoder().decode(bytes))) named.add(path);
  }
  return [...named];
}
