import type { DecisionFacts } from '../facts.ts';
import type { RuleResult } from '../rule.ts';
import { judgeDays } from './days.ts';
import { judgeEvidence, judgeFreshness } from './evidence.ts';
import { judgeGates } from './gates.ts';
import { judgeBase, judgeLimits } from './limits.ts';
import { judgeExercise, judgeInputs, judgeMeasured } from './measured.ts';
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
  judgeExercise,
  judgeMeasured,
  judgeInputs,
  judgeRequirements,
  judgeReadiness,
  judgeLimits,
  judgeBase,
  judgeDays,
  judgeQuorum,
  judgeTree,
  judgeEvent,
  judgeOrigins,
  judgeTag,
];
