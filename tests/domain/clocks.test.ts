/** Clocks against the worked examples of domain 2.1 and against a slow oracle that counts minutes. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { h48Business, h48Straight, isHoliday } from '../../shared/domain/calendar.ts';
import { headClocks, packetClocks } from '../../shared/domain/clocks.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { cleanPacket, formOf } from './clean-packets.ts';

const ZONE = 'America/Chicago';
const local = (text: string, zone = ZONE): string => new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds).toISOString();

describe('48 hours', () => {
  const examples: readonly [name: string, from: string, business: string, straight: string][] = [
    ['Friday 17:00', '2026-11-20T17:00', '2026-11-24T17:00', '2026-11-22T17:00'],
    ['Saturday 10:00', '2026-11-21T10:00', '2026-11-25T00:00', '2026-11-23T10:00'],
    ['Friday 17:00 before a Monday holiday', '2027-01-15T17:00', '2027-01-20T17:00', '2027-01-17T17:00'],
    ['Monday 09:00', '2026-11-16T09:00', '2026-11-18T09:00', '2026-11-18T09:00'],
    ['Wednesday 12:00 before Thanksgiving', '2026-11-25T12:00', '2026-11-30T12:00', '2026-11-27T12:00'],
    ['Thursday 00:00 ends as the weekend begins', '2026-11-19T00:00', '2026-11-21T00:00', '2026-11-21T00:00'],
    ['over the end of summer time (Sunday has 25 hours)', '2026-10-30T17:00', '2026-11-03T17:00', '2026-11-01T16:00'],
    ['over the start of summer time (Sunday has 23 hours)', '2026-03-06T17:00', '2026-03-10T17:00', '2026-03-08T18:00'],
    ['30 December 2027: the 31st is New Year\'s Day observed', '2027-12-30T12:00', '2028-01-04T12:00', '2028-01-01T12:00'],
  ];
  for (const [name, from, business, straight] of examples) {
    it(`[K2] ${name}: weekends and holidays excluded`, () => expect(h48Business(local(from), ZONE)).toBe(local(business)));
    it(`[K2B] ${name}: straight`, () => expect(h48Straight(local(from))).toBe(local(straight)));
  }
  it('[K2] counts days of the site, not of UTC', () => {
    // Friday 23:30 in Chicago is Saturday in UTC.
    expect(h48Business(local('2026-11-20T23:30'), ZONE)).toBe(local('2026-11-24T23:30'));
    expect(h48Business('2026-11-21T05:30:00.000Z', 'UTC')).toBe('2026-11-25T00:00:00.000Z');
  });
  it('[K2] agrees with a minute-by-minute count in four zones', () => {
    // Observed federal holidays of the range, written out: the oracle must not share the library.
    const listed = new Set([
      '2026-11-11', '2026-11-26', '2026-12-25', '2027-01-01', '2027-01-18', '2027-02-15', '2027-05-31', '2027-06-18', '2027-07-05', '2027-09-06', '2027-10-11', '2027-11-11', '2027-11-25', '2027-12-24', '2027-12-31',
    ]);
    const oracle = (startMs: number, zone: string): number => {
      const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
      const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
      const cache = new Map<string, boolean>();
      // Which day a quarter of an hour falls on: zone offsets change on quarters only.
      const isCounted = (ms: number): boolean => {
        const day = format.format(ms);
        const known = cache.get(day);
        if (known !== undefined) return known;
        const counted = !['Sat', 'Sun'].includes(weekday.format(ms)) && !listed.has(day);
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
    const end = Date.parse('2027-12-29T00:00:00Z') / 60_000;
    fc.assert(fc.property(fc.integer({ min: start, max: end }), fc.constantFrom('America/Chicago', 'America/New_York', 'America/Denver', 'America/Phoenix'), (minute, zone) => {
      expect(h48Business(new Date(minute * 60_000).toISOString(), zone)).toBe(new Date(oracle(minute * 60_000, zone)).toISOString());
    }), { numRuns: 120, seed: 287 });
  });
});

describe('federal holidays', () => {
  it.each(['2026-11-26', '2027-12-31', '2026-07-03', '2027-07-05', '2027-06-18', '2026-06-19'])('%s is one', (day) => expect(isHoliday(day)).toBe(true));
  it.each(['2026-11-27', '2027-12-30', '2028-01-03', '2026-07-06'])('%s is none', (day) => expect(isHoliday(day)).toBe(false));
});

describe('clocks of a packet', () => {
  const withEvents = (events: Partial<PacketDocument['events']>, change?: (d: PacketDocument) => void): PacketDocument => {
    const document = cleanPacket();
    Object.assign(document.events, { localReleaseAt: null, ...events });
    change?.(document);
    return document;
  };
  const clock = (document: PacketDocument, id: string) => packetClocks(document).find((c) => c.id === id);
  const at = '2026-11-20T23:00:00.000Z';

  it('has none before any event', () => expect(packetClocks(withEvents({}))).toEqual([]));
  it('[K1] runs straight from the immigration arrest, and stops when NTA, warrant and custody decision are issued', () => {
    const document = withEvents({ immigrationArrestAt: at, isArrestWarrantless: true });
    expect(clock(document, 'K1')).toMatchObject({ startsAt: at, deadlineAt: '2026-11-22T23:00:00.000Z', outerAt: null, stoppedAt: null, isCustodyLimit: false });
    const issued = (when: string) => ({ byKind: 'staff' as const, byId: 'pm-1', name: 'Synthetic', title: 'SDDO', at: when, place: 'Example' });
    formOf(document, 'I-862').issued = issued('2026-11-21T10:00:00Z');
    formOf(document, 'I-286').issued = issued('2026-11-21T12:00:00Z');
    expect(clock(document, 'K1')?.stoppedAt).toBeNull();
    formOf(document, 'I-200').issued = issued('2026-11-21T11:00:00Z');
    expect(clock(document, 'K1')?.stoppedAt).toBe('2026-11-21T12:00:00.000Z');
  });
  it('[K1] is a target only when the arrest was made on a warrant', () => {
    expect(clock(withEvents({ immigrationArrestAt: at, isArrestWarrantless: false }), 'K1')?.label).toContain('target');
    expect(clock(withEvents({ immigrationArrestAt: at, isArrestWarrantless: true }), 'K1')?.label).not.toContain('target');
  });
  it('[K2] [K2B] run from local release while a detainer exists; the earlier alarms, the longer is shown', () => {
    const document = withEvents({ localReleaseAt: at });
    expect(clock(document, 'K2')).toMatchObject({ deadlineAt: '2026-11-24T23:00:00.000Z', isCustodyLimit: true, stoppedAt: null });
    expect(clock(document, 'K2B')).toMatchObject({ deadlineAt: '2026-11-22T23:00:00.000Z', outerAt: '2026-11-24T23:00:00.000Z', isCustodyLimit: true });
    expect(clock(withEvents({ localReleaseAt: at }, (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-247A'); }), 'K2')).toBeUndefined();
    expect(clock(withEvents({ localReleaseAt: at, iceCustodyAt: '2026-11-21T01:00:00Z' }), 'K2B')?.stoppedAt).toBe('2026-11-21T01:00:00.000Z');
  });
  it('[K3] runs straight from the transfer until ICE custody', () => {
    expect(clock(withEvents({ custodyTransferredAt: at }), 'K3')).toMatchObject({ deadlineAt: '2026-11-22T23:00:00.000Z', stoppedAt: null, isCustodyLimit: true });
    expect(clock(withEvents({ custodyTransferredAt: at, iceCustodyAt: '2026-11-21T10:00:00Z' }), 'K3')?.stoppedAt).toBe('2026-11-21T10:00:00.000Z');
  });
  it('[K4] is the local release itself', () => {
    expect(clock(withEvents({ localReleaseAt: at }), 'K4')).toMatchObject({ deadlineAt: at, isCustodyLimit: false, stoppedAt: null });
    expect(clock(withEvents({ localReleaseAt: at, custodyTransferredAt: at }), 'K4')?.stoppedAt).toBe(at);
  });
  it('[K5] runs 24 hours from a DIO detainer until ICE is told, and not for an ICE detainer', () => {
    const issued = (byKind: 'staff' | 'officer') => withEvents({}, (d) => { formOf(d, 'I-247A').issued = { byKind, byId: 'dio-1', name: 'Synthetic', title: 'DIO', at, place: 'Example' }; });
    expect(clock(issued('officer'), 'K5')).toMatchObject({ deadlineAt: '2026-11-21T23:00:00.000Z', stoppedAt: null });
    expect(clock(issued('staff'), 'K5')).toBeUndefined();
    const told = issued('officer');
    formOf(told, 'I-247A').iceNotifiedAt = '2026-11-21T02:00:00Z';
    expect(clock(told, 'K5')?.stoppedAt).toBe('2026-11-21T02:00:00.000Z');
  });
  it('never pauses a liberty clock for a hold, a return or a signature: only events count', () => {
    const document = withEvents({ localReleaseAt: at });
    const before = packetClocks(document);
    document.number = 2;
    document.changeReason = 'returned and corrected';
    expect(packetClocks(document)).toEqual(before);
  });
  it('stores the earliest running deadline and the earliest running custody limit', () => {
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at })))).toEqual({ deadlineAt: at, deadlineClock: 'K4', custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at, custodyTransferredAt: at })))).toEqual({ deadlineAt: '2026-11-22T23:00:00.000Z', deadlineClock: 'K2B', custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at, iceCustodyAt: '2026-11-21T01:00:00Z' })))).toEqual({ deadlineAt: null, deadlineClock: null, custodyLimitAt: null });
    expect(headClocks([])).toEqual({ deadlineAt: null, deadlineClock: null, custodyLimitAt: null });
  });
});
