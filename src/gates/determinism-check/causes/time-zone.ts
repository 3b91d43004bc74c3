import { byCulprit, type Cause } from './cause.ts';

/** A time is written in the zone of the machine. */
export const timeZone: Cause = { id: 'time-zone', weigh: (evidence) => byCulprit(evidence, 90, 'timezone') };
