/** Pins that must have been on screen: which places, for which forms, whose pin counts; and what the signature and HQ make of it. */
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../shared/command.ts';
import { elementsOf, mustBeShown, notShown, pinnedPlaces, placeOf } from '../../shared/domain/must-be-shown.ts';
import { formHash, type PacketDocument } from '../../shared/domain/packet.ts';
import type { PinRows } from '../../shared/domain/pins.ts';
import { signoffReturn, signoffSign, type SignInput, type Statement } from '../../shared/domain/signoff.ts';
import { sentence } from '../../shared/text.ts';
import { AGENCY, cleanFacts, cleanPacket, cleanSigner, formOf, NOW, PM, rowsOf } from './clean-packets.ts';
import { signerPin } from './rule-case-parts.ts';

const env: Envelope = { id: 'cmd-00000001', ledger: 'L1', epoch: 'E1', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NOW, zone: 'America/Chicago', mono: 1, bootId: 'b1', anchor: '', base: { [`agency:${AGENCY}`]: 1 }, packs: ['core'], tz: '2026a', salt: 's' };
const LINE = { x: 0.1, y: 0.2, w: 0.5, h: 0.02 };
const LOWER = { ...LINE, y: 0.6 };
type Made = NonNullable<PacketDocument['pins']>[number];
const pin = (element: string, over: Partial<Made> = {}): Made => ({ element, evidenceId: 'e-statement', page: 1, region: LINE, quote: '', ...over });
/** A clean packet whose allegations and some facts of the person are pinned. */
const pinned = (...more: readonly Made[]): PacketDocument => {
  const d = cleanPacket();
  d.pins = [...[1, 2].map((n) => pin(`i862.allegations.${n}`)), ...[3, 4].map((n) => pin(`i862.allegations.${n}`, { region: LOWER })), pin('identity.name', { evidenceId: 'e-print', region: null }), ...more];
  return d;
};
const all = new Set(['i862', 'i200', 'i213']);
const names = (d: PacketDocument, forms: ReadonlySet<string> = all, rows: PinRows = []) => pinnedPlaces(d, rows, forms).map((p) => [p.evidenceId, p.region?.y ?? null, p.elements.map((e) => e.id)]);

describe('places of pins', () => {
  it('are those of the signed forms and of the packet as a whole, each once, in the order of the evidence and down the page', () => {
    expect(names(pinned(), new Set(['i862']))).toEqual([
      ['e-statement', 0.2, ['i862.allegations.1', 'i862.allegations.2']],
      ['e-statement', 0.6, ['i862.allegations.3', 'i862.allegations.4', 'i862.charges.0.entry_date', 'i862.charges.0.entry_place', 'i862.charges.0.not_admitted']],
      ['e-print', null, ['identity.name']],
    ]);
    expect(names(pinned(), new Set(['i200']))).toEqual([['e-print', null, ['identity.name']]]);
  });
  it.each<readonly [name: string, document: PacketDocument, rows: PinRows, expected: readonly string[]]>([
    ['a packet without pins has none', cleanPacket(), [], []],
    ['an unpinned element has none', pinned(), [], ['e-statement', 'e-statement', 'e-print']],
    ['a pin outside the page has none', pinned(pin('alienage', { page: 2 }), pin('alienage', { region: { ...LINE, x: 0.9 } })), [], ['e-statement', 'e-statement', 'e-print']],
    ['a pin whose words show something else has one', pinned(pin('identity.bornOn', { quote: '1970-01-01', region: { ...LINE, y: 0.9 } })), [], ['e-statement', 'e-statement', 'e-statement', 'e-print']],
    ['two pins of one element are two places', pinned(pin('alienage', { evidenceId: 'e-photo' }), pin('alienage', { evidenceId: 'e-order' })), [], ['e-statement', 'e-statement', 'e-print', 'e-photo', 'e-order']],
    ["the signer's own pin takes the place of the DIO's", pinned(), [{ ...signerPin('identity.name'), evidenceId: 'e-order' }], ['e-statement', 'e-statement', 'e-order']],
    ['a pin of another version has none', pinned(), [{ ...signerPin('alienage'), number: 2 }], ['e-statement', 'e-statement', 'e-print']],
  ])('%s', (_name, document, rows, expected) => expect(names(document, all, rows).map(([evidenceId]) => evidenceId)).toEqual(expected));
  it('are missing by place, whoever pinned there', () => {
    const must = mustBeShown(pinned(), null, [], all);
    expect(must.fields).toEqual([]);
    const left = notShown(must, new Set(), new Set([placeOf({ evidenceId: 'e-statement', page: 1, region: LINE }), 'something else']));
    expect(left.pins.map((p) => p.evidenceId)).toEqual(['e-statement', 'e-print']);
    expect(elementsOf(left.pins).map((e) => e.id)).toEqual(['i862.allegations.3', 'i862.allegations.4', 'i862.charges.0.entry_date', 'i862.charges.0.entry_place', 'i862.charges.0.not_admitted', 'identity.name']);
    expect(notShown(must, new Set(), new Set(must.pins.map((p) => p.place))).pins).toEqual([]);
  });
});

