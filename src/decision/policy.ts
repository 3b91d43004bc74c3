import { z } from 'zod';
import { GATE_IDS } from '../core/index.ts';
import { readDocument } from './documents.ts';
import { duration } from './durations.ts';
import type { InputDocument } from './given.ts';

const pattern = z.string().min(1);
const patterns = z.array(pattern).min(1);
const gate = z.enum(GATE_IDS);

const when = z
  .strictObject({
    paths: patterns
      .optional()
      .describe('Applies when one of these paths changed since the last beta; without a previous beta everything changed'),
    tags: patterns.optional().describe('Applies to these tags only, e.g. `v*-beta.*`'),
  })
  .describe('Absent conditions always apply; several must apply together');

const requirement = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
      .describe('Name of the requirement, used in rules and waivers'),
    when: when.optional(),
    gates: z.array(gate).min(1).optional().describe('Gates that must be there and pass'),
    checks: z
      .array(z.strictObject({ gate, id: pattern.describe('Id of the check; `*` stands for anything') }))
      .min(1)
      .optional()
      .describe('Checks inside a gate that must be there and pass'),
    coverage: z
      .array(
        z.strictObject({
          gate,
          measurement: z.string().min(1).describe('Id of the measurement'),
          'at-least': z.number().describe('Smallest value that is enough, in the unit of the measurement'),
        }),
      )
      .min(1)
      .optional()
      .describe('How much must have been measured, e.g. 5 runs, 7 days'),
    refreshed: patterns.optional().describe('Paths of which each pattern must have changed since the last beta, e.g. public documents'),
    flags: z.array(z.string().min(1)).min(1).optional().describe('Feature flags that the preview must have been deployed with'),
  })
  .refine(
    (entry) => entry.gates || entry.checks || entry.coverage || entry.refreshed || entry.flags,
    'a requirement that requires nothing',
  );

export const policySchema = z
  .strictObject({
    version: z.literal(1),
    requirements: z.array(requirement).min(1).optional().describe('What is required beyond the gates of `required`'),
    freshness: z
      .strictObject({
        'evidence-max-age': duration.optional().describe('Oldest evidence that counts; default 7d'),
        'decision-max-age': duration.optional().describe('How long a decision stands; default 7d'),
        runs: z
          .enum(['same', 'earlier'])
          .optional()
          .describe('`same` (default): all evidence from the deciding run; `earlier`: also from an earlier run on the same commit'),
      })
      .optional(),
    waivers: z
      .strictObject({
        'not-waivable': patterns
          .optional()
          .describe('Rules that no waiver excuses, `<rule>/<match>` with `*`, e.g. `gate-passed/telemetry-scan`'),
        'max-days': z.number().int().positive().optional().describe('Longest time for which a waiver may hold'),
        owners: patterns.optional().describe('Who may own a waiver; default anybody'),
      })
      .optional(),
    approvals: z
      .strictObject({
        'at-least': z.number().int().positive().describe('How many people must approve'),
        from: patterns.optional().describe('Whose approval counts; default anybody'),
        kinds: z
          .array(z.enum(['review', 'environment']))
          .min(1)
          .optional()
          .describe('Which approvals count; default both'),
        environments: patterns.optional().describe('Environments whose approvals count, e.g. `beta`; default any'),
      })
      .optional(),
    person: z.enum(['required', 'optional']).optional().describe('Whether a person must say go; default optional'),
    'tag-first': z.enum(['allow', 'refuse']).optional().describe('What to do when the tag stood before the gates ran; default allow'),
  })
  .meta({ id: 'DecisionPolicy', title: 'Policy of decision-record' });

export type Policy = z.infer<typeof policySchema>;
export type Requirement = z.infer<typeof requirement>;

/** The policy where no file is given. */
export const DEFAULT_POLICY: Policy = { version: 1 };
export const DEFAULT_MAX_AGE = '7d';

/** Reads a policy. @throws UserError that names file, line and key. */
export function readPolicy(document: InputDocument): Policy {
  return readDocument(document, uniqueRequirements, 'policy');
}

const uniqueRequirements = policySchema.refine(
  ({ requirements = [] }) => new Set(requirements.map(({ id }) => id)).size === requirements.length,
  { error: 'two requirements with the same id', path: ['requirements'] },
);
