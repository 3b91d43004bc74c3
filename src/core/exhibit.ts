import { z } from 'zod';

/**
 * What a report shows of a gate beyond findings and measurements, as data: a renderer draws each kind once, for every gate. Titles come from the
 * gate's words; everything here is already fit to be seen (nothing private) and bounded.
 */
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const verdictMark = z.enum(['pass', 'warn', 'fail', 'inconclusive']);

/** Columns and rows; `numeric` columns are right-aligned. */
const table = z.object({
  kind: z.literal('table'),
  title: z.string(),
  columns: z.array(z.object({ name: z.string(), numeric: z.boolean().optional() })),
  rows: z.array(z.array(cell)),
});

/** A number with a name, and the interval in which it surely lies. */
const marker = z.object({ label: z.string(), value: z.number(), interval: z.object({ low: z.number(), high: z.number() }).optional() });

/** A histogram in one unit: counts over half-open buckets, with named markers (`p95`), their intervals and the limits. */
const distribution = z.object({
  kind: z.literal('distribution'),
  title: z.string(),
  unit: z.string(),
  buckets: z.array(z.object({ low: z.number(), high: z.number(), count: z.number() })),
  markers: z.array(marker),
  limits: z.array(z.object({ label: z.string(), value: z.number() })),
});

/** Where only percentiles are known: the value at each rank (0 to 100), and limits that hold at a rank. */
const percentiles = z.object({
  kind: z.literal('percentiles'),
  title: z.string(),
  unit: z.string(),
  points: z.array(z.object({ rank: z.number().min(0).max(100), value: z.number() })),
  limits: z.array(z.object({ label: z.string(), rank: z.number().min(0).max(100), value: z.number(), verdict: verdictMark })),
});

/** Values over time (`at`: milliseconds since the epoch) or over an index; `spans` are stretches in which something else went on, `to: null` without an end. */
const series = z.object({
  kind: z.literal('series'),
  title: z.string(),
  unit: z.string(),
  overTime: z.boolean(),
  points: z.array(z.object({ at: z.number(), value: z.number() })),
  limit: z.number().optional(),
  spans: z.array(z.object({ label: z.string(), from: z.number(), to: z.number().nullable() })).optional(),
});

/** Amounts by name, each in parts that add up (`parts` names them, the gravest first); `limit` is what a whole bar may be. */
const bars = z.object({
  kind: z.literal('bars'),
  title: z.string(),
  unit: z.string(),
  parts: z.array(z.object({ name: z.string(), tone: z.enum(['data', 'fail', 'warn', 'none']) })),
  rows: z.array(z.object({ name: z.string(), values: z.array(z.number()), verdict: verdictMark.nullable(), note: z.string() })),
  limit: z.number().optional(),
});

/** One mark per UTC day; `null`: nothing was recorded. */
const calendar = z.object({
  kind: z.literal('calendar'),
  title: z.string(),
  days: z.array(z.object({ day: z.iso.date(), verdict: verdictMark.nullable(), note: z.string() })),
});

/** Marks by row and column, e.g. outputs against runs or variations. `dense`: many narrow columns, of which only the marks are shown. */
const grid = z.object({
  kind: z.literal('grid'),
  title: z.string(),
  dense: z.boolean().optional(),
  columns: z.array(z.string()),
  rows: z.array(z.object({ name: z.string(), cells: z.array(z.object({ verdict: verdictMark.nullable(), note: z.string() })) })),
});

/** Two texts side by side; line numbers are 1-based and absent where a side has no such line. */
const diff = z.object({
  kind: z.literal('diff'),
  title: z.string(),
  left: z.string(),
  right: z.string(),
  lines: z.array(
    z.object({
      change: z.enum(['same', 'removed', 'added', 'gap']),
      left: z.number().optional(),
      right: z.number().optional(),
      text: z.string(),
    }),
  ),
});

/** Pictures next to each other, PNG in base64. */
const pictures = z.object({
  kind: z.literal('pictures'),
  title: z.string(),
  pictures: z.array(z.object({ label: z.string(), pngBase64: z.base64() })),
});

/** Parts of a running system by group, e.g. runners and gateways. */
const topology = z.object({
  kind: z.literal('topology'),
  title: z.string(),
  groups: z.array(z.object({ name: z.string(), needed: z.number(), parts: z.array(z.object({ id: z.string(), ready: z.boolean() })) })),
});

export const exhibit = z.discriminatedUnion('kind', [
  table,
  distribution,
  percentiles,
  series,
  bars,
  calendar,
  grid,
  diff,
  pictures,
  topology,
]);
export type Exhibit = z.infer<typeof exhibit>;
