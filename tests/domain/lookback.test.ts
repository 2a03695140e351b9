/** Look-back reviews as pure functions: which facts open one and in which words, due days, order, and every command of HQ roles. */
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../shared/api.ts';
import type { Envelope, Put } from '../../shared/command.ts';
import { HOLD_RULES, holdPlace } from '../../shared/domain/holds.ts';
import {
  changedFacts, compareLookback, isLate, LOOKBACK_COMMANDS, lookbackAssign, lookbackClose, lookbackDue, lookbackIdOf, lookbackNotice, lookbackOpen, openReason, reviewOfAct, type ActState,
} from '../../shared/domain/lookback.ts';
import { signoffReturn } from '../../shared/domain/signoff.ts';
import { covers, isUnderReview } from '../../shared/domain/under-review.ts';
import type { Result } from '../../shared/result.ts';
import type { LookbackReviewRow, PacketRow } from '../../shared/rows.ts';
import { sentence } from '../../shared/text.ts';
import { cleanFacts, cleanHold, cleanInterval, cleanMoa, cleanPacket, cleanReview, cleanSigner, cleanStatement, DIO, formOf, NOW, PM, rowsOf } from './clean-packets.ts';

const { packet, version } = rowsOf(cleanPacket());
const agency = cleanFacts().agency;
const env = (over: Partial<Envelope> = {}): Envelope => ({
  id: 'cmd-00000077', ledger: 'hq', epoch: 'e', seq: 1, prev: '', device: 'hq', actor: 'hq-sddo', role: 'sddo', at: NOW, zone: 'UTC', mono: 0, bootId: '', anchor: '', base: {}, packs: [], tz: '', salt: '', ...over,
});
const before: ActState = { packet, version, holds: [], signer: cleanSigner(), agency, intervals: [cleanInterval()], moa: [cleanMoa()] };
/** What the laptop sealed, on the facts of `before`. */
const sealed = {
  number: 1, contentHash: version.contentHash, signer: { legalTitle: cleanSigner().legalTitle },
  facts: {
    openHolds: [], signerActiveTo: null, authority: [cleanInterval()].map(({ id, startAt, endAt }) => ({ id, startAt, endAt })), moa: [cleanMoa()].map(({ id, status, startAt, endAt }) => ({ id, status, startAt, endAt })),
  },
};
const SINCE = '2026-11-24T15:00:00.000Z';
const facts = (over: Partial<ActState>, reasons: readonly string[], seal: unknown = sealed) => changedFacts(seal, { ...before, ...over }, { reasons });

