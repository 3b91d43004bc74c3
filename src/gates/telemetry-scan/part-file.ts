import { z } from 'zod';
import { UserError } from '../../core/index.ts';
import type { Group, Obstacle, ScannedFile, Tally } from './facts.ts';
import type { Part } from './part.ts';
import { SEVERITIES } from './rules/rule.ts';

/** So large may the file of a part be: its lists are bounded, names are not. */
export const MAX_PART_BYTES = 64 << 20;

const count = z.number().int().nonnegative();
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const severity = z.enum(SEVERITIES);
const optional = <T extends z.ZodType>(schema: T) => z.exactOptional(schema);

const group = z.strictObject({
  rule: z.string(),
  severity,
  score: z.number(),
  reasons: z.array(z.string()),
  encodings: z.array(z.enum(['percent', 'escape', 'hex', 'base64'])),
  hmac: hex64,
  length: count,
  occurrences: count,
  file: z.string(),
  member: optional(z.array(z.string())),
  line: count,
  byte: count,
  pointer: optional(z.string()),
  field: optional(z.string()),
  service: optional(z.string()),
}) as unknown as z.ZodType<Group>;
const tally: z.ZodType<Tally> = z.strictObject({ rule: z.string(), severity, occurrences: count, accepted: count });
const obstacle: z.ZodType<Obstacle> = z.strictObject({
  kind: z.enum([
    'truncated',
    'corrupt',
    'unreadable',
    'changed',
    'not-utf-8',
    'binary',
    'too-deep',
    'too-many-members',
    'expands-too-far',
    'unsafe-name',
  ]),
  file: z.string(),
  member: optional(z.array(z.string())),
  byte: optional(count),
});
const scannedFile: z.ZodType<ScannedFile> = z.strictObject({ file: z.string(), bytes: count, findings: count });

/** A part as it lies on disk: one JSON document. It comes from another job, so nothing in it is believed to be there. */
const part: z.ZodType<Part> = z.strictObject({
  format: z.literal('testops/telemetry-part/v2'),
  index: z.number().int().positive(),
  of: z.number().int().positive().max(9_999),
  settingsDigest: hex64,
  pathsDigest: hex64,
  unmatched: z.array(z.string()),
  files: count,
  emptyFiles: count,
  bytes: count,
  groups: z.array(group),
  groupsLeftOut: count,
  tallies: z.array(tally),
  obstacles: z.array(obstacle),
  obstaclesLeftOut: count,
  worstFiles: z.array(scannedFile),
  used: z.array(z.string()),
  rekeyed: z.array(z.tuple([z.string(), z.string()])),
});

/** Reads a part back. @throws UserError when it is none. */
export function parsePart(text: string, name: string): Part {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const parsed = part.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw new UserError({
    where: name,
    found: value === undefined || at === '' || at === 'format' ? 'no part of a telemetry scan' : `a part with a damaged \`${at}\``,
    expected: 'a file that `telemetry-scan` wrote with `shard`, in this version',
    todo: 'name the parts of this run, all of them',
  });
}
