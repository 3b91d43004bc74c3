import { canonicalJson, sha256 } from '../core/index.ts';
import { inputPath } from './decide.ts';
import { type DecisionInput, listDocuments } from './given.ts';
import type { Decision } from './record.ts';
import { buildSummary, summaryBytes } from './vsa.ts';

export const DECISION_FILE = 'decision.json';
export const SUMMARY_FILE = 'decision.vsa.intoto.json';
export const MARKDOWN_FILE = 'decision.md';
/** Signatures over the summary that may stand in a bundle: a Sigstore bundle, or a DSSE envelope signed with a key. Whoever signs verifies them. */
export const SIGNATURE_FILES = ['decision.vsa.sigstore.json', 'decision.vsa.dsse.json'] as const;

/** The files of one decision, by their path relative to the bundle. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Puts the bundle together: `decision.json` and `decision.vsa.intoto.json` in RFC 8785 bytes, `decision.md`, and every input file under
 * `inputs/<sha256>`. `markdown` renders the decision; its text is covered by the summary, not derived again by `verifyBundle`.
 */
export function buildBundle(decision: Decision, input: DecisionInput, markdown: (decision: Decision) => string): Bundle {
  const encoder = new TextEncoder();
  const decisionBytes = encoder.encode(canonicalJson(decision));
  const markdownBytes = encoder.encode(markdown(decision));
  const summary = buildSummary(decision, { decision: sha256(decisionBytes), markdown: sha256(markdownBytes) });
  const files = new Map<string, Uint8Array>([
    [DECISION_FILE, decisionBytes],
    [SUMMARY_FILE, summaryBytes(summary)],
    [MARKDOWN_FILE, markdownBytes],
  ]);
  for (const { bytes } of listDocuments(input)) files.set(inputPath(sha256(bytes)), bytes);
  return { files };
}
