/** Signing, returning and holding as pure functions: every refusal, the same statement twice, and what stays possible in every state. */
import { describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import type { Envelope, State, Put } from '../../shared/command.ts';
import { HOLD_RULES, holdPlace, holdRelease, holdReasons } from '../../shared/domain/holds.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { formHash, SIGNABLE, type FormKind, type PacketDocument } from '../../shared/domain/packet.ts';
import { signoffReturn, signoffSign, type SignInput, type SignState } from '../../shared/domain/signoff.ts';
import { RULES } from '../../shared/domain/sufficiency.ts';
import { shownChanges } from '../../shared/domain/statement-facts.ts';
import type { HoldRow, PacketRow, ReturnRow } from '../../shared/rows.ts';
import { sentence } from '../../shared/text.ts';
import { AGENCY, cleanFacts, cleanHold, cleanPacket, cleanReview, cleanSigner, cleanStatement, DIO, formOf, NOW, PM, rowsOf } from './clean-packets.ts';

const env = (over: Partial<Envelope> = {}): Envelope => ({
  id: 'cmd-00000001', ledger: 'L1', epoch: 'E1', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NOW, zone: 'America/Chicago', mono: 1, bootId: 'b1', anchor: 'a'.repeat(64),
  base: { [`agency:${AGENCY}`]: 1 }, packs: ['core'], tz: '2026a', salt: 's', ...over,
});
const stateOf = (document: PacketDocument, over: Partial<SignState> = {}): SignState => {
  const { packet, version } = rowsOf(document);
  const { agency, intervals, moa } = cleanFacts(document.type);
  return { packet, version, holds: [], statements: [], reviews: [], packs: [], signer: cleanSigner(), agency, intervals, moa, ...over };
};
const inputOf = (document: PacketDocument, kinds: readonly FormKind[], over: Partial<SignInput> = {}): SignInput => ({
  packetId: document.packetId, version: document.number,
  forms: kinds.map((kind) => ({ formId: formOf(document, kind).id, contentHash: formHash(formOf(document, kind)), capacity: 'Issuing officer' })),
  shown: document.forms.map((f) => ({ formId: f.id, seconds: 12 })), warnReasons: [], ...over,
});
type FullState = Parameters<typeof signoffSign.statements>[0];
const sign = (document: PacketDocument, kinds: readonly FormKind[], o: { state?: Partial<SignState>; input?: Partial<SignInput>; env?: Partial<Envelope> } = {}) =>
  signoffSign.statements(stateOf(document, o.state) as FullState, inputOf(document, kinds, o.input), env(o.env));

describe('signoff.sign', () => {
  it('seals one statement per form, in the order of the ceremony', () => {
    const result = sign(cleanPacket(), ['I-247A', 'I-286', 'I-200', 'I-862', 'I-213']);
    expect(result.ok && result.value.map((s) => s.formKind)).toEqual(['I-213', 'I-862', 'I-200', 'I-286', 'I-247A']);
  });
  it('gives the same statements for the same rows: laptop and HQ', () => {
    const [a, b] = [sign(cleanPacket(), ['I-862', 'I-200']), sign(cleanPacket(), ['I-862', 'I-200'])];
    expect(a.ok && b.ok && canonical(a.value) === canonical(b.value)).toBe(true);
    if (a.ok && b.ok) for (const [n, s] of a.value.entries()) expect(signoffSign.differences(s, b.value[n] ?? s)).toEqual([]);
  });
  it('accepts what its own schema accepts', () => expect(signoffSign.input.safeParse(inputOf(cleanPacket(), ['I-862'])).success).toBe(true));
  it('hashes the form itself, never what the screen says', () => {
    const document = cleanPacket();
    const result = sign(document, ['I-862']);
    expect(result.ok && result.value[0]?.formHash).toBe(formHash(formOf(document, 'I-862')));
  });

  const document = cleanPacket();
  const head = rowsOf(document).packet;
  const lateWarn = (d: PacketDocument): PacketDocument => { d.consular.advisedAt = null; return d; };
  const broken = cleanPacket();
  formOf(broken, 'I-862').hearing.time = 'TBD';
  const first = { formId: 'i862', contentHash: formHash(formOf(document, 'I-862')), capacity: 'Issuing officer' };
  const refusals: readonly [code: string, name: string, () => ReturnType<typeof sign>][] = [
    ['packet/unknown', 'no packet', () => sign(document, ['I-862'], { state: { packet: null } })],
    ['packet/unknown-version', 'no version', () => sign(document, ['I-862'], { state: { version: null } })],
    ['signoff/version-changed', 'a newer version has come', () => sign(document, ['I-862'], { state: { packet: { ...head, currentVersion: 2 } } })],
    ['signoff/not-open', 'the packet is returned', () => sign(document, ['I-862'], { state: { packet: { ...head, state: 'returned' } } })],
    ['signoff/not-open', 'the packet is closed', () => sign(document, ['I-862'], { state: { packet: { ...head, state: 'closed' } } })],
    ['signoff/form-twice', 'one form twice', () => sign(document, ['I-862'], { input: { forms: [first, first] } })],
    ['signoff/unknown-form', 'a form that is not there', () => sign(document, ['I-862'], { input: { forms: [{ ...first, formId: 'i999' }] } })],
    ['signoff/form-changed', 'another text than on screen', () => sign(document, ['I-862'], { input: { forms: [{ ...first, contentHash: '0'.repeat(64) }] } })],
    ['signoff/not-shown', 'never on screen', () => sign(document, ['I-862'], { input: { shown: [{ formId: 'i200', seconds: 5 }] } })],
    ['signoff/not-signable', 'a form that nobody signs', () => sign(document, ['I-826'])],
    ['signoff/already-signed', 'signed already', () => sign(document, ['I-862'], { state: { statements: [cleanStatement('i862')] } })],
    ['signoff/unknown-signer', 'a signer without a staff row', () => sign(document, ['I-862'], { state: { signer: null } })],
    ['signoff/preparer-is-signer', '[PK-06] the preparer', () => sign(document, ['I-862'], { env: { actor: DIO }, state: { signer: { ...cleanSigner(), id: DIO } } })],
    ['signoff/signer-not-active', '[PK-07] authority ended', () => sign(document, ['I-862'], { state: { signer: { ...cleanSigner(), activeTo: NOW } } })],
    ['signoff/blocked', '[PK-07] a title that is not listed', () => sign(document, ['I-862'], { state: { signer: { ...cleanSigner(), legalTitle: 'Program Manager' } } })],
    ['signoff/blocked', '[NTA-06] no time of hearing', () => sign(broken, ['I-862'])],
    ['signoff/blocked', '[W200-02] the warrant without its NTA', () => sign(document, ['I-200'])],
    ['signoff/blocked', '[PK-08] a hold on citizenship', () => sign(document, ['I-862'], { state: { holds: [cleanHold('PK-08')] } })],
    ['signoff/blocked', '[PK-10] restricted handling', () => sign(document, ['I-862'], { state: { holds: [cleanHold('RESTRICTED')] } })],
    ['signoff/under-review', 'a review that is open', () => sign(document, ['I-862'], { state: { reviews: [cleanReview()] } })],
    ['signoff/held', 'any other open hold', () => sign(document, ['I-862'], { state: { holds: [cleanHold('OTHER')] } })],
    ['signoff/warn-reason-missing', '[PK-16] a reason for another warning', () => sign(lateWarn(cleanPacket()), ['I-862'], { input: { warnReasons: [{ rule: 'PK-12', reason: 'x'.repeat(40) }] } })],
    ['signoff/warn-reason-missing', '[PK-16] a warning without a reason', () => sign(lateWarn(cleanPacket()), ['I-862'])],
  ];
  it.each(refusals)('refuses with %s: %s', (code, _name, run) => {
    const result = run();
    expect(result.ok ? 'ok' : result.problem.code).toBe(code);
    if (!result.ok) expect(Object.values(sentence(result.problem)).every((s) => s.length > 0 && !s.includes('undefined'))).toBe(true);
  });
  it('names the rules that block', () => {
    const result = sign(broken, ['I-862']);
    expect(result.ok ? null : result.problem.details).toEqual({ pack: CORE_PACK.version, form: 'I-862', rules: ['NTA-06'] });
  });
  it('[PK-16] signs over a warning with a reason', () => {
    expect(sign(lateWarn(cleanPacket()), ['I-862'], { input: { warnReasons: [{ rule: 'PK-16', reason: 'Advised by phone, record follows.' }] } }).ok).toBe(true);
  });
  it.each([['too short', 'nineteen letters ok'], ['only blanks', ' '.repeat(40)], ['short between blanks', `${' '.repeat(20)}short${' '.repeat(20)}`]])('[PK-16] takes no reason that is %s', (_what, reason) => {
    expect(signoffSign.input.safeParse(inputOf(cleanPacket(), ['I-862'], { warnReasons: [{ rule: 'PK-16', reason }] })).success).toBe(false);
  });
  it('[NTA-06] leaves the other forms of the ceremony free', () => expect(sign(broken, ['I-213', 'I-286']).ok).toBe(true));
  it('[SYN-17] reports what HQ sees otherwise: holds, authority, MOA, signer, checks', () => {
    const sealed = sign(document, ['I-862']);
    if (!sealed.ok || !sealed.value[0]) throw new Error('not signed');
    const s = sealed.value[0];
    expect(signoffSign.differences(s, { ...s, facts: { ...s.facts, openHolds: ['h1'] } })).toEqual(['holds']);
    expect(signoffSign.differences(s, { ...s, facts: { ...s.facts, authority: [] } })).toEqual(['authority']);
    expect(signoffSign.differences(s, { ...s, facts: { ...s.facts, moa: [] } })).toEqual(['moa']);
    expect(signoffSign.differences(s, { ...s, facts: { ...s.facts, signerActiveTo: NOW } })).toEqual(['signer']);
    expect(signoffSign.differences(s, { ...s, contentHash: 'f'.repeat(64) })).toEqual(['content']);
    expect(signoffSign.differences(s, { ...s, checks: { ...s.checks, failed: ['PK-03@1'] } })).toEqual(['checks']);
  });
  it('[SYN-17] records a sealed act whatever the verdict', () => {
    const sealed = sign(document, ['I-862']);
    if (!sealed.ok || !sealed.value[0]) throw new Error('not signed');
    for (const effect of ['provisional', 'in_effect', 'under_review'] as const) {
      const puts = signoffSign.record(stateOf(document, { holds: [cleanHold('PK-08')] }) as FullState, inputOf(document, ['I-862']), env(), [{ statement: sealed.value[0], jws: 'j' }], { effect, reasons: [], receivedAt: NOW });
      expect(puts.map((p) => p.table)).toEqual(['statements', 'packets', ...(effect === 'under_review' ? ['lookback_reviews'] : [])]);
      expect(puts[0]?.row).toMatchObject({ formId: 'i862', effect, jws: 'j' });
    }
  });
  it('closes the review when the last signable form is signed', () => {
    const forms = document.forms.filter((f) => SIGNABLE.includes(f.kind));
    const sealed = sign(document, forms.map((f) => f.kind));
    if (!sealed.ok) throw new Error(sealed.problem.code);
    const record = (n: number): readonly Put[] => signoffSign.record(stateOf(document) as FullState, inputOf(document, ['I-862']), env(), sealed.value.slice(0, n).map((statement) => ({ statement, jws: 'j' })), { effect: 'provisional', reasons: [], receivedAt: NOW });
    expect(record(forms.length).at(-1)?.row).toMatchObject({ state: 'signed', lane: 9 });
    expect(record(1).at(-1)?.row).toMatchObject({ state: 'part_signed', lane: 1 });
  });
});

describe('signoff.sign of a resubmission', () => {
  const first = cleanPacket();
  const second = (() => {
    const d = cleanPacket();
    formOf(d, 'I-862').hearing.time = '13:00';
    d.consular.notifiedAt = '2026-11-24T01:00:00.000Z';
    return { ...d, number: 2, changeReason: 'Corrected after return' };
  })();
  const compared = rowsOf(first).version;
  const returns: readonly ReturnRow[] = [{ id: 'r-1', stream: `agency:${AGENCY}`, version: 2, changedBy: 'hq', agencyId: AGENCY, packetId: first.packetId, number: 1, deficiencies: [], note: '', returnedBy: PM, returnedAt: NOW }];
  const CHANGES = ['consular.notifiedAt', 'forms.i862.hearing.time'];
  const seen = (fields: readonly string[]) => fields.map((field) => ({ field, seconds: 3 }));
  const again = (input: Partial<SignInput>, state: Partial<SignState> = {}) => sign(second, ['I-862'], { state: { returns, compared, ...state }, input });
  it.each([
    ['without anything of it', {}, CHANGES], ['with one change unseen', { comparedWith: 1, shownFields: seen(CHANGES.slice(0, 1)) }, CHANGES.slice(1)],
    ['compared with another version', { comparedWith: 2, shownFields: seen(CHANGES) }, CHANGES], ['with fields that are none', { comparedWith: 1, shownFields: seen(['forms.i862', 'forms']) }, CHANGES],
  ] as const)('is refused %s, and the fields are named', (_what, input, fields) => {
    const result = again(input as Partial<SignInput>);
    expect(result.ok ? null : result.problem).toEqual({ code: 'signoff/changes-not-shown', details: { comparedWith: 1, count: fields.length, fields } });
    if (!result.ok) expect(sentence(result.problem).what).toContain(fields[0]);
  });
  it('is sealed once all was on screen, and the statement says so', () => {
    const result = again({ comparedWith: 1, shownFields: seen(CHANGES) });
    expect(result.ok && result.value[0]).toMatchObject({ comparedWith: 1, pages: 1, shownFields: { count: 2, fields: seen(CHANGES) }, shown: second.forms.map((f) => ({ formId: f.id, seconds: 12 })) });
  });
  it('is refused while the version to compare with is not on the laptop', () => {
    expect(again({ comparedWith: 1, shownFields: seen(CHANGES) }, { compared: null })).toMatchObject({ ok: false, problem: { code: 'packet/unknown-version', details: { version: 1 } } });
  });
  it('[SYN-17] HQ reports a statement that says otherwise what was on screen', () => {
    const result = again({ comparedWith: 1, shownFields: seen(CHANGES) });
    if (!result.ok || !result.value[0]) throw new Error('not signed');
    const [s] = result.value;
    expect(signoffSign.differences({ ...s, comparedWith: 2 }, s)).toEqual(['shown']);
    expect(signoffSign.differences({ ...s, shown: [] }, s)).toEqual(['shown']);
    const { comparedWith: _c, shownFields: _f, pages: _p, ...older } = s;
    expect(signoffSign.differences(older, older)).toEqual([]);
  });
  it('names as many changes as a seal has room for, and all of them by count and hash', () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({ field: `forms.i826.fields.synthetic field number ${n}`, seconds: 1 }));
    const all = shownChanges(many);
    expect(all.count).toBe(3000);
    expect(all.fields.length).toBeGreaterThan(100);
    expect(JSON.stringify(all).length).toBeLessThan(20_000);
    expect(shownChanges([...many].reverse())).toEqual(all);
    expect(shownChanges(many.slice(1)).hash).not.toBe(all.hash);
  });
});

