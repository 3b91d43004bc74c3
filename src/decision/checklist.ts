import { z } from 'zod';
import { GATE_IDS, none } from '../core/index.ts';
import { readDocument } from './documents.ts';
import { duration } from './durations.ts';
import type { InputDocument } from './given.ts';

export const DEFAULT_RELEASE_NOTES = 'VERSIONING_AND_RELEASE_NOTES.md';

const FIXED = { direction: 'fixed' } as const;
const DEMANDS = { direction: 'more' } as const;
const gate = z.enum(GATE_IDS).meta(FIXED);
const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a lower-case hexadecimal SHA-256')
  .meta(FIXED);
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const gateEvidence = z
  .strictObject({
    kind: z.literal('gate').meta(FIXED),
    gate,
    without: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Codes of findings that may not be open, `*` stands for anything, e.g. `telemetry-scan/secret-*`')
      .meta(DEMANDS),
  })
  .describe('The gate passed');

const checkEvidence = z
  .strictObject({
    kind: z.literal('check').meta(FIXED),
    gate,
    id: z.string().min(1).describe('Id of the check; `*` stands for anything').meta(FIXED),
  })
  .describe('A check inside a gate is there and passed');

const coverageEvidence = z
  .strictObject({
    kind: z.literal('measurement').meta(FIXED),
    gate,
    id: z.string().min(1).meta(FIXED),
    'at-least': z.number().meta({ direction: 'higher' }),
  })
  .describe('A measurement of a gate reaches a value, e.g. 7 days');

const artifactEvidence = z
  .strictObject({ kind: z.literal('artifact').meta(FIXED), name: z.string().min(1).meta(FIXED), sha256: sha256Hex.optional() })
  .describe('An artifact is attached, with a digest; with `sha256`, this one');

const fileEvidence = z
  .strictObject({
    kind: z.literal('file').meta(FIXED),
    path: z.string().min(1).describe('Relative to the repository, at the judged commit').meta(FIXED),
    contains: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Texts that it must contain; `{version}`, `{base}` and `{tag}` are filled in')
      .meta(DEMANDS),
    sha256: sha256Hex.optional(),
  })
  .describe('A file is there, is not empty, and matches');

const noteEvidence = z
  .strictObject({
    kind: z.literal('release-note').meta(FIXED),
    contains: z
      .array(z.string().min(1))
      .min(1)
      .describe('Texts of the section for this version; `{version}`, `{base}` and `{tag}` are filled in')
      .meta(DEMANDS),
  })
  .describe('The release notes have a section for this version that says so');

const statementEvidence = z
  .strictObject({
    kind: z.literal('statement').meta(FIXED),
    by: z.string().min(1).describe('Who says so').meta(FIXED),
    on: moment.describe('When').meta({ direction: 'higher' }),
    link: z
      .url({ protocol: /^https$/ })
      .describe('Where it can be read')
      .meta(none('A newer statement has another address')),
    'max-age': duration.optional().describe('How old it may be; default any age').meta({ direction: 'lower' }),
  })
  .describe("A person's statement");

const evidence = z.discriminatedUnion('kind', [
  gateEvidence,
  checkEvidence,
  coverageEvidence,
  artifactEvidence,
  fileEvidence,
  noteEvidence,
  statementEvidence,
]);
export type ChecklistEvidence = z.infer<typeof evidence>;

const item = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
    .meta(FIXED),
  title: z.string().min(1).max(200).meta(none('A name for people')),
  evidence: z
    .array(evidence)
    .min(1)
    .describe('What proves it; all of it is needed')
    .meta({
      direction: 'more',
      identity: ['kind', 'gate', 'id', 'name', 'path', 'by'],
    }),
});
export type ChecklistItem = z.infer<typeof item>;

export const checklistSchema = z
  .strictObject({
    version: z.literal(1).meta(FIXED),
    'release-notes': z
      .string()
      .min(1)
      .optional()
      .describe('File with the release notes; default VERSIONING_AND_RELEASE_NOTES.md')
      .meta({ direction: 'fixed', absent: { value: DEFAULT_RELEASE_NOTES } }),
    items: z
      .array(item)
      .min(1)
      .meta({ direction: 'more', identity: ['id'] }),
  })
  .meta({ id: 'ReadinessChecklist', title: 'Readiness checklist of decision-record' });
export type Checklist = z.infer<typeof checklistSchema>;

const uniqueItems = checklistSchema.refine(({ items }) => new Set(items.map(({ id }) => id)).size === items.length, {
  error: 'two items with the same id',
  path: ['items'],
});

/** Reads a checklist. @throws UserError that names file, line and key. */
export function readChecklist(document: InputDocument): Checklist {
  return readDocument(document, uniqueItems, 'readiness checklist');
}

/** Paths whose bytes, at the judged commit, the decision needs; the caller reads them and leaves out those that are absent. */
export function filesNamedBy(checklist: Checklist): readonly string[] {
  const paths = checklist.items.flatMap((entry) => entry.evidence.flatMap((proof) => (proof.kind === 'file' ? [proof.path] : [])));
  const notes = checklist.items.some((entry) => entry.evidence.some((proof) => proof.kind === 'release-note'));
  return [...new Set(notes ? [...paths, releaseNotesPath(checklist)] : paths)].sort();
}

export function releaseNotesPath(checklist: Checklist): string {
  return checklist['release-notes'] ?? DEFAULT_RELEASE_NOTES;
}
