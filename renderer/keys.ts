/**
 * Every shortcut of the screen in one registry: the palette, the `?` sheet and the handler read the same list.
 * Keys of a screen act only while the focus is in their region, outside text fields and with no dialog open; single letters can be
 * switched off (WCAG 2.1.4). Where nothing has the focus, the content has it.
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
  /** The `data-region` that must hold the focus; null acts everywhere. Left out: the region of the layer, which is the content. */
  readonly region?: string | null;
};

/** The region around everything that a screen shows below its top bar. */
const CONTENT = 'main';
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
const hasFocus = (region: string | null | undefined): boolean => {
  if (region === null || region === undefined) return true;
  const focused = document.activeElement;
  if (!focused || focused === document.body) return region === CONTENT;
  return focused.closest(`[data-region="${region}"]`) !== null;
};
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
  const at = (keys: string) => all.find((b) => b.keys === keys && hasFocus(b.region));
  const found = at(joined) ?? (joined === key ? undefined : at(key));
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

/** Registers shortcuts while the calling part is on screen; later layers win. `region`: where they act when a binding does not say. */
export function useKeys(bindings: readonly Binding[], region: string | null = CONTENT): void {
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
      layer.bindings = bindings.map((b) => (b.region === undefined ? { ...b, region } : b));
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
  // Only the innermost ones: the content as a whole is not a stop beside its own parts.
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((r) => r.getClientRects().length > 0 && !r.querySelector('[data-region]'));
  const here = regions.findIndex((r) => r.contains(document.activeElement));
  const next = regions[(here + step + regions.length) % regions.length];
  if (!next) return;
  const inside = next.matches('[tabindex]')
    ? next
    : (next.querySelector<HTMLElement>('[data-start]') ??
      next.querySelector<HTMLElement>('[role=grid], [role=listbox], a[href], button:not(:disabled), input, [tabindex="0"]'));
  (inside ?? next).focus();
}

/** Moves the focus into the content when it is nowhere or where the person came from: after a change of screen. */
export function focusContent(): void {
  const focused = document.activeElement;
  if (document.querySelector('dialog[open]') || (focused instanceof HTMLElement && focused.closest('[data-region="main"]') && focused.id !== 'main')) return;
  const main = document.getElementById('main');
  (main?.querySelector<HTMLElement>('[data-start]') ?? main)?.focus({ preventScroll: true });
}

/** Moves the focus by one among the buttons of the content that `selector` finds: J and K in lists that are not grids. */
export function stepFocus(selector: string, by: 1 | -1): void {
  const buttons = [...document.querySelectorAll<HTMLElement>(`#main ${selector}`)];
  const { activeElement } = document;
  const at = activeElement instanceof HTMLElement ? buttons.indexOf(activeElement) : -1;
  const next = buttons[at < 0 ? 0 : at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
