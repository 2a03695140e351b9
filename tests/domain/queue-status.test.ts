/** The order of the queue, the words of the status bar, and times as people read them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncStatus } from '../../shared/api.ts';
import { compareQueue, headAt, tierOf } from '../../shared/domain/queue.ts';
import { statusBar } from '../../shared/domain/status.ts';
import type { PacketRow } from '../../shared/rows.ts';
import { age, countdown, isZone, siteClock, siteDay, siteTime, utcTime } from '../../shared/time.ts';
import { cleanPacket, NOW, rowsOf } from './clean-packets.ts';

const inHours = (h: number): string => new Date(Date.parse(NOW) + h * 3_600_000).toISOString();
const packet = (over: Partial<PacketRow> = {}): PacketRow => ({ ...rowsOf(cleanPacket()).packet, ...over });

describe('queue', () => {
  const tiers: readonly [name: string, tier: number, over: Partial<PacketRow>][] = [
    ['a protective hold', 0, { lane: 0 }], ['a custody limit that has passed', 0, { custodyLimitAt: inHours(-1) }], ['a custody limit reached this minute', 0, { custodyLimitAt: NOW }],
    ['a passed custody limit on a returned packet', 0, { lane: 5, state: 'returned', custodyLimitAt: inHours(-1) }], ['a passed custody limit on a signed packet', 0, { lane: 9, state: 'signed', custodyLimitAt: inHours(-1) }],
    ['due in 4 hours', 1, { deadlineAt: inHours(4) }], ['overdue', 1, { deadlineAt: inHours(-3) }], ['due in 4 h 1 m', 2, { deadlineAt: inHours(4 + 1 / 60) }], ['due in 24 hours', 2, { deadlineAt: inHours(24) }],
    ['due in 72 hours', 3, { deadlineAt: inHours(72) }], ['due in 73 hours', 4, { deadlineAt: inHours(73) }], ['no clock', 4, {}], ['returned', 5, { lane: 5, state: 'returned', deadlineAt: inHours(1) }], ['signed', 5, { lane: 9, state: 'signed' }],
    ['closed', 5, { lane: 9, state: 'closed', custodyLimitAt: inHours(-1) }],
  ];
  it.each(tiers)('puts %s in tier %i', (_name, tier, over) => expect(tierOf(packet(over), NOW)).toBe(tier));
  it.each([
    ['ahead', 6, 54, { clock: 'K4', hours: 6 }, 2], ['passed, limit far', -2, 46, { clock: 'K2B', hours: 46 }, 3], ['passed, limit near', -45, 3, { clock: 'K2B', hours: 3 }, 1],
    ['passed, limit passed', -49, -1, { clock: 'K2B', hours: -1 }, 0], ['passed, no detainer', -2, null, { clock: 'K4', hours: -2 }, 1],
  ] as const)('[K4] [K2B] local release %s: what heads the row, and its tier', (_name, release, limit, head, tier) => {
    const row = packet({ deadlineAt: inHours(release), deadlineClock: 'K4', custodyLimitAt: limit === null ? null : inHours(limit) });
    expect(headAt(row, NOW)).toEqual({ deadlineAt: inHours(head.hours), deadlineClock: head.clock });
    expect(tierOf(row, NOW)).toBe(tier);
    expect(headAt({ ...row, ...headAt(row, NOW) }, NOW)).toEqual(headAt(row, NOW));
  });
  it('[K4] sorts a packet whose local release has passed by its custody limit', () => {
    const released = packet({ id: 'a', deadlineAt: inHours(-8), deadlineClock: 'K4', custodyLimitAt: inHours(40) });
    expect([released, packet({ id: 'b', deadlineAt: inHours(30) }), packet({ id: 'c', deadlineAt: inHours(50) })].sort(compareQueue(NOW)).map((r) => r.id)).toEqual(['b', 'a', 'c']);
  });
  it('[K4] closed packets keep their stored head', () => expect(headAt(packet({ state: 'closed', deadlineAt: inHours(-8), deadlineClock: 'K4', custodyLimitAt: inHours(4) }), NOW).deadlineClock).toBe('K4'));
  it('orders by tier, deadline, detained first, time received, id', () => {
    const rows = [
      packet({ id: 'g', deadlineAt: inHours(100), isDetained: false, receivedAt: inHours(-9) }), packet({ id: 'f', deadlineAt: inHours(100), receivedAt: inHours(-1) }), packet({ id: 'e2', deadlineAt: inHours(100), receivedAt: inHours(-2) }),
      packet({ id: 'e1', deadlineAt: inHours(100), receivedAt: inHours(-2) }), packet({ id: 'd', deadlineAt: inHours(30) }), packet({ id: 'b', deadlineAt: inHours(2) }), packet({ id: 'c', deadlineAt: inHours(3) }),
      packet({ id: 'a', lane: 0 }), packet({ id: 'z', lane: 5, state: 'returned', deadlineAt: inHours(1) }), packet({ id: 'h' }),
    ];
    expect([...rows].sort(compareQueue(NOW)).map((r) => r.id)).toEqual(['a', 'b', 'c', 'd', 'e1', 'e2', 'f', 'g', 'h', 'z']);
  });
  it('is a total order over any packets', () => {
    const hours = fc.option(fc.integer({ min: -50, max: 100 }).map(inHours), { nil: null });
    const any = fc.record({ id: fc.string({ minLength: 1, maxLength: 3 }), lane: fc.constantFrom<PacketRow['lane']>(0, 1, 5, 9), deadlineAt: hours, custodyLimitAt: hours, isDetained: fc.boolean() }).map((o) => packet(o));
    const compare = compareQueue(NOW);
    fc.assert(fc.property(any, any, any, (a, b, c) => {
      expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
    }), { seed: 287 });
  });
  it('never looks at type or subject', () => {
    expect(compareQueue(NOW)(packet({ type: 'P-NTA', subjectId: 'a', eventNumber: 'x' }), packet({ type: 'P-REIN', subjectId: 'b', eventNumber: 'y' }))).toBe(0);
  });
});

const quiet: SyncStatus = {
  link: 'online', ready: 0, attention: 0, sending: null, stalledUntil: null, stallReason: null, lastReceivedAt: inHours(-2 / 60), hqDataAsOf: inHours(-1), oldestUnsentAt: null, isPulling: false, pulledRows: 0,
  clockAtRisk: null, clockSkewMs: 0, isClockTrusted: true, diskFreeBytes: null, now: NOW, isPaused: false,
};
describe('status bar', () => {
  const risk = { count: 1, deadlineAt: inHours(3 + 10 / 60), clock: 'K2B', agencyName: 'Site K', zone: 'America/Denver', packetId: 'pk-1' };
  const cases: readonly [state: string, text: string, over: Partial<SyncStatus>][] = [
    ['clock', '1 clock: 3 h 10 m left (Site K, MST)', { clockAtRisk: risk, attention: 2 }], ['clock', '2 clocks: 1 h 00 m over (Site K, MST)', { clockAtRisk: { ...risk, count: 2, deadlineAt: inHours(-1) } }],
    ['attention', '2 need attention', { attention: 2, stalledUntil: inHours(1) }], ['attention', '1 needs attention', { attention: 1 }], ['stalled', 'Stalled – retrying in 2:00', { stalledUntil: inHours(2 / 60), ready: 3 }],
    ['sending', 'Sending 3 of 12 · 1.2 MB left', { sending: { done: 3, of: 12, bytesLeft: 1_200_000 }, ready: 9 }], ['ready_online', '12 ready to send', { ready: 12 }],
    ['ready_offline', 'Working offline · 12 ready to send', { ready: 12, link: 'offline' }], ['offline_clean', 'Working offline · all received 14:08 CST', { link: 'offline' }], ['clean', 'All received by HQ 2 m ago', {}],
    ['clean', 'Nothing to send', { lastReceivedAt: null }], ['offline_clean', 'Working offline · nothing to send', { link: 'offline', lastReceivedAt: null }],
  ];
  it.each(cases)('%s: %s', (state, text, over) => {
    const line = statusBar({ ...quiet, ...over }, 'America/Chicago');
    expect([line.state, line.text]).toEqual([state, text]);
  });
  it('has a shape of its own per state, and red for a legal clock only', () => {
    const lines = cases.map(([, , over]) => statusBar({ ...quiet, ...over }));
    expect(new Set(lines.map((l) => `${l.state} ${l.shape}`)).size).toBe(8);
    expect(new Set(lines.map((l) => l.shape)).size).toBe(8);
    expect(lines.filter((l) => l.tone === 'danger').every((l) => l.state === 'clock')).toBe(true);
  });
  it('never says "synced" alone', () => {
    for (const [, , over] of cases) expect(statusBar({ ...quiet, ...over }).text).not.toMatch(/synced/i);
  });
});

describe('times', () => {
  it('shows a site\'s wall clock with its zone', () => {
    expect(siteTime(NOW, 'America/Chicago')).toBe('Tue 24 Nov 14:10 CST');
    expect(siteTime('2026-07-01T05:00:00Z', 'America/Chicago')).toBe('Wed 1 Jul 00:00 CDT');
    expect(siteClock(NOW, 'America/Denver')).toBe('13:10 MST');
    expect(utcTime(NOW)).toBe('Tue 24 Nov 20:10 UTC');
    expect(siteDay('2026-11-24T03:00:00Z', 'America/Chicago')).toBe('2026-11-23');
  });
  it.each([[3 + 10 / 60, '3 h 10 m'], [42 / 60, '42 m'], [-(1 + 5 / 60), '1 h 05 m over'], [0.9 / 60, '0 m'], [76, '3 d 4 h'], [71, '71 h 00 m'], [0, '0 m over']])('counts down %d h as %s', (h, text) => expect(countdown(NOW, inHours(h))).toBe(text));
  it.each([[-52, '2 d 4 h ago'], [-0.5 / 60, 'just now'], [-12 / 60, '12 m ago'], [1, 'just now'], [-4.5, '4 h 30 m ago']])('tells %d h as %s', (h, text) => expect(age(NOW, inHours(h))).toBe(text));
  it('knows a zone from a word', () => expect([isZone('America/Chicago'), isZone('CST6CDT-ish'), isZone('')]).toEqual([true, false, false]));
});
