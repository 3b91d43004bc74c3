/** The time over which an error budget is spent. */
export type TimeWindow =
  | { readonly kind: 'rolling'; readonly amount: number; readonly unit: WindowUnit }
  | {
      readonly kind: 'calendar';
      readonly amount: number;
      readonly unit: WindowUnit;
      /** `2026-01-31 12:00:00`, in the time zone; some window starts here. */
      readonly startTime: string;
      /** IANA name. */
      readonly timeZone: string;
    };

/** Minutes, hours, days, weeks, months, quarters, years, as OpenSLO abbreviates them. */
export type WindowUnit = 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y';

const MINUTE_MS = 60_000;
const MONTHS: Readonly<Partial<Record<WindowUnit, number>>> = { M: 1, Q: 3, Y: 12 };
const DAYS: Readonly<Partial<Record<WindowUnit, number>>> = { d: 1, w: 7 };

/** First millisecond of the window that `endMs` (exclusive) ends in: rolling ones end there, calendar ones hold it. */
export function windowStart(window: TimeWindow, endMs: number): number {
  if (window.kind === 'rolling') return shift(endMs, window.unit, -window.amount, 'UTC');
  const { amount, unit, startTime, timeZone } = window;
  const anchor = localToUtc(startTime.replace(' ', 'T'), timeZone);
  const last = endMs - 1;
  let steps = Math.floor((last - anchor) / approximateMs(unit) / amount);
  while (shift(anchor, unit, steps * amount, timeZone) > last) steps -= 1;
  while (shift(anchor, unit, (steps + 1) * amount, timeZone) <= last) steps += 1;
  return shift(anchor, unit, steps * amount, timeZone);
}

/** Moves an instant by calendar units as the clocks of a time zone show them; the 31st of a shorter month is its last day. */
function shift(ms: number, unit: WindowUnit, amount: number, timeZone: string): number {
  if (unit === 'm' || unit === 'h') return ms + amount * (unit === 'm' ? MINUTE_MS : 60 * MINUTE_MS);
  const local = new Date(ms + offsetMs(ms, timeZone));
  const days = DAYS[unit];
  if (days !== undefined) local.setUTCDate(local.getUTCDate() + days * amount);
  else {
    const day = local.getUTCDate();
    local.setUTCDate(1);
    local.setUTCMonth(local.getUTCMonth() + (MONTHS[unit] ?? 1) * amount);
    const lastDay = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
    local.setUTCDate(Math.min(day, lastDay));
  }
  return localToUtc(local.toISOString().slice(0, -1), timeZone);
}

/** The instant at which clocks of the zone show this local time; of two, the first; of none (a skipped hour), as if the clocks had not moved yet. */
function localToUtc(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const before = asUtc - offsetMs(asUtc - 86_400_000, timeZone);
  const after = asUtc - offsetMs(asUtc + 86_400_000, timeZone);
  if (offsetMs(before, timeZone) === asUtc - before) return before;
  return offsetMs(after, timeZone) === asUtc - after ? after : before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far ahead of UTC the clocks of a zone are at an instant. */
function offsetMs(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0, part.second ?? 0);
  return shown - Math.floor(ms / 1000) * 1000;
}

function approximateMs(unit: WindowUnit): number {
  const days = DAYS[unit] ?? (MONTHS[unit] ?? 0) * 30;
  return unit === 'm' ? MINUTE_MS : unit === 'h' ? 60 * MINUTE_MS : days * 24 * 60 * MINUTE_MS;
}
