import type { Forge } from '../core/index.ts';
import { clonedSource, type DocumentSource, localSource } from '../suite/git-source.ts';
import { type DecisionIndex, openedLater, UNASKED } from '../suite/tag/decision-index.ts';
import { withReview } from '../suite/tag/review-signatures.ts';
import { readTrust } from '../suite/trusted-workflows.ts';
import type { CommandContext } from './command.ts';
import { openForge } from './open-forge.ts';

export interface DecisionPlaces {
  readonly source: DocumentSource;
  readonly index: DecisionIndex;
}

/**
 * Where a command reads commits, and what it knows about earlier betas. About a version GitHub is asked, with a token and in a clone of a repository there;
 * else the clone alone knows. `branch` is the value of `--default-branch`, which only the clone can have.
 */
export async function decisionSource(
  context: Pick<CommandContext, 'ports' | 'environment' | 'toolVersion' | 'say'>,
  { branch, version }: { readonly branch: string | undefined; readonly version: string | undefined },
): Promise<DecisionPlaces> {
  const { ports, environment } = context;
  const name = environment.GITHUB_REPOSITORY || (await ports.repository.origin());
  if (version === undefined || branch !== undefined || name === undefined || ports.secrets.get('GITHUB_TOKEN') === undefined) {
    return { source: localSource(ports.repository, branch), index: UNASKED };
  }
  const { forge } = await openForge(context);
  const source = clonedSource(ports.repository, forge);
  return { source, index: openCommandIndex(ports, forge, source) };
}

/** What GitHub knows about earlier betas; `source` has the default branch. The libraries for signatures are loaded when somebody asks. */
export function openCommandIndex(
  { clock }: Pick<CommandContext['ports'], 'clock'>,
  forge: Forge,
  source: Parameters<typeof readTrust>[0],
): DecisionIndex {
  return openedLater(async () => {
    const { createSignatureReader } = await import('../github/signatures.ts');
    const { createDecisionIndex } = await import('../suite/tag/believed-decisions.ts');
    const trust = await readTrust(source, undefined);
    const signatures = { ...withReview(createSignatureReader(trust), forge, trust), signers: trust.signers, trust };
    return createDecisionIndex(forge, { signatures, now: clock.now() });
  });
}
