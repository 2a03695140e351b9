/** The arithmetic of domain 2.1: its worked examples, DST in both directions, holidays and observed days, year ends, and a slow count. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterEach, describe, expect, it } from 'vitest';
import { addBusinessDays, addDays, addHours, addMonths, endOfDay, h48Business, h48Straight, isHoliday, rollForward, startOfDay } from '../../shared/domain/calendar.ts';

const ZONE = 'America/Chicago';
const local = (text: string, zone = ZONE): string => new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds).toISOString();
/** Another count of the same run: `FUZZ_SEED=12345 vitest run tests/domain/clocks-calendar.test.ts`. */
const SEED = Number(process.env.FUZZ_SEED ?? 287);

describe('48 hours', () => {
  const examples: readonly [name: string, from: string, business: string, straight: string][] = [
    ['Friday 17:00 -> Tuesday 17:00', '2026-11-20T17:00', '2026-11-24T17:00', '2026-11-22T17:00'],
    ['Saturday 10:00 -> Wednesday 00:00', '2026-11-21T10:00', '2026-11-25T00:00', '2026-11-23T10:00'],
    ['Friday 17:00 before a Monday holiday -> Wednesday 17:00', '2027-01-15T17:00', '2027-01-20T17:00', '2027-01-17T17:00'],
    ['Monday 09:00', '2026-11-16T09:00', '2026-11-18T09:00', '2026-11-18T09:00'],
    ['Wednesday 12:00 before Thanksgiving', '2026-11-25T12:00', '2026-11-30T12:00', '2026-11-27T12:00'],
    ['a start on a holiday in the middle of a week (Veterans Day)', '2026-11-11T08:00', '2026-11-14T00:00', '2026-11-13T08:00'],
    ['Thursday 00:00 ends as the weekend begins', '2026-11-19T00:00', '2026-11-21T00:00', '2026-11-21T00:00'],
    ['over the end of summer time (Sunday has 25 hours)', '2026-10-30T17:00', '2026-11-03T17:00', '2026-11-01T16:00'],
    ['over the start of summer time (Sunday has 23 hours)', '2026-03-06T17:00', '2026-03-10T17:00', '2026-03-08T18:00'],
    ['a start inside the hour that comes twice (first 01:30)', '2026-11-01T01:30', '2026-11-04T00:00', '2026-11-03T00:30'],
    ['30 December 2027: the 31st is New Year\'s Day observed', '2027-12-30T12:00', '2028-01-04T12:00', '2028-01-01T12:00'],
    ['31 December 2027 itself', '2027-12-31T09:00', '2028-01-05T00:00', '2028-01-02T09:00'],
    ['over a year end without observed day', '2026-12-31T12:00', '2027-01-05T12:00', '2027-01-02T12:00'],
    ['Independence Day on a Saturday, observed on Friday', '2026-07-02T12:00', '2026-07-07T12:00', '2026-07-04T12:00'],
    ['Independence Day on a Sunday, observed on Monday', '2027-07-02T12:00', '2027-07-07T12:00', '2027-07-04T12:00'],
    ['29 February', '2028-02-28T12:00', '2028-03-01T12:00', '2028-03-01T12:00'],
  ];
  for (const [name, from, business, straight] of examples) {
    it(`[K2] ${name}: weekends and holidays excluded`, () => expect(h48Business(local(from), ZONE)).toBe(local(business)));
    it(`[K2B] ${name}: straight`, () => expect(h48Straight(local(from))).toBe(local(straight)));
  }
  it('[K2B] counts hours that pass, not hands of a clock: 47 and 49 wall hours over the changes', () => {
    const wall = (from: string): number => {
      const [a, b] = [from, h48Straight(local(from))].map((t) => (t.endsWith('Z') ? Temporal.Instant.from(t).toZonedDateTimeISO(ZONE).toPlainDateTime() : Temporal.PlainDateTime.from(t)));
      return (a as Temporal.PlainDateTime).until(b as Temporal.PlainDateTime).total('hours');
    };
    expect([wall('2026-10-30T17:00'), wall('2026-03-06T17:00'), wall('2026-06-01T17:00')]).toEqual([47, 49, 48]);
  });
  it('[K2] counts days of the site, not of UTC', () => {
    // Friday 23:30 in Chicago is Saturday in UTC.
    expect(h48Business(local('2026-11-20T23:30'), ZONE)).toBe(local('2026-11-24T23:30'));
    expect(h48Business('2026-11-21T05:30:00.000Z', 'UTC')).toBe('2026-11-25T00:00:00.000Z');
  });
  it('[K2] one instant, three sites, three limits', () => {
    // Friday 22:30 in Los Angeles is Saturday 01:30 in New York and Saturday 16:30 in Guam.
    const at = local('2026-11-20T22:30', 'America/Los_Angeles');
    expect(h48Business(at, 'America/Los_Angeles')).toBe(local('2026-11-24T22:30', 'America/Los_Angeles'));
    expect(h48Business(at, 'America/New_York')).toBe(local('2026-11-25T00:00', 'America/New_York'));
    expect(h48Business(at, 'Pacific/Guam')).toBe(local('2026-11-25T00:00', 'Pacific/Guam'));
    expect(new Set(['America/Los_Angeles', 'America/New_York', 'Pacific/Guam'].map((zone) => addHours(at, 48, 'straight', zone))).size).toBe(1);
  });
  it('[K13] leaves out weekends but not holidays', () => {
    // Friday 17:00 before Martin Luther King Day, a Monday.
    expect(addHours(local('2027-01-15T17:00'), 48, 'weekdays', ZONE)).toBe(local('2027-01-19T17:00'));
    expect(addHours(local('2026-11-25T12:00'), 48, 'weekdays', ZONE)).toBe(local('2026-11-27T12:00'));
    expect(addHours(local('2026-11-21T10:00'), 48, 'weekdays', ZONE)).toBe(local('2026-11-25T00:00'));
  });
});

