/** Every row of the clock table: its end from a start, at the site and in UTC, its source and words. Each row has a test that bears its id. */
import { describe, expect, it } from 'vitest';
import { CLOCK_IDS, CLOCKS, type ClockId, clockRow } from '../../shared/domain/clock-table.ts';
import { alarmText, LOOKBACK_ALARM, nextRingAt, ringsBetween } from '../../shared/domain/clock-alarms.ts';
import { clockFrom } from '../../shared/domain/clocks.ts';
import { siteTime, utcTime } from '../../shared/time.ts';

const CHICAGO = 'America/Chicago';
type Case = readonly [name: string, id: ClockId, start: string, end: string | null, zone?: string, variant?: string];
/** `start`: an instant or a day of the site; `end`: as the site's wall clock shows it. */
const cases: readonly Case[] = [
  ['[K1] 48 hours straight, over a weekend', 'K1', '2026-11-20T23:00:00Z', 'Sun 22 Nov 17:00 CST'],
  ['[K2] 48 hours without weekend', 'K2', '2026-11-20T23:00:00Z', 'Tue 24 Nov 17:00 CST'],
  ['[K2B] 48 hours straight', 'K2B', '2026-11-20T23:00:00Z', 'Sun 22 Nov 17:00 CST'],
  ['[K3] 48 hours straight, over the end of summer time', 'K3', '2026-10-30T22:00:00Z', 'Sun 1 Nov 16:00 CST'],
  ['[K3] 48 hours straight, over the start of summer time', 'K3', '2026-03-06T23:00:00Z', 'Sun 8 Mar 18:00 CDT'],
  ['[K4] the moment itself', 'K4', '2026-11-24T20:10:00Z', 'Tue 24 Nov 14:10 CST'],
  ['[K5] 24 hours', 'K5', '2026-11-24T20:10:00Z', 'Wed 25 Nov 14:10 CST'],
  ['[K5] 24 hours over the end of summer time end an hour earlier by the wall clock', 'K5', '2026-10-31T20:00:00Z', 'Sun 1 Nov 14:00 CST'],
  ['[K6] one hour, at 02:10', 'K6', '2026-11-24T08:10:00Z', 'Tue 24 Nov 03:10 CST'],
  ['[K7] one business day before a holiday', 'K7', '2026-11-25T18:00:00Z', 'Fri 27 Nov 12:00 CST'],
  ['[K8] 48 hours', 'K8', '2026-11-24T20:10:00Z', 'Thu 26 Nov 14:10 CST'],
  ['[K8] 72 hours for the transfer', 'K8', '2026-11-24T20:10:00Z', 'Fri 27 Nov 14:10 CST', CHICAGO, 'transfer'],
  ['[K9] begins the tenth day', 'K9', '2026-11-20T23:00:00Z', 'Mon 30 Nov 00:00 CST'],
  ['[K9] counts from the day at the site, not in UTC', 'K9', '2026-11-21T05:30:00Z', 'Mon 30 Nov 00:00 CST'],
  ['[K10] ten days, rolled off a Saturday', 'K10', '2026-11-18T18:00:00Z', 'Tue 1 Dec 00:00 CST'],
  ['[K10] thirteen when mailed, rolled off Christmas, a Friday', 'K10', '2026-12-12T18:00:00Z', 'Tue 29 Dec 00:00 CST', CHICAGO, 'mailed'],
  ['[K10] rolled off 31 December 2027 into the new year', 'K10', '2027-12-21T18:00:00Z', 'Tue 4 Jan 00:00 CST'],
  ['[K11] fourteen days have passed, not rolled', 'K11', '2026-12-05T18:00:00Z', 'Sun 20 Dec 00:00 CST'],
  ['[K12] 72 hours', 'K12', '2026-11-24T20:10:00Z', 'Fri 27 Nov 14:10 CST'],
  ['[K13] 48 hours, weekends out, holidays in', 'K13', '2027-01-15T23:00:00Z', 'Tue 19 Jan 17:00 CST'],
  ['[K14] 30 days', 'K14', '2026-11-24', 'Fri 25 Dec 00:00 CST'],
  ['[K14] under WSO25 as ICE sets it', 'K14', '2026-11-24', null, CHICAGO, 'WSO'],
  ['[K15] 90 days over a year end', 'K15', '2026-11-24', 'Tue 23 Feb 00:00 CST'],
  ['[K16] 48 hours straight', 'K16', '2026-11-20T23:00:00Z', 'Sun 22 Nov 17:00 CST'],
  ['[K17] 30 days from the last login', 'K17', '2026-11-24', 'Fri 25 Dec 00:00 CST'],
  ['[K18] twelve months', 'K18', '2026-02-28', 'Mon 1 Mar 00:00 CST'],
  ['[K18] twelve months from 29 February', 'K18', '2028-02-29', 'Thu 1 Mar 00:00 CST'],
  ['[K19] two years', 'K19', '2026-11-24', 'Sat 25 Nov 00:00 CST'],
  ['[K20] two years, ends as the day begins', 'K20', '2026-11-24', 'Fri 24 Nov 00:00 CST'],
  ['[K21] about one year', 'K21', '2026-11-24', 'Thu 25 Nov 00:00 CST'],
  ['[K22] 48 hours straight', 'K22', '2026-11-20T23:00:00Z', 'Sun 22 Nov 17:00 CST'],
  ['[K23] 90 days before the departure', 'K23', '2027-03-01', 'Wed 2 Dec 00:00 CST'],
  ['[K24] twelve months from the last meeting', 'K24', '2026-11-24', 'Thu 25 Nov 00:00 CST'],
  ['[K24] the first one twelve months after the operational date', 'K24', '2026-03-01', 'Tue 2 Mar 00:00 CST', CHICAGO, 'first'],
  ['[K24] under WSO19 not before nine months', 'K24', '2026-03-01', 'Tue 1 Dec 00:00 CST', CHICAGO, 'first_wso19_from'],
  ['[K25] three years', 'K25', '2026-11-24', 'Sun 25 Nov 00:00 CST'],
  ['[K26] 90 days after notice, as the day begins', 'K26', '2026-11-24', 'Mon 22 Feb 00:00 CST'],
  ['[K27] two years', 'K27', '2026-11-24', 'Sat 25 Nov 00:00 CST'],
  ['[K28] 180 days, into summer time', 'K28', '2026-11-24', 'Mon 24 May 00:00 CDT'],
  ['[K29] the end of the same day at the site', 'K29', '2026-11-25T03:00:00Z', 'Wed 25 Nov 00:00 CST'],
  ['[K29] the same instant in another zone is another day', 'K29', '2026-11-25T06:30:00Z', 'Wed 25 Nov 00:00 MST', 'America/Denver'],
  ['[K30] 24 hours', 'K30', '2026-11-24T20:10:00Z', 'Wed 25 Nov 14:10 CST'],
];

