/**
 * Evidence pins: which elements of a packet need one, where each is pinned, and what is wrong with a pin (0.4 item 5). The list, the check NTA-03 and the
 * statement read the same functions. A pin is a fact: a wrong one stays on record, and a later one of the same element by the signer counts instead.
 */
import { z } from 'zod';
import { canonical, canonicalHash } from '../canonical.ts';
import { command, one, put } from '../command.ts';
import { agencyStream, deriveId } from '../ids.ts';
import { no, ok } from '../result.ts';
import { FIELD_ROLES } from '../roles.ts';
import { type PinRow, type Region, versionId } from '../rows.ts';
import { chargeOf } from './charges.ts';
import { displayANumber, openContent, type Allegation, type Element, type FormOf, type PacketDocument } from './packet.ts';
import { type Expected, shows } from './pin-text.ts';

/** One thing that a packet must prove. `id` is what pins name, unique in the packet. */
export type RequiredElement = {
  readonly id: string;
  /** Form that it belongs to; null: the packet as a whole, needed by every form. */
  readonly formId: string | null;
  readonly label: string;
  /** Where it stands, as a path for the screen. */
  readonly field: string;
  /** What the words at the pin should show, any of these; empty: nothing typed to compare with. */
  readonly expected: readonly Expected[];
  /** Other elements whose pin covers this one as well: for an element of a charge, the cited allegations that assert it. */
  readonly coveredBy: readonly string[];
};
/** Where a pin points, by whom: `dio` from the packet itself, otherwise the id of the signer who added it. */
export type Pin = { readonly element: string; readonly evidenceId: string; readonly page: number; readonly region: Region | null; readonly quote: string; readonly by: string };
export type PinFault = 'evidence' | 'page' | 'region';
export type PinState = 'pinned' | 'mismatch' | 'unpinned';
export type ElementPins = {
  readonly element: RequiredElement; readonly state: PinState;
  /** Pins that count: the signer's latest sound one, else the DIO's sound ones, else those of what covers the element. */
  readonly pins: readonly Pin[];
  /** Pins that point nowhere, with what is wrong. */
  readonly faulty: readonly { readonly pin: Pin; readonly fault: PinFault }[];
};
export type PinRows = readonly Pick<PinRow, 'id' | 'packetId' | 'number' | 'element' | 'evidenceId' | 'page' | 'region' | 'quote' | 'addedBy' | 'addedAt'>[];

const date = (value: string | null | undefined): readonly Expected[] => (value ? [{ kind: 'date', value }] : []);
const text = (value: string | null | undefined): readonly Expected[] => (value?.trim() ? [{ kind: 'text', value }] : []);

/** Typed facts that an allegation rests on. Its words are never read. */
function expectedOf(a: Allegation, form: FormOf<'I-862'>, document: PacketDocument, elements: readonly Element[] = a.elements): readonly Expected[] {
  return elements.flatMap((element): readonly Expected[] => {
    switch (element) {
      case 'citizenship': return text(document.subject.identity.citizenship);
      case 'entry_date': return date(form.lastEntry?.on ?? document.events.lastEntryOn);
      case 'entry_place': return text(form.lastEntry?.place);
      case 'admission': return date(a.admission?.on);
      case 'status_class': return text(a.admission?.status);
      case 'authorized_until': return date(a.admission?.authorizedUntil);
      case 'conviction': return [...date(a.conviction?.convictedOn), ...text(a.conviction?.statute)];
      case 'offense_date': return date(a.conviction?.offenseOn);
      case 'representation': return date(a.representation?.on);
      case 'prior_order': return date(a.prior?.orderOn);
      case 'departure': return date(a.prior?.departedOn);
      case 'reentry': return date(a.prior?.reenteredOn);
      default: return [];
    }
  });
}
const wordsOf = (name: string): string => name.replaceAll('_', ' ');
export const allegationElement = (formId: string, number: number): string => `${formId}.allegations.${number}`;
/** Element of the n-th charge: one of `any` must be shown. */
export const chargeElement = (formId: string, n: number, any: readonly Element[]): string => `${formId}.charges.${n}.${any.join('|')}`;

