import { resolve } from 'node:path';

/** The build under test: the one that `npm test` made, else the committed one. */
export const DIST = resolve(process.env.TESTOPS_DIST ?? 'dist');
