import {
  canonicalJson,
  compareText,
  DECISION_TYPE,
  digestOf,
  GATE_IDS,
  type GateId,
  type JsonValue,
  sha256,
  sortBy,
  sortFindings,
  UserError,
} from '../core/index.ts';
import { applyWaivers, concludeRules, type WaiverContext } from './apply-waivers.ts';
import { readChecklist } from './checklist.ts';
import { compareConfiguration } from './configuration/compare.ts';
import { applicableRequirements, type DecisionFacts, requiredGates } from './facts.ts';
import { type DecisionInput, FIRST_RULES_VERSION, type Given, givenSchema, type InputDocument, listReferences, referTo } from './given.ts';
import { DEFAULT_MAX_AGE, DEFAULT_POLICY, readPolicy } from './policy.ts';
import type { Decision } from './record.ts';
import { RULES_VERSION, type RuleResult, ruleId } from './rule.ts';
import { RULES } from './rules/index.ts';
import { listChanges } from './rules/limits.ts';
import { judgePerson } from './rules/people.ts';
import { compareConfiguration as compareConfigurationOfFirstRules } from './rules-v1/compare.ts';
import { selectEvidence } from './select-evidence.ts';
import { DEFAULT_POLICY_URI } from './uris.ts';
import { type BetaVersion, parseBetaTag, parseBetaVersion } from './versions.ts';
import { readWaivers } from './waivers.ts';
import type { DecisionFinding } from './words.ts';

/**
 * Decides: a pure function of its input, so that the same input gives the same bytes, in whatever order files and lists come.
 * @throws UserError on what is not a decision but an unusable input: a version that is not a beta, nothing required, a required gate that is not
 * configured, a policy, checklist or list of waivers that cannot be read.
 */
export function decide(input: DecisionInput): Decision {
  const given = recordInput(input);
  const beta = betaOf(given);
  const tag = beta?.tag;
  const policy = input.policy ? readPolicy(input.policy) : DEFAULT_POLICY;
  const waivers = input.waivers ? readWaivers(input.waivers) : [];
  const requirements = applicableRequirements(policy, given, tag);
  const facts: DecisionFacts = {
    now: Date.parse(given.timeVerified),
    given,
    policy,
    checklist: input.checklist && readChecklist(input.checklist),
    evidence: selectEvidence(input.evidence, given, policy),
    beta,
    requirements,
    required: requiredGates(given, requirements),
    files: input.files ?? [],
    configuration: input.configuration && compareConfigurationOfFirstRules(input.configuration),
    directions: readDirectionsTable(input),
    comparisons: compareWithBases(input),
  };
  const context: WaiverContext = { now: facts.now, policy, commit: 'commit' in given.subject ? given.subject.commit : undefined, tag };
  const forTag = tag !== undefined;
  const results = RULES.flatMap((rule) => rule(facts));
  const counting = (entries: readonly RuleResult[]) => entries.filter(({ tagOnly }) => forTag || !tagOnly);

  const advised = applyWaivers(results, waivers, context);
  const recommended = concludeRules(advised.rules.filter(({ tagOnly }) => forTag || !tagOnly));
  const unmetIds = new Set(advised.rules.filter(({ outcome }) => outcome === 'broken' || outcome === 'inconclusive').map(ruleId));
  const unmet = sortBy(
    counting(results).filter((result) => unmetIds.has(ruleId(result))),
    ruleId,
  );
  const all = [...results, ...judgePerson(facts, { ...recommended, unmet })];
  const final = applyWaivers(all, waivers, context);
  const decided = concludeRules(final.rules.filter(({ tagOnly }) => forTag || !tagOnly));
  return {
    _type: DECISION_TYPE,
    ...decided,
    forTag,
    outcomeForTag: concludeRules(final.rules).outcome,
    recommendation: recommended.outcome,
    decidedBy: given.person ? { kind: 'person', ...given.person } : { kind: 'policy' },
    rules: sortBy(final.rules, ruleId),
    findings: sortFindings(quieten(final.findings, forTag, all)) as Decision['findings'],
    waivers: sortBy(final.used, ruleId, canonicalJson).map((waiver) => ({ ...waiver })),
    gates: summarizeGates(facts),
    policy: policyReference(given),
    maxAge: policy.freshness?.['decision-max-age'] ?? DEFAULT_MAX_AGE,
    inputs: listReferences(given).map((entry) => ({ ...entry, path: inputPath(entry.sha256) })),
    configurationChanges: recordChanges(facts),
    given,
  };
}

