import type { Base } from '../../decision/given.ts';
import { type BetaVersion, compareBetas, readBetaTag } from '../../decision/index.ts';
import type { DecisionIndex, KnownDecision, TaggedCommit } from './decision-index.ts';

/** What the history of a repository answers. A clone answers it, or the forge where the clone is shallow. */
export interface History {
  /** Every tag with the commit that it leads to. */
  listTags(): Promise<readonly { readonly name: string; readonly commit: string }[]>;
  /** Those of the commits that are proper ancestors of another one, descendants before their ancestors. */
  ancestorsAmong(commits: readonly string[], of: string): Promise<readonly string[]>;
}

export interface BaseDemand {
  /** The judged commit. */
  readonly commit: string;
  /** Version that the decision is about. */
  readonly version: BetaVersion | undefined;
  /** `decision-record.base` on the default branch: a commit that counts as accepted. */
  readonly named: string | undefined;
  /** Tip of the default branch. */
  readonly tip: string;
}

/** The base with the summaries that prove it, and without the files of the compared commits, which the caller reads. */
export interface ResolvedBase {
  readonly base: Omit<Base, 'steering'>;
  readonly summaries: readonly { readonly commit: string; readonly name: string; readonly bytes: Uint8Array }[];
}

interface Candidate extends TaggedCommit {
  readonly beta: BetaVersion;
  /** The tag leads there now. */
  readonly present: boolean;
}

type Why = Base['compared'][number]['why'][number];

/**
 * Resolves what a commit is compared with: docs/architecture.md, "The base of a comparison". Commits are asked about from the judged one backwards, and versions from
 * the judged one downwards, so that tags which can change nothing cost no question.
 */
export async function resolveBases(history: History, index: DecisionIndex, demand: BaseDemand): Promise<ResolvedBase> {
  const candidates = await listCandidates(history, index, demand.commit);
  const resolver = createResolver(history, index, demand, candidates);
  const { bases, between, lineage } = await resolver.walkBack();
  const lower = await resolver.walkDown();
  const compared = new Map<string, Base['compared'][number]>();
  const add = (why: Why, commit: string, candidate?: Candidate, standing?: KnownDecision['standing']) => {
    const known = compared.get(commit);
    if (known) {
      if (!known.why.includes(why)) compared.set(commit, { ...known, why: [...known.why, why] });
      return;
    }
    compared.set(commit, {
      commit,
      ...(candidate === undefined ? {} : { tag: candidate.tag }),
      ...(standing === undefined ? {} : { standing }),
      why: [why],
    });
  };
  for (const { commit, candidate } of bases) add('base', commit, candidate, 'accepted');
  if (lower.accepted) add('next-lower', lower.accepted.commit, lower.accepted, 'accepted');
  for (const { candidate, standing } of between) add('between', candidate.commit, candidate, standing);
  // Without a next lower version there is nothing that a number could lie between.
  if (lower.accepted) for (const { candidate, standing } of lower.between) add('numbered-between', candidate.commit, candidate, standing);
  if (bases.length === 0) {
    for (const candidate of lineage) add('ancestor-tag', candidate.commit, candidate, (await resolver.ask(candidate)).standing);
    if (!(await resolver.isContained(demand.tip))) add('default-branch', demand.tip);
  }
  const elsewhere = bases.length === 0 ? await resolver.findElsewhere() : undefined;
  const previous = choosePrevious(bases, lineage);
  return {
    base: {
      bases: bases.map(({ commit, candidate, named }) => ({
        commit,
        ...(candidate === undefined ? {} : { tag: candidate.tag }),
        ...(named ? { named } : {}),
      })),
      compared: [...compared.values()],
      ...(previous === undefined ? {} : { previous }),
      ...(elsewhere === undefined ? {} : { elsewhere: { tag: elsewhere.tag, commit: elsewhere.commit } }),
      moved: await resolver.findMoved(),
      asked: index.asked,
    },
    summaries: resolver.summariesOf(bases.map(({ commit }) => commit)),
  };
}

/** Beta tags, and what decisions and pushes name; the judged commit is never its own reference. */
async function listCandidates(history: History, index: DecisionIndex, judged: string): Promise<readonly Candidate[]> {
  const present = (await history.listTags()).map(({ name, commit }) => ({ tag: name, commit, present: true }));
  const recorded = (await index.listRecorded()).map((tagged) => ({ ...tagged, present: false }));
  const candidates = new Map<string, Candidate>();
  for (const tagged of [...present, ...recorded]) {
    const beta = readBetaTag(tagged.tag);
    const key = `${tagged.tag} ${tagged.commit}`;
    if (beta && tagged.commit !== judged && !candidates.has(key)) candidates.set(key, { ...tagged, beta });
  }
  return [...candidates.values()].sort((a, b) => compareBetas(b.beta, a.beta) || (a.commit < b.commit ? -1 : 1));
}

interface FoundBase {
  readonly commit: string;
  /** The accepted beta with the highest version on it; a named commit need not have one. */
  readonly candidate: Candidate | undefined;
  readonly named: boolean;
}

