import { compareText, UserError } from '../../core/index.ts';
import {
  type BaseInput,
  type BetaVersion,
  type DecisionInput,
  type DefaultBranch,
  type InputDocument,
  type LimitsInput,
  limitFilesNamedBy,
  selectLimitFiles,
} from '../../decision/index.ts';
import { matchesPath } from '../../decision/patterns.ts';
import { directionsDocument, directionsTable } from '../configuration/directions.ts';
import { type DocumentSource, missingHistory } from '../git-source.ts';
import { resolveBases } from '../tag/bases.ts';
import type { DecisionIndex } from '../tag/decision-index.ts';
import { relative } from './branch-configuration.ts';

export interface ComparisonDemand {
  readonly commit: string;
  readonly version: BetaVersion | undefined;
  /** `decision-record.base` on the default branch. */
  readonly named: string | undefined;
  /** Where the default branch is; `HEAD` alone is no branch that anything was merged into. */
  readonly branch: DefaultBranch;
  /** Path of testops.yml. */
  readonly configuration: string;
  /** Command lines of the configuration at the commit: the files that they name steer what is measured. */
  readonly commands: readonly string[];
}

/** Files that decide what commands do without being named by them. */
const STEERING = [
  '**/package.json',
  '**/*lock.json',
  '**/*.lock',
  '**/pnpm-lock.yaml',
  '**/.npmrc',
  '**/.gitattributes',
  '.github/**',
  '**/Makefile',
];

/**
 * What the limits of a commit are compared with, and what changed since all bases. Without a base every path counts as changed.
 * @throws UserError when the history is cut short here and nobody else has it, or when `decision-record.base` is no commit that can be a base.
 */
export async function compareWithBases(
  source: DocumentSource,
  index: DecisionIndex,
  demand: ComparisonDemand,
): Promise<Pick<DecisionInput, 'base' | 'limits' | 'changes'>> {
  const { commit, configuration, branch } = demand;
  if (await source.isCutShort()) throw missingHistory('a shallow clone, and no forge to ask');
  await refuseUnusableBase(source, demand);
  const { base, summaries } = await resolveBases(source, index, { ...demand, tip: branch.commit });
  const limitsOf = (at: string) => limitsAt(source, at, configuration);
  const compared: BaseInput['compared'][number][] = [];
  for (const entry of base.compared) compared.push({ ...entry, files: await limitsOf(entry.commit) });
  const limits: LimitsInput = {
    configuration,
    directions: directionsDocument(),
    files: await limitsOf(commit),
    ...(branch.source === 'head' ? {} : { branch: await limitsOf(branch.commit) }),
  };
  const bases = base.bases.map((entry) => {
    const found = summaries.find((summary) => summary.commit === entry.commit);
    return { ...entry, summary: found && { name: `summary of ${entry.commit}`, bytes: found.bytes } };
  });
  const { changes } = await changesSince(source, base.bases, commit);
  const steering = (changes?.paths ?? []).filter((path) => matchesPath(path, STEERING) || isNamed(path, demand.commands));
  return { base: { ...base, bases, compared, steering }, limits, ...(changes === undefined ? {} : { changes }) };
}

function isNamed(path: string, commands: readonly string[]): boolean {
  return commands.some((command) => command.split(/[\s'"=;&|()]+/).some((word) => relative(word) === path));
}

/** `decision-record.base` names one more accepted commit; one that is no ancestor is no base, and says nothing. */
async function refuseUnusableBase(source: DocumentSource, { named, configuration, branch }: ComparisonDemand): Promise<void> {
  if (named === undefined || (await source.listFiles(named).catch(() => undefined)) !== undefined) return;
  throw new UserError({
    where: `${configuration} on ${branch.name}: decision-record.base`,
    found: JSON.stringify(named),
    expected: 'the full id of a commit of this repository',
    todo: 'correct the id, or take the line out',
  });
}

async function changesSince(
  source: DocumentSource,
  bases: readonly { readonly commit: string; readonly tag?: string | undefined }[],
  commit: string,
): Promise<Pick<DecisionInput, 'changes'>> {
  const [first] = bases;
  if (first === undefined) return {};
  const paths = new Set<string>();
  let whole = true;
  for (const base of bases) {
    const changed = await source.changedPaths(base.commit, commit);
    if (changed === undefined) whole = false;
    else for (const path of changed) paths.add(path);
  }
  const since = { tag: first.tag ?? first.commit, commit: first.commit };
  return { changes: whole ? { ...since, paths: [...paths].sort(compareText) } : since };
}

/** testops.yml and every file with limits that it names, at a commit; undefined when the commit has more files than can be listed. */
async function limitsAt(
  source: Pick<DocumentSource, 'readFile' | 'listFiles'>,
  commit: string,
  configuration: string,
): Promise<readonly InputDocument[] | undefined> {
  const bytes = await source.readFile(configuration, commit);
  if (bytes === undefined) return [];
  const documents: InputDocument[] = [{ name: configuration, bytes }];
  const directions = directionsTable();
  if (limitFilesNamedBy(bytes, directions).length === 0) return documents;
  const listed = await source.listFiles(commit);
  if (listed === undefined) return undefined;
  for (const name of selectLimitFiles(bytes, listed, directions)) {
    const content = await source.readFile(name, commit);
    if (content !== undefined) documents.push({ name, bytes: content });
  }
  return documents;
}