/** Where an input file lies in the bundle; the digest alone, so that no untrusted name becomes a path. */
export function inputPath(sha256: string): string {
  return `inputs/${sha256}`;
}

/** @throws UserError for a table that is not JSON; its shape is checked where it is used. */
function readDirectionsTable({ limits }: Pick<DecisionInput, 'limits'>): unknown {
  if (!limits) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(limits.directions.bytes));
  } catch (cause) {
    const expected = 'the table of directions as JSON, as testops wrote it';
    throw new UserError({ where: limits.directions.name, found: 'bytes that are not JSON', expected, todo: 'decide again' }, { cause });
  }
}

/** Holds the limits of the judged commit against those of each commit that the base names. */
function compareWithBases({ base, limits }: DecisionInput): DecisionFacts['comparisons'] {
  if (!base || !limits) return undefined;
  const { files: after, branch = [], configuration } = limits;
  const directions = readDirectionsTable({ limits });
  return base.compared.map(({ commit, tag, standing, files: before }) => ({
    since: tag ?? commit,
    standing,
    comparison: before && after && compareConfiguration({ before, after, branch, configuration }, directions),
  }));
}

function recordChanges({ configuration, comparisons }: DecisionFacts): Decision['configurationChanges'] {
  if (comparisons) return sortBy(listChanges(comparisons), canonicalJson);
  return configuration ? [...configuration.changes] : null;
}

/** What a first try should see although nothing is to be tagged yet. */
const WARNS_WITHOUT_TAG: ReadonlySet<string> = new Set([
  'decision-record/measured-not-for-commit',
  'decision-record/measured-unknown',
  'decision-record/inputs-differ',
]);

/** What counts for tags only is a note elsewhere, or a warning. */
function quieten(findings: readonly DecisionFinding[], forTag: boolean, results: readonly RuleResult[]): readonly DecisionFinding[] {
  if (forTag) return findings;
  const quiet = new Set(results.filter(({ tagOnly }) => tagOnly).flatMap((result) => result.findings.map(canonicalJson)));
  const loud = new Set(results.filter(({ tagOnly }) => !tagOnly).flatMap((result) => result.findings.map(canonicalJson)));
  return findings.map((finding) => {
    const key = canonicalJson(finding);
    if (!quiet.has(key) || loud.has(key) || finding.level === 'note') return finding;
    return { ...finding, level: WARNS_WITHOUT_TAG.has(finding.code) ? 'warning' : 'note' };
  });
}

function summarizeGates({ given, evidence, required }: DecisionFacts): Decision['gates'] {
  const mentioned = new Set<GateId>([...given.configured, ...required.keys(), ...evidence.chosen.keys()]);
  return GATE_IDS.filter((gate) => mentioned.has(gate)).map((gate) => {
    const chosen = evidence.chosen.get(gate);
    return {
      gate,
      required: required.has(gate),
      verdict: chosen?.own.verdict ?? null,
      headline: chosen?.own.headline ?? null,
      sha256: chosen?.sha256 ?? null,
      runId: chosen?.own.run.runId ?? null,
      attempt: chosen?.own.run.attempt ?? null,
    };
  });
}

function policyReference({ policy, server, repository }: Given): Decision['policy'] {
  if (!policy) return { uri: DEFAULT_POLICY_URI, sha256: digestOf(DEFAULT_POLICY) };
  const at = policy.origin && policy.origin.kind !== 'workspace' ? policy.origin.commit : undefined;
  const uri = at && repository ? `git+${server}/${repository}@${at}#${encodeURI(policy.name)}` : inputPath(policy.sha256);
  return { uri, sha256: policy.sha256 };
}

