/** One page: the picture and over it the text that a screen reader and a mouse can take. Drawn while near the window, given back when it leaves. */
import type { PDFDocumentProxy, RenderTask, TextLayer as Layer } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { sentence } from '../../../shared/text.ts';
import type { PinMark, PinsAsk } from '../../pieces/document-ask.ts';
import { PinLayer } from './PinLayer.tsx';
import { highlight, type Match, rangesIn } from './use-find.ts';

/** Dots of one canvas at most, 4 bytes each: a huge page is drawn coarser instead of taking the memory of fifty. */
const MAX_PIXELS = 4_000_000;
/** After so many pages the library is told to let go of what it remembers of pages that are gone. */
const SWEEP_PAGES = 3;
let gone = 0;
/** While pages fly by, one is drawn only when it stays: decoding a scan costs more memory than the collector gives back meanwhile. */
const FLIGHT_MS = 250;
const STAY_MS = 120;
let lastShown = Number.NEGATIVE_INFINITY;
/** Milliseconds that a page shown now waits before it is drawn. */
function stayMs(): number {
  const since = performance.now() - lastShown;
  lastShown = performance.now();
  return since < FLIGHT_MS ? STAY_MS : 0;
}
export type PageSize = { readonly width: number; readonly height: number };

type Props = {
  readonly pdf: PDFDocumentProxy;
  readonly number: number;
  /** CSS pixels per point. */
  readonly scale: number;
  readonly rotation: number;
  readonly top: number;
  readonly size: PageSize;
  readonly query: string;
  readonly chosen: Match | null;
  /** The page's real size in points, unrotated by the reader. */
  readonly onSize: (number: number, size: PageSize) => void;
  /** Pins of this page; null where the document has none to make. */
  readonly pins: { readonly marks: readonly PinMark[]; readonly isMarking: boolean; readonly onPlace: PinsAsk['onPlace']; readonly onOutside: (page: number) => void } | null;
};

/** The page at its place in the scroll. */
export function PdfPage({ pdf, number, scale, rotation, top, size, query, chosen, onSize, pins }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'drawing' | 'drawn' | 'failed'>('drawing');
  const [hasText, setHasText] = useState(true);
  const report = useRef(onSize);
  report.current = onSize;

  useEffect(() => {
    let task: RenderTask | null = null;
    let layer: Layer | null = null;
    let isGone = false;
    let release: () => void = () => undefined;
    const draw = async (): Promise<void> => {
      const [page, { TextLayer }] = await Promise.all([pdf.getPage(number), import('pdfjs-dist')]);
      release = () => {
        page.cleanup();
        gone += 1;
        // Refused while another page is being drawn; the next sweep comes soon.
        if (gone % SWEEP_PAGES === 0) void pdf.cleanup(true).catch(() => undefined);
      };
      const [surface, letters] = [canvas.current, text.current];
      if (isGone || !surface || !letters) return;
      const plain = page.getViewport({ scale: 1 });
      report.current(number, { width: plain.width, height: plain.height });
      const viewport = page.getViewport({ scale, rotation: (page.rotate + rotation) % 360 });
      const sharp = Math.min(devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)));
      surface.width = Math.max(1, Math.floor(viewport.width * sharp));
      surface.height = Math.max(1, Math.floor(viewport.height * sharp));
      task = page.render({ canvas: surface, viewport, transform: sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0] } as Parameters<typeof page.render>[0]);
      // Cancelled while the text is still being read: nobody waits for the picture then.
      task.promise.catch(() => undefined);
      const content = await page.getTextContent();
      if (isGone) return;
      setHasText(content.items.some((i) => 'str' in i && i.str.trim() !== ''));
      letters.replaceChildren();
      layer = new TextLayer({ textContentSource: content, container: letters, viewport });
      const written = layer.render();
      written.catch(() => undefined);
      await Promise.all([written, task.promise]);
      if (!isGone) setState('drawn');
    };
    const begin = setTimeout(() => {
      draw().catch((error: unknown) => {
        if (!isGone && !(error instanceof Error && error.name === 'RenderingCancelledException')) setState('failed');
      });
    }, stayMs());
    const [surface, letters] = [canvas.current, text.current];
    return () => {
      isGone = true;
      clearTimeout(begin);
      task?.cancel();
      layer?.cancel();
      letters?.replaceChildren();
      // Gives the dots back now, not when the collector comes by.
      if (surface) [surface.width, surface.height] = [0, 0];
      release();
      setState('drawing');
    };
  }, [pdf, number, scale, rotation]);

  useEffect(() => {
    if (state === 'drawn' && text.current) highlight(number, rangesIn(text.current, query), chosen);
    return () => highlight(number, null, null);
  }, [state, query, number, chosen]);

  return (
    <div
      className="pdf-page"
      role="group"
      aria-label={`Page ${number} of ${pdf.numPages}`}
      data-page={number}
      data-state={state}
      style={{ top, width: size.width, height: size.height, ['--total-scale-factor' as string]: scale, ['--scale-round-x' as string]: '1px', ['--scale-round-y' as string]: '1px' }}
    >
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus; the text layer is what is read */}
      <canvas ref={canvas} aria-hidden="true" />
      <div ref={text} className="pdf-text" />
      {pins && <PinLayer {...pins} page={number} rotation={rotation} />}
      {state === 'drawn' && !hasText && <p className="hidden-text">This page is a picture without text.</p>}
      {state === 'failed' && <p className="pdf-failed">{sentence({ code: 'document/page-failed', details: { page: number } }).what}</p>}
    </div>
  );
}
