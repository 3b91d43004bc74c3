import { z } from 'zod';
import { type EvidenceStatement, extensionOf, type JsonObject, type MeasuredFile } from '../../../core/index.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The body of a ledger entry: what one evaluation says of one day. Since v2 it names the evidence that it repeats and the run that produced it, so that others
 * can vouch for it; entries of v1 name neither, and nobody vouches for them.
 */
export const dayBody = z.strictObject({
  type: z.enum(['slo-day/v1', 'slo-day/v2']),
  /** UTC day of the measurement, by its own time stamps where it has some. */
  day: z.iso.date(),
  verdict: z.enum(['pass', 'warn', 'fail', 'inconclusive']),
  /** What was measured on that day: `load`, `chaos`. */
  kinds: z.array(z.string()),
  commit: z.string(),
  /** Digest of the objectives. */
  objectives: hex64,
  /** Digests of the results, sorted. */
  results: z.array(hex64),
  measurements: z.array(z.strictObject({ id: z.string(), value: z.number(), unit: z.string(), samples: z.number().optional() })),
  /** SHA-256 of the evidence file. */
  evidence: hex64.optional(),
  /** Run that the gate ran in; absent outside of one. */
  run: z.strictObject({ id: z.string().regex(/^\d{1,20}$/), attempt: z.number().int().positive() }).optional(),
  /** When the gate finished. */
  at: z.iso.datetime().optional(),
});

export type DayBody = z.infer<typeof dayBody>;

/** What the finding `slo-gate/day` carries of the present evaluation. */
export interface PresentDay {
  readonly day: string;
  readonly verdict: DayBody['verdict'];
  readonly kinds: readonly string[];
  readonly objectives: string;
  readonly results: readonly string[];
}

/**
 * The entry that evidence of slo-gate asks to be recorded; `undefined` when it is not of slo-gate, judged no results, was taken outside of git, or came
 * from a work tree that differs from its commit, or from files that were not produced for it.
 */
export function dayBodyOf(evidence: EvidenceStatement, evidenceSha256: string): JsonObject | undefined {
  const own = extensionOf(evidence);
  const digest = evidence.subject[0]?.digest;
  const day = own.findings.find((finding) => finding.code === 'slo-gate/day');
  if (own.gate !== 'slo-gate' || own.dirty || !day || digest === undefined || !('gitCommit' in digest)) return undefined;
  const { args } = day as unknown as { args: PresentDay };
  if (args.results.length === 0 || own.measured?.some(isNotOfCommit)) return undefined;
  const { runId, attempt, finishedAt } = own.run;
  const body: DayBody = {
    type: 'slo-day/v2',
    day: args.day,
    verdict: args.verdict,
    kinds: [...args.kinds],
    commit: digest.gitCommit,
    objectives: args.objectives,
    results: [...args.results],
    measurements: own.measurements.flatMap(({ id, value, unit, samples }) =>
      value === null ? [] : [{ id, value, unit, ...(samples === undefined ? {} : { samples }) }],
    ),
    evidence: evidenceSha256,
    ...(runId === undefined || attempt === undefined ? {} : { run: { id: runId, attempt } }),
    at: finishedAt,
  };
  return dayBody.parse(body) as unknown as JsonObject;
}

/** Files that are no evidence about the commit: recorded ones, and found ones for which there is a reason. */
function isNotOfCommit({ origin, reason }: MeasuredFile): boolean {
  return origin === 'recorded' || (origin === 'found' && reason !== undefined);
}

/** Body of a ledger entry that this gate wrote; other bodies are not for it. */
export function readDayBody(body: JsonObject): DayBody | undefined {
  const parsed = dayBody.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/** Whether an entry records the same evaluation as another: then it is not written twice. */
export function sameDayBody(a: DayBody, b: DayBody): boolean {
  if (a.type !== b.type) return false;
  if (a.evidence !== undefined) return a.evidence === b.evidence;
  return a.commit === b.commit && a.day === b.day && a.verdict === b.verdict && a.results.join() === b.results.join();
}
