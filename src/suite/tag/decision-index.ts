import type { Standing } from '../../decision/given.ts';

/** A beta tag, and a commit that it leads or once led to. */
export interface TaggedCommit {
  readonly tag: string;
  readonly commit: string;
}

/** What is known about the decision on one commit for one tag. */
export interface KnownDecision {
  readonly standing: Standing;
  /** The summary that says so, where it is signed: it goes into the bundle, so that `verify` needs no network. */
  readonly summary?: { readonly name: string; readonly bytes: Uint8Array };
  /** Where it was found, for messages. */
  readonly where?: string;
}

/**
 * Believed decisions about betas (docs/architecture.md): signed by a trusted signer or, while the forge has the run,
 * confirmed by it. @throws UserError (exit 3) when the forge cannot be asked: what is not known for want of an answer is never `unknown`.
 */
export interface DecisionIndex {
  /** `false` where no forge can be asked: then everything is `unknown`. */
  readonly asked: boolean;
  standingOf(tagged: TaggedCommit): Promise<KnownDecision>;
  /** Tags and commits that decisions or pushes name, whether the tag is still there or not. */
  listRecorded(): Promise<readonly TaggedCommit[]>;
}

/** Where nobody can be asked nothing is known. */
export const UNASKED: DecisionIndex = {
  asked: false,
  standingOf: async () => ({ standing: 'unknown' }),
  listRecorded: async () => [],
};

/** An index that is opened when the first question comes. */
export function openedLater(open: () => Promise<DecisionIndex>): DecisionIndex {
  let index: Promise<DecisionIndex> | undefined;
  const opened = () => {
    index ??= open();
    return index;
  };
  return {
    asked: true,
    standingOf: async (tagged) => (await opened()).standingOf(tagged),
    listRecorded: async () => (await opened()).listRecorded(),
  };
}
