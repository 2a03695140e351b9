/**
 * A PDF as a person reads it: pages under one another, only those near the window drawn; turned, enlarged, searched, by keyboard.
 * Must never draw more than a few pages at a time: a scan of 300 pages is ordinary.
 */
import { Icon } from '@trussworks/react-uswds';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Attachment } from '../../../shared/domain/packet.ts';
import type { Problem } from '../../../shared/result.ts';
import { useKeys } from '../../keys.ts';
import type { PinsAsk } from '../../pieces/document-ask.ts';
import { ProblemNote, problemLine } from '../../pieces/ProblemNote.tsx';
import { bytesText } from '../../pieces/words.ts';
import { LARGE_BYTES } from '../../../shared/attachments.ts';
import { openPdf } from './pdf-source.ts';
import { type PageSize, PdfPage } from './PdfPage.tsx';
import { PinTools } from './PinTools.tsx';
import { useFind } from './use-find.ts';
import { usePinTools } from './use-pin-tools.ts';

const GAP = 12;
const EDGE = 16;
/** Pages drawn before and after the visible ones. */
const NEAR = 1;
const LETTER: PageSize = { width: 612, height: 792 };
const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4] as const;

type Open = { readonly sha256: string; readonly pdf: PDFDocumentProxy | null; readonly problem: Problem | null };
/** The open document of `file`; closed again when it changes or the screen goes. */
function usePdf(file: Attachment): Open {
  const [open, setOpen] = useState<Open>({ sha256: '', pdf: null, problem: null });
  const { sha256, bytes, mediaType, pages } = file;
  useEffect(() => {
    let close: (() => void) | null = null;
    let isGone = false;
    const lost = (problem: Problem) => {
      if (!isGone) setOpen({ sha256, pdf: null, problem });
    };
    void openPdf({ sha256, bytes, mediaType, pages }, lost).then((answer) => {
      if (answer.ok && isGone) answer.value.close();
      else if (answer.ok) {
        close = answer.value.close;
        setOpen({ sha256, pdf: answer.value.pdf, problem: null });
      } else lost(answer.problem);
    });
    return () => {
      isGone = true;
      close?.();
    };
  }, [sha256, bytes, mediaType, pages]);
  return open.sha256 === sha256 ? open : { sha256, pdf: null, problem: null };
}

type Props = { readonly file: Attachment; readonly title: string; readonly pins: PinsAsk | null; readonly onShown: () => void };
/** The reader, or the sentence that says why there is none. */
export function PdfReader({ file, title, pins, onShown }: Props) {
  const { pdf, problem } = usePdf(file);
  if (problem) {
    return (
      <div className="pad">
        <ProblemNote problem={problem} isAlert={false} />
      </div>
    );
  }
  if (!pdf) return <p className="pad soft">Opening the document</p>;
  return <Pages key={file.sha256} pdf={pdf} file={file} title={title} pins={pins} onShown={onShown} />;
}

