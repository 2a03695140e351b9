/** Arithmetic on instants and local times for synthetic data. Takes `now` as an argument; must never read the clock. */
import { Temporal } from 'temporal-polyfill';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-11-24T19:10:00.000Z`, whole minutes. */
export const iso = (ms: number): string => new Date(Math.round(ms / MINUTE) * MINUTE).toISOString();

/** The instant `ms` after `at`. */
export const plus = (at: string, ms: number): string => iso(Date.parse(at) + ms);

/** The day `days` after the day of `at` (UTC). */
export const dayAfter = (at: string, days: number): string => new Date(Date.parse(at) + days * DAY).toISOString().slice(0, 10);

/** The calendar day of an instant in a zone. */
export const localDay = (at: string, zone: string): string => Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString();

/** The instant of a local wall time (`HH:MM`) on a day in a zone. */
export const localInstant = (day: string, time: string, zone: string): string =>
  new Date(Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(zone).epochMilliseconds).toISOString();

/** 1 Monday to 7 Sunday. */
export const weekday = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek;
/** The calendar day `n` days later. */
export const addDays = (day: string, n: number): string => Temporal.PlainDate.from(day).add({ days: n }).toString();
