/** A clock that tests move, and the timers that hang on it. Every reading is a millisecond later, so that order is visible. */
import type { HostClock } from '../../host/backend.ts';

export type FakeClock = HostClock & {
  /** Moves time by `ms` (backwards too) and runs the timers that fell due, in order. */
  readonly advance: (ms: number) => void;
  readonly after: (ms: number, work: () => void) => () => void;
  /** Milliseconds until each waiting timer. */
  readonly waiting: () => readonly number[];
};

/** Starts at `start` (ISO 8601 UTC). */
export function fakeClock(start: string, zone = 'America/Chicago'): FakeClock {
  let at = Date.parse(start);
  let mono = 0;
  let timers: { readonly due: number; readonly work: () => void }[] = [];
  return {
    zone, bootId: 'boot-of-the-test',
    now: () => {
      at += 1;
      return new Date(at).toISOString();
    },
    mono: () => {
      mono += 1;
      return mono;
    },
    advance: (ms) => {
      at += ms;
      if (ms > 0) mono += ms;
      const due = timers.filter((t) => t.due <= at).sort((a, b) => a.due - b.due);
      timers = timers.filter((t) => t.due > at);
      for (const timer of due) timer.work();
    },
    after: (ms, work) => {
      const timer = { due: at + ms, work };
      timers.push(timer);
      return () => { timers = timers.filter((t) => t !== timer); };
    },
    waiting: () => timers.map((t) => t.due - at),
  };
}
