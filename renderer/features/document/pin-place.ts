/** Places on a page: between fractions of the page as its document shows it and what stands on the screen after the reader has turned it. */
import type { Region } from '../../../shared/rows.ts';
import type { MarkedPlace } from '../../pieces/document-ask.ts';

/** A place of the page after the reader turned it by `degrees` clockwise (a multiple of 90). */
export function turned({ x, y, w, h }: Region, degrees: number): Region {
  switch (((degrees % 360) + 360) % 360) {
    case 90: return { x: 1 - y - h, y: x, w: h, h: w };
    case 180: return { x: 1 - x - w, y: 1 - y - h, w, h };
    case 270: return { x: y, y: 1 - x - w, w: h, h: w };
    default: return { x, y, w, h };
  }
}
const short = (value: number): number => Math.round(value * 10_000) / 10_000;
/** The other way round, to four places: a tenth of a millimetre on paper. */
export function unturned(region: Region, degrees: number): Region {
  const { x, y, w, h } = turned(region, -degrees);
  return { x: short(x), y: short(y), w: short(w), h: short(h) };
}

type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
/** A box of the window as a part of a page. */
export const partOf = (box: Box, page: DOMRect): Region => ({
  x: (box.left - page.left) / page.width, y: (box.top - page.top) / page.height, w: (box.right - box.left) / page.width, h: (box.bottom - box.top) / page.height,
});
const union = (boxes: readonly Box[]): Box | null =>
  boxes.length === 0 ? null : {
    left: Math.min(...boxes.map((b) => b.left)), top: Math.min(...boxes.map((b) => b.top)), right: Math.max(...boxes.map((b) => b.right)), bottom: Math.max(...boxes.map((b) => b.bottom)),
  };
const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Words of a page that stand inside a box of the window, in reading order. */
export function wordsIn(page: HTMLElement, box: Box): string {
  const spans = [...page.querySelectorAll<HTMLElement>('.pdf-text span')].filter((s) => s.children.length === 0);
  return spaced(spans.filter((s) => {
    const { left, right, top, bottom } = s.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    // The middle of its height, and some of its length: a rectangle drawn over half a line means that half's words, which one span cannot give.
    return y >= box.top && y <= box.bottom && (x >= box.left && x <= box.right || (left < box.right && right > box.left));
  }).map((s) => s.textContent ?? '').join(' ')).slice(0, 1000);
}

/** The place of a range of a page's text, or null when it is not in one. A range over several pages counts on its first. */
export function placeOfRange(range: Range, rotation: number): MarkedPlace | null {
  const start = range.startContainer instanceof Element ? range.startContainer : range.startContainer.parentElement;
  const page = start?.closest<HTMLElement>('.pdf-page');
  const text = start?.closest('.pdf-text');
  if (!page || !text) return null;
  const frame = page.getBoundingClientRect();
  const box = union([...range.getClientRects()].filter((r) => r.width > 0 && r.top < frame.bottom && r.bottom > frame.top));
  if (!box) return null;
  const inside = { left: Math.max(frame.left, box.left), top: Math.max(frame.top, box.top), right: Math.min(frame.right, box.right), bottom: Math.min(frame.bottom, box.bottom) };
  return { page: Number(page.dataset.page), region: unturned(partOf(inside, frame), rotation), quote: spaced(range.toString()).slice(0, 1000) };
}
