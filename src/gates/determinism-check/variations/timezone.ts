import { notApplied, ofVariables, type Variation } from './variation.ts';

/** Offsets that are no whole hours, and daylight saving: half of the code that "works in UTC" does not survive them. */
const ZONES = [
  { name: 'Pacific/Chatham', posix: '<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45' },
  { name: 'America/St_Johns', posix: 'NST3:30NDT,M3.2.0,M11.1.0' },
];

export const timezone: Variation = {
  id: 'timezone',
  prepare: async ({ environment, files }) => {
    const zone = ZONES.find(({ name }) => environment.TZ !== name && environment.TZ !== `:${name}`);
    if (zone === undefined) return notApplied('timezone', { kind: 'no-choice', what: 'another time zone' });
    const known = await files.statTarget(`/usr/share/zoneinfo/${zone.name}`).catch(() => undefined);
    // Without its file the name would silently mean UTC.
    const value = known?.kind === 'file' ? zone.name : zone.posix;
    return ofVariables('timezone', `TZ=${value}`, { TZ: value });
  },
};
