/** Which clocks a laptop will sound: those that head a packet and every custody limit, by time, site code and clock id only. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import type { Store } from '../../db/open.ts';
import { alarmsAhead, MOST_ALARMS } from '../../db/queries/alarms.ts';
import { cleanPacket } from '../domain/clean-packets.ts';
import { cleanRows, filledStore, NOW, PACKET, packetOf, pullRows, STREAM, type Fixture } from './fixture.ts';

let f: Fixture;
let store: Store;
beforeEach(() => { f = filledStore(); store = f.store; });
afterEach(() => f.close());
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
type Over = Partial<ReturnType<typeof packetOf>>;
const set = (over: Over) => pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), ...over } }]);
const ahead = (now = NOW) => alarmsAhead(store, now).map((a) => [a.clock, a.deadlineAt]);

describe('alarms ahead', () => {
  it('[K4] [K2B] has the release and the limit behind it, soonest first, then the limit alone', () => {
    set({ deadlineAt: at(3), deadlineClock: 'K4', custodyLimitAt: at(51) });
    expect(ahead()).toEqual([['K4', at(3)], ['K2B', at(51)]]);
    expect(ahead(at(4))).toEqual([['K2B', at(51)]]);
    expect(ahead(at(52))).toEqual([]);
  });
  it('[K5] the clock after the head sounds too, whether or not the head has passed', () => {
    set({ deadlineAt: at(3), deadlineClock: 'K4', nextAt: at(10), nextClock: 'K5', custodyLimitAt: at(51) });
    expect(ahead()).toEqual([['K4', at(3)], ['K5', at(10)], ['K2B', at(51)]]);
    expect(ahead(at(4))).toEqual([['K5', at(10)], ['K2B', at(51)]]);
    set({ deadlineAt: at(-2), deadlineClock: 'K1', nextAt: at(10), nextClock: 'K5', custodyLimitAt: null });
    expect(ahead()).toEqual([['K5', at(10)]]);
    set({ state: 'closed' });
    expect(ahead()).toEqual([]);
  });
  it('the soonest of many next clocks are kept', () => {
    const base = packetOf(store);
    pullRows(store, STREAM, Array.from({ length: 2 * MOST_ALARMS }, (_, n) => ({ table: 'packets' as const, row: { ...base, id: `p${n}`, deadlineAt: at(-1), deadlineClock: 'K1', nextAt: at(1 + ((n * 7) % (2 * MOST_ALARMS))), nextClock: 'K5', custodyLimitAt: null } })));
    expect(ahead()).toEqual(Array.from({ length: MOST_ALARMS }, (_, n) => ['K5', at(1 + n)]));
  });
  it('[K3] names the limit of the document where another clock heads the packet', () => {
    const document = cleanPacket();
    Object.assign(document.events, { localReleaseAt: null, immigrationArrestAt: at(-2), custodyTransferredAt: at(-1) });
    pullRows(store, STREAM, [{ table: 'packet_versions', row: { ...cleanRows().find((r) => r.table === 'packet_versions')?.row, content: canonical(document) } }]);
    set({ deadlineAt: at(46), deadlineClock: 'K1', custodyLimitAt: at(47) });
    expect(ahead()).toEqual([['K1', at(46)], ['K3', at(47)]]);
  });
  it('[K3] a signature does not end a custody limit, closing the packet does', () => {
    set({ lane: 9, state: 'signed', deadlineAt: at(5), deadlineClock: 'K3', custodyLimitAt: at(5) });
    expect(ahead()).toEqual([['K3', at(5)]]);
    set({ state: 'closed' });
    expect(ahead()).toEqual([]);
  });
  it('holds times, site codes and clock ids, and at most so many', () => {
    const base = packetOf(store);
    pullRows(store, STREAM, Array.from({ length: 2 * MOST_ALARMS }, (_, n) => ({ table: 'packets' as const, row: { ...base, id: `p${n}`, deadlineAt: at(1 + n), deadlineClock: 'K5', custodyLimitAt: null } })));
    const all = alarmsAhead(store, NOW);
    expect(all).toHaveLength(MOST_ALARMS);
    expect(all.at(-1)?.deadlineAt).toBe(at(MOST_ALARMS));
    expect(new Set(all.flatMap((a) => Object.keys(a)))).toEqual(new Set(['deadlineAt', 'site', 'clock']));
    expect(JSON.stringify(all)).not.toMatch(new RegExp(`${PACKET}|ORTEGA|${base.eventNumber}|Example County`));
  });
  it('one alarm for two packets of one site with the same end', () => {
    const base = packetOf(store);
    const head = { deadlineAt: at(2), deadlineClock: 'K5', custodyLimitAt: null };
    pullRows(store, STREAM, [{ table: 'packets', row: { ...base, ...head } }, { table: 'packets', row: { ...base, ...head, id: 'other' } }]);
    expect(ahead()).toEqual([['K5', at(2)]]);
  });
  it('[0.4 item 7] has an open look-back review until its due time, and none that was closed or stands behind restricted handling', () => {
    set({ deadlineAt: null, deadlineClock: null, custodyLimitAt: null });
    const { agencyId } = packetOf(store);
    const review = {
      id: 'lb-1', stream: STREAM, version: 1, changedBy: 'hq', agencyId, packetId: PACKET, statementId: null, cause: 'report', reasons: ['told'], isDetained: true, openedAt: at(-1), dueAt: at(20),
      ownerId: null, outcome: null, outcomeNote: null, notices: [], closedBy: null, closedAt: null,
    };
    pullRows(store, STREAM, [{ table: 'lookback_reviews', row: review }, { table: 'lookback_reviews', row: { ...review, id: 'lb-2', dueAt: at(10), closedAt: NOW, closedBy: 'fod-1', outcome: 'stands' } }]);
    pullRows(store, `restricted:${agencyId}`, [{ table: 'lookback_reviews', row: { ...review, id: 'lb-3', stream: `restricted:${agencyId}`, dueAt: at(9) } }]);
    expect(ahead()).toEqual([['look-back', at(20)]]);
    expect(ahead(at(21))).toEqual([]);
  });
});
