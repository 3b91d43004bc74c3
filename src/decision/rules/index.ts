import type { DecisionFacts } from '../facts.ts';
import type { RuleResult } from '../rule.ts';
import { judgeEvidence, judgeFreshness } from './evidence.ts';
import { judgeGates } from './gates.ts';
import { judgeLimits } from './limits.ts';
import { judgeQuorum } from './people.ts';
import { judgeReadiness } from './readiness.ts';
import { judgeRequirements } from './requirements.ts';
import { judgeEvent, judgeOrigins, judgeSubject, judgeTag, judgeTree } from './subject.ts';

/** Every rule but the person's word, which is heard last. */
export const RULES: readonly ((facts: DecisionFacts) => RuleResult[])[] = [
  judgeSubject,
  judgeEvidence,
  judgeFreshness,
  judgeGates,
  judgeRequirements,
  judgeReadiness,
  judgeLimits,
  judgeQuorum,
  judgeTree,
  judgeEvent,
  judgeOrigins,
  judgeTag,
];
