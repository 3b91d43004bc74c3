import { UserError } from '../../core/index.ts';
import { parseBetaVersion } from '../../decision/index.ts';
import { readBranchConfiguration } from '../decide/branch-configuration.ts';
import type { DocumentSource } from '../git-source.ts';
import { resolveBases } from './bases.ts';
import type { DecisionIndex, TaggedCommit } from './decision-index.ts';

/** What `tag:previous` stands for, or that nothing does. */
export type PreviousBeta = () => Promise<TaggedCommit | undefined>;

export interface PreviousDemand {
  readonly commit: string;
  readonly version: string | undefined;
  /** Path of testops.yml, when it is named. */
  readonly config: string | undefined;
}

/** Resolves the bases when a gate asks, and once. Where no version is judged, decisions are asked about as far as they can be. */
export function createPreviousBeta(source: DocumentSource, index: DecisionIndex, demand: PreviousDemand): PreviousBeta {
  let found: Promise<TaggedCommit | undefined> | undefined;
  return () => {
    found ??= findPrevious(source, index, demand);
    return found;
  };
}

async function findPrevious(
  source: DocumentSource,
  index: DecisionIndex,
  { commit, version, config }: PreviousDemand,
): Promise<TaggedCommit | undefined> {
  const agreed = version === undefined ? undefined : await readBranchConfiguration(source, config);
  const named = agreed?.configuration.decision.base;
  const { base } = await resolveBases(source, index, {
    commit,
    version: version === undefined ? undefined : parseBetaVersion(version),
    named: typeof named === 'string' ? named : undefined,
    tip: (await source.defaultBranch()).commit,
  });
  return base.previous;
}

const NONE = 'none';

/** What `plan` hands to the job of a gate: `<tag> <commit>`, or `none`. */
export function writePrevious(previous: TaggedCommit | undefined): string {
  return previous === undefined ? NONE : `${previous.tag} ${previous.commit}`;
}

/** Reads it back; undefined for an absent text, where nobody resolved anything. @throws UserError for any other text. */
export function readPrevious(text: string | undefined): PreviousBeta | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === NONE) return async () => undefined;
  const [, tag, commit] = /^(\S+) ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(text) ?? [];
  if (tag !== undefined && commit !== undefined) return async () => ({ tag, commit });
  throw new UserError({
    where: 'environment variable TESTOPS_PREVIOUS',
    found: JSON.stringify(text),
    expected: 'a tag and a commit, or none, as the job `plan` gives it',
    todo: 'pass on the output `previous` of the action plan',
  });
}
