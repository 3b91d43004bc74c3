import type { FindingOf, JsonValue, Words } from '../core/index.ts';
import { type BaseArguments, baseWords } from './words/base.ts';
import { type BundleArguments, bundleWords } from './words/bundle.ts';
import { type EvidenceArguments, evidenceWords } from './words/evidence.ts';
import { type GateArguments, gateWords } from './words/gates.ts';
import { type MeasuredArguments, measuredWords } from './words/measured.ts';
import { type PeopleArguments, peopleWords } from './words/people.ts';
import { type ReadinessArguments, readinessWords } from './words/readiness.ts';
import { type ReleaseArguments, releaseWords } from './words/release.ts';
import { type TrustArguments, trustWords } from './words/trust.ts';
import { type WaiverArguments, waiverWords } from './words/waivers.ts';

/** Arguments of every code of the decision. */
export interface Arguments
  extends EvidenceArguments,
    GateArguments,
    MeasuredArguments,
    WaiverArguments,
    PeopleArguments,
    ReadinessArguments,
    BundleArguments,
    TrustArguments,
    BaseArguments,
    ReleaseArguments {}

export type DecisionCode = keyof Arguments & string;
export type DecisionFinding = FindingOf<Arguments>;

/** Every sentence of the decision; the pages are docs/findings/decision-record/<name>.md. */
export const words: Words<Arguments> = {
  ...evidenceWords,
  ...gateWords,
  ...measuredWords,
  ...waiverWords,
  ...peopleWords,
  ...readinessWords,
  ...bundleWords,
  ...trustWords,
  ...baseWords,
  ...releaseWords,
};

/** An `error` finding; `file` becomes its place. */
export function errorOf<Name extends DecisionCode>(code: Name, args: Arguments[Name], file?: string): DecisionFinding {
  return make('error', code, args, file);
}

export function warningOf<Name extends DecisionCode>(code: Name, args: Arguments[Name], file?: string): DecisionFinding {
  return make('warning', code, args, file);
}

export function noteOf<Name extends DecisionCode>(code: Name, args: Arguments[Name], file?: string): DecisionFinding {
  return make('note', code, args, file);
}

function make(level: 'error' | 'warning' | 'note', code: string, args: unknown, file?: string): DecisionFinding {
  return {
    code,
    level,
    args: args as { [name: string]: JsonValue },
    ...(file === undefined ? {} : { place: { file } }),
  } as DecisionFinding;
}