describe('clocks from their start', () => {
  for (const [name, id, start, end, zone = CHICAGO, variant] of cases) {
    it(name, () => {
      const clock = clockFrom(id, { start, zone, ...(variant === undefined ? {} : { variant }) });
      expect(clock && siteTime(clock.deadlineAt, zone)).toBe(end);
      expect(clock?.stoppedAt ?? null).toBeNull();
    });
  }
  it('is stored in UTC with milliseconds, whatever offset the event was written in', () => {
    const clock = clockFrom('K2B', { start: '2026-11-20T17:00:00-06:00', zone: CHICAGO, stoppedAt: '2026-11-21T01:00:00+02:00' });
    expect(clock).toMatchObject({ startsAt: '2026-11-20T23:00:00.000Z', deadlineAt: '2026-11-22T23:00:00.000Z', stoppedAt: '2026-11-20T23:00:00.000Z' });
    expect(utcTime(clock?.deadlineAt ?? '')).toBe('Sun 22 Nov 23:00 UTC');
  });
  it('throws on a variant that the row lacks, and on a start that is none', () => {
    expect(() => clockFrom('K1', { start: '2026-11-20T23:00:00Z', zone: CHICAGO, variant: 'mailed' })).toThrow('clock K1 has no variant mailed');
    expect(() => clockFrom('K1', { start: 'yesterday', zone: CHICAGO })).toThrow();
    expect(() => clockFrom('K1', { start: '2026-11-20T23:00:00Z', zone: 'Central' })).toThrow();
  });
});