describe('signing with pins', () => {
  const shownAll = (d: PacketDocument): SignInput['shownPins'] => pinnedPlaces(d, [], all).map(({ evidenceId, page, region }) => ({ evidenceId, page, region, seconds: 2.5 }));
  const sign = (d: PacketDocument, shownPins: SignInput['shownPins'], rows: PinRows = [], kind: 'I-862' | 'I-213' = 'I-862') => {
    const { packet, version } = rowsOf(d);
    const { agency, intervals, moa } = cleanFacts();
    const state = { packet, version, holds: [], statements: [], signer: cleanSigner(), agency, intervals, moa, packs: [], reviews: [], returns: [], links: [], compared: null, pins: rows };
    const form = formOf(d, kind);
    return signoffSign.statements(state as unknown as Parameters<typeof signoffSign.statements>[0],
      { packetId: d.packetId, version: 1, forms: [{ formId: form.id, contentHash: formHash(form), capacity: 'Issuing officer' }], shown: [{ formId: form.id, seconds: 9 }], warnReasons: [], ...(shownPins ? { shownPins } : {}) }, env);
  };
  it.each([['nothing was on screen', undefined], ['a part was', [{ evidenceId: 'e-print', page: 1, region: null, seconds: 3 }]], ['another place of the page was', [{ evidenceId: 'e-statement', page: 1, region: null, seconds: 3 }]]] as const)('is refused when %s, and names the elements', (_name, shown) => {
    const result = sign(pinned(), shown as SignInput['shownPins']);
    if (result.ok) throw new Error('signed');
    expect(result.problem.code).toBe('signoff/pins-not-shown');
    expect(result.problem.details.elements).toContain('Allegation 3: entry date, entry place');
    expect(sentence(result.problem).what).toMatch(/^Not yet on screen: \d pins \(Allegation/);
  });
  it('is refused for the name of the person when another form is signed, and for nothing else', () => {
    const result = sign(pinned(), [], [], 'I-213');
    expect(result.ok ? null : result.problem.details).toEqual({ count: 1, elements: ['Identity: name'], ids: ['identity.name'] });
  });
  it('seals each pin with its file and its seconds', () => {
    const result = sign(pinned(), shownAll(pinned()));
    if (!result.ok) throw new Error(result.problem.code);
    expect(result.value[0]?.pins).toMatchObject({ count: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(result.value[0]?.pins?.pins.map((p) => [p.element, p.seconds, p.sha256.length])).toEqual([1, 2, 3, 4].map((n) => [`i862.allegations.${n}`, 2.5, 64]).concat([['identity.name', 2.5, 64]]));
  });
  it('says of a pin that was taken over that it was not on screen', () => {
    const rows = [{ ...signerPin('identity.name'), evidenceId: 'e-order' }];
    const result = sign(pinned(), [...(shownAll(pinned()) ?? []).filter((p) => p.evidenceId !== 'e-print'), { evidenceId: 'e-order', page: 1, region: null, seconds: 4 }], rows);
    expect(result.ok && result.value[0]?.pins?.pins.filter((p) => p.element === 'identity.name').map((p) => [p.by, p.seconds])).toEqual([['dio', null], ['pm-1', 4]]);
  });
  it('asks nothing about a pin that was added after the act', () => {
    expect(sign(pinned(), shownAll(pinned()), [{ ...signerPin('identity.name'), evidenceId: 'e-order', addedAt: '2026-11-24T23:00:00.000Z' }]).ok).toBe(true);
  });
  it('keeps to the room of a seal, whatever the words: the rest by count and hash', () => {
    const long = pinned(...Array.from({ length: 60 }, (_, n) => pin('alienage', { quote: '国籍'.repeat(200), region: { ...LINE, y: n / 100 } })));
    const result = sign(long, shownAll(long));
    if (!result.ok) throw new Error(result.problem.code);
    const { pins } = result.value[0] as Statement;
    expect(pins?.count).toBe(65);
    expect(pins?.pins.length).toBeLessThan(65);
    expect(new TextEncoder().encode(JSON.stringify(result.value[0])).length).toBeLessThan(28_000);
  });
  it('[SYN-4] other seconds or places than the command says are a difference at HQ; another pin on record is none by itself', () => {
    const result = sign(pinned(), shownAll(pinned()));
    if (!result.ok || !result.value[0]?.pins) throw new Error('not signed');
    const [s] = result.value;
    const pins = result.value[0].pins;
    expect(signoffSign.differences(s as Statement, { ...(s as Statement), pins: { ...pins, count: 6, pins: [...pins.pins, { ...(pins.pins[0] as typeof pins.pins[number]), by: 'pm-2', seconds: null }] } })).toEqual([]);
    expect(signoffSign.differences({ ...(s as Statement), pins: { ...pins, pins: pins.pins.map((p) => ({ ...p, seconds: 60 })) } }, s as Statement)).toEqual(['shown']);
  });
  it('[PK-00] a return asks for no pin', () => {
    const { packet } = rowsOf(pinned());
    const result = signoffReturn.decide({ packet, holds: [], statements: [], reviews: [] }, { packetId: packet.id, version: 1, note: '', deficiencies: [{ rule: 'NTA-03', field: 'forms.i862.allegations', note: 'Please pin.' }] }, env);
    expect(result.ok).toBe(true);
  });
});
