import { z } from 'zod';
import { type DirectionNode, UserError } from '../../core/index.ts';

const absent = z.union([
  z.enum(['loosest', 'strictest', 'incomparable']),
  z.strictObject({ value: z.json() }),
  z.strictObject({ as: z.string() }),
]);
const direction = z.union([
  z.enum(['higher', 'lower', 'more', 'fewer', 'fixed', 'globs', 'signed', 'present', 'thresholds', 'limit']),
  z.array(z.string()).min(2),
  z.strictObject({ none: z.string() }),
  z.strictObject({ beside: z.string() }),
  z.strictObject({ against: z.string() }),
]);

const node: z.ZodType<DirectionNode> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('value'),
      direction,
      absent: absent.exactOptional(),
      role: z.enum(['measured', 'limits', 'execution']).exactOptional(),
      document: z.string().exactOptional(),
    }),
    map,
    z.strictObject({ kind: z.literal('record'), values: node }),
    z.strictObject({
      kind: z.literal('list'),
      direction: z.enum(['more', 'fewer']),
      items: node,
      identity: z.array(z.string()),
      byKey: z.boolean().exactOptional(),
      laterWins: z.array(z.string()).exactOptional(),
      sharedWith: z.array(z.string()).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('variants'), by: z.string(), of: z.record(z.string(), node) }),
  ]),
);
const map = z.strictObject({ kind: z.literal('map'), keys: z.record(z.string(), node), absent: absent.exactOptional() });

const document = z.strictObject({ node, toml: node.exactOptional(), entries: z.boolean().exactOptional() });

/** What makes each value of testops.yml, and of the documents that it names, stricter; the caller builds it from the schemas. */
const tableSchema = z.strictObject({
  version: z.literal(1),
  /** testops.yml. */
  configuration: map,
  /** By the name that the inputs of role `limits` give. */
  documents: z.record(z.string(), document),
});
export type DirectionsTable = z.infer<typeof tableSchema>;
export type DocumentDirections = DirectionsTable['documents'][string];

/** Tables that were checked already: one decision compares with several commits. */
const checked = new WeakMap<object, DirectionsTable>();

/** Checks a table of directions. @throws UserError for one that this version cannot read. */
export function readDirections(value: unknown): DirectionsTable {
  const key = typeof value === 'object' && value !== null ? value : undefined;
  const known = key && checked.get(key);
  if (known) return known;
  const parsed = tableSchema.safeParse(value);
  if (parsed.success) {
    if (key) checked.set(key, parsed.data);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  throw new UserError({
    where: `directions.json${issue && issue.path.length > 0 ? `: ${issue.path.map(String).join('.')}` : ''}`,
    found: issue?.message ?? 'another shape',
    expected: 'the table of directions that this version of the tool reads',
    todo: 'verify the decision with the version of the tool that made it, or a later one',
  });
}
