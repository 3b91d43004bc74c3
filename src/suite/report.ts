import { type EvidenceStatement, endOf, parseEvidence, sha256, UserError } from '../core/index.ts';
import { type Decision, readChecklist, verifyBundle } from '../decision/index.ts';
import { gates } from '../gates/index.ts';
import { guardWords } from '../render/guard-words.ts';
import { renderReport } from '../render/html/report.ts';
import { renderJunit } from '../render/junit/junit.ts';
import { withholdLeaks } from './leaks.ts';
import { loadWords } from './words.ts';

/** The files of a bundle, by their path inside it. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** A bundle that was read and follows from its own bytes. */
export interface ReadBundle {
  readonly decision: Decision;
  /** Evidence that counts, in the order of the gates. */
  readonly evidence: readonly EvidenceStatement[];
}

/** Reads a bundle and derives its decision again, as of then. @throws UserError for one that was edited or cannot be read: a report on it would lend it weight. */
export async function openBundle(files: BundleFiles, now: number): Promise<ReadBundle> {
  const { decision, findings } = verifyBundle(files, { now, asOfDecision: true });
  const [broken] = findings.filter(({ code }) => code !== 'decision-record/decision-no-go');
  if (!decision || broken) {
    const words = guardWords(await loadWords());
    throw new UserError({
      where: broken?.place?.file ?? 'decision.json',
      found: broken ? (words[broken.code]?.message(broken.args as never) ?? broken.code) : 'nothing that can be read',
      expected: 'a bundle from which its decision follows',
      todo: 'take the bundle as decision-record wrote it; `testops verify` says everything that is wrong with it',
    });
  }
  const evidence = decision.gates.flatMap(({ gate, sha256: digest }) => {
    const bytes = digest === null ? undefined : files.get(`inputs/${digest}`);
    return bytes && sha256(bytes) === digest ? [parseEvidence(bytes, gate)] : [];
  });
  return { decision, evidence };
}

/** `report.html` of a bundle. */
export async function reportOf(files: BundleFiles, { decision, evidence }: ReadBundle): Promise<string> {
  const reference = decision.given.checklist;
  const bytes = reference && files.get(`inputs/${reference.sha256}`);
  return renderReport({
    decision,
    evidence,
    checklist: bytes && readChecklist({ name: reference.name, bytes }),
    words: guardWords(await loadWords()),
    titles: Object.fromEntries(await Promise.all(gates.map(async (entry) => [entry.id, (await entry.load()).title] as const))),
    withhold: remembered(withholdLeaks),
    endOf,
  });
}

/** JUnit XML of a bundle. */
export async function junitOf({ decision, evidence }: ReadBundle): Promise<string> {
  return renderJunit({ decision, evidence, words: guardWords(await loadWords()), withhold: remembered(withholdLeaks) });
}

/** Most texts of a page repeat, and scanning is what takes the time. */
function remembered(scan: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    if (!/[^\s]{3}/.test(text)) return text;
    const before = known.get(text);
    if (before !== undefined) return before;
    const scanned = scan(text);
    known.set(text, scanned);
    return scanned;
  };
}
