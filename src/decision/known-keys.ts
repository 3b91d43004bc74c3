import { z } from 'zod';

/**
 * The keys that a schema knows at a path of a document; empty where it has none. Unions are told apart by the document itself, as
 * `z.discriminatedUnion` does.
 */
export function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[], document: unknown): readonly string[] {
  let [at, value]: [z.ZodType | undefined, unknown] = [unwrap(schema, document), document];
  for (const segment of path) {
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[segment] : undefined;
    const inner: unknown = at instanceof z.ZodObject ? at.shape[String(segment)] : at instanceof z.ZodArray ? at.element : undefined;
    at = inner === undefined ? undefined : unwrap(inner as z.ZodType, value);
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType, value);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator, options } = schema.def;
  const chosen = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[discriminator] : undefined;
  const option = options.find((entry) => {
    const literal: unknown = entry instanceof z.ZodObject ? entry.shape[discriminator] : undefined;
    return literal instanceof z.ZodLiteral && literal.values.has(chosen as never);
  });
  return (option as z.ZodType | undefined) ?? schema;
}
