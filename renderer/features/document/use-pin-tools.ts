/** Pins in the reader: goes to the one that was asked for, and makes the place of a new one out of a drawn rectangle, selected or found words, or the page on screen. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { MarkedPlace, PinsAsk } from '../../pieces/document-ask.ts';
import { problemLine } from '../../pieces/ProblemNote.tsx';
import type { PageSize } from './PdfPage.tsx';
import { placeOfRange, turned } from './pin-place.ts';
import { type Match, rangesIn } from './use-find.ts';

/** For so long after a jump the place is followed while pages before it take their real sizes. */
const SETTLE_MS = 1500;
type Placed = { readonly top: number; readonly width: number; readonly height: number };
type Reader = {
  readonly scroller: RefObject<HTMLElement | null>; readonly layout: readonly Placed[]; readonly view: { readonly width: number; readonly height: number }; readonly rotation: number;
  readonly chosen: Match | null; readonly query: string; readonly current: number; readonly onSize: (number: number, size: PageSize) => void; readonly pdf: PDFDocumentProxy;
};
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

/** What the reader needs for pins; all of it is idle where there are none. */
export function usePinTools(pins: PinsAsk | null, { scroller, layout, view, rotation, chosen, query, current, onSize, pdf }: Reader) {
  const [isMarking, setMarking] = useState(false);
  const [outside, setOutside] = useState<number | null>(null);
  const target = pins?.target ?? null;
  const mark = pins?.marks.find((m) => m.place === target?.place);
  const place = mark ? layout[mark.page - 1] : undefined;
  const missing = mark && mark.page > pdf.numPages ? mark.page : null;

  // Sizes of the page and of the one before it, whose height decides where it begins.
  useEffect(() => {
    if (!mark || missing !== null) return;
    for (const n of [mark.page - 1, mark.page]) {
      if (n >= 1) void pdf.getPage(n).then((page) => {
        const { width, height } = page.getViewport({ scale: 1 });
        onSize(n, { width, height });
      }).catch(() => undefined);
    }
  }, [pdf, target?.n, mark?.page]);
  const jumped = useRef({ n: -1, at: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (!element || !target || !mark || !place) return;
    if (jumped.current.n !== target.n) jumped.current = { n: target.n, at: performance.now() };
    else if (performance.now() - jumped.current.at > SETTLE_MS) return;
    const { x, y, w, h } = turned(mark.region ?? WHOLE, rotation);
    const [high, wide] = [h * place.height, w * place.width];
    // In the middle where it fits, from its top where it does not.
    const above = high > element.clientHeight - 16 ? 8 : (element.clientHeight - high) / 2;
    const before = wide > element.clientWidth - 16 ? 8 : (element.clientWidth - wide) / 2;
    element.scrollTo({ top: Math.max(0, place.top + y * place.height - above), left: Math.max(0, (element.scrollWidth - place.width) / 2 + x * place.width - before) });
  }, [target?.n, place?.top, place?.width, place?.height, view.width, view.height]);

  const give = (found: MarkedPlace): void => {
    setMarking(false);
    setOutside(null);
    pins?.onPlace(found);
  };
  const pin = (): void => {
    const selection = getSelection();
    const selected = selection && !selection.isCollapsed && selection.rangeCount > 0 ? placeOfRange(selection.getRangeAt(0), rotation) : null;
    const layer = chosen ? scroller.current?.querySelector<HTMLElement>(`[data-page="${chosen.page}"] .pdf-text`) : null;
    const range = chosen && layer ? rangesIn(layer, query)[chosen.at] : undefined;
    give(selected ?? (range ? placeOfRange(range, rotation) : null) ?? { page: current, region: null, quote: '' });
  };
  const note = outside !== null ? problemLine({ code: 'pin/outside-page', details: { evidence: 'The rectangle', field: 'region', page: outside, pages: pdf.numPages } })
    : missing !== null ? problemLine({ code: 'pin/outside-page', details: { evidence: 'The pin', field: 'page', page: missing, pages: pdf.numPages } }) : null;
  return {
    isMarking, setMarking, pin, note,
    pinsOf: (page: number) => (pins ? { marks: pins.marks.filter((m) => m.page === page), isMarking, onPlace: give, onOutside: setOutside } : null),
  };
}