/** All elements that this packet must prove, in the order of the forms; those of the packet as a whole first. */
export function requiredElements(document: PacketDocument): readonly RequiredElement[] {
  const { identity } = document.subject;
  const found: RequiredElement[] = [];
  const add = (id: string, formId: string | null, label: string, field: string, expected: readonly Expected[], coveredBy: readonly string[] = []): void => {
    found.push({ id, formId, label, field, expected, coveredBy });
  };
  add('identity.name', null, 'Identity: name', 'subject.identity.familyName', [{ kind: 'name', value: `${identity.familyName} ${identity.givenName}`.trim() }]);
  if (identity.bornOn !== null) add('identity.bornOn', null, 'Identity: date of birth', 'subject.identity.bornOn', date(identity.bornOn));
  if (identity.aNumber !== null) add('identity.aNumber', null, 'Identity: A-number', 'subject.identity.aNumber', [{ kind: 'number', value: displayANumber(identity.aNumber) }]);
  if (document.type !== 'P-WSO' && document.type !== 'P-NONE') add('alienage', null, 'Alienage', 'alienage', text(identity.citizenship));
  for (const form of document.forms) {
    const own = (name: string, label: string, field: string, expected: readonly Expected[]): void => add(`${form.id}.${name}`, form.id, label, `forms.${form.id}.${field}`, expected);
    if (form.kind === 'I-862') {
      for (const [n, a] of form.allegations.entries()) {
        add(allegationElement(form.id, a.number), form.id, `Allegation ${a.number}: ${a.elements.map(wordsOf).join(', ') || 'no element named'}`, `forms.${form.id}.allegations.${n}`, expectedOf(a, form, document));
      }
      form.charges.forEach((charge, n) => {
        const cited = form.allegations.filter((a) => charge.allegationNumbers.includes(a.number));
        for (const any of chargeOf(charge.section)?.elements ?? []) {
          const asserting = cited.filter((a) => a.elements.some((e) => any.includes(e)));
          add(chargeElement(form.id, n, any), form.id, `Charge ${charge.section}: ${any.map(wordsOf).join(' or ')}`, `forms.${form.id}.charges.${n}`,
            asserting.flatMap((a) => expectedOf(a, form, document, any)), asserting.map((a) => allegationElement(form.id, a.number)));
        }
      });
    } else if (form.kind === 'I-205' && form.finalOrder) own('finalOrder', 'Final order', 'finalOrder', date(form.finalOrder.on));
    else if (form.kind === 'I-871') {
      if (form.priorOrder) own('priorOrder', 'Prior order', 'priorOrder', date(form.priorOrder.on));
      if (form.departure) own('departure', 'Departure', 'departure', date(form.departure.on));
      if (form.reentry) own('reentry', 'Re-entry', 'reentry', date(form.reentry.on));
    } else if (form.kind === 'I-851' && form.conviction) own('conviction', 'Conviction', 'conviction', [...date(form.conviction.convictedOn), ...text(form.conviction.statute)]);
  }
  // A packet that numbers two allegations alike names one element twice; NTA-03 says so.
  return found.filter((e, n) => found.findIndex((x) => x.id === e.id) === n);
}

const isInside = ({ x, y, w, h }: Region): boolean => [x, y, w, h].every((v) => Number.isFinite(v) && v >= 0 && v <= 1) && w > 0 && h > 0 && x + w <= 1.000_001 && y + h <= 1.000_001;
/** What is wrong with where a pin points, or null: an evidence item that is not there, a page beyond its last, a region that leaves the page. */
export function pinFault(document: PacketDocument, pin: Pick<Pin, 'evidenceId' | 'page' | 'region'>): PinFault | null {
  const evidence = document.evidence.find((e) => e.id === pin.evidenceId);
  if (!evidence) return 'evidence';
  if (!Number.isInteger(pin.page) || pin.page < 1 || pin.page > evidence.pages) return 'page';
  return pin.region !== null && !isInside(pin.region) ? 'region' : null;
}

/** All pins of this version: the DIO's in the order of the document, then the signers' in the order in which they were added. */
export function pinsOf(document: PacketDocument, rows: PinRows): readonly Pin[] {
  const added = rows.filter((r) => r.packetId === document.packetId && r.number === document.number)
    .sort((a, b) => (a.addedAt < b.addedAt ? -1 : a.addedAt > b.addedAt ? 1 : a.id < b.id ? -1 : 1));
  return [
    ...(document.pins ?? []).map((p): Pin => ({ ...p, by: 'dio' })),
    ...added.map(({ element, evidenceId, page, region, quote, addedBy }): Pin => ({ element, evidenceId, page, region, quote, by: addedBy })),
  ];
}

/** Whether the words at a pin show none of what its field says. Without words (a picture) or typed facts there is nothing to compare. */
export const isMismatch = (element: RequiredElement, pin: Pick<Pin, 'quote'>): boolean =>
  pin.quote.trim() !== '' && element.expected.length > 0 && !element.expected.some((e) => shows(pin.quote, e));