function betaOf({ version, tag }: Given): BetaVersion | undefined {
  const ofVersion = version === undefined ? undefined : parseBetaVersion(version);
  const ofTag = tag === undefined ? undefined : parseBetaTag(tag.name);
  if (ofVersion && ofTag && ofVersion.tag !== ofTag.tag) {
    throw new UserError({
      where: 'version',
      found: `${ofVersion.version}, while the tag is ${ofTag.tag}`,
      expected: 'one and the same beta',
      todo: 'leave the version out; the tag says it',
    });
  }
  return ofTag ?? ofVersion;
}

/** Fixes defaults and order, and replaces files by their digests. */
function recordInput(input: DecisionInput): Given {
  const { now, reportedOnly = [], policy, checklist, waivers, configuration, files, base, limits, ...rest } = input;
  const rulesVersion = input.rulesVersion ?? RULES_VERSION;
  const references = (documents: readonly InputDocument[]) =>
    sortBy(
      documents.map(referTo),
      ({ name }) => name,
      ({ sha256 }) => sha256,
      canonicalJson,
    );
  const optional = (documents: readonly InputDocument[] | undefined) => documents && references(documents);
  const whole = {
    ...rest,
    rulesVersion: rulesVersion === FIRST_RULES_VERSION ? undefined : rulesVersion,
    timeVerified: new Date(now).toISOString(),
    server: input.server ?? 'https://github.com',
    tagFirst: input.tagFirst ?? false,
    configured: GATE_IDS.filter((gate) => input.configured.includes(gate)),
    required: resolveRequired(input, reportedOnly),
    evidence: references(input.evidence),
    policy: policy && referTo(policy),
    checklist: checklist && referTo(checklist),
    waivers: waivers && referTo(waivers),
    approvals: sortBy(input.approvals ?? [], canonicalJson),
    authors: [...new Set(input.authors ?? [])].sort(compareText),
    artifacts: sortBy(input.artifacts ?? [], canonicalJson),
    links: sortBy(input.links ?? [], canonicalJson),
    changes: input.changes && { ...input.changes, paths: input.changes.paths && [...new Set(input.changes.paths)].sort(compareText) },
    configuration: configuration && { before: references(configuration.before), after: references(configuration.after) },
    files: references(files ?? []),
    base: base && {
      ...base,
      bases: sortBy(base.bases, ({ commit }) => commit).map(({ summary, ...entry }) => ({
        ...entry,
        summary: summary && sha256(summary.bytes),
      })),
      compared: sortBy(base.compared, ({ commit }) => commit).map((entry) => ({ ...entry, files: optional(entry.files) })),
    },
    limits: limits && {
      configuration: limits.configuration,
      directions: referTo(limits.directions),
      files: optional(limits.files),
      branch: optional(limits.branch),
    },
  };
  // The round trip drops what is undefined, so that a decision read back from its bytes is the same value.
  const parsed = givenSchema.safeParse(JSON.parse(canonicalJson(whole as unknown as JsonValue)));
  if (parsed.success) return parsed.data;
  // Whoever gathered the input gave something that could be written and never be read back: their fault, not the user's.
  const issue = parsed.error.issues[0];
  throw new TypeError(`decision input: ${issue?.path.join('.')}: ${issue?.message}`);
}

function resolveRequired(
  { required, configured, defaultBranch, version }: DecisionInput,
  reportedOnly: readonly GateId[],
): readonly GateId[] {
  const wanted = required ?? configured.filter((gate) => !reportedOnly.includes(gate));
  // What the default branch requires and the commit does not configure is evidence that is missing, not a slip of the pen.
  const agreed = defaultBranch !== undefined && version !== undefined;
  const stranger = agreed ? undefined : wanted.find((gate) => !configured.includes(gate));
  if (stranger !== undefined) {
    throw new UserError({
      where: 'decision-record.required',
      found: stranger,
      expected: `configured gates: ${configured.join(', ') || 'none is'}`,
      todo: `configure ${stranger} in testops.yml, or take it off the list`,
    });
  }
  if (wanted.length === 0) {
    throw new UserError({
      where: 'decision-record.required',
      found: required ? 'an empty list' : 'no gate that counts',
      expected: 'at least one gate: a decision about nothing is no decision',
      todo: 'name a configured gate, or leave `required` out to require all of them',
    });
  }
  return GATE_IDS.filter((gate) => wanted.includes(gate));
}
