/**
 * The screen's idea of now: the backend's clock as last told, carried forward monotonically.
 * Must never be used to decide anything; countdowns only. The backend checks the real clock.
 */
import { useSyncExternalStore } from 'react';

let told = { instant: Date.now(), mono: performance.now() };
let current = new Date(told.instant).toISOString();
const listeners = new Set<() => void>();

const tick = (): void => {
  current = new Date(told.instant + (performance.now() - told.mono)).toISOString();
  for (const listener of listeners) listener();
};
setInterval(tick, 10_000);

/** Takes over the backend's `now` from a query's answer. */
export function tellNow(instant: string): void {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return;
  const drift = Math.abs(at - (told.instant + (performance.now() - told.mono)));
  told = { instant: at, mono: performance.now() };
  if (drift > 5_000) tick();
}

/** The current instant, ISO 8601 UTC; re-renders every 10 seconds. */
export const useNow = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

/** The current instant without a subscription. */
export const nowInstant = (): string => new Date(told.instant + (performance.now() - told.mono)).toISOString();
