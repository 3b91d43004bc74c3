import { canonicalJson, type Forge, type ForgePeople, GATE_IDS, type JsonValue, sha256 } from '../../core/index.ts';
import type { Decision, DecisionFinding, Given, InputDocument } from '../../decision/index.ts';
import { errorOf } from '../../decision/words.ts';
import { gatherDocuments } from '../gather-documents.ts';
import { forgeSource } from '../git-source.ts';
import type { DecisionIndex } from '../tag/decision-index.ts';
import { findInHistory } from '../tag/default-branch-history.ts';

/**
 * Reads policy, waivers, checklist and people again from the forge, at the commit of the default branch that a decision names, and says what differs. Whoever
 * made the bundle has no say in what a signature vouches for.
 */
export async function judgeRederived(forge: Forge, index: DecisionIndex, { given }: Decision): Promise<readonly DecisionFinding[]> {
  const { subject } = given;
  if (!('commit' in subject)) return [];
  const branch = await findNamedBranch(forge, given);
  if (typeof branch === 'string') return [errorOf('decision-record/default-branch-unknown', { found: branch })];
  const source = { ...forgeSource(forge), defaultBranch: async () => ({ ...branch, source: 'forge' as const }) };
  const version = given.version ?? given.tag?.name.replace(/^v/, '');
  const documents = await gatherDocuments(source, {
    commit: subject.commit,
    config: undefined,
    given: version === undefined ? {} : { version },
    index,
  });
  const { configuration, inputs, known } = documents;
  const configured = GATE_IDS.filter((gate) => configuration.gates.has(gate));
  const required = known.required ?? inputs.required ?? configured.filter((gate) => !configuration.reportedOnly.has(gate));
  const findings = [
    ...compare('the policy', describe(given.policy), describe(referenceOf(known.policy))),
    ...compare('the waivers', describe(given.waivers), describe(referenceOf(known.waivers))),
    ...compare('the checklist', describe(given.checklist), describe(referenceOf(known.checklist))),
    ...compare(
      'the files of the checklist',
      list(given.files),
      list((known.files ?? []).map((file) => ({ ...file, sha256: sha256(file.bytes) }))),
    ),
    ...(given.rulesVersion === undefined
      ? []
      : compare('the commits that were compared with', listCompared(given.base), listCompared(known.base))),
    ...compare('the configured gates', given.configured.join(', '), configured.join(', ')),
    ...compare('the required gates', given.required.join(', '), GATE_IDS.filter((gate) => required.includes(gate)).join(', ')),
  ];
  if (!documents.wantsApprovals) return findings;
  const bases = (known.base?.bases ?? []).map(({ commit }) => commit);
  return [...findings, ...judgePeople(given, await forge.findPeople(subject.commit, given.run.id, bases))];
}

/** The commit of the default branch that a decision names; a text that says why it names none that is believed. */
async function findNamedBranch(forge: Forge, given: Given): Promise<{ readonly name: string; readonly commit: string } | string> {
  const tip = await forge.defaultBranch();
  const origins = [given.policy, given.waivers].flatMap((document) =>
    document?.origin?.kind === 'default-branch' ? [document.origin.commit] : [],
  );
  const named = new Set([...(given.defaultBranch === undefined ? [] : [given.defaultBranch.commit]), ...origins]);
  if (named.size > 1) return [...named].join(' and ');
  const [commit] = named;
  // Decisions of rules version 1 name no default branch where they have neither policy nor waivers.
  if (commit === undefined) return given.rulesVersion === undefined ? tip : 'no commit';
  if (commit === tip.commit || (await findInHistory(forge, (state) => state.commit === commit)) !== undefined) return { ...tip, commit };
  return commit;
}

/**
 * Every approval that the decision counted must still be there, and no refusal may have come since; an approval that came later changes nothing. Whose approval
 * does not count must be the same.
 */
function judgePeople(given: Given, people: ForgePeople): readonly DecisionFinding[] {
  const now = new Set(people.approvals.map((approval) => canonicalJson(approval as unknown as JsonValue)));
  const then = new Set(given.approvals.map((approval) => canonicalJson(approval as unknown as JsonValue)));
  const gone = [...then].filter((approval) => !now.has(approval));
  const refusals = people.approvals.filter(({ state }) => state === 'changes-requested' || state === 'rejected');
  const added = refusals.map((approval) => canonicalJson(approval as unknown as JsonValue)).filter((approval) => !then.has(approval));
  return [
    ...(gone.length === 0 ? [] : compare('the approvals', gone.join(', '), 'no such approvals')),
    ...(added.length === 0 ? [] : compare('the approvals', 'no refusal', added.join(', '))),
    ...compare('the authors', sorted(given.authors), sorted([...new Set(people.authors)])),
    ...(given.rulesVersion === undefined
      ? []
      : [
          ...compare('whose approval does not count', listExcluded(given.excluded), listExcluded(people.excluded)),
          ...compare('the commits without a known author', sorted(given.unattributed), sorted(people.unattributed)),
        ]),
  ];
}

function sorted(texts: readonly string[] = []): string {
  return [...texts].sort().join(', ');
}

function listExcluded(excluded: readonly { readonly by: string }[] = []): string {
  return sorted([...new Set(excluded.map(({ by }) => by))]);
}

/** A beta that was accepted since then makes another comparison of it: then the decision is out of date, and is made again. */
function listCompared(base: { readonly compared?: readonly { readonly commit: string }[] } | undefined): string {
  return (
    (base?.compared ?? [])
      .map(({ commit }) => commit)
      .sort()
      .join(', ') || 'none'
  );
}

interface Reference {
  readonly name: string;
  readonly sha256: string;
}

function referenceOf(document: InputDocument | undefined): Reference | undefined {
  return document && { name: document.name, sha256: sha256(document.bytes) };
}

function describe(document: Reference | undefined): string {
  return document === undefined ? 'none' : `${document.name} (${document.sha256})`;
}

function list(files: readonly Reference[]): string {
  return files.map(describe).sort().join(', ') || 'none';
}

function compare(what: string, found: string, expected: string): readonly DecisionFinding[] {
  return found === expected ? [] : [errorOf('decision-record/decision-differs', { what, found, expected })];
}
