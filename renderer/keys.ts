/**
 * Every shortcut of the screen in one registry: the palette, the `?` sheet and the handler read the same list.
 * Single letters act only outside text fields, only while no dialog is open, and can be switched off (WCAG 2.1.4).
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useStore } from './store.ts';

export type Binding = {
  /** `j`, `Enter`, `g t` (one after the other), `ctrl+k`, `F6`, `?`. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: () => void;
  /** Reason why it cannot run now; shown in the palette. */
  readonly disabled?: string | null;
  readonly isHidden?: boolean;
};

const layers: { readonly id: object; bindings: readonly Binding[] }[] = [];
let all: readonly Binding[] = [];
const listeners = new Set<() => void>();
let prefix = '';
let prefixAt = 0;

const rebuild = (): void => {
  all = [...layers].reverse().flatMap((l) => l.bindings);
  for (const listener of listeners) listener();
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));
/** Enter and Space belong to a control that has the focus. */
const isControl = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('button, a, summary, input, [role=tab], [role=separator]') !== null;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  const key = hasModifier ? `ctrl+${event.key.toLowerCase()}` : event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isPlain = !hasModifier && event.key.length === 1 && event.key !== ' ';
  if (event.altKey) return;
  if (document.querySelector('dialog[open]') && key !== 'ctrl+k') return;
  if (!hasModifier && event.key !== 'F6' && isTyping(event.target)) return;
  if (isPlain && !useStore.getState().look.hasLetterKeys) return;
  if ((key === 'Enter' || key === 'Space') && isControl(event.target)) return;
  const joined = isPlain && prefix && performance.now() - prefixAt < 1200 ? `${prefix} ${key}` : key;
  const found = all.find((b) => b.keys === joined) ?? (joined === key ? undefined : all.find((b) => b.keys === key));
  prefix = '';
  if (found) {
    event.preventDefault();
    if (found.disabled) useStore.getState().announce(found.disabled);
    else found.run();
  } else if (isPlain && all.some((b) => b.keys.startsWith(`${key} `))) {
    prefix = key;
    prefixAt = performance.now();
  }
}
addEventListener('keydown', onKey);

/** Registers shortcuts while the calling part is on screen; later layers win. */
export function useKeys(bindings: readonly Binding[]): void {
  const id = useRef({}).current;
  useEffect(() => {
    layers.push({ id, bindings: [] });
    return () => {
      layers.splice(
        layers.findIndex((l) => l.id === id),
        1,
      );
      rebuild();
    };
  }, [id]);
  useEffect(() => {
    const layer = layers.find((l) => l.id === id);
    if (layer) {
      layer.bindings = bindings;
      rebuild();
    }
  });
}

/** All shortcuts that work now, most specific first. */
export const useBindings = (): readonly Binding[] =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => all,
  );

/** `Ctrl K`, `G then T`: as a person reads it. */
export const keyText = (keys: string): string =>
  keys
    .split(' ')
    .map((k) =>
      k
        .split('+')
        .map((p) => (p.length === 1 ? p.toUpperCase() : p === 'ctrl' ? 'Ctrl' : p))
        .join(' '),
    )
    .join(' then ');

/** Moves the focus to the next landmark (`data-region`), for F6. */
export function cycleRegions(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((r) => r.offsetParent !== null || r.getClientRects().length > 0);
  const here = regions.findIndex((r) => r.contains(document.activeElement));
  const next = regions[(here + step + regions.length) % regions.length];
  if (!next) return;
  const inside = next.matches('[tabindex]') ? next : next.querySelector<HTMLElement>('[role=grid], [role=listbox], a[href], button:not(:disabled), input, [tabindex="0"]');
  (inside ?? next).focus();
}
