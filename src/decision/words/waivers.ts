import type { Words } from '../../core/index.ts';

interface Named {
  readonly rule: string;
  readonly match: string;
  readonly owner: string;
}

/** What becomes of waivers. */
export interface WaiverArguments {
  'decision-record/rule-waived': Named & { readonly until: string; readonly reason: string };
  'decision-record/waiver-expired': Named & { readonly until: string };
  'decision-record/waiver-not-yet': Named & { readonly from: string };
  'decision-record/waiver-unused': Named;
  'decision-record/waiver-out-of-scope': Named;
  'decision-record/waiver-not-allowed': Named;
  'decision-record/waiver-too-long': Named & { readonly maxDays: number };
  'decision-record/waiver-owner': Named;
}

export const waiverWords: Words<WaiverArguments> = {
  'decision-record/rule-waived': {
    title: 'Rule is waived',
    message: ({ rule, match, owner, until, reason }) => `${rule}/${match} is waived by ${owner} until ${until}: ${reason}`,
    fix: 'Mend the cause before the waiver ends.',
  },
  'decision-record/waiver-expired': {
    title: 'Waiver has expired',
    message: ({ rule, match, owner, until }) => `The waiver of ${owner} for ${rule}/${match} ended on ${until}`,
    fix: 'Mend the cause, or renew the waiver; otherwise remove it.',
  },
  'decision-record/waiver-not-yet': {
    title: 'Waiver does not hold yet',
    message: ({ rule, match, owner, from }) => `The waiver of ${owner} for ${rule}/${match} begins on ${from}`,
    fix: 'Wait, or correct `effectiveOn`.',
  },
  'decision-record/waiver-unused': {
    title: 'Waiver is not needed',
    message: ({ rule, match, owner }) => `The waiver of ${owner} for ${rule}/${match} excuses nothing`,
    fix: 'Remove it, or correct its rule and match.',
  },
  'decision-record/waiver-out-of-scope': {
    title: 'Waiver is for something else',
    message: ({ rule, match, owner }) => `The waiver of ${owner} for ${rule}/${match} is for other commits or tags`,
    fix: 'Mend the cause, or have this commit or tag added to the scope on the default branch.',
  },
  'decision-record/waiver-not-allowed': {
    title: 'Rule cannot be waived',
    message: ({ rule, match, owner }) => `The waiver of ${owner} for ${rule}/${match} does not count: this rule cannot be waived`,
    fix: 'Mend the cause and remove the waiver.',
  },
  'decision-record/waiver-too-long': {
    title: 'Waiver holds for too long',
    message: ({ rule, match, owner, maxDays }) => `The waiver of ${owner} for ${rule}/${match} holds for more than ${maxDays} days`,
    fix: 'Shorten it; renew it later if it must be.',
  },
  'decision-record/waiver-owner': {
    title: 'Owner may not waive',
    message: ({ rule, match, owner }) => `${owner} is not among those who may waive, as the waiver for ${rule}/${match} does`,
    fix: 'Ask one of the owners that the policy names.',
  },
};
