/**
 * Which changes of a redline were on screen, and for how long. A change counts once every part of it was in view for about a second: a long one
 * must be scrolled through. Like the forms' own count it must never count what stands behind a dialog, in a hidden window or outside the reader.
 */
import { useEffect, useState } from 'react';
import type { ShownField } from '../../../shared/domain/statement-facts.ts';

const TICK_MS = 250;
/** Height of one part, in CSS pixels, and in how many looks it must have been whole in view. */
const PART = 120;
const LOOKS = 4;
type Seen = { readonly parts: number[]; of: number; looks: number };
const seenByVersion = new Map<string, Map<string, Seen>>();

const isWhole = (s: Seen): boolean => s.of > 0 && Array.from({ length: s.of }, (_, n) => s.parts[n] ?? 0).every((n) => n >= LOOKS);

/** Takes one look at the page. True when a change has become whole. */
function look(seen: Map<string, Seen>): boolean {
  const reader = document.querySelector('.reader')?.getBoundingClientRect();
  if (!reader || document.visibilityState !== 'visible' || document.querySelector('dialog[open]')) return false;
  const top = Math.max(0, reader.top);
  const bottom = Math.min(innerHeight, reader.bottom);
  let isNew = false;
  for (const element of document.querySelectorAll<HTMLElement>('.reader [data-change]')) {
    const box = element.getBoundingClientRect();
    if (box.height === 0 || box.bottom <= top || box.top >= bottom) continue;
    const key = element.dataset.change ?? '';
    const s = seen.get(key) ?? { parts: [], of: 0, looks: 0 };
    seen.set(key, s);
    const before = isWhole(s);
    s.of = Math.ceil(box.height / PART);
    s.looks += 1;
    for (let n = 0; n < s.of; n += 1) {
      const from = box.top + n * PART;
      const to = Math.min(from + PART, box.bottom);
      if (from >= top - 1 && to <= bottom + 1) s.parts[n] = (s.parts[n] ?? 0) + 1;
    }
    isNew ||= !before && isWhole(s);
  }
  return isNew;
}

/** All changes of this comparison that were on screen. `comparison` names both versions; null while there is none or it is not the chosen document. */
export function useShownFields(comparison: string | null, isOn: boolean): readonly ShownField[] {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (comparison === null || !isOn) return;
    const timer = setInterval(() => {
      const seen = seenByVersion.get(comparison) ?? new Map<string, Seen>();
      seenByVersion.set(comparison, seen);
      if (look(seen)) setTick((t) => t + 1);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [comparison, isOn]);
  if (comparison === null) return [];
  return [...(seenByVersion.get(comparison) ?? [])].flatMap(([field, s]) => (isWhole(s) ? [{ field, seconds: (s.looks * TICK_MS) / 1000 }] : []));
}
