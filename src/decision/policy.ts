import { z } from 'zod';
import { GATE_IDS } from '../core/index.ts';
import { readDocument } from './documents.ts';
import { duration } from './durations.ts';
import type { InputDocument } from './given.ts';

const pattern = z.string().min(1);
const patterns = z.array(pattern).min(1);
const gate = z.enum(GATE_IDS);
/** Absent, seven days: see DEFAULT_MAX_AGE. */
const MAX_AGE = { direction: 'lower', absent: { value: '7d' } } as const;
/** Whose word counts: the fewer the stricter, and anyone's where nothing is said. */
const PEOPLE = { direction: 'fewer', absent: 'loosest' } as const;

const when = z
  .strictObject({
    paths: patterns
      .optional()
      .describe('Applies when one of these paths changed since the last beta; without a previous beta everything changed')
      .meta({ direction: 'more', absent: 'strictest' }),
    tags: patterns.optional().describe('Applies to these tags only, e.g. `v*-beta.*`').meta({ direction: 'more', absent: 'strictest' }),
  })
  .describe('Absent conditions always apply; several must apply together');

const requirement = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens')
      .describe('Name of the requirement, used in rules and waivers')
      .meta({ direction: 'fixed' }),
    when: when.optional(),
    gates: z.array(gate).min(1).optional().describe('Gates that must be there and pass').meta({ direction: 'more' }),
    checks: z
      .array(z.strictObject({ gate, id: pattern.describe('Id of the check; `*` stands for anything') }))
      .min(1)
      .optional()
      .describe('Checks inside a gate that must be there and pass')
      .meta({ direction: 'more' }),
    coverage: z
      .array(
        z.strictObject({
          gate: gate.meta({ direction: 'fixed' }),
          measurement: z.string().min(1).describe('Id of the measurement').meta({ direction: 'fixed' }),
          'at-least': z.number().describe('Smallest value that is enough, in the unit of the measurement').meta({ direction: 'higher' }),
        }),
      )
      .min(1)
      .optional()
      .describe('How much must have been measured, e.g. 5 runs, 7 days')
      .meta({ direction: 'more', identity: ['gate', 'measurement'] }),
    refreshed: patterns
      .optional()
      .describe('Paths of which each pattern must have changed since the last beta, e.g. public documents')
      .meta({ direction: 'more' }),
    flags: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Feature flags that the preview must have been deployed with')
      .meta({ direction: 'more' }),
  })
  .refine(
    (entry) => entry.gates || entry.checks || entry.coverage || entry.refreshed || entry.flags,
    'a requirement that requires nothing',
  );

export const policySchema = z
  .strictObject({
    version: z.literal(1).meta({ direction: 'fixed' }),
    requirements: z
      .array(requirement)
      .min(1)
      .optional()
      .describe('What is required beyond the gates of `required`')
      .meta({ direction: 'more', identity: ['id'] }),
    freshness: z
      .strictObject({
        'evidence-max-age': duration.optional().describe('Oldest evidence that counts; default 7d').meta(MAX_AGE),
        'decision-max-age': duration.optional().describe('How long a decision is valid; default 7d').meta(MAX_AGE),
        runs: z
          .enum(['same', 'earlier'])
          .optional()
          .describe('`same` (default): all evidence from the deciding run; `earlier`: also from an earlier run on the same commit')
          .meta({ direction: ['same', 'earlier'], absent: { value: 'same' } }),
      })
      .optional(),
    waivers: z
      .strictObject({
        'not-waivable': patterns
          .optional()
          .describe('Rules that no waiver excuses, `<rule>/<match>` with `*`, e.g. `gate-passed/telemetry-scan`')
          .meta({ direction: 'more' }),
        'max-days': z
          .number()
          .int()
          .positive()
          .optional()
          .describe('Longest time for which a waiver may hold')
          .meta({ direction: 'lower' }),
        owners: patterns.optional().describe('Who may own a waiver; default anyone').meta(PEOPLE),
      })
      .optional(),
    approvals: z
      .strictObject({
        'at-least': z.number().int().positive().describe('How many people must approve').meta({ direction: 'higher' }),
        from: patterns.optional().describe('Whose approval counts; default anyone').meta(PEOPLE),
        kinds: z
          .array(z.enum(['review', 'environment']))
          .min(1)
          .optional()
          .describe('Which approvals count; default both')
          .meta(PEOPLE),
        environments: patterns.optional().describe('Environments whose approvals count, e.g. `beta`; default any').meta(PEOPLE),
      })
      .optional(),
    person: z
      .enum(['required', 'optional'])
      .optional()
      .describe('Whether a person must say go; default optional')
      .meta({ direction: ['required', 'optional'], absent: { value: 'optional' } }),
    'tag-first': z
      .enum(['allow', 'refuse'])
      .optional()
      .describe('What to do when the tag existed before the gates ran; default allow')
      .meta({ direction: ['refuse', 'allow'], absent: { value: 'allow' } }),
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