describe('what changed, fact by fact', () => {
  it.each([
    ['a hold placed at HQ', { holds: [cleanHold('PK-08', { placedBy: 'hq-opla', placedAt: SINCE })] }, ['signoff/held', 'PK-08'], { reason: 'holds', signed: 'no such hold', hq: 'a protective hold, open', since: SINCE, by: 'hq-opla' }],
    ['authority revoked', { intervals: [{ ...cleanInterval(), endAt: SINCE, endReason: 'revoked', recordedAt: SINCE }] }, ['sync/authority-changed', 'authority'], { reason: 'authority', about: DIO, since: SINCE, by: 'hq' }],
    ['an agreement suspended', { moa: [{ ...cleanMoa(), endAt: SINCE, recordedAt: SINCE }] }, ['moa', 'sync/moa-changed'], { reason: 'moa', since: SINCE, by: 'hq' }],
    ['a signer whose role ended', { signer: { ...cleanSigner(), activeTo: SINCE } }, ['signoff/signer-not-active'], { reason: 'signer', by: 'hq' }],
    ['a newer version', { packet: { ...packet, currentVersion: 2, receivedAt: SINCE } }, ['signoff/version-changed'], { reason: 'content', signed: 'version 1', hq: 'version 2', since: SINCE }],
    ['another text of the version', { version: { ...version, contentHash: 'f'.repeat(64) } }, ['content'], { reason: 'content', hq: 'text ffffffff' }],
  ] as const)('%s', (_what, over, reasons, line) => {
    const found = facts(over as Partial<ActState>, reasons);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(line);
  });
  it('says both sides in words, with times of the site', () => {
    const [line] = facts({ intervals: [{ ...cleanInterval(), endAt: SINCE, endReason: 'revoked', recordedAt: SINCE }] }, ['authority']);
    expect(line?.signed).toMatch(/^from .* without end$/);
    expect(line?.hq).toMatch(/until .*C[SD]T.* \(revoked\)$/);
  });
  it('tells reasons without two sides as they are: a clock, a failed check, an assignment', () => {
    expect(facts({}, ['sync/clock-ahead', 'signoff/blocked', 'PK-04', 'sync/assignment-changed']).map((f) => f.reason)).toEqual(['sync/clock-ahead', 'PK-04', 'sync/assignment-changed']);
  });
  it('keeps a reason whose facts are the same now', () => expect(facts({}, ['sync/authority-changed']).map((f) => f.reason)).toEqual(['sync/authority-changed']));
  it('[PK-10] never tells restricted handling from any other protective hold', () => {
    const of = (rule: string, reasons: readonly string[]) => JSON.stringify(facts({ holds: [{ ...cleanHold(rule), id: 'h-1' }] }, reasons));
    const texts = new Set(Object.keys(HOLD_RULES).map((rule) => of(rule, ['signoff/held', rule])));
    texts.add(of('RESTRICTED', ['signoff/blocked', 'PK-10']));
    expect([...texts]).toHaveLength(1);
    const untold = new Set(Object.keys(HOLD_RULES).map((rule) => JSON.stringify(facts({}, ['signoff/held', rule]))));
    expect([...untold]).toHaveLength(1);
  });
  it('[SYN-17] a seal whose facts cannot be read still gets its reasons', () => {
    expect(facts({ holds: [cleanHold('OTHER')] }, ['content'], { nothing: 'here' }).map((f) => f.reason)).toEqual(['content']);
  });
  it('reads back what it stores, and a bare reason as itself', () => {
    const row = reviewOfAct('cmd-1', sealed, 'st-1', { ...before, holds: [cleanHold('OTHER')] }, { effect: 'under_review', reasons: ['holds'], receivedAt: NOW })[0];
    expect(row?.reasons.map(openReason)).toEqual(facts({ holds: [cleanHold('OTHER')] }, ['holds']));
    expect(openReason('sync/clock-ahead')).toEqual({ reason: 'sync/clock-ahead', signed: null, hq: null, since: null, by: null, about: null });
    expect(openReason('{"reason":1}').reason).toBe('{"reason":1}');
    expect(openReason('{broken').reason).toBe('{broken');
  });
});

describe('opening', () => {
  it('[SYN-17] opens one for an act under review, counted from HQ\'s receipt, and none for the others', () => {
    const receivedAt = '2026-11-25T16:00:00.000Z';
    const [row] = reviewOfAct('cmd-1', sealed, 'st-1', before, { effect: 'under_review', reasons: ['content'], receivedAt });
    expect(row).toMatchObject({ id: lookbackIdOf('cmd-1'), statementId: 'st-1', cause: 'facts-changed', isDetained: packet.isDetained, openedAt: receivedAt, ownerId: null, outcome: null, closedAt: null });
    // Thursday 26 November 2026 is Thanksgiving.
    expect(row?.dueAt).toBe('2026-11-27T16:00:00.000Z');
    for (const effect of ['provisional', 'in_effect'] as const) expect(reviewOfAct('cmd-1', sealed, 'st-1', before, { effect, reasons: [], receivedAt })).toEqual([]);
  });
  it.each([
    ['a Monday', '2026-11-23T16:00:00.000Z', 'America/Chicago', '2026-11-24T16:00:00.000Z'],
    ['a Friday, to Monday', '2026-11-20T23:00:00.000Z', 'America/Chicago', '2026-11-23T23:00:00.000Z'],
    ['a Friday before a Monday holiday', '2027-01-15T20:00:00.000Z', 'America/Chicago', '2027-01-19T20:00:00.000Z'],
    ['a Saturday: as Monday ends', '2026-11-21T18:00:00.000Z', 'America/Chicago', '2026-11-24T06:00:00.000Z'],
    ['Thursday 30 December 2027: the 31st is the observed New Year\'s Day', '2027-12-30T18:00:00.000Z', 'America/New_York', '2028-01-03T18:00:00.000Z'],
    ['31 December 2027 itself', '2027-12-31T18:00:00.000Z', 'America/New_York', '2028-01-04T05:00:00.000Z'],
    ['a Friday before clocks go forward', '2027-03-12T18:00:00.000Z', 'America/New_York', '2027-03-15T17:00:00.000Z'],
    ['a Friday before clocks go back', '2026-10-30T18:00:00.000Z', 'America/New_York', '2026-11-02T19:00:00.000Z'],
    ['late evening UTC, still Friday at the site', '2026-11-21T03:00:00.000Z', 'America/Los_Angeles', '2026-11-24T03:00:00.000Z'],
  ])('is due one business day of the site after %s', (_what, openedAt, zone, due) => expect(lookbackDue(openedAt, zone)).toBe(due));
});