describe('the table', () => {
  it('has K1 to K30 and K2B', () => {
    expect([...CLOCK_IDS].sort()).toEqual([...Array.from({ length: 30 }, (_, n) => `K${n + 1}`), 'K2B'].sort());
  });
  it('has a case above for every row and every variant', () => {
    expect(CLOCK_IDS.filter((id) => !cases.some(([name, of]) => of === id && name.includes(`[${id}]`)))).toEqual([]);
    const variants = CLOCK_IDS.flatMap((id) => Object.keys(clockRow(id).variants ?? {}).map((v) => `${id} ${v}`));
    expect(variants.filter((v) => !cases.some(([, id, , , , variant]) => `${id} ${variant}` === v))).toEqual([]);
  });
  it('never speaks of making a clock longer', () => expect(JSON.stringify(CLOCKS)).not.toMatch(/exten[ds]/i));
  it('gives every row a start, an end, an owner, a source and what happens at its end', () => {
    for (const id of CLOCK_IDS) {
      const row = clockRow(id);
      for (const text of [row.label, row.sentence, row.starts, row.stops, row.owner, row.atEnd, row.source]) expect([id, text.trim()]).not.toEqual([id, '']);
    }
  });
  it('[K2] [K2B] [K3] are the custody limits of a packet, and say what is required', () => {
    const made = CLOCK_IDS.filter((id) => clockFrom(id, { start: '2026-11-20T23:00:00Z', zone: CHICAGO })?.isCustodyLimit);
    expect(made).toEqual(['K2', 'K2B', 'K3']);
    expect(made.map((id) => clockRow(id).atEnd)).toEqual(Array(3).fill('Release or notify required'));
  });
  it('ranks packets by the clocks of domain 2.3 only', () => {
    expect(CLOCK_IDS.filter((id) => clockRow(id).isHead)).toEqual(['K1', 'K2', 'K2B', 'K3', 'K4', 'K5', 'K8']);
    expect(CLOCK_IDS.filter((id) => clockRow(id).isHead && (clockRow(id).kind === 'floor' || clockRow(id).kind === 'target'))).toEqual([]);
  });
  it('marks what rests on general knowledge', () => {
    expect(CLOCK_IDS.filter((id) => /\[K\]|unverified/.test(clockRow(id).source) && clockRow(id).isVerified)).toEqual([]);
  });
});

describe('alarms', () => {
  const alarm = { deadlineAt: '2026-11-24T20:00:00.000Z', site: 'ag-07', clock: 'K2B' };
  const between = (from: string, to: string) => ringsBetween([alarm], `2026-11-24T${from}:00.000Z`, `2026-11-24T${to}:00.000Z`).map((r) => r.leadMinutes);
  it('[K2B] sound at their moments, each once, the latest of several missed', () => {
    expect([between('15:59', '16:00'), between('16:00', '16:01'), between('15:00', '19:30'), between('19:45', '20:00'), between('20:00', '23:00'), between('20:00', '16:00')]).toEqual([[240], [], [60], [0], [], []]);
    expect(nextRingAt([alarm], '2026-11-24T16:00:00.000Z')).toBe('2026-11-24T19:00:00.000Z');
    expect(nextRingAt([alarm], '2026-11-24T20:00:00.000Z')).toBeNull();
    expect(nextRingAt([], '2026-11-24T20:00:00.000Z')).toBeNull();
  });
  it('say clock, site code and time, and at the end what is required', () => {
    expect(alarmText(alarm, '2026-11-24T19:18:00.000Z')).toBe('Clock K2B at ag-07 in 42 m');
    expect(alarmText(alarm, '2026-11-24T20:05:00.000Z')).toBe('Clock K2B at ag-07, 5 m over: release or notify required');
    expect(alarmText({ ...alarm, clock: 'K4' }, '2026-11-24T20:05:00.000Z')).toBe('Clock K4 at ag-07, 5 m over: local custody was due to end');
    expect(alarmText({ ...alarm, clock: LOOKBACK_ALARM }, '2026-11-24T19:18:00.000Z')).toBe('Look-back review at ag-07 in 42 m');
    expect(alarmText({ ...alarm, clock: LOOKBACK_ALARM }, '2026-11-24T20:05:00.000Z')).toBe('Look-back review at ag-07, 5 m over: still open at HQ, call the owner');
    expect(alarmText({ ...alarm, clock: 'other' }, '2026-11-24T20:05:00.000Z')).toBe('Clock other at ag-07, 5 m over: ended');
  });
});