type Judged = { readonly candidate: Candidate; readonly standing: 'retracted' | 'unknown' };

function createResolver(history: History, index: DecisionIndex, demand: BaseDemand, candidates: readonly Candidate[]) {
  const asked = new Map<string, Promise<KnownDecision>>();
  const answers = new Map<string, KnownDecision[]>();
  let ancestors: Promise<readonly string[]> | undefined;
  /** Candidates and the named commit that are proper ancestors, descendants first. */
  const listAncestors = (): Promise<readonly string[]> => {
    const commits = [...candidates.map(({ commit }) => commit), ...(demand.named === undefined ? [] : [demand.named])];
    ancestors ??= history.ancestorsAmong([...new Set(commits)], demand.commit);
    return ancestors;
  };
  const ask = async (candidate: Candidate): Promise<KnownDecision> => {
    const key = `${candidate.tag} ${candidate.commit}`;
    const known = asked.get(key) ?? index.standingOf({ tag: candidate.tag, commit: candidate.commit });
    asked.set(key, known);
    const answer = await known;
    const named: KnownDecision = candidate.commit === demand.named ? { ...answer, standing: 'accepted' } : answer;
    answers.set(candidate.commit, [...(answers.get(candidate.commit) ?? []), named]);
    return named;
  };
  const onCommit = (commit: string) => candidates.filter((candidate) => candidate.commit === commit);

  return {
    ask,
    /** Bases, and what lies between them and the judged commit. */
    walkBack: async () => {
      const bases: FoundBase[] = [];
      const between: Judged[] = [];
      const lineage: Candidate[] = [];
      const ordered = await listAncestors();
      const reached = new Set<string>();
      for (const commit of ordered) {
        lineage.push(...onCommit(commit));
        if (reached.has(commit)) continue;
        const accepted: Candidate[] = [];
        const others: Judged[] = [];
        for (const candidate of onCommit(commit)) {
          const { standing } = await ask(candidate);
          if (standing === 'accepted') accepted.push(candidate);
          else if (standing !== 'refused') others.push({ candidate, standing });
        }
        const named = commit === demand.named;
        if (accepted.length === 0 && !named) {
          between.push(...others);
          continue;
        }
        bases.push({ commit, candidate: accepted[0], named });
        for (const ancestor of await history.ancestorsAmong(ordered, commit)) reached.add(ancestor);
      }
      return { bases, between, lineage };
    },
    /** The accepted beta with the next lower version, and what is numbered between it and the judged one. */
    walkDown: async () => {
      const between: Judged[] = [];
      const { version } = demand;
      for (const candidate of version ? candidates : []) {
        if (version === undefined || compareBetas(candidate.beta, version) >= 0) continue;
        const { standing } = await ask(candidate);
        if (standing === 'accepted') return { accepted: candidate, between };
        if (standing !== 'refused') between.push({ candidate, standing });
      }
      return { accepted: undefined, between };
    },
    findElsewhere: async (): Promise<Candidate | undefined> => {
      const inside = new Set(await listAncestors());
      for (const candidate of candidates) {
        if (!inside.has(candidate.commit) && (await ask(candidate)).standing === 'accepted') return candidate;
      }
      return undefined;
    },
    isContained: async (tip: string): Promise<boolean> =>
      tip === demand.commit || (await history.ancestorsAmong([demand.commit], tip)).length > 0,
    /** Tags that lead elsewhere than where they were accepted, as far as anybody asked about them. */
    findMoved: async () => {
      const moved: { tag: string; commit: string; was: string }[] = [];
      for (const gone of candidates.filter(({ present }) => !present)) {
        const now = candidates.find(({ tag, present }) => present && tag === gone.tag);
        if (now === undefined || !asked.has(`${gone.tag} ${gone.commit}`)) continue;
        const was = (await ask(gone)).standing;
        if ((was === 'accepted' || was === 'retracted') && (await ask(now)).standing !== 'accepted')
          moved.push({ tag: gone.tag, commit: now.commit, was: gone.commit });
      }
      return moved;
    },
    summariesOf: (commits: readonly string[]) =>
      commits.flatMap((commit) => {
        const proven = answers.get(commit)?.find(({ standing, summary }) => standing === 'accepted' && summary !== undefined);
        return proven?.summary === undefined ? [] : [{ commit, ...proven.summary }];
      }),
  };
}

/** The base with the highest version; without a base the nearest ancestor that a beta tag leads to. */
function choosePrevious(bases: readonly FoundBase[], lineage: readonly Candidate[]): TaggedCommit | undefined {
  const tagged = bases.flatMap(({ candidate }) => (candidate === undefined ? [] : [candidate]));
  const [highest] = [...tagged].sort((a, b) => compareBetas(b.beta, a.beta));
  // A named base without a beta tag of its own has no snapshots of a tag.
  const chosen = highest ?? (bases.length === 0 ? lineage.find(({ present }) => present) : undefined);
  return chosen && { tag: chosen.tag, commit: chosen.commit };
}
