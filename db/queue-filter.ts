/**
 * Which packets a filter of the queue keeps, by rowid, from the columns that the queue has in memory: one pass, no row is read.
 * Says the same as the rows do (`headAt` for the clock); a property test compares them.
 */
import type { QueueFilter } from '../shared/domain/filters.ts';
import { PACKET_TYPES } from '../shared/rows.ts';
import { msOf } from '../shared/time.ts';
import { memoised, type Store } from './open.ts';
import { FACTS, queueColumns } from './queue-index.ts';

const HOUR = 3_600_000;
const WITHIN = { past: 0, '4h': 4 * HOUR, '24h': 24 * HOUR, '72h': 72 * HOUR } as const;

/** True when the filter keeps every packet. */
export const keepsAll = (filter: QueueFilter): boolean => Object.values(filter).every((v) => v === undefined);

function scan(store: Store, { type, custody, clock, severity, preparerId }: QueueFilter, now: string): ReadonlySet<number> {
  const { facts, deadline, release, next, preparer, size, mask, preparers } = queueColumns(store);
  const wanted = preparerId === undefined ? null : preparers.get(preparerId) ?? -1;
  const at = msOf(now);
  const kept = new Set<number>();
  const bad = severity === 'block' ? FACTS.block : severity === 'hold' ? FACTS.hold : severity === 'warn' ? FACTS.warn : FACTS.block | FACTS.hold | FACTS.warn;
  for (let n = 0; n < size; n += 1) {
    if (mask[n] === 0) continue;
    const bits = facts[n] as number;
    if (type !== undefined && (bits & FACTS.type) !== PACKET_TYPES.indexOf(type)) continue;
    if (custody !== undefined && ((bits & FACTS.detained) !== 0) !== (custody === 'detained')) continue;
    if (severity !== undefined && ((bits & bad) === 0) !== (severity === 'clear')) continue;
    if (wanted !== null && preparer[n] !== wanted) continue;
    if (clock !== undefined) {
      const head = ((release[n] as number) <= at ? next[n] : deadline[n]) as number;
      if (clock === 'none' ? Number.isFinite(head) : head > at + WITHIN[clock]) continue;
    }
    kept.add(n);
  }
  return kept;
}

/** Rowids of what the filter keeps at `now`; kept for the next page, by the moment where a clock is asked for. */
export const filterHits = (store: Store, filter: QueueFilter, now: string): ReadonlySet<number> =>
  memoised(store, 'queue.filter', ['packets'], JSON.stringify([filter, filter.clock === undefined ? '' : now]), () => scan(store, filter, now));
