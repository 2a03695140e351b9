/** In which order the clock strip shows a packet's clocks: nearest first, but what has taken place is no deadline any more. */
import type { Clock } from '../../../shared/domain/clocks.ts';
import { msOf } from '../../../shared/time.ts';

/** What the strip shows, in its order: running clocks, what may not happen yet, and what has stopped. */
export function stripOrder(clocks: readonly Clock[], now: string): { readonly running: readonly Clock[]; readonly floors: readonly Clock[]; readonly stopped: readonly Clock[] } {
  const hasForm = clocks.some((c) => c.id === 'K2B');
  // K2 is the outer limit inside K2B's card.
  const shown = clocks.filter((c) => !(hasForm && c.id === 'K2'));
  const counts = shown.filter((c) => c.kind !== 'floor');
  const isPast = (c: Clock): boolean => msOf(c.deadlineAt) <= msOf(now);
  const isLimitRunning = counts.some((c) => c.isCustodyLimit && c.stoppedAt === null);
  /** A release that has taken place is the start of the limit, not a deadline any more; a target is nobody's duty. */
  const rank = (c: Clock): number => (c.kind === 'event' && isPast(c) && isLimitRunning ? 1 : c.kind === 'target' ? 2 : 0);
  return {
    running: counts.filter((c) => c.stoppedAt === null).sort((a, b) => rank(a) - rank(b) || msOf(a.deadlineAt) - msOf(b.deadlineAt) || Number(b.isCustodyLimit) - Number(a.isCustodyLimit)),
    floors: shown.filter((c) => c.kind === 'floor' && c.stoppedAt === null && !isPast(c)),
    stopped: counts.filter((c) => c.stoppedAt !== null),
  };
}
