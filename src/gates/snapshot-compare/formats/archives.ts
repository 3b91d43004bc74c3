import type { Change, Side } from '../facts.ts';
import { type Comparison, type Content, type Member, malformed, type Pair } from './format.ts';

/** All members of an archive together may unfold to so many bytes. */
export const MAX_UNFOLDED_BYTES = 1024 * 1024 * 1024;

/** Why an archive cannot be read. */
export class ArchiveError extends Error {}

/** Compares two archives member by member. What the packer adds (times, owners, order, compression) does not count; modes do. */
export async function compareArchives(pair: Pair, read: (content: Content) => Promise<readonly Member[]>): Promise<Comparison> {
  const [left, right] = [await readSide(pair.base, read, 'baseline'), await readSide(pair.actual, read, 'actual')];
  const broken = [left, right].filter((side): side is Change => 'kind' in side);
  if (broken.length > 0) return malformed(broken);
  const members = await pair.compareMembers(distinct(left as readonly Member[]), distinct(right as readonly Member[]));
  const differing = members.filter(({ status }) => status !== 'same' && status !== 'equivalent');
  return { changes: [], total: differing.reduce((sum, { total = 1 }) => sum + total, 0), members: differing };
}

async function readSide(
  content: Content,
  read: (content: Content) => Promise<readonly Member[]>,
  side: Side,
): Promise<readonly Member[] | Change> {
  try {
    return await read(content);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return { kind: 'malformed', side, reason: error.message };
  }
}

/** Members of the same name are told apart by a counter: the later ones hide the earlier when somebody unpacks. */
function distinct(members: readonly Member[]): Member[] {
  const counts = new Map<string, number>();
  return members.map((member) => {
    const count = (counts.get(member.name) ?? 0) + 1;
    counts.set(member.name, count);
    return count === 1 ? member : { ...member, name: `${member.name}#${count}` };
  });
}

/** Bytes in memory as content. */
export function heldContent(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    read: async () => bytes,
    stream: async function* ({ start = 0, end = bytes.length } = {}) {
      yield bytes.subarray(start, end);
    },
  };
}
