/**
 * Times as people read them: site-local with zone, countdowns and ages.
 * Pure: `now` and the zone are always arguments; the computer's own zone is never read.
 */
import { Temporal } from 'temporal-polyfill';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();
/** One formatter per zone: building one is slow, and lists show hundreds of times. */
function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
  });
  formats.set(zone, made);
  return made;
}

function partsAt(instant: string, zone: string): Readonly<Record<string, string>> {
  return Object.fromEntries(formatFor(zone).formatToParts(new Date(instant)).map((p) => [p.type, p.value]));
}

/** `Tue 24 Nov 14:10 CST`: a site's wall clock, always with its zone. Throws on an unknown zone or instant. */
export function siteTime(instant: string, zone: string): string {
  const p = partsAt(instant, zone);
  return `${p.weekday} ${p.day} ${p.month} ${p.hour}:${p.minute} ${p.timeZoneName}`;
}

/** `14:10 CST`: for lines where the day is clear. */
export function siteClock(instant: string, zone: string): string {
  const p = partsAt(instant, zone);
  return `${p.hour}:${p.minute} ${p.timeZoneName}`;
}

/** The zone's short name at that instant, `CST` or `CDT`. */
export const zoneName = (instant: string, zone: string): string => partsAt(instant, zone).timeZoneName ?? zone;

/** `Tue 24 Nov 20:10 UTC`: what two offices in different zones can compare. */
export const utcTime = (instant: string): string => siteTime(instant, 'UTC');

/** The calendar day at a site, `YYYY-MM-DD`. */
export const siteDay: (instant: string, zone: string) => string = remembered((instant, zone) => zoned(instant, zone).toPlainDate().toString());

/** An instant as a zoned date-time of the site. Throws on an unknown zone. */
export const zoned = (instant: string, zone: string): Temporal.ZonedDateTime => Temporal.Instant.from(instant).toZonedDateTimeISO(zone);

/** `2026-11-24T14:10`: an instant as a field for date and time shows it, in the site's zone. */
export const localInput = (instant: string, zone: string): string => zoned(instant, zone).toPlainDateTime().round({ smallestUnit: 'minute', roundingMode: 'floor' }).toString().slice(0, 16);

/**
 * The instant of a wall-clock time at a site, in the stored form; null when it is no time, or one that the clock change leaves out. Of two (the hour that
 * comes twice) the earlier: clocks that protect a person start no later.
 */
export function utcOfLocal(local: string, zone: string): string | null {
  try {
    const wall = Temporal.PlainDateTime.from(local);
    const at = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
    return at.toPlainDateTime().equals(wall) ? utcInstant(at.epochMilliseconds) : null;
  } catch {
    return null;
  }
}

/** True when `zone` is an IANA zone that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    zoned('2026-01-01T00:00:00Z', zone);
    return true;
  } catch {
    return false;
  }
}

/** The stored form, on a day that every month has: what `Date.parse` cannot misread (it turns 30 February into 2 March). */
const STORED = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Milliseconds since 1970 of an ISO instant with `Z` or an offset: compare these, never the strings. Throws on anything else. */
export const msOf = (instant: string): number => (STORED.test(instant) ? Date.parse(instant) : Temporal.Instant.from(instant).epochMilliseconds);

/** The same answers without asking twice: checks ask for the same few instants thousands of times. Keeps a bounded number. */
function remembered<T>(answer: (text: string, zone: string) => T): (text: string, zone?: string) => T {
  const known = new Map<string, T>();
  let last: { readonly text: string; readonly zone: string; readonly value: T } | null = null;
  return (text, zone = '') => {
    if (last !== null && last.text === text && last.zone === zone) return last.value;
    const key = zone === '' ? text : `${text} ${zone}`;
    let value = known.get(key);
    if (value === undefined) {
      value = answer(text, zone);
      if (known.size >= 2000) known.clear();
      known.set(key, value);
    }
    last = { text, zone, value };
    return value;
  };
}

/** An instant in the stored form: UTC with milliseconds. */
export const utcInstant = (ms: number): string => new Date(ms).toISOString();

/** `3 h 10 m`, `42 m`, `3 d 4 h` (from 72 h on), or `1 h 05 m over`. Time left is rounded down: never promise a minute that is not there. */
export function countdown(fromNow: string, deadline: string): string {
  const left = msOf(deadline) - msOf(fromNow);
  return left > 0 ? span(left) : `${span(-left)} over`;
}

/** How long ago: `2 d 4 h ago`, `12 m ago`, `just now` under one minute or when `then` lies in the future. */
export function age(now: string, then: string): string {
  const past = msOf(now) - msOf(then);
  return past < MINUTE ? 'just now' : `${span(past, DAY)} ago`;
}

function span(ms: number, daysFrom = 3 * DAY): string {
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  if (ms >= daysFrom) return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
  return hours === 0 ? `${minutes} m` : `${hours} h ${String(minutes).padStart(2, '0')} m`;
}

/** `2026-11-24T02:10`: a site's wall clock as a date and time field takes it. */
export const siteInput = (instant: string, zone: string): string => zoned(instant, zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
/** The instant of such a field, UTC with milliseconds; of an hour that a change of the clock repeats, the first. Null for text that is no date and time. */
export function instantAtSite(local: string, zone: string): string | null {
  try {
    return utcInstant(Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds);
  } catch {
    return null;
  }
}