describe('the age of every fact that a statement rests on', () => {
  const document = cleanPacket();
  it('is there per kind of fact, from the laptop\'s last whole pull', () => {
    const dataAsOf = new Date(Date.parse(NOW) - 52 * 3_600_000).toISOString();
    const result = sign(document, ['I-862'], { env: { dataAsOf, base: { [`agency:${AGENCY}`]: 7, program: 3 } } });
    const ages = result.ok ? result.value[0]?.asOf : null;
    const of = { stream: `agency:${AGENCY}`, streamVersion: 7, asOf: dataAsOf, ageMs: 52 * 3_600_000 };
    expect(ages).toMatchObject({ dataAsOf, ages: {
      packet: { ...of, recordedAt: rowsOf(document).version.receivedAt }, holds: { ...of, recordedAt: null }, authority: { ...of, recordedAt: '2025-06-01T00:00:00.000Z' },
      moa: { ...of, recordedAt: '2025-03-04T00:00:00.000Z' }, signer: { ...of, stream: 'program', streamVersion: 3, recordedAt: null },
    } });
  });
  it('is said to be unknown, never guessed, where the laptop cannot say', () => {
    const result = sign(document, ['I-862']);
    expect(result.ok && Object.values(result.value[0]?.asOf.ages ?? {}).map((a) => [a.asOf, a.ageMs])).toEqual(Array.from({ length: 5 }, () => [null, null]));
  });
  it('is never negative, and the newest hold dates the holds', () => {
    const held = [cleanHold('OTHER', { placedAt: '2026-11-20T00:00:00.000Z', releasedAt: '2026-11-21T00:00:00.000Z', releasedBy: 'hq', releasedRole: 'sddo', releaseNote: 'synthetic' })];
    const result = sign(document, ['I-862'], { state: { holds: held }, env: { dataAsOf: '2027-01-01T00:00:00.000Z' } });
    expect(result.ok && result.value[0]?.asOf.ages?.holds).toMatchObject({ ageMs: 0, recordedAt: '2026-11-21T00:00:00.000Z' });
  });
});