describe('under review', () => {
  const held = cleanStatement('i862', { effect: 'under_review' });
  it('ends with the closed review, though the statement stays under review for good', () => {
    expect(isUnderReview([held], [])).toBe(true);
    expect(isUnderReview([held], [cleanReview()])).toBe(true);
    expect(isUnderReview([held], [cleanReview({ closedAt: NOW, outcome: 'stands' })])).toBe(false);
    expect(isUnderReview([cleanStatement('i862')], [])).toBe(false);
    expect(isUnderReview([cleanStatement('i862')], [cleanReview()])).toBe(true);
  });
  it('one review answers for the whole ceremony, and for no other', () => {
    const other = cleanStatement('i200', { effect: 'under_review' });
    const later = cleanStatement('i286', { effect: 'under_review', signedAt: '2026-11-24T20:00:00.000Z' });
    const closed = cleanReview({ closedAt: NOW });
    expect(covers(closed, other, [held, other, later])).toBe(true);
    expect(isUnderReview([held, other], [closed])).toBe(false);
    expect(isUnderReview([held, other, later], [closed])).toBe(true);
    expect(isUnderReview([held, other], [cleanReview({ statementId: null, closedAt: NOW })])).toBe(false);
  });
  it('sorts open before closed, detained first, then due; marks what is late', () => {
    const rows = [
      cleanReview({ id: 'closed', closedAt: NOW }), cleanReview({ id: 'free', isDetained: false, dueAt: '2026-11-23T00:00:00.000Z' }), cleanReview({ id: 'later', dueAt: '2026-11-26T00:00:00.000Z' }), cleanReview({ id: 'first', dueAt: '2026-11-24T00:00:00.000Z' }),
      cleanReview({ id: 'newest', closedAt: '2027-01-01T00:00:00.000Z' }),
    ];
    expect([...rows].sort(compareLookback).map((r) => r.id)).toEqual(['first', 'later', 'free', 'newest', 'closed']);
    expect([...rows].reverse().sort(compareLookback).map((r) => r.id)).toEqual(['first', 'later', 'free', 'newest', 'closed']);
    expect([isLate(cleanReview(), '2026-11-25T19:30:00.000Z'), isLate(cleanReview(), '2026-11-25T19:30:00.001Z'), isLate(cleanReview({ closedAt: '2026-11-25T10:00:00.000Z' }), '2027-01-01T00:00:00.000Z')]).toEqual([false, true, false]);
  });
});

const codeOf = (r: Result<readonly Put[]>): string => {
  if (r.ok) return 'ok';
  expect(Object.values(sentence(r.problem)).every((s) => s.length > 0 && !s.includes('undefined') && !s.includes('It was not done'))).toBe(true);
  return r.problem.code;
};
const rowOf = (r: Result<readonly Put[]>, table: string) => (r.ok ? r.value.find((p) => p.table === table)?.row : undefined);
const statements = [cleanStatement('i862', { effect: 'under_review' })];
const notice = (to: 'opla' | 'person' | 'counsel', at = NOW) => ({ to, at, what: 'told by phone' });