describe('the computer\'s own zone', () => {
  const own = process.env.TZ;
  afterEach(() => {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  });
  it.each(['Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'UTC'])('[K2] changes nothing: a PM in %s', (zone) => {
    process.env.TZ = zone;
    expect(h48Business('2026-11-20T23:00:00.000Z', ZONE)).toBe('2026-11-24T23:00:00.000Z');
    expect(h48Business('2027-12-30T18:00:00.000Z', ZONE)).toBe('2028-01-04T18:00:00.000Z');
    expect(isHoliday('2027-12-31')).toBe(true);
    expect(endOfDay('2026-11-30', ZONE)).toBe('2026-12-01T06:00:00.000Z');
    expect(addBusinessDays('2026-11-20T23:00:00.000Z', 1, ZONE)).toBe('2026-11-23T23:00:00.000Z');
  });
});

describe('a slow count', () => {
  // Observed federal holidays of the range, written out: the oracle must not share the library.
  const listed = new Set([
    '2026-11-11', '2026-11-26', '2026-12-25', '2027-01-01', '2027-01-18', '2027-02-15', '2027-05-31', '2027-06-18', '2027-07-05', '2027-09-06', '2027-10-11', '2027-11-11', '2027-11-25', '2027-12-24', '2027-12-31',
    '2028-01-17', '2028-02-21', '2028-05-29', '2028-06-19', '2028-07-04', '2028-09-04', '2028-10-09', '2028-11-10', '2028-11-23', '2028-12-25',
  ]);
  const ZONES = ['America/Chicago', 'America/New_York', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles', 'America/Anchorage', 'Pacific/Honolulu', 'America/Puerto_Rico', 'Pacific/Guam'] as const;
  /** Walks minute by minute and counts those whose day at the site counts. */
  const oracle = (startMs: number, zone: string, days: (weekday: string, day: string) => boolean): number => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
    const cache = new Map<string, boolean>();
    const isCounted = (ms: number): boolean => {
      const day = format.format(ms);
      const known = cache.get(day);
      if (known !== undefined) return known;
      const counted = days(weekday.format(ms), day);
      cache.set(day, counted);
      return counted;
    };
    let left = 48 * 60;
    let at = startMs;
    while (left > 0) {
      if (isCounted(at)) left -= 1;
      at += 60_000;
    }
    return at;
  };
  const start = Date.parse('2026-11-01T00:00:00Z') / 60_000;
  const end = Date.parse('2028-12-15T00:00:00Z') / 60_000;
  const moment = fc.integer({ min: start, max: end });
  const instant = (ms: number): string => new Date(ms).toISOString();

  it(`[K2] H48_BUS agrees with a minute-by-minute count in nine zones over two years (seed ${SEED})`, () => {
    fc.assert(fc.property(moment, fc.constantFrom(...ZONES), (minute, zone) => {
      expect(h48Business(instant(minute * 60_000), zone)).toBe(instant(oracle(minute * 60_000, zone, (w, day) => !['Sat', 'Sun'].includes(w) && !listed.has(day))));
    }), { numRuns: 150, seed: SEED });
  });
  it(`[K13] 48 hours on weekdays agree with it too (seed ${SEED})`, () => {
    fc.assert(fc.property(moment, fc.constantFrom(...ZONES), (minute, zone) => {
      expect(addHours(instant(minute * 60_000), 48, 'weekdays', zone)).toBe(instant(oracle(minute * 60_000, zone, (w) => !['Sat', 'Sun'].includes(w))));
    }), { numRuns: 60, seed: SEED });
  });
  it(`[K2] [K2B] the regulation never ends before the form, and a later start never ends earlier (seed ${SEED})`, () => {
    fc.assert(fc.property(moment, fc.integer({ min: 1, max: 5000 }), fc.constantFrom(...ZONES), (minute, later, zone) => {
      const [first, second] = [instant(minute * 60_000), instant((minute + later) * 60_000)];
      expect(h48Business(first, zone) >= h48Straight(first)).toBe(true);
      expect(h48Business(second, zone) >= h48Business(first, zone)).toBe(true);
    }), { numRuns: 300, seed: SEED });
  });
});

