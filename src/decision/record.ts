import { z } from 'zod';
import { DECISION_TYPE, GATE_IDS } from '../core/index.ts';
import { givenSchema } from './given.ts';
import { RULE_NAMES } from './rule.ts';
import { waiver } from './waivers.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const gate = z.enum(GATE_IDS);
const outcome = z.enum(['GO', 'CONDITIONAL', 'NO-GO']);

const ruleOutcome = z
  .strictObject({
    rule: z.enum(RULE_NAMES),
    match: z.string(),
    outcome: z.enum(['holds', 'broken', 'waived', 'inconclusive']),
    tagOnly: z.boolean().describe('Counts for tags only; it is in `outcomeForTag`, and in `outcome` when `forTag`'),
    codes: z.array(z.string()).describe('Codes of its findings'),
  })
  .describe('A rule and what became of it');
export type RuleOutcome = z.infer<typeof ruleOutcome>;

const finding = z.strictObject({
  code: z.string().regex(/^decision-record\/[a-z0-9-]+$/),
  level: z.enum(['error', 'warning', 'note']),
  args: z.record(z.string(), z.json()),
  place: z.strictObject({ file: z.string() }).optional(),
});

const gateSummary = z.strictObject({
  gate,
  required: z.boolean(),
  verdict: z.enum(['pass', 'warn', 'fail', 'inconclusive']).nullable().describe('null: no evidence counts'),
  headline: z.string().nullable(),
  sha256: hex64.nullable().describe('Digest of the evidence file that counts'),
  runId: z.string().nullable(),
  attempt: z.number().nullable(),
});

const configurationChange = z.strictObject({
  file: z.string(),
  pointer: z.string(),
  before: z.string().describe('As JSON; `absent` when it was not there'),
  after: z.string(),
  effect: z.enum(['loosened', 'tightened', 'changed']),
  since: z.string().optional().describe('Tag or commit that it is compared with; absent in decisions of rules version 1'),
});
export type ConfigurationChange = z.infer<typeof configurationChange>;

export const decisionSchema = z
  .strictObject({
    _type: z.literal(DECISION_TYPE),
    outcome: outcome.describe('The decision'),
    exit: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    forTag: z.boolean().describe('Whether it was made for a version or a tag'),
    outcomeForTag: outcome.describe('What it is for a tag; only this lets a tag be cut'),
    recommendation: outcome.describe('What the rules say before a person is heard'),
    decidedBy: z.union([
      z.strictObject({ kind: z.literal('policy') }),
      z.strictObject({
        kind: z.literal('person'),
        by: z.string(),
        decision: z.enum(['go', 'no-go']),
        reason: z.string(),
        at: z.string(),
        link: z.string().optional(),
      }),
    ]),
    rules: z.array(ruleOutcome),
    findings: z.array(finding),
    waivers: z.array(waiver).describe('Waivers that were used'),
    gates: z.array(gateSummary),
    policy: z.strictObject({ uri: z.string(), sha256: hex64 }),
    maxAge: z.string().describe('How long the decision stands'),
    inputs: z.array(z.strictObject({ role: z.string(), name: z.string(), sha256: hex64, path: z.string().describe('In the bundle') })),
    configurationChanges: z
      .array(configurationChange)
      .nullable()
      .describe('Since each commit that the limits are compared with; null: not compared'),
    given: givenSchema.describe('Everything that the decision is a function of; files stand by their digests'),
  })
  .meta({ id: 'Decision', title: 'decision.json' });

/** `decision.json`; its bytes are its canonical JSON. */
export type Decision = z.infer<typeof decisionSchema>;