describe('lookback.open, assign, notice', () => {
  const open = (over: object = {}, input: object = {}) => lookbackOpen.decide({ packet: { ...packet, state: 'signed', lane: 9 }, agency, holds: [], statements, reviews: [], ...over } as Parameters<typeof lookbackOpen.decide>[0],
    { packetId: packet.id, statementId: 'st-i862', cause: 'late-lapse', note: 'refresher lapsed the week before', ...input } as Parameters<typeof lookbackOpen.decide>[1], env());
  it('opens by hand and puts the packet first', () => {
    expect(rowOf(open(), 'lookback_reviews')).toMatchObject({ cause: 'late-lapse', statementId: 'st-i862', openedAt: NOW, closedAt: null });
    expect(rowOf(open(), 'packets')).toMatchObject({ lane: 0, state: 'signed' });
  });
  it.each([
    ['packet/unknown', () => open({ packet: null })], ['lookback/nothing-signed', () => open({ statements: [] })], ['lookback/unknown-statement', () => open({}, { statementId: 'st-9' })],
    ['lookback/already-open', () => open({ reviews: [cleanReview()] })], ['ok', () => open({ reviews: [cleanReview({ closedAt: NOW })] })], ['ok', () => open({}, { statementId: null })],
  ] as const)('answers %s', (code, run) => expect(codeOf(run())).toBe(code));

  const owner = { ...cleanSigner(), id: 'hq-sddo', role: 'sddo' as const };
  const assign = (over: object = {}) => lookbackAssign.decide({ review: cleanReview(), owner, statements, ...over } as Parameters<typeof lookbackAssign.decide>[0], { reviewId: 'rev-1', ownerId: 'hq-sddo' }, env());
  it.each([
    ['ok', () => assign()], ['lookback/unknown', () => assign({ review: null })], ['lookback/closed', () => assign({ review: cleanReview({ closedAt: NOW }) })], ['lookback/wrong-owner', () => assign({ owner: null })],
    ['lookback/wrong-owner', () => assign({ owner: { ...owner, role: 'opla' } })], ['lookback/wrong-owner', () => assign({ owner: { ...owner, activeTo: NOW } })],
    ['lookback/owner-is-signer', () => assign({ statements: [cleanStatement('i862', { signerId: 'hq-sddo' })] })],
  ] as const)('assign answers %s', (code, run) => expect(codeOf(run())).toBe(code));

  it('notices are added, also after the close, and never lie in the future', () => {
    const add = (review: LookbackReviewRow | null, at = NOW) => lookbackNotice.decide({ review }, { reviewId: 'rev-1', notices: [notice('opla', at)] }, env());
    expect(rowOf(add(cleanReview()), 'lookback_reviews')).toMatchObject({ notices: [{ to: 'opla', at: NOW }] });
    expect(codeOf(add(cleanReview({ closedAt: NOW, outcome: 'stands' })))).toBe('ok');
    expect(codeOf(add(null))).toBe('lookback/unknown');
    expect(codeOf(add(cleanReview(), '2099-01-01T00:00:00Z'))).toBe('lookback/notice-ahead');
  });
});

