/**
 * What was on screen: a thing counts once every part of it was in view for about a second. A long one must be scrolled through. Must never count what
 * stands behind a dialog, in a hidden window or outside what scrolls it.
 */
export const TICK_MS = 250;
/** Height of one part, in CSS pixels, and in how many looks it must have been whole in view. */
const PART = 120;
const LOOKS = 4;
type Seen = { readonly parts: number[]; of: number; looks: number };
/** By the name of the thing. */
export type SeenThings = Map<string, Seen>;
export type Edges = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

const isWhole = (s: Seen): boolean => s.of > 0 && Array.from({ length: s.of }, (_, n) => s.parts[n] ?? 0).every((n) => n >= LOOKS);

/** What of an element's window is in view, its own scroll included. Null: nothing, or nothing may be counted now. */
export function inView(frame: Element | null): Edges | null {
  const box = frame?.getBoundingClientRect();
  if (!box || document.visibilityState !== 'visible' || document.querySelector('dialog[open]')) return null;
  return { top: Math.max(0, box.top), bottom: Math.min(innerHeight, box.bottom), left: Math.max(0, box.left), right: Math.min(innerWidth, box.right) };
}
/** Takes one look at one thing. True when it has become whole. */
export function lookAt(seen: SeenThings, name: string, element: Element, { top, bottom }: Edges): boolean {
  const box = element.getBoundingClientRect();
  if (box.height === 0 || box.bottom <= top || box.top >= bottom) return false;
  const s = seen.get(name) ?? { parts: [], of: 0, looks: 0 };
  seen.set(name, s);
  const before = isWhole(s);
  s.of = Math.ceil(box.height / PART);
  s.looks += 1;
  for (let n = 0; n < s.of; n += 1) {
    const from = box.top + n * PART;
    const to = Math.min(from + PART, box.bottom);
    if (from >= top - 1 && to <= bottom + 1) s.parts[n] = (s.parts[n] ?? 0) + 1;
  }
  return !before && isWhole(s);
}
/** Things that were whole on screen, each with its seconds. */
export const wholeOf = (seen: SeenThings | undefined): readonly { readonly name: string; readonly seconds: number }[] =>
  [...(seen ?? [])].flatMap(([name, s]) => (isWhole(s) ? [{ name, seconds: (s.looks * TICK_MS) / 1000 }] : []));
