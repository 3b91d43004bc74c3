import { UserError } from '../core/index.ts';
import {
  type DecisionInput,
  type Inputs as DecisionInputs,
  inputs as decisionInputs,
  filesNamedBy,
  type InputDocument,
  type Origin,
  parseBetaVersion,
  readChecklist,
  readPolicy,
} from '../decision/index.ts';
import { type Configuration, commandsOf, parseConfiguration, resolveInputs, type Section } from './configuration.ts';
import {
  type BranchConfiguration,
  CONFIGURATION_PATHS,
  decodeText,
  firstThatIsThere,
  readBranchConfiguration,
  relative,
} from './decide/branch-configuration.ts';
import { compareWithBases } from './decide/compare-bases.ts';
import type { DocumentSource } from './git-source.ts';
import { configuredInputs } from './run/configured-inputs.ts';
import type { DecisionIndex } from './tag/decision-index.ts';

/** Documents of a decision, each from where it has to come from. */
export interface GatheredDocuments {
  /** The gates as the commit configures them. */
  readonly configuration: Configuration;
  /** As the default branch has them, flags and inputs over them. */
  readonly inputs: DecisionInputs;
  readonly known: Pick<
    DecisionInput,
    'policy' | 'waivers' | 'checklist' | 'files' | 'changes' | 'base' | 'limits' | 'required' | 'defaultBranch' | 'configuredInputs'
  >;
  /** Whether the policy asks for approvals. */
  readonly wantsApprovals: boolean;
}

export interface DocumentDemand {
  readonly commit: string;
  /** Path of testops.yml, when it is named. */
  readonly config: string | undefined;
  /** What flags or inputs of the action say. */
  readonly given: Section;
  /** What is known about earlier betas. */
  readonly index: DecisionIndex;
}

/** What the default branch decides about a version, whatever a flag or an input of an action says. */
const FIXED_FOR_VERSION = ['policy', 'waivers', 'checklist', 'required', 'workflows', 'signers', 'base', 'distrust'] as const;

/**
 * Reads what a decision on a commit needs. For a version everything that was agreed on comes from the default branch, always, and its absence there is
 * exit 3: the path of the configuration, policy, waivers, checklist, and which gates are required. The commit says how the gates are configured, and what
 * proves the items of the checklist.
 * @throws UserError for what is named and absent, or unreadable.
 */
export async function gatherDocuments(source: DocumentSource, demand: DocumentDemand): Promise<GatheredDocuments> {
  const { commit, given, index } = demand;
  const asked = resolveInputs('decision-record', decisionInputs, undefined, given);
  const version = asked.version === undefined ? undefined : parseBetaVersion(asked.version);
  const agreed =
    version === undefined ? await readLooseConfiguration(source, demand) : await readBranchConfiguration(source, demand.config);
  const { branch, path } = agreed;
  const bytes = await source.readFile(path, commit);
  if (bytes === undefined) throw configurationMissing(commit, path);
  const configuration = parseConfiguration(decodeText(bytes, path), path);
  const section = agreed.configuration.decision;
  if (version !== undefined) refuseOverrides(section, given, branch.name);
  const inputs = resolveInputs('decision-record', decisionInputs, section, given);
  const read = async (name: string | undefined): Promise<InputDocument | undefined> => {
    if (name === undefined) return undefined;
    const origin: Origin = { kind: 'default-branch', commit: branch.commit };
    const found = await source.readFile(relative(name), branch.commit);
    if (found !== undefined) return { name, bytes: found, origin };
    throw new UserError({
      where: name,
      found: `no such file on ${branch.name}`,
      expected: 'the file that testops.yml names',
      todo: `merge it into the default branch, or remove the name from ${path} there`,
    });
  };
  const policy = await read(inputs.policy);
  const checklist = await read(inputs.checklist);
  return {
    configuration,
    inputs,
    known: {
      policy,
      waivers: await read(inputs.waivers),
      checklist,
      files: await readNamedFiles(source, checklist, commit),
      defaultBranch: branch,
      ...(version === undefined ? {} : { required: requiredBy(agreed.configuration, inputs) }),
      configuredInputs: configuredInputs(configuration),
      ...(await compareWithBases(source, index, {
        commit,
        version,
        named: inputs.base,
        branch,
        configuration: path,
        commands: commandsOf(configuration),
      })),
    },
    wantsApprovals: policy !== undefined && readPolicy(policy).approvals !== undefined,
  };
}

/** Gates that the default branch requires: those that it lists, else every gate that it configures and does not only report. */
function requiredBy({ gates, reportedOnly }: Configuration, { required }: DecisionInputs): NonNullable<DecisionInput['required']> {
  if (required?.every((gate) => gates.has(gate))) return required;
  if (required === undefined) return [...gates.keys()].filter((gate) => !reportedOnly.has(gate));
  throw new UserError({
    where: 'decision-record.required',
    found: required.filter((gate) => !gates.has(gate)).join(', '),
    expected: `gates that the default branch configures: ${[...gates.keys()].join(', ')}`,
    todo: 'configure the gate there, or remove it from the list',
  });
}

/** Where no version is decided about, a first try works before anything was merged: the configuration of the commit stands in for that of the branch. */
async function readLooseConfiguration(source: DocumentSource, { commit, config }: DocumentDemand): Promise<BranchConfiguration> {
  const branch = await source.defaultBranch();
  const path = config === undefined ? await firstThatIsThere(source, commit) : relative(config);
  const onBranch = path === undefined ? undefined : await source.readFile(path, branch.commit);
  const bytes = onBranch ?? (path === undefined ? undefined : await source.readFile(path, commit));
  if (path === undefined || bytes === undefined) throw configurationMissing(commit, path);
  const agreed = parseConfiguration(decodeText(bytes, path), onBranch === undefined ? path : `${path} on ${branch.name}`);
  return { branch, path, configuration: agreed };
}

function configurationMissing(commit: string, path: string | undefined): UserError {
  return new UserError({
    where: `commit ${commit}`,
    found: `no ${path ?? CONFIGURATION_PATHS.join(', no ')}`,
    expected:
      path === undefined ? 'the testops.yml that says which gates there are' : 'the configuration at the path that the default branch uses',
    todo: path === undefined ? 'name it with --config (input `config`)' : `keep the configuration at ${path}`,
  });
}

/** @throws UserError for a flag or an input that would replace what the default branch agreed on. */
function refuseOverrides(agreed: Section, given: Section, branch: string): void {
  for (const key of FIXED_FOR_VERSION) {
    if (given[key] === undefined || JSON.stringify(given[key]) === JSON.stringify(agreed[key])) continue;
    throw new UserError({
      where: `decision-record: ${key}`,
      found: JSON.stringify(given[key]),
      expected: `for a version, what ${branch} says: ${JSON.stringify(agreed[key]) ?? 'nothing'}`,
      todo: 'leave it out, or change testops.yml on the default branch',
    });
  }
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
