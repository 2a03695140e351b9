/**
 * Days and hours as the clocks count them (domain 2.1): federal holidays, hours with days left out, business and calendar days.
 * A zone is always an argument and days are the site's own. Elapsed hours, never wall hours: a day of DST change counts 23 or 25.
 */
import { allForYear } from '@18f/us-federal-holidays';
import type { Temporal } from 'temporal-polyfill';
import { msOf, utcInstant, zoned } from '../time.ts';

const HOUR = 3_600_000;
const holidays = new Map<number, ReadonlySet<string>>();

/** Holidays of a year, with the observed New Year's Day that falls on 31 December and that the library lists under the next year. */
function holidaysOf(year: number): ReadonlySet<string> {
  const known = holidays.get(year);
  if (known) return known;
  // Only `dateString` is used: the library's Date objects are in the computer's zone.
  const made = new Set([...allForYear(year), ...allForYear(year + 1)].map((h) => h.dateString));
  holidays.set(year, made);
  return made;
}

/** True when `day` (`YYYY-MM-DD`) is a federal holiday or the day on which one is observed (5 U.S.C. 6103). */
export const isHoliday = (day: string): boolean => holidaysOf(Number(day.slice(0, 4))).has(day);

/**
 * Which days a length leaves out. `straight`: none. `business`: Saturday, Sunday, federal holiday (8 CFR 287.7(d)).
 * `weekdays`: Saturday and Sunday only (MOA App. B, complaints).
 */
export type Count = 'straight' | 'business' | 'weekdays';
const LEAVES_OUT: Readonly<Record<Count, (day: Temporal.PlainDate) => boolean>> = {
  straight: () => false,
  business: (day) => day.dayOfWeek >= 6 || isHoliday(day.toString()),
  weekdays: (day) => day.dayOfWeek >= 6,
};

const midnightAfter = (at: Temporal.ZonedDateTime): Temporal.ZonedDateTime => at.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone: at.timeZoneId });

/** `hours` elapsed hours after `instant`, on counted days of the site only. A start inside a day that is left out moves to 00:00 of the next counted day. */
export function addHours(instant: string, hours: number, count: Count, zone: string): string {
  if (count === 'straight') return utcInstant(msOf(instant) + hours * HOUR);
  const isOut = LEAVES_OUT[count];
  let at = zoned(instant, zone);
  let left = hours * HOUR;
  for (;;) {
    const midnight = midnightAfter(at);
    if (!isOut(at.toPlainDate())) {
      const today = midnight.epochMilliseconds - at.epochMilliseconds;
      if (left <= today) return utcInstant(at.epochMilliseconds + left);
      left -= today;
    }
    at = midnight;
  }
}

/** `H48_STRAIGHT`: 48 elapsed hours; weekends and holidays count. */
export const h48Straight = (instant: string): string => addHours(instant, 48, 'straight', 'UTC');

/** `H48_BUS`: 48 hours counted only on days that are not Saturday, Sunday or federal holiday at the site (8 CFR 287.7(d)). */
export const h48Business = (instant: string, zone: string): string => addHours(instant, 48, 'business', zone);

/**
 * `BIZ_DAYS`: the same wall time `days` business days later. A start on a day left out moves to 00:00 of the next business day first,
 * so that "one business day" from a Saturday ends as Monday ends, and from Friday 17:00 on Monday at 17:00: never later than the day allows.
 */
export function addBusinessDays(instant: string, days: number, zone: string): string {
  const isOut = LEAVES_OUT.business;
  let at = zoned(instant, zone);
  while (isOut(at.toPlainDate())) at = midnightAfter(at);
  for (let left = days; left > 0; left -= 1) {
    do at = at.add({ days: 1 }); while (isOut(at.toPlainDate()));
  }
  return utcInstant(at.epochMilliseconds);
}

/** The first day from `day` on that is not Saturday, Sunday or federal holiday (8 CFR 1.2 "day"). `YYYY-MM-DD` in and out. */
export function rollForward(day: string): string {
  let on = dayOf(day);
  while (LEAVES_OUT.business(on)) on = on.add({ days: 1 });
  return on.toString();
}

/** `CAL_DAYS`: `days` calendar days after `day` (negative: before), rolled to the next business day when asked. `YYYY-MM-DD`. */
export function addDays(day: string, days: number, isRolled: boolean): string {
  const on = dayOf(day).add({ days }).toString();
  return isRolled ? rollForward(on) : on;
}

/** The same day of the month `months` later; the last day of a shorter month (29 Feb + 12 months = 28 Feb). `YYYY-MM-DD`. */
export const addMonths = (day: string, months: number): string => dayOf(day).add({ months }).toString();

/** 00:00 of a day at the site, as an instant; the first moment of the day where DST skips midnight. */
export const startOfDay = (day: string, zone: string): string => utcInstant(dayOf(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds);

/** The end of a day at the site: 00:00 of the next one. */
export const endOfDay = (day: string, zone: string): string => startOfDay(addDays(day, 1, false), zone);

const dayOf = (day: string): Temporal.PlainDate => zoned(`${day}T12:00:00Z`, 'UTC').toPlainDate();