describe('lookback.close', () => {
  type In = Parameters<typeof lookbackClose.decide>[1];
  const close = (input: Partial<In> = {}, over: object = {}, actor = 'hq-sddo') => lookbackClose.decide(
    { review: cleanReview(), packet: { ...packet, state: 'signed', lane: 0 }, holds: [], statements, reviews: [cleanReview()], versions: [version], ...over } as Parameters<typeof lookbackClose.decide>[0],
    { reviewId: 'rev-1', outcome: 'stands', note: 'The interval had been recorded in error.', isServed: false, notices: [notice('opla')], releasedAt: null, ...input }, env({ actor }));
  it.each([
    ['stands', true, { state: 'signed', lane: 9 }, false], ['reissued', true, { state: 'returned', lane: 5 }, true], ['cancelled', true, { state: 'returned', lane: 5 }, true],
    ['cancelled', false, { state: 'closed', lane: 9 }, false], ['released', true, { state: 'closed', lane: 9 }, false],
  ] as const)('%s (detained %s) moves the packet to %o', (outcome, isDetained, head, isReturned) => {
    const result = close({ outcome, releasedAt: outcome === 'released' ? NOW : null }, { packet: { ...packet, isDetained, state: 'signed', lane: 0 } });
    expect(codeOf(result)).toBe('ok');
    expect(rowOf(result, 'packets')).toMatchObject(head);
    expect(rowOf(result, 'lookback_reviews')).toMatchObject({ outcome, closedBy: 'hq-sddo', closedAt: NOW });
    expect(rowOf(result, 'returns') !== undefined).toBe(isReturned);
  });
  it('another open review keeps the packet first', () => {
    expect(rowOf(close({}, { reviews: [cleanReview(), cleanReview({ id: 'rev-2', statementId: null })] }), 'packets')).toMatchObject({ lane: 0 });
  });
  const served = cleanPacket();
  const form = formOf(served, 'I-862');
  it.each([
    ['lookback/notice-missing', () => close({ notices: [] })], ['lookback/notice-missing', () => close({ isServed: true })], ['ok', () => close({ isServed: true, notices: [notice('opla'), notice('counsel')] })],
    ['ok', () => close({ isServed: true, notices: [notice('person')] }, { review: cleanReview({ notices: [notice('opla')] }) })], ['lookback/closer-is-signer', () => close({}, {}, PM)], ['lookback/unknown', () => close({}, { review: null })],
    ['lookback/closed', () => close({}, { review: cleanReview({ closedAt: NOW }) })], ['packet/unknown', () => close({}, { packet: null })], ['lookback/released-when', () => close({ outcome: 'released' })],
    ['lookback/released-when', () => close({ outcome: 'released', releasedAt: '2099-01-01T00:00:00Z' })], ['lookback/notice-ahead', () => close({ notices: [notice('opla', '2099-01-01T00:00:00Z')] })],
  ] as const)('answers %s', (code, run) => expect(codeOf(run())).toBe(code));
  it('names the field and whom to tell', () => {
    const result = close({ notices: [], isServed: true });
    expect(result.ok ? null : result.problem.details).toEqual({ field: 'notices', to: ['opla', 'person or counsel'] });
  });
  it('believes the certificate of service over the closer', () => {
    expect([form.served, codeOf(close())]).toEqual([null, 'ok']);
    form.served = { byKind: 'officer', byId: DIO, at: NOW, method: 'in_person', place: 'Example jail', language: 'English', interpreter: null };
    expect(codeOf(close({}, { versions: [rowsOf(served).version] }))).toBe('lookback/notice-missing');
  });
  it('leaves a field role, the signer and everybody else out', () => {
    for (const command of Object.values(LOOKBACK_COMMANDS)) expect(command.roles.some((r) => r === 'pm' || r === 'acting_pm' || r === 'auditor')).toBe(false);
    expect(lookbackClose.roles).toEqual(['sddo', 'fod']);
    for (const name of Object.keys(LOOKBACK_COMMANDS)) expect(COMMANDS[name]).toBe(LOOKBACK_COMMANDS[name as keyof typeof LOOKBACK_COMMANDS]);
  });
});

describe('[PK-00] while a review is open', () => {
  const states: readonly PacketRow['state'][] = ['in_review', 'returned', 'part_signed', 'signed', 'closed'];
  it('acts in the person\'s favour pass in every state: hold, return, open, notice, release', () => {
    for (const state of states) for (const reviews of [[cleanReview()], [cleanReview(), cleanReview({ id: 'rev-2', statementId: null })]]) {
      const head = { ...packet, state };
      const rows = { packet: head, holds: [], statements, reviews, run: null, runs: [], agency, versions: [version], review: reviews[0] ?? null };
      expect(codeOf(holdPlace.decide(rows as never, { packetId: packet.id, rule: 'OTHER', reason: 'a synthetic concern' }, env()))).toBe('ok');
      expect(codeOf(signoffReturn.decide(rows as never, { packetId: packet.id, version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'missing' }] }, env()))).toBe('ok');
      expect(codeOf(lookbackNotice.decide(rows as never, { reviewId: 'rev-1', notices: [notice('opla')] }, env()))).toBe('ok');
      for (const outcome of ['cancelled', 'released'] as const) {
        expect(codeOf(lookbackClose.decide(rows as never, { reviewId: 'rev-1', outcome, note: 'It was issued on authority that had ended.', isServed: false, notices: [notice('opla')], releasedAt: NOW }, env()))).toBe('ok');
      }
    }
  });
});
