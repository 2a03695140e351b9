/** Required elements, what counts as a pin, faulty pins, and the comparison of words with fields. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../shared/command.ts';
import { packetSchema, type PacketDocument } from '../../shared/domain/packet.ts';
import { daysIn, shows } from '../../shared/domain/pin-text.ts';
import { elementPins, pinAdd, pinFault, requiredElements, sealedPins } from '../../shared/domain/pins.ts';
import { signoffSign, type Statement } from '../../shared/domain/signoff.ts';
import { formHash } from '../../shared/domain/packet.ts';
import { PACKET_TYPES, type PacketRow } from '../../shared/rows.ts';
import { sentence } from '../../shared/text.ts';
import { AGENCY, cleanFacts, cleanHold, cleanPacket, cleanSigner, formOf, NOW, PM, rowsOf } from './clean-packets.ts';
import { dioPins, signerPin } from './rule-case-parts.ts';

const env: Envelope = { id: 'cmd-00000001', ledger: 'L1', epoch: 'E1', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NOW, zone: 'America/Chicago', mono: 1, bootId: 'b1', anchor: '', base: { [`agency:${AGENCY}`]: 1 }, packs: ['core'], tz: '2026a', salt: 's' };
const pinned = (): PacketDocument => { const d = cleanPacket(); dioPins(d); return d; };
const stateOf = (d: PacketDocument, element: string, rows: Parameters<typeof elementPins>[1] = []) => {
  const found = elementPins(d, rows).find((e) => e.element.id === element);
  if (!found) throw new Error(`no element ${element}`);
  return found;
};

describe('required elements', () => {
  it.each([
    ['P-NTA', ['identity.name', 'identity.bornOn', 'identity.aNumber', 'alienage', 'i862.allegations.1', 'i862.allegations.2', 'i862.allegations.3', 'i862.allegations.4', 'i862.charges.0.entry_date', 'i862.charges.0.entry_place', 'i862.charges.0.not_admitted']],
    ['P-REIN', ['identity.name', 'identity.bornOn', 'identity.aNumber', 'alienage', 'i871.priorOrder', 'i871.departure', 'i871.reentry', 'i205.finalOrder']],
    ['P-FARO', ['identity.name', 'identity.bornOn', 'identity.aNumber', 'alienage', 'i851.conviction']],
    ['P-FINAL', ['identity.name', 'identity.bornOn', 'identity.aNumber', 'alienage', 'i205.finalOrder']],
    ['P-WSO', ['identity.name', 'identity.bornOn', 'identity.aNumber']], ['P-NONE', ['identity.name', 'identity.bornOn', 'identity.aNumber']],
  ] as const)('of a %s', (type, ids) => expect(requiredElements(cleanPacket(type)).map((e) => e.id)).toEqual(ids));
  it('have one id each, with a label and a field, for every packet type', () => {
    for (const type of PACKET_TYPES) {
      const all = requiredElements(cleanPacket(type));
      expect(new Set(all.map((e) => e.id)).size).toBe(all.length);
      expect(all.every((e) => e.label !== '' && e.field !== '')).toBe(true);
    }
  });
});

describe('pins of a packet', () => {
  it('cover the allegation and, through it, the element of the charge', () => {
    const d = pinned();
    expect([stateOf(d, 'i862.allegations.4').state, stateOf(d, 'i862.charges.0.not_admitted').state, stateOf(d, 'alienage').state]).toEqual(['pinned', 'pinned', 'unpinned']);
  });
  it.each([['evidence', { evidenceId: 'e-none' }], ['page', { page: 2 }], ['page', { page: 0 }], ['page', { page: -1 }], ['region', { region: { x: 0.9, y: 0, w: 0.2, h: 0.1 } }], ['region', { region: { x: -0.1, y: 0, w: 0.2, h: 0.1 } }], ['region', { region: { x: 0, y: 0, w: 0, h: 0.1 } }]] as const)('with a wrong %s do not count and are named', (fault, over) => {
    const d = pinned();
    d.pins = [{ element: 'alienage', evidenceId: 'e-statement', page: 1, region: null, quote: '', ...over }];
    expect(packetSchema.safeParse(d).success).toBe(true);
    expect(stateOf(d, 'alienage')).toMatchObject({ state: 'unpinned', pins: [], faulty: [{ fault }] });
  });
  it('of the signer count instead of the DIO\'s, the latest one, of this version only', () => {
    const d = pinned();
    d.pins = [{ element: 'identity.name', evidenceId: 'e-print', page: 1, region: null, quote: 'SOMEBODY ELSE' }];
    const first = { ...signerPin('identity.name'), quote: 'Nobody' };
    const second = { ...first, id: 'pin-2', quote: 'Luis ORTEGA DIAZ', addedAt: '2026-11-24T19:05:00.000Z' };
    expect(stateOf(d, 'identity.name').state).toBe('mismatch');
    expect(stateOf(d, 'identity.name', [second, first])).toMatchObject({ state: 'pinned', pins: [{ by: 'pm-1', quote: 'Luis ORTEGA DIAZ' }] });
    expect(stateOf(d, 'identity.name', [{ ...second, number: 2 }]).state).toBe('mismatch');
  });
  it('are sealed per form: its own and those of the packet, with the hash of the file', () => {
    const d = pinned();
    d.pins?.push({ element: 'identity.name', evidenceId: 'e-print', page: 1, region: null, quote: 'Luis' });
    expect(sealedPins(d, [], 'i200', () => 3).pins.map((p) => [p.element, p.by, p.sha256, p.seconds])).toEqual([['identity.name', 'dio', 'a'.repeat(64), 3]]);
    expect(sealedPins(d, [signerPin('i862.allegations.1')], 'i862', () => null)).toMatchObject({ count: 6, pins: expect.objectContaining({ length: 6 }) });
  });
  it('stand in the statement, and a packet without pins has a statement without them', () => {
    const statementFor = (d: PacketDocument): Statement | undefined => {
      const { packet, version } = rowsOf(d);
      const { agency, intervals, moa } = cleanFacts();
      const result = signoffSign.statements({ packet, version, holds: [], statements: [], signer: cleanSigner(), agency, intervals, moa, packs: [], reviews: [], returns: [], links: [], pins: [] } as unknown as Parameters<typeof signoffSign.statements>[0],
        { packetId: d.packetId, version: 1, forms: [{ formId: 'i862', contentHash: formHash(formOf(d, 'I-862')), capacity: 'Issuing officer' }], shown: [{ formId: 'i862', seconds: 9 }], warnReasons: [], shownPins: [{ evidenceId: 'e-statement', page: 1, region: null, seconds: 2 }] }, env);
      if (!result.ok) throw new Error(result.problem.code);
      return result.value[0];
    };
    expect(statementFor(pinned())?.pins?.pins.map((p) => p.element)).toEqual(['i862.allegations.1', 'i862.allegations.2', 'i862.allegations.3', 'i862.allegations.4']);
    expect(statementFor(cleanPacket()) ?? {}).not.toHaveProperty('pins');
  });
  it('never fault inside the page and always outside it', () => {
    const d = cleanPacket();
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(unit, unit, unit, unit, (x, y, a, b) => {
      fc.pre(a > x && b > y);
      expect(pinFault(d, { evidenceId: 'e-print', page: 1, region: { x, y, w: a - x, h: b - y } })).toBe(null);
      expect(pinFault(d, { evidenceId: 'e-print', page: 1, region: { x: x + 1.01, y, w: a - x, h: b - y } })).toBe('region');
    }));
  });
});

describe('[PK-00] pin.add', () => {
  const { packet, version } = rowsOf(cleanPacket());
  const input = { packetId: packet.id, version: 1, element: 'alienage', evidenceId: 'e-statement', page: 1, region: null, quote: 'Examplia' };
  it('is accepted in every state of the packet', () => {
    for (const state of ['in_review', 'returned', 'part_signed', 'signed', 'closed'] as const satisfies readonly PacketRow['state'][]) {
      const result = pinAdd.decide({ packet: { ...packet, state, openHolds: 1 }, version }, input, env);
      expect(result.ok && result.value).toMatchObject([{ table: 'pins', row: { element: 'alienage', addedBy: PM, addedAt: NOW, number: 1 } }]);
    }
    expect(cleanHold('PK-08').releasedAt).toBe(null);
  });
  it.each([
    ['packet/unknown', { packet: null }, {}], ['packet/unknown-version', { version: null }, {}], ['pin/unknown-element', {}, { element: 'i862.allegations.9' }], ['pin/unknown-evidence', {}, { evidenceId: 'x' }],
    ['pin/outside-page', {}, { page: 2 }], ['pin/outside-page', {}, { region: { x: 0.5, y: 0.5, w: 0.6, h: 0.1 } }],
  ] as const)('refuses with %s and says where', (code, state, over) => {
    const result = pinAdd.decide({ packet, version, ...state }, { ...input, ...over }, env);
    expect(result.ok ? 'ok' : result.problem.code).toBe(code);
    if (!result.ok) expect(Object.values(sentence(result.problem)).every((s) => s.length > 0 && !s.includes('undefined'))).toBe(true);
  });
});

describe('words at a pin', () => {
  it.each([
    ['name', 'ORTEGA DIAZ Luis', 'Subject: Ortega Díaz, Luis', true], ['name', 'ORTEGA DIAZ Luis', 'Luis Ortega', false], ['name', "O'Brien-Šmíd Anna", 'ANNA OBRIEN SMID', true], ['name', 'Ana', 'banana', false], ['name', 'Suharto', 'Name: SUHARTO', true],
    ['name', 'محمد علي', 'الاسم: مُحَمَّد علي', true], ['name', '李小龙', '姓名：李小龙', true], ['name', 'יוסף כהן', 'שם: כהן יוסף', true],
    ['number', 'A 012 345 678', 'A-number: A012-345-678', true], ['number', 'A 012 345 678', 'A12345678', true], ['number', 'A 012 345 678', 'A 012 345 679', false], ['number', 'A 012 345 678', 'رقم ٠١٢٣٤٥٦٧٨', true],
    ['text', 'Peru', 'Q. Of which country?  A. PERÚ.', true], ['text', 'Niger', 'Citizen of Nigeria', false], ['text', 'Straße', 'STRASSE 5', true],
  ] as const)('%s %s in "%s"', (kind, value, quote, isShown) => expect(shows(quote, { kind, value })).toBe(isShown));
  it.each(['2019-03-04', '2019/3/4', '20190304', '03/04/2019', '4.3.2019', 'on or about March 4, 2019.', '4th March 2019', '04 MAR 2019', '4 de marzo de 2019', '2019年3月4日', '٢٠١٩-٠٣-٠٤', '४/३/२०१९'])('reads 4 March 2019 in "%s"', (quote) =>
    expect(shows(`Entered ${quote}, it says`, { kind: 'date', value: '2019-03-04' })).toBe(true));
  it.each(['2019-03-05', 'March 2019', '3/4/19', '2019-13-04', 'Marcus 4 2091', '1002019-03-04', ''])('does not read it in "%s"', (quote) => expect(daysIn(quote).has('2019-03-04')).toBe(false));
  it('finds a value again that was written down as it is', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true }), (d) => {
      const day = d.toISOString().slice(0, 10);
      const [y, m, n] = day.split('-');
      for (const quote of [day, `${m}/${n}/${y}`, `${n}.${m}.${y}`, `${y}${m}${n}`]) expect(daysIn(`x ${quote} y`).has(day)).toBe(true);
    }));
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom('name', 'text', 'number', 'date'), fc.string({ unit: 'grapheme', maxLength: 200 }), (value, kind, quote) => {
      expect(typeof shows(quote, { kind, value })).toBe('boolean');
      if (kind === 'name' || kind === 'text') expect(shows(value, { kind, value })).toBe(true);
    }));
  });
});
