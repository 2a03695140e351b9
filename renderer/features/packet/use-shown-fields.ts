/** Which changes of a redline were on screen, and for how long: `seen-parts.ts` says what counts. */
import { useEffect, useState } from 'react';
import type { ShownField } from '../../../shared/domain/statement-facts.ts';
import { inView, lookAt, type SeenThings, TICK_MS, wholeOf } from './seen-parts.ts';

const seenByVersion = new Map<string, SeenThings>();

/** Takes one look at the page. True when a change has become whole. */
function look(seen: SeenThings): boolean {
  const view = inView(document.querySelector('.reader'));
  if (!view) return false;
  return [...document.querySelectorAll<HTMLElement>('.reader [data-change]')].map((e) => lookAt(seen, e.dataset.change ?? '', e, view)).some(Boolean);
}

/** All changes of this comparison that were on screen. `comparison` names both versions; null while there is none or it is not the chosen document. */
export function useShownFields(comparison: string | null, isOn: boolean): readonly ShownField[] {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (comparison === null || !isOn) return;
    const timer = setInterval(() => {
      const seen: SeenThings = seenByVersion.get(comparison) ?? new Map();
      seenByVersion.set(comparison, seen);
      if (look(seen)) setTick((t) => t + 1);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [comparison, isOn]);
  if (comparison === null) return [];
  return wholeOf(seenByVersion.get(comparison)).map(({ name, seconds }) => ({ field: name, seconds }));
}
