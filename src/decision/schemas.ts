import { z } from 'zod';
import { withoutInternalMeta } from '../core/index.ts';
import { checklistSchema } from './checklist.ts';
import { policySchema } from './policy.ts';
import { decisionSchema } from './record.ts';
import { CHECKLIST_SCHEMA, DECISION_SCHEMA, POLICY_SCHEMA, WAIVERS_SCHEMA } from './uris.ts';
import { waiversSchema } from './waivers.ts';

/** JSON Schema (2020-12) of `decision.json`. */
export function decisionJsonSchema(): object {
  return schemaOf(decisionSchema, DECISION_SCHEMA, 'output');
}

/** JSON Schemas of what people write for the decision, by the name of the document. */
export function documentJsonSchemas(): Readonly<Record<'policy' | 'checklist' | 'waivers', object>> {
  return {
    policy: schemaOf(policySchema, POLICY_SCHEMA, 'input'),
    checklist: schemaOf(checklistSchema, CHECKLIST_SCHEMA, 'input'),
    waivers: schemaOf(waiversSchema, WAIVERS_SCHEMA, 'input'),
  };
}

function schemaOf(schema: z.ZodType, id: string, io: 'input' | 'output'): object {
  const {
    $schema,
    id: _own,
    ...rest
  } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, override: withoutInternalMeta }) as Record<string, unknown>;
  return { $schema, $id: id, ...rest };
}
