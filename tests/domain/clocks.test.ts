/** Clocks of a packet: which events start and stop each, which one heads the packet. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headClocks, packetClocks } from '../../shared/domain/clocks.ts';
import { headAt } from '../../shared/domain/queue.ts';
import { packetSchema, sealContent, type PacketDocument } from '../../shared/domain/packet.ts';
import { cleanPacket, formOf } from './clean-packets.ts';

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
  it('[K2] [K2B] a field office\'s lock names the legal limit and moves no alarm', () => {
    const document = withEvents({ localReleaseAt: at });
    const locked = packetClocks(document, { lock: 'K2' });
    expect(locked.filter((c) => c.isLocked).map((c) => c.id)).toEqual(['K2']);
    expect(headClocks(locked, at)).toEqual(headClocks(packetClocks(document), at));
    expect(packetClocks(document).some((c) => c.isLocked)).toBe(false);
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
  const issued = (when: string, byKind: 'staff' | 'officer' = 'staff') => ({ byKind, byId: 'x-1', name: 'Synthetic', title: 'SDDO', at: when, place: 'Example' });
  const served = (when: string, method: 'in_person' | 'mail' = 'in_person') => ({ byKind: 'officer' as const, byId: 'dio-1', at: when, method, place: 'Example', language: 'Spanish', interpreter: null });
  const claim = (when: string) => ({ kind: 'claim' as const, at: when, source: 'interview' });

  it('[K6] [K7] a citizenship claim starts the hour, telling ICE ends it and starts the business day for the memorandum', () => {
    const claimed = (events: Partial<PacketDocument['events']>, ...claims: string[]) => withEvents(events, (d) => { d.subject.citizenshipIndicia = claims.map(claim); });
    // Friday 17:00 in Chicago: the hour ends at 18:00, the memorandum is due on Monday at 17:00.
    expect(clock(claimed({}, at), 'K6')).toMatchObject({ startsAt: at, deadlineAt: '2026-11-21T00:00:00.000Z', stoppedAt: null, isHead: false, kind: 'duty' });
    expect(clock(claimed({}, at), 'K7')).toMatchObject({ startsAt: at, deadlineAt: '2026-11-23T23:00:00.000Z', stoppedAt: null });
    const told = claimed({ claimToldToIceAt: '2026-11-20T23:20:00Z', claimMemoSentAt: '2026-11-23T16:00:00Z' }, at);
    expect(clock(told, 'K6')?.stoppedAt).toBe('2026-11-20T23:20:00.000Z');
    expect(clock(told, 'K7')).toMatchObject({ startsAt: '2026-11-20T23:20:00.000Z', deadlineAt: '2026-11-23T23:20:00.000Z', stoppedAt: '2026-11-23T16:00:00.000Z' });
    // Told of the first, and a second claim came after: that one has an hour of its own.
    const again = packetClocks(claimed({ claimToldToIceAt: '2026-11-20T23:20:00Z' }, at, '2026-11-21T09:00:00Z')).filter((c) => c.id === 'K6');
    expect(again.map((c) => [c.startsAt, c.stoppedAt])).toEqual([[at, '2026-11-20T23:20:00.000Z'], ['2026-11-21T09:00:00.000Z', null]]);
    // A note of having told ICE before any claim was made ends nothing.
    expect(clock(claimed({ claimToldToIceAt: '2026-11-19T00:00:00Z' }, at), 'K6')?.stoppedAt).toBeNull();
    expect(clock(withEvents({ claimToldToIceAt: at }), 'K6')).toBeUndefined();
  });
  it('[K8] a sign of minority starts 48 hours to tell HHS; the determination starts 72 hours to transfer', () => {
    const minor = withEvents({}, (d) => { d.subject.minorIndicia = [{ kind: 'claim', at, source: 'interview' }]; });
    expect(clock(minor, 'K8')).toMatchObject({ startsAt: at, deadlineAt: '2026-11-22T23:00:00.000Z', stoppedAt: null, isHead: true, isCustodyLimit: false });
    expect(clock(withEvents({ minorSuspectedAt: at }), 'K8')?.startsAt).toBe(at);
    expect(clock(withEvents({ minorSuspectedAt: at, foundAdultAt: '2026-11-21T01:00:00Z', hhsToldAt: '2026-11-21T02:00:00Z' }), 'K8')?.stoppedAt).toBe('2026-11-21T01:00:00.000Z');
    const both = packetClocks(withEvents({ minorSuspectedAt: at, unaccompaniedAt: '2026-11-21T00:00:00Z' })).filter((c) => c.id === 'K8');
    expect(both.map((c) => [c.label, c.deadlineAt])).toEqual([['Tell HHS of the minor', '2026-11-22T23:00:00.000Z'], ['Transfer the child to HHS', '2026-11-24T00:00:00.000Z']]);
    expect(packetClocks(withEvents({ unaccompaniedAt: at, hhsTransferAt: '2026-11-22T00:00:00Z' })).find((c) => c.id === 'K8')?.stoppedAt).toBe('2026-11-22T00:00:00.000Z');
    const born = withEvents({}, (d) => { d.subject.identity.bornOn = '2012-01-01'; });
    expect(clock(born, 'K8')?.startsAt).toBe('2026-11-23T16:00:00.000Z');
    expect(headClocks(packetClocks(born))).toMatchObject({ deadlineClock: 'K8' });
  });
  it('[K9] no hearing for ten days after service, unless the person asks', () => {
    const document = withEvents({}, (d) => { formOf(d, 'I-862').served = served(at); });
    expect(clock(document, 'K9')).toMatchObject({ kind: 'floor', isHead: false, deadlineAt: '2026-11-30T06:00:00.000Z', stoppedAt: null });
    formOf(document, 'I-862').earlierHearingRequest = { evidenceId: 'e-request', at: '2026-11-21T00:00:00Z' };
    expect(clock(document, 'K9')?.stoppedAt).toBe('2026-11-21T00:00:00.000Z');
    expect(headClocks(packetClocks(document)).deadlineClock).toBeNull();
  });
  it('[K10] [K11] the answer to an I-851 and the stay after an I-851A', () => {
    const faro = (method: 'in_person' | 'mail', events: Partial<PacketDocument['events']> = {}) => {
      const document = cleanPacket('P-FARO');
      Object.assign(document.events, { localReleaseAt: null, ...events });
      for (const form of document.forms) if (form.kind === 'I-851') form.served = served(at, method);
      const notice = document.forms.find((f) => f.kind === 'I-851');
      if (!notice) throw new Error('no I-851');
      const { conviction: _c, immigrationStatus: _i, ...base } = notice;
      document.forms.push({ ...base, id: 'i851a', kind: 'I-851A', issued: issued('2026-12-07T18:00:00Z'), served: null, fields: {} } as PacketDocument['forms'][number]);
      return packetSchema.parse(document);
    };
    // Served on Friday 20 November: ten days are Monday the 30th; mailed, thirteen are Thursday 3 December.
    expect(clock(faro('in_person'), 'K10')).toMatchObject({ kind: 'floor', deadlineAt: '2026-12-01T06:00:00.000Z', stoppedAt: null });
    expect(clock(faro('mail'), 'K10')?.deadlineAt).toBe('2026-12-04T06:00:00.000Z');
    expect(clock(faro('mail', { i851AnsweredAt: '2026-11-25T00:00:00Z' }), 'K10')?.stoppedAt).toBe('2026-11-25T00:00:00.000Z');
    // Ordered on 7 December: the fourteenth day is the 21st, nothing before the 22nd.
    expect(clock(faro('mail'), 'K11')).toMatchObject({ kind: 'floor', deadlineAt: '2026-12-22T06:00:00.000Z', stoppedAt: null });
  });
  it('[K12] is a target from arrest to service of the NTA, and never heads the packet', () => {
    const document = withEvents({ immigrationArrestAt: at });
    expect(clock(document, 'K12')).toMatchObject({ kind: 'target', deadlineAt: '2026-11-23T23:00:00.000Z', stoppedAt: null, isHead: false });
    formOf(document, 'I-862').served = served('2026-11-22T00:00:00Z');
    expect(clock(document, 'K12')?.stoppedAt).toBe('2026-11-22T00:00:00.000Z');
    expect(clock(withEvents({ immigrationArrestAt: at }, (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-862'); }), 'K12')).toBeUndefined();
  });
  it('[K29] a Task Force arrest ends at ICE the same day at the site; other models have no such clock', () => {
    const document = withEvents({ immigrationArrestAt: at });
    expect(packetClocks(document, { model: 'TFM' }).find((c) => c.id === 'K29')).toMatchObject({ deadlineAt: '2026-11-21T06:00:00.000Z', stoppedAt: null });
    for (const model of ['JEM', 'WSO', undefined] as const) expect(packetClocks(document, model ? { model } : {}).some((c) => c.id === 'K29')).toBe(false);
    expect(packetClocks(withEvents({ immigrationArrestAt: at, iceCustodyAt: '2026-11-21T03:00:00Z' }), { model: 'TFM' }).find((c) => c.id === 'K29')?.stoppedAt).toBe('2026-11-21T03:00:00.000Z');
  });
  it('[K30] counsel is told within 24 hours of a transfer; without counsel there is nobody to tell', () => {
    const transferred = (events: Partial<PacketDocument['events']> = {}) => withEvents({ transferredAt: at, ...events }, (d) => { d.subject.counsel = { name: 'Synthetic counsel', g28At: at, servedAt: null }; });
    expect(clock(transferred(), 'K30')).toMatchObject({ deadlineAt: '2026-11-21T23:00:00.000Z', stoppedAt: null });
    expect(clock(transferred({ counselToldOfTransferAt: '2026-11-21T01:00:00Z' }), 'K30')?.stoppedAt).toBe('2026-11-21T01:00:00.000Z');
    expect(clock(withEvents({ transferredAt: at }), 'K30')).toBeUndefined();
  });
  it('documents stored before the newer events existed stay valid, with the same hash', () => {
    const document = cleanPacket();
    expect(Object.keys(document.events)).toHaveLength(9);
    expect(sealContent(packetSchema.parse(JSON.parse(sealContent(document).content))).contentHash).toBe(sealContent(document).contentHash);
    expect(packetSchema.safeParse({ ...document, events: { ...document.events, claimToldToIceAt: null, hhsToldAt: at } }).success).toBe(true);
    expect(packetSchema.safeParse({ ...document, events: { ...document.events, hhsToldAt: '2026-11-21' } }).success).toBe(false);
  });
  it('[K1] [K3] a tie is headed by the custody limit', () => {
    expect(headClocks(packetClocks(withEvents({ immigrationArrestAt: at, custodyTransferredAt: at })))).toMatchObject({ deadlineClock: 'K3', deadlineAt: '2026-11-22T23:00:00.000Z' });
    // In the middle of a week both computations of the detainer agree: the form's is named.
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: '2026-11-16T15:00:00Z' })), '2026-11-17T00:00:00Z').deadlineClock).toBe('K2B');
  });
  const NO_NEXT = { nextAt: null, nextClock: null };
  const K2B_NEXT = { nextAt: '2026-11-22T23:00:00.000Z', nextClock: 'K2B' };
  it('[K4] [K5] [K2B] notice of the detainer heads between local release and the custody limit', () => {
    const document = withEvents({ localReleaseAt: at }, (d) => { formOf(d, 'I-247A').issued = { byKind: 'officer', byId: 'dio-1', name: 'Synthetic', title: 'DIO', at: '2026-11-20T22:00:00Z', place: 'Example' }; });
    const head = { ...headClocks(packetClocks(document), '2026-11-20T22:30:00Z'), state: 'in_review' as const };
    expect(head).toMatchObject({ deadlineClock: 'K4', nextAt: '2026-11-21T22:00:00.000Z', nextClock: 'K5', custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headAt(head, '2026-11-20T22:59:59.999Z').deadlineClock).toBe('K4');
    expect(headAt(head, at)).toEqual({ deadlineAt: '2026-11-21T22:00:00.000Z', deadlineClock: 'K5' });
    // A row from before the column knows its limit alone.
    expect(headAt({ ...head, nextAt: null, nextClock: null }, at)).toEqual({ deadlineAt: '2026-11-22T23:00:00.000Z', deadlineClock: 'K2B' });
    expect(headAt({ ...head, state: 'closed' }, at).deadlineClock).toBe('K4');
  });
  it('[K1..K8] a stored head shows at every later moment what would be stored then', () => {
    const time = fc.option(fc.integer({ min: -120, max: 120 }).map((h) => new Date(Date.parse(at) + h * 1_800_000).toISOString()));
    fc.assert(fc.property(fc.record({ localReleaseAt: time, immigrationArrestAt: time, custodyTransferredAt: time, iceCustodyAt: time, minorSuspectedAt: time }), time, fc.boolean(), fc.nat(240), fc.nat(240), (events, detainerAt, isTold, written, later) => {
      const known = Object.fromEntries(Object.entries(events).filter(([, v]) => v !== null));
      const document = withEvents(known, (d) => {
        const detainer = formOf(d, 'I-247A');
        detainer.issued = detainerAt === null ? null : { byKind: 'officer', byId: 'dio-1', name: 'Synthetic', title: 'DIO', at: detainerAt, place: 'Example' };
        detainer.iceNotifiedAt = detainerAt !== null && isTold ? detainerAt : null;
      });
      const clocks = packetClocks(document);
      const [first, then] = [written, written + later].map((h) => new Date(Date.parse(at) + (h - 120) * 1_800_000).toISOString()) as [string, string];
      const { deadlineAt, deadlineClock } = headClocks(clocks, then);
      expect(headAt({ ...headClocks(clocks, first), state: 'in_review' }, then)).toEqual({ deadlineAt, deadlineClock });
    }), { numRuns: 2000, seed: 3 });
  });
  it('[K4] [K2B] stores the earliest running deadline and the earliest running custody limit', () => {
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at })))).toEqual({ deadlineAt: at, deadlineClock: 'K4', ...K2B_NEXT, custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at, custodyTransferredAt: at })))).toEqual({ deadlineAt: '2026-11-22T23:00:00.000Z', deadlineClock: 'K2B', ...NO_NEXT, custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at, iceCustodyAt: '2026-11-21T01:00:00Z' })))).toEqual({ deadlineAt: null, deadlineClock: null, ...NO_NEXT, custodyLimitAt: null });
    // Local release has passed: the custody limit heads the packet, and K4 does again when nothing else runs.
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at })), '2026-11-20T22:59:59.999Z').deadlineClock).toBe('K4');
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at })), at)).toEqual({ deadlineAt: '2026-11-22T23:00:00.000Z', deadlineClock: 'K2B', ...NO_NEXT, custodyLimitAt: '2026-11-22T23:00:00.000Z' });
    expect(headClocks(packetClocks(withEvents({ localReleaseAt: at }, (d) => { d.forms = d.forms.filter((f) => f.kind !== 'I-247A'); })), '2026-11-21T00:00:00Z')).toEqual({ deadlineAt: at, deadlineClock: 'K4', ...NO_NEXT, custodyLimitAt: null });
    expect(headClocks([])).toEqual({ deadlineAt: null, deadlineClock: null, ...NO_NEXT, custodyLimitAt: null });
  });
});
