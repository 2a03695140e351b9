/** Packets touched by a lapse, from the rows of one laptop: who is in custody first, each once, with where its review stands; nothing for what is in order. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OfficerItem, OfficerLapses, Overview } from '../../shared/api.ts';
import { officerRecord } from '../../shared/domain/officer-commands.ts';
import { read } from '../../db/read.ts';
import { run } from '../../db/run.ts';
import { rowsWhere } from '../../db/rows.ts';
import { cleanReview, cleanStatement, DIO } from '../domain/clean-packets.ts';
import { AGENCY, filledStore, NOW, PACKET, PM, pullRows, runInput, STREAM, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(() => { fixture = filledStore(); });
afterEach(() => fixture.close());
const ask = <T>(name: 'officers.lapses' | 'officers.list' | 'today.overview', input: unknown): T => {
  const answer = read(fixture.store, name, input, { now: NOW, pmId: PM } as Parameters<typeof read>[3]);
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.value as T;
};
const lapses = (officerId: string | null = null) => ask<readonly OfficerLapses[]>('officers.lapses', { officerId });
const packetRow = () => rowsWhere(fixture.store, 'packets', {})[0];
/** HQ's rows of an authority that ended before the packet was prepared. */
const end = (endAt: string | null, over: object = {}) => pullRows(fixture.store, STREAM, [{ table: 'authority_intervals', row: { ...rowsWhere(fixture.store, 'authority_intervals', {})[0], endAt, endReason: endAt && 'Suspended: complaint', ...over } }]);

describe('packets touched by a lapse', () => {
  it('none while the DIO has authority', () => expect(lapses()).toEqual([]));
  it('one in custody, not signed yet; then signed; then reviewed; each time once', () => {
    end('2026-11-23T17:30:00.000Z');
    expect(lapses()).toMatchObject([{ officerId: DIO, officerName: 'Mira Tolan', packets: [{ packetId: PACKET, group: 'custody', isSigned: false, isDetained: true, review: null }] }]);
    expect(lapses(DIO)).toEqual(lapses());
    expect(lapses('dio-none')).toEqual([]);
    pullRows(fixture.store, STREAM, [{ table: 'statements', row: cleanStatement('i862') }, { table: 'packets', row: { ...packetRow(), isDetained: false, state: 'signed' } }]);
    expect(lapses()[0]?.packets).toMatchObject([{ packetId: PACKET, group: 'signed', isSigned: true, isServed: false, review: null }]);
    expect(lapses()[0]?.packets[0]?.acts[0]).toMatchObject({ why: expect.stringContaining('(Suspended: complaint)') });
    pullRows(fixture.store, STREAM, [{ table: 'lookback_reviews', row: cleanReview({ packetId: PACKET, cause: 'late-lapse', dueAt: '2026-11-25T20:00:00.000Z' }) }]);
    expect(lapses()[0]?.packets).toMatchObject([{ review: { dueAt: '2026-11-25T20:00:00.000Z', outcome: null } }]);
    end(null);
    expect(lapses()).toEqual([]);
  });
  it('what is neither signed nor about somebody in custody is left to PK-03', () => {
    end('2026-11-23T17:30:00.000Z');
    pullRows(fixture.store, STREAM, [{ table: 'packets', row: { ...packetRow(), isDetained: false } }]);
    expect(lapses()).toEqual([]);
  });
  it('follows what was recorded here at once, offline, and so do the steps and the revocation', () => {
    const [before] = ask<readonly OfficerItem[]>('officers.list', { agencyId: AGENCY });
    expect([before?.revocation, before?.steps.includes('suspended')]).toEqual([null, true]);
    const input = { officerId: DIO, event: { kind: 'suspended', at: '2026-11-23T17:00:00.000Z', details: { ground: 'complaint', why: 'A complaint was made', orderedBy: 'Sheriff' } } };
    const answer = run(fixture.store, runInput(officerRecord, input, { base: before?.base ?? {} }));
    expect(answer).toMatchObject({ ok: true });
    expect(lapses()[0]?.packets).toMatchObject([{ packetId: PACKET, group: 'custody' }]);
    const [after] = ask<readonly OfficerItem[]>('officers.list', { agencyId: AGENCY });
    expect([after?.officer.authorityState, after?.steps.includes('suspended'), after?.steps.includes('reinstatement.signed')]).toEqual(['SUSPENDED', false, true]);
  });
  it('[AUT-8] a lapse asks for the revocation on the pane and on Today, overdue after its day', () => {
    end('2026-11-10T15:00:00.000Z', { endReason: 'Training past due' });
    pullRows(fixture.store, STREAM, [{ table: 'officers', row: { ...rowsWhere(fixture.store, 'officers', {})[0], authorityState: 'LAPSED' } }]);
    const [item] = ask<readonly OfficerItem[]>('officers.list', { agencyId: AGENCY });
    expect(item?.revocation).toMatchObject({ lapsedAt: '2026-11-10T15:00:00.000Z', dueAt: '2026-11-18T15:00:00.000Z', askedAt: null });
    const { attention } = ask<Overview>('today.overview', {});
    expect(attention.filter((a) => a.kind === 'revocation')).toEqual([{ kind: 'revocation', title: 'Mira Tolan', detail: 'Revocation due 2026-11-18, overdue, not asked of the FOD yet', route: `/officers/${AGENCY}` }]);
  });
});
