/**
 * What must have been on screen before a packet may be signed. The one place that says so: the screen switches Sign on by it, and the kernel
 * refuses by it, on the laptop and at HQ alike, from stored contents. Must never rest on what the screen says is there.
 */
import type { ReturnRow, StatementRow } from '../rows.ts';
import type { PacketDocument } from './packet.ts';
import { elementPins, type Pin, type PinRows, type RequiredElement } from './pins.ts';
import { redline } from './redline.ts';

/** A place in the evidence with all elements that are pinned to it. Elements often share one line of a record. */
export type PinnedPlace = Pick<Pin, 'evidenceId' | 'page' | 'region'> & { readonly place: string; readonly elements: readonly RequiredElement[] };
/** By kind. */
export type MustBeShown = {
  /** Changed fields, by the path of their change, sorted. */
  readonly fields: readonly string[];
  /** Places of the pins that count, in the order of the evidence, the page and from its top. */
  readonly pins: readonly PinnedPlace[];
};

/**
 * The version that this person last decided on; without one the version that was returned last; without that the one before. Null for a first
 * version. Only a decision counts: that a packet was open says nothing of what was read, and HQ cannot know it.
 */
export function comparedVersion(
  number: number, actor: string, returns: readonly Pick<ReturnRow, 'number' | 'returnedBy'>[], statements: readonly Pick<StatementRow, 'number' | 'signerId'>[],
): number | null {
  if (number <= 1) return null;
  const last = (numbers: readonly number[]): number => Math.max(0, ...numbers.filter((n) => n < number));
  const own = last([...returns.filter((r) => r.returnedBy === actor), ...statements.filter((s) => s.signerId === actor)].map((x) => x.number));
  return own || last(returns.map((r) => r.number)) || number - 1;
}

/** Names a place: the same for the same place, whoever pinned it and for what. */
export const placeOf = ({ evidenceId, page, region }: Pick<Pin, 'evidenceId' | 'page' | 'region'>): string =>
  `${evidenceId} ${page} ${region === null ? 'page' : [region.x, region.y, region.w, region.h].join(' ')}`;

/**
 * Where the elements behind these forms, and those of the packet as a whole, are pinned. An element that nobody pinned has no place: whether that stands in the
 * way is for the checks to say (NTA-03), so that a packet of an agency that makes no pins is no dead end. A pin that points nowhere has none either; the signer's
 * own pin takes the place of the DIO's, so a document that cannot be shown is no dead end.
 */
export function pinnedPlaces(document: PacketDocument, rows: PinRows, formIds: ReadonlySet<string>): readonly PinnedPlace[] {
  const found = new Map<string, PinnedPlace>();
  for (const { element, pins } of elementPins(document, rows)) {
    if (element.formId !== null && !formIds.has(element.formId)) continue;
    for (const pin of pins) {
      const place = placeOf(pin);
      const known = found.get(place);
      found.set(place, { evidenceId: pin.evidenceId, page: pin.page, region: pin.region, place, elements: [...(known?.elements ?? []), element] });
    }
  }
  const order = new Map(document.evidence.map((e, n) => [e.id, n]));
  const from = (p: PinnedPlace): readonly number[] => [order.get(p.evidenceId) ?? 0, p.page, p.region?.y ?? -1, p.region?.x ?? -1];
  return [...found.values()].sort((a, b) => from(a).map((v, n) => v - (from(b)[n] ?? 0)).find((d) => d !== 0) ?? 0);
}

/** Paths of what changed since `compared`, sorted. */
export const changedFields = (document: PacketDocument, compared: PacketDocument | null): readonly string[] => (compared === null ? [] : redline(compared, document).map((c) => c.path).sort());

/** All that must have been on screen. `compared`: the version of `comparedVersion`; null for a first version. `formIds`: what is signed. */
export function mustBeShown(document: PacketDocument, compared: PacketDocument | null, rows: PinRows, formIds: ReadonlySet<string>): MustBeShown {
  return { fields: changedFields(document, compared), pins: pinnedPlaces(document, rows, formIds) };
}

/** What was not, by kind and in the same order. All empty: it may be signed. `places`: names of `placeOf`. */
export const notShown = (must: MustBeShown, fields: ReadonlySet<string>, places: ReadonlySet<string>): MustBeShown => ({
  fields: must.fields.filter((f) => !fields.has(f)), pins: must.pins.filter((p) => !places.has(p.place)),
});
/** Elements of these places, each once, in the order of the places. */
export const elementsOf = (places: readonly PinnedPlace[]): readonly RequiredElement[] => [...new Map(places.flatMap((p) => p.elements).map((e) => [e.id, e])).values()];