describe('days', () => {
  it.each([
    ['Friday 17:00', '2026-11-20T17:00', 1, '2026-11-23T17:00'], ['Saturday 10:00: the whole Monday', '2026-11-21T10:00', 1, '2026-11-24T00:00'], ['before Thanksgiving', '2026-11-25T17:00', 1, '2026-11-27T17:00'],
    ['over the end of summer time, by the wall clock', '2026-10-30T17:00', 1, '2026-11-02T17:00'], ['over the start of summer time', '2026-03-06T17:00', 1, '2026-03-09T17:00'],
    ['30 December 2027', '2027-12-30T09:00', 1, '2028-01-03T09:00'], ['three of them', '2026-11-24T09:00', 3, '2026-11-30T09:00'], ['none', '2026-11-24T09:00', 0, '2026-11-24T09:00'],
  ] as const)('[K7] BIZ_DAYS, %s', (_name, from, days, to) => expect(addBusinessDays(local(from), days, ZONE)).toBe(local(to)));
  it.each([
    ['2026-11-20', 10, true, '2026-11-30'], ['2026-11-18', 10, true, '2026-11-30'], ['2026-11-18', 10, false, '2026-11-28'], ['2026-12-15', 10, true, '2026-12-28'],
    ['2027-12-21', 10, true, '2028-01-03'], ['2026-11-16', 10, true, '2026-11-27'], ['2027-03-01', -90, false, '2026-12-01'],
  ] as const)('[K10] CAL_DAYS, %s and %i days, rolled %s: %s', (from, days, isRolled, to) => expect(addDays(from, days, isRolled)).toBe(to));
  it('rolls over a weekend and the holiday behind it', () => {
    expect(rollForward('2027-01-16')).toBe('2027-01-19');
    expect(rollForward('2027-01-20')).toBe('2027-01-20');
  });
  it('adds months by the calendar', () => {
    expect([addMonths('2028-02-29', 12), addMonths('2026-11-24', 24), addMonths('2026-08-31', 6)]).toEqual(['2029-02-28', '2028-11-24', '2027-02-28']);
  });
  it('begins and ends a day of 23 and of 25 hours where the site does', () => {
    const length = (day: string, zone: string): number => (Date.parse(endOfDay(day, zone)) - Date.parse(startOfDay(day, zone))) / 3_600_000;
    expect([length('2026-03-08', ZONE), length('2026-11-01', ZONE), length('2026-11-01', 'America/Phoenix')]).toEqual([23, 25, 24]);
  });
});

describe('federal holidays', () => {
  it.each(['2026-11-26', '2027-12-31', '2026-07-03', '2027-07-05', '2027-06-18', '2026-06-19'])('%s is one', (day) => expect(isHoliday(day)).toBe(true));
  it.each(['2026-11-27', '2027-12-30', '2028-01-03', '2026-07-06'])('%s is none', (day) => expect(isHoliday(day)).toBe(false));
});