describe('[PK-00] in the person\'s favour', () => {
  const states: readonly PacketRow['state'][] = ['in_review', 'returned', 'part_signed', 'signed', 'closed'];
  const holds: readonly (readonly HoldRow[])[] = [[], ...Object.keys(HOLD_RULES).map((rule) => [cleanHold(rule)])];
  const packet = rowsOf(cleanPacket()).packet;
  it('[SYN-18] hold.place is accepted in every state, under every hold and by every rule', () => {
    for (const state of states) for (const open of holds) for (const rule of Object.keys(HOLD_RULES) as (keyof typeof HOLD_RULES)[]) {
      const rows = { packet: { ...packet, state }, holds: open, runs: [], reviews: [], statements: [cleanStatement('i862', { effect: 'under_review' })] } as Parameters<typeof holdPlace.decide>[0];
      const result = holdPlace.decide(rows, { packetId: packet.id, rule, reason: 'a synthetic concern' }, env());
      expect(result.ok && result.value[0]?.row).toMatchObject({ rule, releasedAt: null });
      expect(result.ok && result.value[1]?.row).toMatchObject({ openHolds: open.length + 1 });
    }
  });
  it('[SYN-18] signoff.return is accepted in every state, for every rule and for an old version', () => {
    for (const state of states) for (const version of [1, 2]) for (const { id } of RULES) {
      const rows = { packet: { ...packet, state, currentVersion: 2 }, holds: [cleanHold('PK-08')], statements: [], reviews: [] } as Parameters<typeof signoffReturn.decide>[0];
      const input = { packetId: packet.id, version, note: '', deficiencies: [{ rule: id, field: 'forms', note: 'missing' }] };
      expect(signoffReturn.input.safeParse(input).success, id).toBe(true);
      const result = signoffReturn.decide(rows, input, env());
      expect(result.ok && result.value[1]?.row).toMatchObject({ state: version === 2 ? 'returned' : state });
    }
  });
  it('neither is closed to a field role', () => {
    for (const role of ['pm', 'acting_pm'] as const) expect([holdPlace.roles.includes(role), signoffReturn.roles.includes(role)]).toEqual([true, true]);
  });
});

