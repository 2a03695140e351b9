/** Search inside one document: page by page, as far as it has read, without holding up the screen. Highlights are ranges, the page itself is not changed. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useMemo, useRef, useState } from 'react';

export type Match = { readonly page: number; /** Which of the page's matches, from 0. */ readonly at: number };
export type Find = { readonly query: string; readonly matches: readonly Match[]; readonly searched: number; readonly isDone: boolean; /** No page that was read had a word of text. */ readonly hasNoText: boolean };

/** As it is compared: case and marks do not count. */
export const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ');
const countOf = (text: string, query: string): number => (query === '' ? 0 : text.split(query).length - 1);

/** Finds `query` in all pages. Text is read once per document. */
export function useFind(pdf: PDFDocumentProxy | null, query: string): Find {
  const texts = useRef<{ pdf: PDFDocumentProxy | null; pages: string[] }>({ pdf: null, pages: [] });
  const [found, setFound] = useState<Find>({ query: '', matches: [], searched: 0, isDone: true, hasNoText: false });
  useEffect(() => {
    const wanted = folded(query.trim());
    if (!pdf || wanted === '') {
      setFound({ query: '', matches: [], searched: 0, isDone: true, hasNoText: false });
      return;
    }
    let isStopped = false;
    if (texts.current.pdf !== pdf) texts.current = { pdf, pages: [] };
    const { pages } = texts.current;
    const search = async (): Promise<void> => {
      const matches: Match[] = [];
      let told = performance.now();
      for (let page = 1; page <= pdf.numPages; page += 1) {
        let text = pages[page - 1];
        if (text === undefined) {
          const source = await pdf.getPage(page);
          const { items } = await source.getTextContent();
          text = folded(items.map((i) => ('str' in i ? i.str + (i.hasEOL ? ' ' : '') : '')).join(''));
          pages[page - 1] = text;
        }
        if (isStopped) return;
        for (let at = countOf(text, wanted), n = 0; n < at; n += 1) matches.push({ page, at: n });
        if (performance.now() - told > 120) {
          told = performance.now();
          setFound({ query: wanted, matches: [...matches], searched: page, isDone: false, hasNoText: false });
          await new Promise((next) => setTimeout(next, 0));
          if (isStopped) return;
        }
      }
      setFound({ query: wanted, matches, searched: pdf.numPages, isDone: true, hasNoText: pages.every((t) => t.trim() === '') });
    };
    const timer = setTimeout(() => void search().catch(() => undefined), 150);
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }, [pdf, query]);
  return useMemo(() => found, [found]);
}

type Registry = { readonly set: (name: string, highlight: unknown) => void; readonly delete: (name: string) => void };
const registry = (): Registry | undefined => (globalThis.CSS as unknown as { readonly highlights?: Registry }).highlights;
const HighlightOf = (globalThis as { readonly Highlight?: new (...ranges: readonly Range[]) => unknown }).Highlight;
const drawn = new Map<number, readonly Range[]>();

/** Ranges of a page's text layer that match, in reading order. */
export function rangesIn(layer: HTMLElement, query: string): readonly Range[] {
  if (query === '') return [];
  // Each folded character remembers where it came from.
  let text = '';
  const from: { readonly node: Text; readonly at: number }[] = [];
  for (const child of layer.querySelectorAll('span, br')) {
    const node = child.firstChild;
    const raw = child.tagName === 'BR' ? ' ' : child.children.length === 0 && node instanceof Text ? node.data : '';
    for (let at = 0; at < raw.length; at += 1) {
      for (const c of folded(raw[at] ?? '')) {
        if (c === ' ' && text.endsWith(' ')) continue;
        text += c;
        from.push({ node: node instanceof Text ? node : (from.at(-1)?.node ?? new Text()), at: node instanceof Text ? at : (from.at(-1)?.at ?? 0) });
      }
    }
  }
  const ranges: Range[] = [];
  for (let at = text.indexOf(query); at !== -1; at = text.indexOf(query, at + query.length)) {
    const [first, last] = [from[at], from[at + query.length - 1]];
    if (!first || !last || !first.node.isConnected || !last.node.isConnected) continue;
    const range = document.createRange();
    range.setStart(first.node, first.at);
    range.setEnd(last.node, Math.min(last.node.length, last.at + 1));
    ranges.push(range);
  }
  return ranges;
}
/** Shows the matches of one page (none: null), and the chosen one stronger. */
export function highlight(page: number, ranges: readonly Range[] | null, chosen: Match | null): void {
  if (ranges) drawn.set(page, ranges);
  else drawn.delete(page);
  const all = registry();
  if (!all || !HighlightOf) return;
  all.set('document-find', new HighlightOf(...[...drawn.values()].flat()));
  const one = chosen ? drawn.get(chosen.page)?.[chosen.at] : undefined;
  if (one) all.set('document-find-chosen', new HighlightOf(one));
  else all.delete('document-find-chosen');
}
