import { z } from 'zod';
import { acceptedException, endOf, startOf } from '../core/index.ts';
import { readDocument } from './documents.ts';
import type { InputDocument } from './given.ts';
import { RULE_NAMES } from './rule.ts';

/** Where a waiver holds: the fewer places the stricter, and everywhere where nothing is said. */
const WHERE = { direction: 'fewer', absent: 'loosest' } as const;

/** One accepted exception of the decision: `rule` and `match` together name what is excused, `scope` where. */
export const waiver = acceptedException
  .extend({
    match: z
      .string()
      .min(1)
      .describe('What the rule is about, as the decision prints it after the rule: a gate, a requirement, an item')
      .meta({ direction: 'fixed' }),
    rule: z.enum(RULE_NAMES).describe('The rule that is excused, e.g. `gate-passed`').meta({ direction: 'fixed' }),
    scope: z
      .strictObject({
        commits: z
          .array(z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a full commit id'))
          .min(1)
          .optional()
          .meta(WHERE),
        tags: z.array(z.string().min(1)).min(1).optional().describe('Tags, `*` stands for anything').meta(WHERE),
      })
      .optional()
      .describe('Where it holds; absent, everywhere'),
  })
  .meta({ id: 'Waiver' })
  .refine(({ effectiveOn, effectiveUntil }) => startOf(effectiveOn) < endOf(effectiveUntil), 'effectiveUntil lies before effectiveOn');

export type Waiver = z.infer<typeof waiver>;

export const waiversSchema = z
  .strictObject({
    version: z.literal(1).meta({ direction: 'fixed' }),
    waivers: z.array(waiver).meta({ direction: 'fewer', identity: ['rule', 'match'] }),
  })
  .meta({ id: 'Waivers', title: 'Waivers of decision-record' });

/** Reads the waivers. @throws UserError that names file, line and key. */
export function readWaivers(document: InputDocument): readonly Waiver[] {
  return readDocument(document, waiversSchema, 'list of waivers').waivers;
}
