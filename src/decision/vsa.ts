import { canonicalJson, DECISION_EXTENSION, type Outcome, STATEMENT_TYPE, sha256, VSA_TYPE } from '../core/index.ts';
import type { Decision } from './record.ts';
import { LOCAL_VERIFIER } from './uris.ts';

/** `verifiedLevels` of each outcome. The prefix `SLSA_` is reserved, any other name is free. */
export const VERIFIED_LEVEL: Readonly<Record<Outcome, string>> = {
  GO: 'TESTOPS_BETA_GO',
  CONDITIONAL: 'TESTOPS_BETA_CONDITIONAL',
  'NO-GO': 'FAILED',
};

interface Descriptor {
  readonly name?: string;
  readonly uri?: string;
  readonly digest: { readonly sha256: string } | { readonly gitCommit: string };
}

/** An in-toto Statement v1 with the SLSA Verification Summary v1 (https://slsa.dev/spec/v1.1/verification_summary). */
export interface SummaryStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly Descriptor[];
  readonly predicateType: typeof VSA_TYPE;
  readonly predicate: {
    readonly verifier: { readonly id: string; readonly version: Readonly<Record<string, string>> };
    readonly timeVerified: string;
    readonly resourceUri: string;
    readonly policy: { readonly uri: string; readonly digest: { readonly sha256: string } };
    readonly inputAttestations: readonly Descriptor[];
    readonly verificationResult: 'PASSED' | 'FAILED';
    readonly verifiedLevels: readonly string[];
    /** Documents of the bundle by digest, and since rules version 2 what a reader needs who has the summary alone. */
    readonly [DECISION_EXTENSION]: {
      readonly outcome: Outcome;
      readonly outcomeForTag: Outcome;
      readonly documents: readonly Descriptor[];
    } & Partial<SummaryFacts>;
  };
}

/** What a signed summary says about its decision without the bundle. */
export interface SummaryFacts {
  readonly rulesVersion: number;
  readonly commit: string;
  /** `owner/name`. */
  readonly repository?: string;
  readonly version?: string;
  readonly tag?: { readonly name: string; readonly commit: string };
  readonly run: { readonly id?: string; readonly attempt?: number };
  readonly person?: { readonly by: string; readonly decision: 'go' | 'no-go'; readonly at: string };
  readonly maxAge: string;
  readonly waivers: readonly { readonly rule: string; readonly match: string; readonly effectiveUntil: string }[];
}

/** Name of the subject by which the decisions on a commit are found: attestations are listed by the SHA-256 of a subject only. */
export function commitSubjectName(repository: string, commit: string): string {
  return `${repository}@${commit}`;
}

/** Builds the summary of a decision: subjects are the commit, the artifacts and `decision.json`. */
export function buildSummary(decision: Decision, digests: { readonly decision: string; readonly markdown: string }): SummaryStatement {
  const { given, outcome, outcomeForTag, policy, inputs } = decision;
  const evidence = new Map(inputs.filter(({ role }) => role === 'evidence').map(({ path, sha256 }) => [sha256, path]));
  return {
    _type: STATEMENT_TYPE,
    subject: [
      {
        name: resourceUriOf(decision),
        digest: 'commit' in given.subject ? { gitCommit: given.subject.commit } : { sha256: given.subject.workspaceSha256 },
      },
      ...given.artifacts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
      ...commitSubject(decision),
      { name: 'decision.json', digest: { sha256: digests.decision } },
    ],
    predicateType: VSA_TYPE,
    predicate: {
      verifier: { id: given.run.workflow ?? LOCAL_VERIFIER, version: { testops: given.toolVersion } },
      timeVerified: given.timeVerified,
      resourceUri: resourceUriOf(decision),
      policy: { uri: policy.uri, digest: { sha256: policy.sha256 } },
      inputAttestations: [...evidence].map(([sha256, uri]) => ({ uri, digest: { sha256 } })),
      verificationResult: outcome === 'NO-GO' ? 'FAILED' : 'PASSED',
      verifiedLevels: [VERIFIED_LEVEL[outcome]],
      [DECISION_EXTENSION]: {
        outcome,
        outcomeForTag,
        documents: [{ name: 'decision.md', digest: { sha256: digests.markdown } }],
        ...summaryFacts(decision),
      },
    },
  };
}

/** Summaries of rules version 1 keep their bytes. */
function commitSubject({ given }: Decision): readonly Descriptor[] {
  if (given.rulesVersion === undefined || given.repository === undefined || !('commit' in given.subject)) return [];
  const name = commitSubjectName(given.repository, given.subject.commit);
  return [{ name, digest: { sha256: sha256(name) } }];
}

/** The facts of a decision about a commit; undefined for one of rules version 1, or about a workspace. */
export function summaryFacts(decision: Decision): SummaryFacts | undefined {
  const { rulesVersion } = decision.given;
  const facts = commitFacts(decision);
  return rulesVersion === undefined || facts === undefined ? undefined : { rulesVersion, ...facts };
}

/** The same of any version of the rules; undefined for a decision about a workspace. */
export function commitFacts({ given, maxAge, waivers }: Decision): Omit<SummaryFacts, 'rulesVersion'> | undefined {
  const { subject, repository, version, tag, run, person } = given;
  if (!('commit' in subject)) return undefined;
  return {
    commit: subject.commit,
    ...(repository === undefined ? {} : { repository }),
    ...(version === undefined ? {} : { version }),
    ...(tag === undefined ? {} : { tag }),
    run: { ...(run.id === undefined ? {} : { id: run.id }), ...(run.attempt === undefined ? {} : { attempt: run.attempt }) },
    ...(person === undefined ? {} : { person: { by: person.by, decision: person.decision, at: person.at } }),
    maxAge,
    waivers: waivers.map(({ rule, match, effectiveUntil }) => ({ rule, match, effectiveUntil })),
  };
}

export function summaryBytes(summary: SummaryStatement): Uint8Array {
  return new TextEncoder().encode(canonicalJson(summary));
}

/** `git+https://github.com/owner/name@<commit>`; without a repository, or a commit, a URN that says what it is. */
export function resourceUriOf({ given }: Decision): string {
  const { subject, repository, server } = given;
  if (!('commit' in subject)) return `urn:testops:workspace:${subject.workspaceSha256}`;
  return repository ? `git+${server}/${repository}@${subject.commit}` : `urn:testops:commit:${subject.commit}`;
}
