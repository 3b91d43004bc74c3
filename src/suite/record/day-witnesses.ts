import { z } from 'zod';
import { canonicalJson, type Forge, nestsTooDeep, VSA_TYPE } from '../../core/index.ts';
import type { LedgerFile } from '../../core/ports/ledger.ts';
import { judgeRun, type SIGNATURE_FILES, SUMMARY_FILE } from '../../decision/index.ts';
import { judgeSignatures } from '../../decision/trust/signature.ts';
import { fetchBundle } from '../fetch-bundle.ts';
import { sloEvidenceOf } from '../record.ts';
import type { TrustedSignatures } from '../signatures.ts';
import { readTrust, type Trust } from '../trusted-workflows.ts';
import type { DayWitnesses, NamedRun, SignedEvidence, SloEvidence } from './vouch-days.ts';

export interface DayWitnessOptions {
  readonly forge: Forge;
  /** Path of testops.yml on the default branch, which says whom to believe. */
  readonly config: string | undefined;
  readonly now: number;
  readonly openSignatures: () => Promise<TrustedSignatures>;
}

/** The code host and the trusted signers as witnesses of days. */
export function createDayWitnesses({ forge, config, now, openSignatures }: DayWitnessOptions): DayWitnesses {
  let trust: Promise<Trust> | undefined;
  return {
    repository: forge.repository,
    confirmRun: async (named) => {
      trust ??= readTrust(forge, config);
      return await confirmRun(forge, named, { trust: await trust, now });
    },
    listSigned: async (files) => (files.length === 0 ? [] : await listSigned(files, await openSignatures(), forge.repository)),
  };
}

/** The decision of one attempt of a run counts, whatever its outcome: a day that failed is a day too. */
async function confirmRun(
  forge: Forge,
  { id, attempt, commit }: NamedRun,
  { trust, now }: { readonly trust: Trust; readonly now: number },
): Promise<SloEvidence | undefined> {
  const run = await forge.findRun(id);
  if (!run || attempt > run.attempt) return undefined;
  if (judgeRun(run, { repository: forge.repository, workflows: trust.workflows }).length > 0) return undefined;
  const listed = (await forge.listArtifacts(id)).filter(({ name }) => name.endsWith(`-a${attempt}`));
  const bundle = await fetchBundle(forge, { ...run, attempt }, { now, trust, listed });
  if (bundle.kind !== 'sound') return undefined;
  const { subject } = bundle.decision.given;
  return 'commit' in subject && subject.commit === commit ? sloEvidenceOf(bundle.decision, bundle.files) : undefined;
}

const digest = z.object({ digest: z.record(z.string(), z.string()) });
const summary = z.object({
  predicateType: z.literal(VSA_TYPE),
  subject: z.array(digest),
  predicate: z.object({ inputAttestations: z.array(digest) }),
});

/** What trusted signers say in files of the branch: Sigstore bundles, or DSSE envelopes by a key. Every other file says nothing. */
async function listSigned(
  files: readonly LedgerFile[],
  signatures: TrustedSignatures,
  repository: string,
): Promise<readonly SignedEvidence[]> {
  const demand = { required: true, repository, workflows: signatures.signers, keyIds: signatures.keyIds };
  const signed: SignedEvidence[] = [];
  for (const { bytes } of files) {
    const name = signatureFileOf(bytes);
    if (name === undefined) continue;
    for (const fact of await signatures.read(new Map([[name, bytes]]))) {
      if (fact.kind === 'invalid' || nestsTooDeep(fact.payload)) continue;
      const statement = parseJson(fact.payload);
      const parsed = summary.safeParse(statement);
      if (!parsed.success) continue;
      const document = new TextEncoder().encode(canonicalJson(statement as never));
      if (judgeSignatures([fact], new Map([[SUMMARY_FILE, document]]), demand).length > 0) continue;
      const { subject, predicate } = parsed.data;
      const commits = subject.flatMap((one) => one.digest.gitCommit ?? []);
      const evidence = predicate.inputAttestations.flatMap((one) => one.digest.sha256 ?? []);
      for (const commit of commits) for (const sha256 of evidence) signed.push({ commit, sha256 });
    }
  }
  return signed;
}

/** Which kind of signature a file is, by its content. */
function signatureFileOf(bytes: Uint8Array): (typeof SIGNATURE_FILES)[number] | undefined {
  const value = nestsTooDeep(bytes) ? undefined : parseJson(bytes);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('dsseEnvelope' in value) return 'decision.vsa.sigstore.json';
  return 'payloadType' in value ? 'decision.vsa.dsse.json' : undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