/** Every required element with its pins and state, in the order of `requiredElements`. */
export function elementPins(document: PacketDocument, rows: PinRows): readonly ElementPins[] {
  const pins = pinsOf(document, rows);
  const elements = requiredElements(document);
  const sound = (id: string): readonly Pin[] => {
    const good = pins.filter((p) => p.element === id && pinFault(document, p) === null);
    const last = good.findLast((p) => p.by !== 'dio');
    return last ? [last] : good;
  };
  return elements.map((element): ElementPins => {
    const own = sound(element.id);
    const counted = own.length > 0 ? own : element.coveredBy.flatMap(sound);
    const faulty = pins.filter((p) => p.element === element.id).flatMap((pin) => {
      const fault = pinFault(document, pin);
      return fault === null ? [] : [{ pin, fault }];
    });
    // Pins of a covering allegation are compared there, with all that it asserts.
    const state = counted.length === 0 ? 'unpinned' : own.some((p) => isMismatch(element, p)) ? 'mismatch' : 'pinned';
    return { element, state, pins: counted, faulty };
  });
}

/**
 * Whether an element is pinned for a check. A packet that brings no pins at all (an agency whose system cannot make them) is judged by the evidence items that it
 * names, as before pins existed; `evidenceIds` are those. The signer's pins count in either case.
 */
export function isPinned(document: PacketDocument, rows: PinRows, ids: readonly string[], evidenceIds: readonly string[]): boolean {
  if (pinsOf(document, rows).some((p) => ids.includes(p.element) && pinFault(document, p) === null)) return true;
  return document.pins === undefined && document.evidence.some((e) => evidenceIds.includes(e.id));
}

/** One pin as a statement seals it: with the hash of the file that it points into, and for how many seconds its place was on screen (null: it was not). */
export type SealedPin = Pin & { readonly sha256: string; readonly seconds: number | null };
/** All of them by count and hash (RFC 8785 of the list, SHA-256), and as many as a seal has room for. The packet version and the rows hold the whole list. */
export type SealedPins = { readonly count: number; readonly hash: string; readonly pins: readonly SealedPin[] };
/** Bytes of pins in one statement: a seal travels once per form, and HQ takes 40,000 characters of it. */
const SEALED_MAX = 8_000;
/** Length in UTF-8, never less: what is not ASCII counts as three. */
const bytesOf = (text: string): number => text.length + 2 * text.replace(/[ -~]/g, '').length;

/** Sound pins behind one form: its own elements and those of the packet as a whole, the DIO's and the signers', superseded ones too. `secondsOf`: of a place. */
export function sealedPins(document: PacketDocument, rows: PinRows, formId: string, secondsOf: (pin: Pin) => number | null): SealedPins {
  const ids = new Set(requiredElements(document).filter((e) => e.formId === null || e.formId === formId).map((e) => e.id));
  const all = pinsOf(document, rows).filter((p) => ids.has(p.element) && pinFault(document, p) === null)
    .map((p): SealedPin => ({ ...p, sha256: document.evidence.find((e) => e.id === p.evidenceId)?.sha256 ?? '', seconds: secondsOf(p) }));
  let used = 0;
  const room = all.findIndex((p) => {
    used += bytesOf(canonical(p));
    return used > SEALED_MAX;
  });
  return { count: all.length, hash: canonicalHash(all), pins: room === -1 ? all : all.slice(0, room) };
}

export const regionInput = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
/**
 * `pin.add`: the signer shows where an element stands. Evidence is added in the person's favour, so in every state of the packet [PK-00].
 * Refusals: packet/unknown, packet/unknown-version, pin/unknown-element, pin/unknown-evidence, pin/outside-page, each with the field.
 */
export const pinAdd = command({
  name: 'pin.add', conflict: 'merge', roles: FIELD_ROLES,
  input: z.object({
    packetId: z.string().min(1), version: z.int().min(1), element: z.string().min(1).max(160), evidenceId: z.string().min(1).max(64), page: z.int(), region: regionInput.nullable(),
    quote: z.string().trim().max(1000),
  }),
  reads: [(i) => ({ packet: one('packets', i.packetId), version: one('packet_versions', versionId(i.packetId, i.version)) })],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: ({ packet, version }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    if (!version) return no('packet/unknown-version', { packetId: i.packetId, version: i.version });
    const document = openContent(version.content);
    if (!requiredElements(document).some((e) => e.id === i.element)) return no('pin/unknown-element', { field: 'element', element: i.element });
    const fault = pinFault(document, i);
    const evidence = document.evidence.find((e) => e.id === i.evidenceId);
    if (fault === 'evidence' || !evidence) return no('pin/unknown-evidence', { field: 'evidenceId', evidenceId: i.evidenceId });
    if (fault !== null) return no('pin/outside-page', { field: fault, evidence: evidence.title, page: i.page, pages: evidence.pages });
    return ok([put('pins', {
      id: deriveId(env.id, 0), stream: agencyStream(packet.agencyId), agencyId: packet.agencyId, packetId: packet.id, number: version.number, element: i.element, evidenceId: i.evidenceId,
      page: i.page, region: i.region, quote: i.quote, addedBy: env.actor, addedAt: env.at,
    })]);
  },
});
