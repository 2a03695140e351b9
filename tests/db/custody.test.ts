/** The custody board and the packet's own events, read from a real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../db/open.ts';
import { alarmsAhead } from '../../db/queries/alarms.ts';
import { custodyBoard } from '../../db/queries/custody.ts';
import { openPacket } from '../../db/queries/packet.ts';
import { run } from '../../db/run.ts';
import { custodyRecord } from '../../shared/domain/custody.ts';
import { AGENCY, filledStore, giveBack, hold, must, NOW, PACKET, packetOf, PM, pullRows, runInput, STREAM, type Fixture } from './fixture.ts';

let f: Fixture;
let store: Store;
beforeEach(() => { f = filledStore(); store = f.store; });
afterEach(() => f.close());
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString();
const record = (kind: string, hours: number, details: object) => run(store, runInput(custodyRecord, custodyRecord.input.parse({ packetId: PACKET, event: { kind, at: at(hours), details } })));
const context = { now: NOW, pmId: PM, status: {} };
const board = (agencyId: string | null = null, now = NOW) => custodyBoard(store, { agencyId }, { ...context, now });
const state = () => board().cards.map((c) => c.state);

describe('custody board', () => {
  it('shows where the packet is until custody moves', () => {
    expect(board()).toMatchObject({ agencyId: AGENCY, total: 1, agencies: [{ id: AGENCY, people: 1 }], cards: [{ packetId: PACKET, state: 'PACKET_IN', lastKind: null }] });
    must(giveBack(store));
    expect(state()).toEqual(['RETURNED']);
  });
  it('follows an event at once: state, last event, limit and order', () => {
    must(record('local.released', -10, { toldBy: 'Jail desk' }));
    expect(board().cards[0]).toMatchObject({ deadlineAt: at(38), deadlineClock: 'K2B', custodyLimitAt: at(38), lastKind: 'local.released', lastAt: at(-10) });
    expect(board().agencies[0]?.limitAt).toBe(at(38));
  });
  it('a cancelled detainer that waits for its warrant says so; a release ends the limit and leaves after a week', () => {
    must(record('detainer.cancelled', -2, { why: 'No warrant', toldTo: 'Jail desk', reissue: 'after_warrant' }));
    expect(board().cards[0]).toMatchObject({ state: 'CANCELLED', task: 'reissue_detainer' });
    must(record('released', -1, { reason: 'limit', by: 'Jail desk' }));
    expect(board().cards[0]).toMatchObject({ state: 'RELEASED_LIMIT', custodyLimitAt: null });
    expect(packetOf(store)).toMatchObject({ isDetained: false, custodyLimitAt: null, deadlineAt: null });
    expect(board(null, at(24 * 8))).toMatchObject({ total: 0, cards: [] });
  });
  it('is empty, not wrong, for an agency without people and for a laptop without any', () => {
    expect(board('ag-none')).toMatchObject({ agencyId: 'ag-none', cards: [], total: 0 });
    pullRows(store, STREAM, [{ table: 'packets', row: { ...packetOf(store), state: 'closed' } }]);
    expect(board()).toMatchObject({ agencyId: null, agencies: [], cards: [] });
  });
});

describe('a packet with custody events', () => {
  it('opens with its events, and its alarm names the limit', () => {
    must(record('local.released', -10, { toldBy: 'Jail desk' }));
    must(record('call.made', -1, { to: 'ERO', answer: 'no van' }));
    expect(must(openPacket(store, { packetId: PACKET, number: null }, context)).custody.map((e) => e.kind)).toEqual(['local.released', 'call.made']);
    expect(alarmsAhead(store, NOW)).toContainEqual({ deadlineAt: at(38), site: AGENCY, clock: 'K2B' });
  });
  it('lists what follows from an event after it', () => {
    must(record('call.made', -1, { to: 'ERO', answer: 'no van' }));
    must(record('detainer.cancelled', -1, { why: 'No warrant', toldTo: 'Jail desk', reissue: 'after_warrant' }));
    const kinds = must(openPacket(store, { packetId: PACKET, number: null }, context)).custody.map((e) => e.kind);
    expect(kinds.filter((k) => k !== 'call.made')).toEqual(['detainer.cancelled', 'reissue.planned']);
  });
  it('[PK-00] under a hold a release is saved and a pickup is not', () => {
    must(hold(store));
    must(record('released', -1, { reason: 'court', by: 'Jail desk' }));
    expect(packetOf(store)).toMatchObject({ openHolds: 1, isDetained: false });
    expect(record('pickup.arranged', -2, { by: 'ERO', forAt: at(3) })).toMatchObject({ ok: false });
    expect(store.prepare('SELECT count(*) FROM custody_events').pluck().get()).toBe(1);
  });
});