function Pages({ pdf, file, title, pins, onShown }: Props & { readonly pdf: PDFDocumentProxy }) {
  const scroller = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [sizes, setSizes] = useState<ReadonlyMap<number, PageSize>>(new Map());
  const [zoom, setZoom] = useState<number | 'width'>('width');
  const [rotation, setRotation] = useState(0);
  const [view, setView] = useState({ top: 0, width: 600, height: 600 });
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const find = useFind(pdf, query);
  const total = pdf.numPages;

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, width: element.clientWidth, height: element.clientHeight });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const first = sizes.get(1) ?? LETTER;
  const isSideways = rotation % 180 !== 0;
  const scale = zoom === 'width' ? Math.max(0.2, (view.width - 2 * EDGE) / (isSideways ? first.height : first.width)) : zoom;
  /** Place and size of every page in CSS pixels; a page not yet looked at is taken to be like the first. */
  const layout = useMemo(() => {
    let top = EDGE;
    return Array.from({ length: total }, (_, n) => {
      const size = sizes.get(n + 1) ?? first;
      const [width, height] = isSideways ? [size.height, size.width] : [size.width, size.height];
      const place = { top, width: Math.floor(width * scale), height: Math.floor(height * scale) };
      top += place.height + GAP;
      return place;
    });
  }, [total, sizes, first, isSideways, scale]);
  const end = layout.at(-1);
  const visible = useMemo(() => {
    const from = layout.findIndex((p) => p.top + p.height > view.top);
    const to = layout.findLastIndex((p) => p.top < view.top + view.height);
    return { from: Math.max(0, from === -1 ? total - 1 : from), to: Math.max(0, to) };
  }, [layout, view, total]);
  const middle = view.top + Math.min(view.height / 3, 240);
  const bottom = (end ? end.top + end.height : 0) + EDGE;
  // At the very end the last page counts, however short it is.
  const current = view.top > 0 && view.top + view.height >= bottom - 2 ? total : Math.max(1, layout.findLastIndex((p) => p.top <= middle) + 1);
  const drawn = layout.slice(Math.max(0, visible.from - NEAR), visible.to + NEAR + 1).map((_p, n) => Math.max(0, visible.from - NEAR) + n + 1);

  const goPage = useCallback((page: number) => {
    const place = layout[Math.min(total, Math.max(1, page)) - 1];
    if (place) scroller.current?.scrollTo({ top: Math.max(0, place.top - 8) });
  }, [layout, total]);
  /** Where the last key press goes: keys come faster than scroll events. */
  const aim = useRef<{ readonly page: number; readonly timer: ReturnType<typeof setTimeout> } | null>(null);
  const turnPage = (by: 1 | -1) => {
    const page = Math.min(total, Math.max(1, (aim.current?.page ?? current) + by));
    clearTimeout(aim.current?.timer);
    aim.current = {
      page,
      timer: setTimeout(() => {
        aim.current = null;
      }, 250),
    };
    goPage(page);
  };
  // Where a size is known the page was read: what cannot be read was never shown.
  const isShown = sizes.size > 0;
  useEffect(() => {
    if (isShown) onShown();
  }, [isShown, onShown]);
  const onSize = useCallback((number: number, size: PageSize) => {
    setSizes((known) => {
      const before = known.get(number);
      return before && before.width === size.width && before.height === size.height ? known : new Map(known).set(number, size);
    });
  }, []);
  // A zoom keeps the page that was looked at.
  const anchor = useRef(1);
  useEffect(() => {
    anchor.current = current;
  }, [current]);
  const asked = useRef(pins?.target?.n);
  asked.current = pins?.target?.n;
  const rescale = (change: () => void) => {
    const page = anchor.current;
    const before = asked.current;
    change();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      // A pin that was stepped to meanwhile is where the person wants to be.
      if (asked.current === before) scroller.current?.querySelector<HTMLElement>(`[data-page="${page}"]`)?.scrollIntoView({ block: 'start' });
    }));
  };
  const step = (by: 1 | -1) => rescale(() => {
    const next = by > 0 ? ZOOMS.find((z) => z > scale + 0.01) : ZOOMS.findLast((z) => z < scale - 0.01);
    if (next) setZoom(next);
  });
  const turn = () => rescale(() => setRotation((r) => (r + 90) % 360));
  const fit = () => rescale(() => setZoom('width'));

  const { matches } = find;
  const chosen = matches[Math.min(at, matches.length - 1)] ?? null;
  useEffect(() => {
    setAt(0);
  }, [find.query]);
  useEffect(() => {
    if (!chosen) return;
    const place = layout[chosen.page - 1];
    const element = scroller.current;
    if (!place || !element) return;
    if (place.top + place.height < element.scrollTop || place.top > element.scrollTop + element.clientHeight) element.scrollTo({ top: place.top - 8 });
    // Places of pages change while they load; only a new match moves the window.
  }, [chosen?.page, chosen?.at]);
  const next = (by: 1 | -1) => {
    if (matches.length > 0) setAt((n) => (n + by + matches.length) % matches.length);
  };

  const tools = usePinTools(pins, { scroller, layout, view, rotation, chosen, query: find.query, current, onSize, pdf });
  const group = 'Document';
  useKeys([
    { keys: 'PageDown', label: 'Next page', group, run: () => turnPage(1) },
    { keys: 'PageUp', label: 'Previous page', group, run: () => turnPage(-1) },
    { keys: 'Home', label: 'First page', group, run: () => goPage(1) },
    { keys: 'End', label: 'Last page', group, run: () => goPage(total) },
    { keys: '+', label: 'Larger', group, run: () => step(1) },
    { keys: '-', label: 'Smaller', group, run: () => step(-1) },
    { keys: 'w', label: 'Fit the width', group, run: fit },
    { keys: 't', label: 'Turn the document', group, run: turn },
    { keys: 'ctrl+f', label: 'Find in the document', group, run: () => field.current?.focus() },
    ...(pins ? [{ keys: 'p', label: 'Pin to what is selected, found or on screen…', group, run: tools.pin }] : []),
  ]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    next(1);
  };
  const found = query.trim() === '' ? '' : find.hasNoText && find.isDone ? 'No text: these pages are pictures' : matches.length > 0
    ? `${Math.min(at, matches.length - 1) + 1} of ${matches.length}${find.isDone ? '' : '+'}, page ${chosen?.page ?? 1}` : find.isDone ? 'Not found' : `Page ${find.searched} of ${total}`;
  const button = (label: string, icon: React.ReactNode, run: () => void, isOff = false) => (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={run} disabled={isOff}>
      {icon}
    </button>
  );
  return (
    <div className="pdf">
      <div className="pdf-bar" role="toolbar" aria-label={`${title}: pages, size and search`}>
        {button('Previous page', <Icon.NavigateBefore aria-hidden="true" />, () => turnPage(-1), current <= 1)}
        {button('Next page', <Icon.NavigateNext aria-hidden="true" />, () => turnPage(1), current >= total)}
        <span className="num nowrap" role="status" data-testid="page">
          Page {current} of {total}
        </span>
        <span className="pdf-sizes">
          {button('Smaller', <Icon.ZoomOut aria-hidden="true" />, () => step(-1))}
          <button type="button" className="pdf-zoom num" onClick={fit} aria-label={`Fit the width, now ${Math.round(scale * 100)} percent`}>
            {Math.round(scale * 100)}%
          </button>
          {button('Larger', <Icon.ZoomIn aria-hidden="true" />, () => step(1))}
          {button('Turn the document', <Icon.Autorenew aria-hidden="true" />, turn)}
        </span>
        <form className="pdf-find" role="search" onSubmit={submit}>
          <input
            ref={field} type="search" className="pdf-input" placeholder="Find (Ctrl F)" aria-label="Find in the document" value={query} onChange={(e) => setQuery(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && e.shiftKey) {
                e.preventDefault();
                next(-1);
              } else if (e.key === 'Escape') {
                setQuery('');
                scroller.current?.focus();
              }
            }}
          />
          <span className="small soft num" role="status" data-testid="found">
            {found}
          </span>
        </form>
        {pins && <PinTools isMarking={tools.isMarking} onMarking={tools.setMarking} onPin={tools.pin} />}
      </div>
      {total !== file.pages && <p className="pdf-note amber">▲ {problemLine({ code: 'document/other-pages', details: { said: file.pages, found: total } })}</p>}
      {tools.note && (
        <p className="pdf-note amber" role="status">
          ▲ {tools.note}
        </p>
      )}
      {file.bytes > LARGE_BYTES && <p className="pdf-note soft">Large document ({bytesText(file.bytes)}): pages load as you turn them.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard, so it takes the focus */}
      <section ref={scroller} className="pdf-pages" tabIndex={0} aria-label={`${title}, ${total} pages`} data-region="document">
        <div className="pdf-sheet" style={{ height: bottom, minWidth: Math.max(...layout.slice(visible.from, visible.to + 1).map((p) => p.width), 0) + 2 * EDGE }}>
          {drawn.map((number) => {
            const place = layout[number - 1];
            return (
              place && (
                <PdfPage
                  key={number} pdf={pdf} number={number} scale={scale} rotation={rotation} top={place.top} size={place} query={find.query} chosen={chosen} onSize={onSize}
                  pins={tools.pinsOf(number)}
                />
              )
            );
          })}
        </div>
      </section>
    </div>
  );
}