describe('[PK-00] the number of reasons on the packet\'s head', () => {
  const packet = rowsOf(cleanPacket()).packet;
  const failed = (rule: string) => ({ rule, predicate: `${rule}@1`, severity: 'HOLD' as const, outcome: 'fail' as const, gates: ['sign:*' as const], findings: [] });
  const later = new Date(Date.parse(NOW) + 3_600_000).toISOString();
  it.each([
    ['a hold and no failed check', [], [cleanHold('OTHER')], 1], ['a hold of the cause that a check names', ['PK-08'], [cleanHold('PK-08')], 1],
    ['restricted handling and its check', ['PK-10'], [cleanHold('RESTRICTED')], 1], ['a failed check without a hold, and a hold', ['PK-15'], [cleanHold('PK-19')], 2],
    ['a cause released after the checks', ['PK-08'], [cleanHold('PK-08', { releasedAt: later })], 0], ['a cause released before them', ['PK-08'], [cleanHold('PK-08', { releasedAt: '2026-01-01T00:00:00.000Z' })], 1],
  ] as const)('counts %s', (_what, rules, holds, count) => {
    expect(holdReasons({ results: rules.map(failed), evaluatedAt: NOW }, holds).size).toBe(count);
  });
  it('is what hold.place and hold.release write', () => {
    const run = { results: [failed('PK-15')], evaluatedAt: NOW };
    const place = holdPlace.decide({ packet, holds: [], statements: [], reviews: [], runs: [{ ...run, number: packet.currentVersion }] } as unknown as Parameters<typeof holdPlace.decide>[0], { packetId: packet.id, rule: 'PK-08', reason: 'a synthetic concern' }, env());
    expect(place.ok && place.value[1]?.row).toMatchObject({ openHolds: 1, holdCount: 2 });
    const hold = cleanHold('PK-08');
    const rows = { hold, packet, holds: [hold], statements: [], reviews: [], runs: [{ ...run, number: packet.currentVersion }] } as unknown as Parameters<typeof holdRelease.decide>[0];
    const release = holdRelease.decide(rows, { holdId: hold.id, note: 'record found, see memo' }, env({ role: 'opla', actor: 'hq-1' }));
    expect(release.ok && release.value[1]?.row).toMatchObject({ openHolds: 0, holdCount: 1 });
  });
});

