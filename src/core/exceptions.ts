import { z } from 'zod';
import { none } from './directions.ts';

/** Text that holds something to read: white space names no one and gives no reason. */
const said = z.string().min(1).regex(/\S/, 'text that is not blank');

/** A day, `2026-11-22`, or an instant, `2026-11-22T10:00:00Z`. A day starts at 00:00 UTC and, as an end, lasts until 24:00 UTC. */
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The one shape of accepted exceptions. `match` is what the list's owner compares with: a fingerprint, a path, a rule. */
export const acceptedException = z
  .strictObject({
    match: z
      .string()
      .min(1)
      .describe('What is accepted: a fingerprint, a path or a rule, as the finding prints it')
      .meta({ direction: 'fixed' }),
    reason: said.describe('Why it is accepted').meta(none('Accepts nothing by itself')),
    owner: said.describe('Who answers for it').meta(none('Accepts nothing by itself')),
    effectiveOn: moment.describe('First day, or instant, on which it holds').meta({ direction: 'higher' }),
    effectiveUntil: moment.describe('Last day, or instant, on which it holds').meta({ direction: 'lower' }),
  })
  .meta({ id: 'AcceptedException' });

export type AcceptedException = z.infer<typeof acceptedException>;

/** Whether an exception holds at an instant. */
export type ExceptionState = 'effective' | 'not-yet' | 'expired';

/** State of an exception at `now` (milliseconds since the epoch). */
export function stateOf(exception: Pick<AcceptedException, 'effectiveOn' | 'effectiveUntil'>, now: number): ExceptionState {
  if (now < startOf(exception.effectiveOn)) return 'not-yet';
  return now >= endOf(exception.effectiveUntil) ? 'expired' : 'effective';
}

/** First millisecond of a day or instant. */
export function startOf(moment: string): number {
  return Date.parse(moment.includes('T') ? moment : `${moment}T00:00:00Z`);
}

/** First millisecond after a day or instant. */
export function endOf(moment: string): number {
  const dayMs = 86_400_000;
  return moment.includes('T') ? Date.parse(moment) + 1 : Date.parse(`${moment}T00:00:00Z`) + dayMs;
}
