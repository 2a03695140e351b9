/**
 * Whether the checks beside a packet are folded to a rail. By themselves they fold only where a document stands side by side with its fields and all three
 * would not fit; what a person chose holds until they choose the other again.
 */
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from '../../store.ts';

/** Room, in px beside open checks, from which a document and its fields can both be read. */
const ROOM = 800;
/** Up to this width of the window panes stand one under the other, and folding gains nothing. */
const STACKED = 760;

/** `panes` goes on the element that holds list, document and checks; `hasDocument`: a form with a file is chosen. */
export function useChecksFold(hasDocument: boolean, checksWidth: number) {
  const { look, setLook } = useStore();
  const panes = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const element = panes.current;
    if (!element) return;
    const measure = () => setRoom(innerWidth <= STACKED ? Number.POSITIVE_INFINITY : element.clientWidth - (element.querySelector('.docs')?.clientWidth ?? 0) - checksWidth);
    const watch = new ResizeObserver(measure);
    measure();
    watch.observe(element);
    return () => watch.disconnect();
  }, [checksWidth]);
  const byItself = hasDocument && look.documentMode === 'both' && room < ROOM;
  const isFolded = look.checks === 'auto' ? byItself : look.checks === 'folded';
  const fold = useCallback(
    (wanted: boolean) => {
      if (wanted !== isFolded) setLook({ checks: wanted === byItself ? 'auto' : wanted ? 'folded' : 'open' });
    },
    [isFolded, byItself, setLook],
  );
  return { panes, isFolded, fold };
}

/** The focus goes along: from the rail into the opened pane, from the pane's button to the rail. */
export const focusChecks = (): void => {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-fold]')?.focus());
};