describe('hold.release', () => {
  type Rows = Parameters<typeof holdRelease.decide>[0];
  const release = (over: Partial<State<Record<never, never>>> & Record<string, unknown> = {}, role: Envelope['role'] = 'opla', actor = 'hq-1') => {
    const hold = cleanHold('PK-08');
    return holdRelease.decide({ hold, packet: rowsOf(cleanPacket()).packet, holds: [hold], statements: [], reviews: [], runs: [], ...over } as unknown as Rows, { holdId: hold.id, note: 'record found, see memo' }, env({ role, actor }));
  };
  it('[PK-08] opens the packet again for the role that may', () => {
    const result = release();
    expect(result.ok && result.value.map((p) => p.row)).toMatchObject([{ releasedBy: 'hq-1', releasedRole: 'opla', releasedAt: NOW }, { openHolds: 0, lane: 1 }]);
  });
  it.each([
    ['hold/wrong-role', () => release({}, 'juvenile_coordinator')], ['hold/wrong-role', () => release({}, 'pm')], ['hold/unknown', () => release({ hold: null })],
    ['hold/already-released', () => release({ hold: cleanHold('PK-08', { releasedAt: NOW }) })], ['hold/signer-may-not-release', () => release({ statements: [cleanStatement('i862', { signerId: 'hq-1' })] })],
  ] as const)('refuses with %s', (code, run) => {
    const result = run();
    expect(result.ok ? 'ok' : result.problem.code).toBe(code);
  });
  it('is closed to field roles', () => expect(holdRelease.roles.filter((r) => r === 'pm' || r === 'acting_pm')).toEqual([]));
});
