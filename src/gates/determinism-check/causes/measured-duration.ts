import { byPattern, type Cause, isIntrinsic } from './cause.ts';

/** How long something took: numbers with a unit of time. */
const DURATION =
  /\b\d+(?:[.,]\d+)? ?(?:ms|s|sec|secs|seconds?|µs|us|ns|min|m(?=\d))\b|\b(?:took|elapsed|duration|in|time)[ :="]+\d+(?:[.,]\d+)?\b/gi;

export const measuredDuration: Cause = {
  id: 'measured-duration',
  weigh: (evidence) => (isIntrinsic(evidence) ? byPattern(evidence, DURATION, 88) : undefined),
};
