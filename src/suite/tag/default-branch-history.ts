import type { Forge, ForgeState } from '../../core/index.ts';
import { NIGHTLY, type Pin, pinsOf } from '../../decision/index.ts';

/** What is asked of a forge about the states of its default branch. */
export type HistoryForge = Pick<Forge, 'listHistory' | 'listTree' | 'readBlob'>;

/** A state of the default branch, and whether it is today's. */
export interface FoundState {
  readonly state: ForgeState;
  readonly today: boolean;
}

interface Known {
  readonly states: ForgeState[];
  readonly rest: AsyncIterator<ForgeState>;
  readonly pins: Map<string, Promise<readonly Pin[]>>;
}

/** One reading of the history serves every question of a command. */
const known = new WeakMap<HistoryForge, Known>();

function knownOf(forge: HistoryForge): Known {
  const found = known.get(forge) ?? { states: [], rest: forge.listHistory()[Symbol.asyncIterator](), pins: new Map() };
  known.set(forge, found);
  return found;
}

/** The newest state of the default branch for which a question is answered with yes; only as much of the history is read as that needs. */
export async function findInHistory(
  forge: HistoryForge,
  matches: (state: ForgeState) => boolean | Promise<boolean>,
): Promise<FoundState | undefined> {
  const { states, rest } = knownOf(forge);
  for (let index = 0; ; index++) {
    if (states[index] === undefined) {
      const next = await rest.next();
      if (next.done) return undefined;
      states.push(next.value);
    }
    const state = states[index];
    if (state !== undefined && (await matches(state))) return { state, today: index === 0 };
  }
}

/** Workflow files of a commit, `.github/workflows/file.yml`, with the ids of their blobs. */
export async function workflowsOf(forge: HistoryForge, { entries }: ForgeState): Promise<ReadonlyMap<string, string>> {
  const id = entries.get('.github');
  if (id === undefined) return new Map();
  const files = [...(await forge.listTree(id))].filter(([path]) => /^workflows\/[^/]+\.ya?ml$/.test(path));
  return new Map(files.map(([path, blob]) => [`.github/${path}`, blob]));
}

/** Reusable workflows that the workflow files of a commit call at a full commit id. */
export async function pinsAt(forge: HistoryForge, state: ForgeState): Promise<readonly Pin[]> {
  const { pins } = knownOf(forge);
  const read = async (blob: string): Promise<readonly Pin[]> => pinsOf(new TextDecoder().decode(await forge.readBlob(blob)));
  const all: Pin[] = [];
  for (const blob of (await workflowsOf(forge, state)).values()) {
    const found = pins.get(blob) ?? read(blob);
    pins.set(blob, found);
    all.push(...(await found));
  }
  return all;
}

/** The newest state of the default branch that calls a workflow at a commit, or the one that calls it by night. */
export async function findPin(forge: HistoryForge, wanted: Pin): Promise<FoundState | undefined> {
  const paths = [wanted.path, wanted.path.replace(/[^/]+$/, NIGHTLY)];
  return findInHistory(forge, async (state) =>
    (await pinsAt(forge, state)).some(({ path, commit }) => paths.includes(path) && commit === wanted.commit),
  );
}
