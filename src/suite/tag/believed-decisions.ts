import type { Forge } from '../../core/index.ts';
import { findCounting, isAccepting, judgeStanding } from '../../decision/index.ts';
import { isAbout, isLifted, type MergedDecision, mergePieces } from '../find-decision.ts';
import type { DecisionIndex, KnownDecision, TaggedCommit } from './decision-index.ts';
import { createDecisionReader, type DecisionReader, type ReaderTrust } from './read-decisions.ts';

/**
 * Believed decisions about betas, read from every place where they last. Neither age nor waivers that ended since matter here: what was accepted
 * once was promised. Each commit is read once.
 */
export function createDecisionIndex(forge: Forge, trust: ReaderTrust): DecisionIndex {
  const reader = createDecisionReader(forge, trust);
  const standings = new Map<string, Promise<KnownDecision>>();
  return {
    asked: true,
    standingOf: (tagged) => {
      const key = `${tagged.tag} ${tagged.commit}`;
      const known = standings.get(key) ?? readStanding(reader, tagged);
      standings.set(key, known);
      return known;
    },
    listRecorded: () => listRecorded(reader),
  };
}

async function readStanding(reader: DecisionReader, { tag, commit }: TaggedCommit): Promise<KnownDecision> {
  const { pieces, refused, gone } = await reader.read(commit, tag);
  const merged = mergePieces(pieces.filter((piece) => piece.trust !== 'doubtful' && isAbout(piece.decision, tag)));
  const counting = findCounting(merged);
  if (counting === undefined) return { standing: 'unknown' };
  const where = counting.where.join(', ');
  const lost = isAccepting(counting.decision) ? gone.find((each) => !isLifted(each, counting)) : undefined;
  // The run decided again since, and what it decided then cannot be read.
  const again = isAccepting(counting.decision) ? refused.find(({ run }) => run.id === counting.decision.run.id) : undefined;
  if (again) return { standing: 'retracted', where: `run ${again.run.id}, which decided again` };
  // A no-go that was deleted leads back to nothing looser.
  if (lost) return { standing: 'retracted', where: `a status that names run ${lost.run.id}` };
  return { standing: judgeStanding(merged), where, ...proofOf(counting) };
}

function proofOf({ signed, summary }: MergedDecision): Pick<KnownDecision, 'summary'> {
  return signed && summary !== undefined ? { summary } : {};
}

/** What the ledger branch and the runs of pushes name. A tag that has files there and no line is read, so that a line cannot be taken away. */
async function listRecorded(reader: DecisionReader): Promise<readonly TaggedCommit[]> {
  const { lines, folders } = await reader.forge.listLedgerTags();
  const pushes = await reader.forge.listTagPushes();
  const tagged: TaggedCommit[] = [
    ...lines,
    ...pushes.flatMap(({ headBranch, headSha }) => (headBranch === null ? [] : [{ tag: headBranch, commit: headSha }])),
  ];
  for (const tag of folders.filter((folder) => !lines.some((line) => line.tag === folder))) {
    for (const { decision } of await reader.readLedger(tag)) tagged.push({ tag, commit: decision.commit });
  }
  const unique = new Map(tagged.map((each) => [`${each.tag} ${each.commit}`, each]));
  return [...unique.values()].sort((a, b) => (`${a.tag} ${a.commit}` < `${b.tag} ${b.commit}` ? -1 : 1));
}
