/**
 * The pins of a packet as its screen has them: where each element stands, which places were on screen and for how long, the step from one to the next, and why
 * Sign is off for them. A place counts while its page is drawn and the mark is whole in view: a grey sheet shows nothing.
 */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import type { AttachmentState } from '../../../shared/attachments.ts';
import { notShown, pinnedPlaces, type PinnedPlace } from '../../../shared/domain/must-be-shown.ts';
import type { PacketDocument } from '../../../shared/domain/packet.ts';
import { type ElementPins, elementPins, type RequiredElement } from '../../../shared/domain/pins.ts';
import type { SignInput } from '../../../shared/domain/signoff.ts';
import type { MarkedPlace, PinsAsk } from '../../pieces/document-ask.ts';
import type { SignCandidate } from '../../pieces/signing.ts';
import { useQuery } from '../../use-query.ts';
import { inView, lookAt, type SeenThings, TICK_MS, wholeOf } from './seen-parts.ts';

/** Stands for the list of pins in the list of documents. */
export const PINS_ID = '@pins';
export type ShownPin = NonNullable<SignInput['shownPins']>[number];
export type PinsModel = {
  readonly states: readonly ElementPins[];
  /** Every place of this packet, in the order of stepping. */
  readonly places: readonly PinnedPlace[];
  readonly seen: ReadonlySet<string>;
  readonly shown: readonly ShownPin[];
  readonly unpinned: readonly RequiredElement[];
  readonly whyNotSign: string | null;
  /** The place that was stepped to. */
  readonly chosen: string | null;
  readonly step: (by: 1 | -1) => void;
  readonly go: (place: string) => void;
  /** What is drawn over a piece of evidence. */
  readonly ask: (evidenceId: string, onPlace: (place: MarkedPlace) => void) => PinsAsk;
};

const seenByVersion = new Map<string, SeenThings>();
/** Takes one look at the marks on screen. True when one has become whole. */
function look(seen: SeenThings): boolean {
  const frame = document.querySelector('.reader .pdf-pages');
  const view = inView(frame);
  if (!view) return false;
  return [...document.querySelectorAll<HTMLElement>('.reader [data-state="drawn"] [data-pin]')].map((mark) => {
    const { left, right } = mark.getBoundingClientRect();
    const isAcross = right - left > view.right - view.left ? left <= view.left + 1 && right >= view.right - 1 : left >= view.left - 1 && right <= view.right + 1;
    return isAcross && lookAt(seen, mark.dataset.pin ?? '', mark, view);
  }).some(Boolean);
}
/** A mark that is higher than the window is scrolled through before the next one. True when it was scrolled. */
function scrollOn(place: string): boolean {
  const mark = document.querySelector<HTMLElement>(`.reader [data-pin="${CSS.escape(place)}"]`);
  const frame = mark?.closest('.pdf-pages');
  if (!mark || !frame || mark.getBoundingClientRect().bottom <= frame.getBoundingClientRect().bottom + 1) return false;
  frame.scrollBy({ top: frame.clientHeight * 0.8 });
  return true;
}

const NOT_HERE: Readonly<Partial<Record<AttachmentState['place'], string>>> = {
  waiting: 'not on this laptop yet', fetching: 'being fetched', not_at_hq: 'not at HQ', failed: 'not what its hash says', no_room: 'not fetched, the disk is full', too_large: 'too large to be shown',
};
/** Why Sign is off for these places, with the documents that cannot be looked at now and the way on. */
export function whyPins(missing: readonly PinnedPlace[], total: number, document: PacketDocument, files: readonly Pick<AttachmentState, 'sha256' | 'place'>[]): string | null {
  if (missing.length === 0) return null;
  const away = document.evidence.filter((e) => missing.some((p) => p.evidenceId === e.id)).flatMap((e) => {
    const why = NOT_HERE[files.find((f) => f.sha256 === e.sha256)?.place ?? 'here'];
    return why ? [`${e.title} (${why})`] : [];
  });
  const head = `Pins not yet on screen: ${missing.length} of ${total}`;
  return away.length > 0 ? `${head}. First fetch ${away.join(', ')}, or pin to another document (P).` : `${head} (]).`;
}

