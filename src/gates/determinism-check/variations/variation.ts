import type { Files } from '../../../core/ports/files.ts';
import type { CommandResult, Processes } from '../../../core/ports/processes.ts';
import type { NotAppliedReason } from '../facts.ts';
import type { VariationId } from '../inputs.ts';

/** How a run differs from the plain call of the command. Everything is optional; what two changes both say, the later wins. */
export interface Change {
  readonly set?: Readonly<Record<string, string>>;
  readonly unset?: readonly string[];
  readonly umask?: number;
  /** Programs put before the command, e.g. `['/usr/bin/taskset', '-c', '0']`. */
  readonly wrap?: readonly string[];
  /** Flags of `setarch`; all of them go into one call, because a second one would undo the first. */
  readonly personality?: { readonly tool: string; readonly flag: string };
  /** Another path for the work tree, the temporary folder or the home. */
  readonly otherWork?: boolean;
  readonly otherTemporary?: boolean;
  readonly otherHome?: boolean;
  /** How entries of folders come in another order. */
  readonly reorder?: 'disorderfs' | 'tmpfs';
  readonly hostName?: { readonly host: string; readonly domain: string };
  /** Our own user seen under another number (a user namespace): rights stay, names change. */
  readonly mapUser?: { readonly userId: number; readonly groupId: number };
}

/** The smallest piece that can be varied alone: the whole variation, or one of its environment variables. */
export interface Atom {
  readonly variable?: string;
  readonly change: Change;
}

export interface AppliedVariation {
  readonly id: VariationId;
  readonly applied: true;
  /** Short text for people: what is different. */
  readonly setting: string;
  /** What unvaried runs get, so that both sides are held still. */
  readonly control?: Change;
  /** Part of every varied subset. */
  readonly base?: Change;
  readonly atoms: readonly Atom[];
}

export interface VariationNotApplied {
  readonly id: VariationId;
  readonly applied: false;
  readonly reason: NotAppliedReason;
}

export type Prepared = AppliedVariation | VariationNotApplied;

/** What a variation may look at to decide whether, and how, it can be applied here. */
export interface Surroundings {
  readonly files: Pick<Files, 'statTarget' | 'readText'>;
  readonly find: (program: string) => Promise<string | undefined>;
  /** Runs a short probe; resolves to its result, never throws. */
  readonly probe: (argv: readonly [string, ...string[]], env?: Readonly<Record<string, string>>) => Promise<CommandResult>;
  readonly platform: Processes['platform'];
  /** The environment of unvaried runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for probes. */
  readonly scratch: string;
  /** Paths that the varied run uses. */
  readonly other: { readonly work: string; readonly temporary: string; readonly home: string; readonly executables: string };
  /** What this machine lets us do with namespaces. */
  readonly namespaces: Namespaces;
}

/** Prefixes of a command that opens namespaces; `undefined`: not allowed here. */
export interface Namespaces {
  /** A namespace for mounts (and host name), in which we may mount. */
  readonly mount: readonly string[] | undefined;
  readonly uts: readonly string[] | undefined;
  readonly unshare: string | undefined;
  readonly userId: number | undefined;
  readonly groupId: number | undefined;
  /** Whether `mount` and `uts` make us root of a user namespace, from which we must go back to our own number. */
  readonly mapsToRoot: boolean;
  /** Said by the tool when it was refused. */
  readonly refusal: string;
}

export interface Variation {
  readonly id: VariationId;
  prepare(surroundings: Surroundings): Promise<Prepared>;
}

export function notApplied(id: VariationId, reason: NotAppliedReason): VariationNotApplied {
  return { id, applied: false, reason };
}

/** A variation made of environment variables only: one atom for each. */
export function ofVariables(
  id: VariationId,
  setting: string,
  variables: Readonly<Record<string, string | undefined>>,
  rest: { readonly control?: Change; readonly base?: Change } = {},
): AppliedVariation {
  const atoms = Object.entries(variables).map(([variable, value]) => ({
    variable,
    change: value === undefined ? { unset: [variable] } : { set: { [variable]: value } },
  }));
  return { id, applied: true, setting, atoms, ...rest };
}
