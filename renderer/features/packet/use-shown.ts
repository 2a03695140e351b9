/**
 * Which forms were on screen and for how long: a form counts once it was chosen and visible for a whole second.
 * The sign-off statement says so; so this must never count a form behind a dialog, in a hidden window or scrolled away.
 */
import { type RefObject, useEffect, useState } from 'react';

export type ShownForm = { readonly formId: string; readonly seconds: number };
const shownByVersion = new Map<string, Map<string, number>>();
const MIN_PIXELS = 120;

const isOnScreen = (element: HTMLElement | null): boolean => {
  if (!element || document.visibilityState !== 'visible' || document.querySelector('dialog[open]')) return false;
  const box = element.getBoundingClientRect();
  return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) >= MIN_PIXELS;
};

/** Counts the seconds of the chosen form. Returns all forms of this version that were on screen. */
export function useShown(version: string | null, formId: string | null, paper: RefObject<HTMLElement | null>): readonly ShownForm[] {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (version === null || formId === null) return;
    const timer = setInterval(() => {
      if (!isOnScreen(paper.current)) return;
      const seconds = shownByVersion.get(version) ?? new Map<string, number>();
      const before = seconds.get(formId) ?? 0;
      seconds.set(formId, before + 1);
      shownByVersion.set(version, seconds);
      if (before === 0) setTick((t) => t + 1);
    }, 1000);
    return () => clearInterval(timer);
  }, [version, formId, paper]);
  return version === null ? [] : [...(shownByVersion.get(version) ?? [])].map(([id, seconds]) => ({ formId: id, seconds }));
}
