import { type Forge, UserError } from '../core/index.ts';
import {
  type BetaVersion,
  type DecisionInput,
  type Inputs as DecisionInputs,
  inputs as decisionInputs,
  filesNamedBy,
  type InputDocument,
  limitFilesNamedBy,
  type Origin,
  parseBetaTag,
  parseBetaVersion,
  readChecklist,
  readPolicy,
} from '../decision/index.ts';
import { matchesPath } from '../decision/patterns.ts';
import { type Configuration, DEFAULT_CONFIGURATION, parseConfiguration, resolveInputs, type Section } from './configuration.ts';

/** Where documents are read from: what the forge says about commits, never a work tree. */
export type DocumentSource = Pick<Forge, 'readFile' | 'listFiles' | 'compare' | 'listTags' | 'defaultBranch'>;

/** Documents of a decision, each from where it has to come from. */
export interface GatheredDocuments {
  readonly configuration: Configuration;
  /** As the default branch has them, flags and inputs over them. */
  readonly inputs: DecisionInputs;
  readonly known: Pick<DecisionInput, 'policy' | 'waivers' | 'checklist' | 'files' | 'changes' | 'configuration'>;
  /** Whether the policy asks for approvals. */
  readonly wantsApprovals: boolean;
}

export interface DocumentDemand {
  readonly commit: string;
  /** Path of testops.yml, when it is named. */
  readonly config: string | undefined;
  /** What flags or inputs of the action say. */
  readonly given: Section;
}

/** Earlier betas that are tried until one is an ancestor. */
const MAX_TRIED_BETAS = 5;

/**
 * Reads what a decision on a commit needs: the gates as the commit configures them; which policy, waivers and checklist there are, as the default
 * branch says, so that the commit cannot leave one out; policy and waivers from there too; checklist, the files that it names and the limits from the
 * commit, and the limits of the last beta. @throws UserError for what is named and absent, or unreadable.
 */
export async function gatherDocuments(source: DocumentSource, { commit, config, given }: DocumentDemand): Promise<GatheredDocuments> {
  const { path, bytes } = await findConfigurationAt(source, commit, config);
  const configuration = parseConfiguration(textOf(bytes, path), path);
  const branch = await source.defaultBranch();
  const onBranch = branch.commit === commit ? bytes : await source.readFile(path, branch.commit);
  const section =
    onBranch === undefined ? configuration.decision : parseConfiguration(textOf(onBranch, path), `${path} on ${branch.name}`).decision;
  const inputs = resolveInputs('decision-record', decisionInputs, section, given);
  const read = async (name: string | undefined, origin: Origin & { commit: string }, where: string): Promise<InputDocument | undefined> => {
    if (name === undefined) return undefined;
    const found = await source.readFile(relative(name), origin.commit);
    if (found !== undefined) return { name, bytes: found, origin };
    throw new UserError({
      where: name,
      found: `no such file ${where}`,
      expected: 'the file that testops.yml names',
      todo: `commit it there, or take the name out of ${path}`,
    });
  };
  const fromBranch = { kind: 'default-branch', commit: branch.commit } as const;
  const policy = await read(inputs.policy, fromBranch, `on ${branch.name}`);
  const waivers = await read(inputs.waivers, fromBranch, `on ${branch.name}`);
  const checklist = await read(inputs.checklist, { kind: 'commit', commit }, `at ${commit}`);
  const beta = inputs.version === undefined ? undefined : parseBetaVersion(inputs.version);
  return {
    configuration,
    inputs,
    known: {
      policy,
      waivers,
      checklist,
      files: await readNamedFiles(source, checklist, commit),
      ...(await compareLimits(source, commit, beta, { config: path, tip: branch.commit })),
    },
    wantsApprovals: policy !== undefined && readPolicy(policy).approvals !== undefined,
  };
}

/** Files that a checklist names, at a commit; those that are absent are left out. */
export async function readNamedFiles(
  source: Pick<DocumentSource, 'readFile'>,
  checklist: InputDocument | undefined,
  commit: string,
): Promise<readonly InputDocument[]> {
  const files: InputDocument[] = [];
  for (const name of checklist ? filesNamedBy(readChecklist(checklist)) : []) {
    const content = await source.readFile(relative(name), commit);
    if (content !== undefined) files.push({ name, bytes: content });
  }
  return files;
}

