/**
 * The DIO's pins of a synthetic packet: every required element at the line of the evidence that shows it. Some packets lack one, as an officer may forget it, and in
 * some one line was mistaken for another, so that its words are not those of the field. Never touches what a check needs: a clean packet stays clean.
 */
import type { PacketDocument } from '../shared/domain/packet.ts';
import { shows } from '../shared/domain/pin-text.ts';
import { requiredElements, type RequiredElement } from '../shared/domain/pins.ts';
import type { PlacedLine } from './pdf.ts';

type Lines = ReadonlyMap<string, readonly PlacedLine[]>;
type MadePin = NonNullable<PacketDocument['pins']>[number];

/** One packet in so many has an element that nobody pinned, and one in so many a pin to the wrong line. */
const [UNPINNED_EVERY, MISTAKEN_EVERY] = [4, 5];
/** The kinds of evidence in which an officer looks first; the others follow in the order of the packet. */
const LOOK_FIRST: readonly (readonly [element: RegExp, kinds: readonly string[]])[] = [
  [/^identity\.(name|aNumber)$/, ['booking_sheet']], [/^identity\.bornOn$/, ['birth_document', 'passport', 'booking_sheet']], [/^alienage$/, ['birth_document', 'passport']],
  [/\.priorOrder$|\.finalOrder$/, ['prior_order']], [/\.departure$/, ['departure_proof']], [/\.conviction$/, ['conviction_record']], [/\.reentry$/, ['subject_statement']],
];
/** Lines for what has no typed value to look for. */
const SAYS: Readonly<Record<string, RegExp>> = { alienage: /citizen|nationality/i, not_admitted: /no record of admission/i, violation: /admitted|no record of admission/i };

/** Where an element stands, or null. A form does not prove itself: only evidence is looked at. */
function lineFor(element: RequiredElement, document: PacketDocument, lines: Lines): MadePin | null {
  const form = document.forms.find((f) => f.id === element.formId);
  const allegation = form?.kind === 'I-862' ? form.allegations.find((a) => element.id === `${form.id}.allegations.${a.number}`) : undefined;
  const kinds = LOOK_FIRST.find(([name]) => name.test(element.id))?.[1] ?? [];
  const rank = (e: PacketDocument['evidence'][number]): number => (allegation?.evidenceIds.includes(e.id) ? -1 : kinds.includes(e.kind) ? kinds.indexOf(e.kind) : 100);
  const asserted = allegation?.elements.flatMap((e) => SAYS[e] ?? []) ?? [];
  /** How much of the element a line shows; the person's own answer before what was read back. */
  const worth = ({ text }: PlacedLine): number =>
    (element.expected.length > 0 ? element.expected.filter((e) => shows(text, e)).length : asserted.filter((says) => says.test(text)).length) * (text.startsWith('Read back') ? 0.5 : 1);
  for (const e of [...document.evidence].sort((a, b) => rank(a) - rank(b))) {
    if (rank(e) === 100) break;
    const all = lines.get(e.id) ?? [];
    const most = Math.max(0, ...all.map(worth));
    // The last such line: every record repeats the person at its top, and the booking sheet has the check of the number on its second page.
    const line = most > 0 ? all.findLast((l) => worth(l) === most) : undefined;
    if (line) return { element: element.id, evidenceId: e.id, page: line.page, region: line.region, quote: line.text };
  }
  return null;
}

/** All pins of a packet. `lines`: those of its evidence files, by evidence id. The same packet has the same pins. */
export function dioPins(document: PacketDocument, lines: Lines): readonly MadePin[] {
  const serial = Number(document.packetId.replace(/.*-/, '')) || 0;
  return requiredElements(document).flatMap((element): readonly MadePin[] => {
    // Elements of a charge stand where its allegations are pinned.
    if (element.id.includes('.charges.')) return [];
    const pin = lineFor(element, document, lines);
    if (!pin) return [];
    if (element.id === 'alienage' && serial % UNPINNED_EVERY === 0) return [];
    if (element.id === 'identity.bornOn' && serial % MISTAKEN_EVERY === 0) {
      const wrong = lines.get(pin.evidenceId)?.find((l) => l.text.startsWith('FIN: '));
      return [wrong ? { ...pin, page: wrong.page, region: wrong.region, quote: wrong.text } : pin];
    }
    return [pin];
  });
}