type Input = { readonly view: PacketView; readonly document: PacketDocument | undefined; readonly candidates: readonly SignCandidate[]; readonly isOn: boolean; readonly onEvidence: (id: string) => void };
/** The pins of the version on screen. `isOn`: a piece of evidence is the chosen document. */
export function usePins({ view, document: packet, candidates, isOn, onEvidence }: Input): PinsModel | null {
  const version = `${view.packet.id}.${view.version.number}`;
  const [, setTick] = useState(0);
  const [target, setTarget] = useState<PinsAsk['target']>(null);
  const { data: files } = useQuery('document.states', { packetId: view.packet.id, number: view.version.number });
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      const seen: SeenThings = seenByVersion.get(version) ?? new Map();
      seenByVersion.set(version, seen);
      if (look(seen)) setTick((t) => t + 1);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [version, isOn]);
  const found = useMemo(() => {
    if (!packet) return null;
    const states = elementPins(packet, view.pins);
    const places = pinnedPlaces(packet, view.pins, new Set(packet.forms.map((f) => f.id)));
    // What the kernel will ask for: the places behind the forms that can be signed now.
    const must = pinnedPlaces(packet, view.pins, new Set(candidates.filter((c) => c.problem === null).map((c) => c.form.id)));
    return { states, places, must, unpinned: states.filter((s) => s.state === 'unpinned').map((s) => s.element) };
  }, [packet, view.pins, candidates]);
  const places = found?.places;
  const go = useCallback((place: string) => {
    const at = places?.find((p) => p.place === place);
    if (!at) return;
    onEvidence(at.evidenceId);
    setTarget((t) => ({ place, n: (t?.n ?? 0) + 1 }));
  }, [places, onEvidence]);
  if (!packet || !found) return null;
  const whole = new Map(wholeOf(seenByVersion.get(version)).map((s) => [s.name, s.seconds]));
  const seen: ReadonlySet<string> = new Set(whole.keys());
  const shown = found.places.flatMap((p): readonly ShownPin[] => {
    const seconds = whole.get(p.place);
    return seconds === undefined ? [] : [{ evidenceId: p.evidenceId, page: p.page, region: p.region, seconds }];
  });
  return {
    ...found, seen, shown, go, chosen: target?.place ?? null,
    whyNotSign: whyPins(notShown({ fields: [], pins: found.must }, new Set(), seen).pins, found.must.length, packet, files ?? []),
    step: (by) => {
      const { length } = found.places;
      const at = found.places.findIndex((p) => p.place === target?.place);
      if (length === 0 || (by === 1 && isOn && target && !seen.has(target.place) && scrollOn(target.place))) return;
      const next = found.places[at === -1 ? (by === 1 ? 0 : length - 1) : (at + by + length) % length];
      if (next) go(next.place);
    },
    ask: (evidenceId, onPlace) => {
      const here = found.places.filter((p) => p.evidenceId === evidenceId);
      return {
        marks: here.map((p) => ({ place: p.place, page: p.page, region: p.region, isChosen: p.place === target?.place, isSeen: seen.has(p.place), label: labelOf(p, found.states) })),
        target: here.some((p) => p.place === target?.place) ? target : null, onPlace,
      };
    },
  };
}
/** What a mark says: its first element, how many more, and that its words are others than the field's. */
function labelOf({ elements }: PinnedPlace, states: readonly ElementPins[]): string {
  const [first] = elements;
  const isOther = elements.some((e) => states.find((s) => s.element.id === e.id)?.state === 'mismatch');
  return `${isOther ? '▲ Other words than the field: ' : ''}${first?.label ?? ''}${elements.length > 1 ? ` and ${elements.length - 1} more` : ''}`;
}
