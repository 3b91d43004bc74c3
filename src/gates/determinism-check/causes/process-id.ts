import { byPattern, type Cause, isIntrinsic } from './cause.ts';

/** The number of a process, where it is called one. */
const PROCESS = /\b(?:pid|process(?:[ _-]?id)?|ppid)\b["']?[ :=#]*\d{1,7}\b|\[\d{2,7}\]|\.\d{3,7}\b(?=$|\.(?:tmp|log|lock|pid))/gi;

export const processId: Cause = {
  id: 'process-id',
  weigh: (evidence) => (isIntrinsic(evidence) ? byPattern(evidence, PROCESS, 89) : undefined),
};
