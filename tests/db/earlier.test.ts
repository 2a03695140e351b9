/** What a resubmission is compared with on the laptop, and how old its facts are when it is signed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PacketView } from '../../shared/api.ts';
import { formHash, openContent, type PacketDocument } from '../../shared/domain/packet.ts';
import { signoffSign } from '../../shared/domain/signoff.ts';
import { nextBatch } from '../../db/outbox.ts';
import { read } from '../../db/read.ts';
import { run } from '../../db/run.ts';
import { set } from '../../db/sync-state.ts';
import { cleanPacket, formOf, rowsOf } from '../domain/clean-packets.ts';
import { AGENCY, filledStore, giveBack, must, NOW, PACKET, PM, pullRows, runInput, STREAM, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(() => { fixture = filledStore(); });
afterEach(() => fixture.close());

const later = (number: number): PacketDocument => {
  const d = cleanPacket();
  formOf(d, 'I-862').hearing.time = `${12 + number}:00`;
  return { ...d, number, changeReason: 'Corrected' };
};
/** The next version as HQ sends it. */
const receive = (number: number): void => {
  const { packet, version } = rowsOf(later(number));
  pullRows(fixture.store, STREAM, [{ table: 'packets', row: { ...packet, isResubmitted: true } }, { table: 'packet_versions', row: version }]);
};
const returned = (id: string, number: number, returnedBy: string) =>
  pullRows(fixture.store, STREAM, [{ table: 'returns', row: { id, agencyId: AGENCY, packetId: PACKET, number, deficiencies: [], note: id, returnedBy, returnedAt: NOW } }]);
const view = (number: number | null = null): PacketView =>
  must(read(fixture.store, 'packet.open', { packetId: PACKET, number }, { now: NOW, pmId: PM, status: {}, attachments: null })) as PacketView;

describe('what a version is compared with', () => {
  it('is nothing for the first', () => expect(view().earlier).toBeNull());
  it('is what this person decided on, and the last return stands beside it with its own version', () => {
    returned('r-1', 1, PM);
    receive(2);
    returned('r-2', 2, 'pm-other');
    receive(3);
    const { earlier } = view();
    expect([earlier?.number, earlier?.compared?.number, earlier?.lastReturn?.note, earlier?.returned?.number]).toEqual([1, 1, 'r-2', 2]);
    expect(view(2).earlier).toMatchObject({ number: 1, lastReturn: { note: 'r-1' } });
    expect(view(1).earlier).toBeNull();
  });
  it('is the version before when nobody returned anything', () => {
    receive(2);
    expect(view().earlier).toMatchObject({ number: 1, compared: { number: 1 }, lastReturn: null, returned: null });
  });
});

describe('signing a resubmission on the laptop', () => {
  const sign = (fields: readonly string[]) => {
    const { version } = view();
    const form = formOf(openContent(version.content), 'I-213');
    return run(fixture.store, runInput(signoffSign, {
      packetId: PACKET, version: 2, forms: [{ formId: form.id, contentHash: formHash(form), capacity: 'Supervisory officer' }], shown: [{ formId: form.id, seconds: 12 }], warnReasons: [], comparedWith: 1,
      shownFields: fields.map((field) => ({ field, seconds: 2 })),
    }));
  };
  it('is refused until the change was on screen, and leaves nothing', () => {
    must(giveBack(fixture.store));
    fixture.store.prepare('DELETE FROM pending_rows').run();
    receive(2);
    expect(sign([])).toMatchObject({ ok: false, problem: { code: 'signoff/changes-not-shown', details: { comparedWith: 1, fields: ['forms.i862.hearing.time'] } } });
    expect(view().statements).toEqual([]);
    expect(sign(['forms.i862.hearing.time']).ok).toBe(true);
  });
  it('carries since when the laptop has had everything from HQ, in the envelope and in the statement', () => {
    set(fixture.store, 'lastPullAt', '2026-11-22T10:00:00.000Z');
    receive(2);
    must(sign(['forms.i862.hearing.time']));
    const [item] = nextBatch(fixture.store, { maxItems: 10, maxBytes: 1e6, now: NOW });
    expect(item?.envelope.dataAsOf).toBe('2026-11-22T10:00:00.000Z');
    const says = JSON.parse(Buffer.from(item?.envelope.seal?.[0]?.split('.')[1] ?? '', 'base64url').toString('utf8')) as { asOf: { dataAsOf: string; ages: Record<string, { ageMs: number }> } };
    expect(says.asOf.dataAsOf).toBe('2026-11-22T10:00:00.000Z');
    expect(new Set(Object.values(says.asOf.ages).map((a) => a.ageMs))).toEqual(new Set([Date.parse(NOW) - Date.parse('2026-11-22T10:00:00.000Z')]));
  });
});