async function findConfigurationAt(
  source: DocumentSource,
  commit: string,
  named: string | undefined,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  const candidates = named === undefined ? [DEFAULT_CONFIGURATION, 'testops.yml'] : [relative(named)];
  for (const path of candidates) {
    const bytes = await source.readFile(path, commit);
    if (bytes !== undefined) return { path, bytes };
  }
  throw new UserError({
    where: `commit ${commit}`,
    found: `no ${candidates.join(', no ')}`,
    expected: 'the testops.yml that says which gates there are',
    todo: 'name it with --config (input `config`)',
  });
}

/**
 * What changed since the last beta. Without one, a commit that is not of the default branch has its limits compared with those there: nobody reviewed what
 * it took out.
 */
async function compareLimits(
  source: DocumentSource,
  commit: string,
  beta: BetaVersion | undefined,
  { config, tip }: { readonly config: string; readonly tip: string },
): Promise<Pick<DecisionInput, 'changes' | 'configuration'>> {
  const since = await compareWithLastBeta(source, commit, beta, config);
  if (since.changes !== undefined || tip === commit) return since;
  if ((await source.compare(commit, tip)).kind === 'ancestor') return since;
  const [before, after] = [await limitsAt(source, tip, config), await limitsAt(source, commit, config)];
  return before === undefined || after === undefined ? since : { configuration: { before, after } };
}

/** What changed since the last beta that is an ancestor, and the files with limits on both sides; nothing when there is no such beta. */
export async function compareWithLastBeta(
  source: Omit<DocumentSource, 'defaultBranch'>,
  commit: string,
  beta: BetaVersion | undefined,
  config: string,
): Promise<Pick<DecisionInput, 'changes' | 'configuration'>> {
  for (const { tag, commit: at } of earlierBetas(await source.listTags(), beta).slice(0, MAX_TRIED_BETAS)) {
    const compared = await source.compare(at, commit);
    if (compared.kind === 'not-ancestor') continue;
    const { paths } = compared;
    const [before, after] = [await limitsAt(source, at, config), await limitsAt(source, commit, config)];
    return {
      changes: { tag, commit: at, ...(paths === undefined ? {} : { paths: [...paths] }) },
      // Without a whole list of files nothing can be said about limits; the decision says so.
      ...(before === undefined || after === undefined ? {} : { configuration: { before, after } }),
    };
  }
  return {};
}

/** Betas below the one that is judged, the highest first. */
function earlierBetas(
  tags: readonly { readonly name: string; readonly commit: string }[],
  judged: BetaVersion | undefined,
): readonly { readonly tag: string; readonly commit: string }[] {
  const parts = (beta: BetaVersion) => [...beta.base.split('.').map(Number), beta.number];
  const compare = (a: BetaVersion, b: BetaVersion) => {
    const [left, right] = [parts(a), parts(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  };
  return tags
    .flatMap(({ name, commit }) => {
      try {
        return [{ beta: parseBetaTag(name), commit }];
      } catch {
        return [];
      }
    })
    .filter(({ beta }) => judged === undefined || compare(beta, judged) < 0)
    .sort((a, b) => compare(b.beta, a.beta))
    .map(({ beta, commit }) => ({ tag: beta.tag, commit }));
}

async function limitsAt(
  source: Pick<DocumentSource, 'readFile' | 'listFiles'>,
  commit: string,
  config: string,
): Promise<readonly InputDocument[] | undefined> {
  const bytes = await source.readFile(config, commit);
  if (bytes === undefined) return [];
  const documents: InputDocument[] = [{ name: config, bytes }];
  const patterns = limitFilesNamedBy(bytes).map(relative);
  if (patterns.length === 0) return documents;
  const listed = await source.listFiles(commit);
  if (listed === undefined) return undefined;
  for (const name of listed.filter((file) => matchesPath(file, patterns))) {
    const content = await source.readFile(name, commit);
    if (content !== undefined) documents.push({ name, bytes: content });
  }
  return documents;
}

function relative(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError({ where: path, found: 'bytes that are not UTF-8', expected: 'YAML', todo: 'save it as UTF-8 text' }, { cause });
  }
}
