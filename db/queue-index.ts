/**
 * What the queue counts, in memory: one byte and one number per packet, by rowid. Built from rows at the first use, then brought up to date for
 * the packets that were written since. Only counts and memberships come from it, never order or content. Must never be trusted over a rollback: it re-reads.
 */
import type { QueueSplit } from '../shared/api.ts';
import { PACKET_TYPES } from '../shared/rows.ts';
import type { Store } from './open.ts';
import { NEXT } from './queries/head.ts';

export const LANES = [0, 1, 5, 9] as const;
export type Lane = (typeof LANES)[number];
export type Counts = Readonly<Record<QueueSplit, number>>;
type Columns = {
  mask: Uint8Array; size: number;
  /** Custody limit in milliseconds; Infinity = none that counts. */
  limit: Float64Array;
  /** The local release that heads the row and, once passed, leaves the head to the next clock; Infinity = another head, or no limit. */
  release: Float64Array;
  /** The clock after a local release, in milliseconds; Infinity = none. */
  next: Float64Array;
  /** What filters ask for (`queue-filter.ts`): `FACTS`, the stored deadline in milliseconds, and who prepared the packet by a number of its own. */
  facts: Uint16Array; deadline: Float64Array; preparer: Uint32Array; readonly preparers: Map<string, number>;
};
/** Bits of `facts`: the packet type's place in `PACKET_TYPES`, and what is so. */
export const FACTS = { type: 15, detained: 16, block: 32, hold: 64, warn: 128 } as const;
const CLOCK = 4, RESUBMITTED = 8, BLOCKED = 16, RETURNED = 32, PRESENT = 64;
const BITS: Readonly<Record<QueueSplit, number>> = { all: PRESENT, clock_running: CLOCK, resubmitted: RESUBMITTED, blocked: BLOCKED, returned: RETURNED, done: PRESENT };
const SPLITS = Object.keys(BITS) as readonly QueueSplit[];

const SELECT = `SELECT rowid, CASE "state" WHEN 'closed' THEN 3 ELSE (CASE "lane" WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 5 THEN 2 ELSE 3 END) END + 4 * ("deadlineAt" IS NOT NULL) + 8 * "isResubmitted"
  + 16 * ("blockCount" > 0 OR "holdCount" > 0 OR "openHolds" > 0) + 32 * ("state" = 'returned') + 64, CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END,
  CASE WHEN "deadlineClock" = 'K4' AND "custodyLimitAt" IS NOT NULL AND "state" <> 'closed' THEN "deadlineAt" END,
  CASE "type" ${PACKET_TYPES.map((type, n) => `WHEN '${type}' THEN ${n}`).join(' ')} ELSE 15 END + 16 * "isDetained" + 32 * ("blockCount" > 0) + 64 * ("holdCount" > 0 OR "openHolds" > 0) + 128 * ("warnCount" > 0),
  "deadlineAt", "preparerId", ${NEXT} FROM packets`;
type Line = readonly [rowid: number, mask: number, limit: string | null, release: string | null, facts: number, deadline: string | null, preparerId: string, next: string | null];
const ms = (at: string | null): number => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at));

const empty = (size: number) => ({ mask: new Uint8Array(size), limit: new Float64Array(size), release: new Float64Array(size), next: new Float64Array(size), facts: new Uint16Array(size), deadline: new Float64Array(size), preparer: new Uint32Array(size) });

function place(columns: Columns, [rowid, mask, limit, release, facts, deadline, preparerId, next]: Line): void {
  if (rowid >= columns.mask.length) {
    const size = Math.max(1024, Math.ceil(rowid * 1.5));
    const more = empty(size);
    for (const name of ['mask', 'limit', 'release', 'next', 'facts', 'deadline', 'preparer'] as const) more[name].set(columns[name]);
    Object.assign(columns, more);
  }
  columns.mask[rowid] = mask;
  columns.limit[rowid] = ms(limit);
  columns.release[rowid] = ms(release);
  columns.next[rowid] = ms(next);
  columns.facts[rowid] = facts;
  columns.deadline[rowid] = ms(deadline);
  let preparer = columns.preparers.get(preparerId);
  if (preparer === undefined) {
    preparer = columns.preparers.size;
    columns.preparers.set(preparerId, preparer);
  }
  columns.preparer[rowid] = preparer;
  columns.size = Math.max(columns.size, rowid + 1);
}

/** The columns as of now. */
export function queueColumns(store: Store): Columns {
  const found = store.memo.get('queue.columns')?.value as Columns | undefined;
  if (!found) {
    const columns: Columns = { ...empty(0), size: 0, preparers: new Map() };
    for (const line of store.sqlite.prepare(SELECT).raw().iterate() as IterableIterator<Line>) place(columns, line);
    store.changedPackets.clear();
    store.memo.set('queue.columns', { at: '', value: columns });
    return columns;
  }
  if (store.changedPackets.size > 0) {
    const find = store.prepare(`${SELECT} WHERE "id" = ?`).raw();
    for (const id of store.changedPackets) {
      const line = find.get(id) as Line | undefined;
      // Gone by a rollback or removal: which rowid it had is no longer known.
      if (!line) {
        store.memo.delete('queue.columns');
        return queueColumns(store);
      }
      place(found, line);
    }
    store.changedPackets.clear();
  }
  return found;
}

/**
 * Counts per lane and split: all packets, and those whose custody limit passed; `moved`: those not past it that another clock heads because the local release
 * passed. Valid for `from <= now < until` while no packet changes.
 */
export type LaneCounts = { readonly all: ReadonlyMap<Lane, Counts>; readonly passed: ReadonlyMap<Lane, Counts>; readonly moved: ReadonlyMap<Lane, number>; readonly from: string; readonly until: string };
const none = (): Record<QueueSplit, number> => ({ all: 0, clock_running: 0, resubmitted: 0, blocked: 0, returned: 0, done: 0 });

/** Lane counts at `now`, computed again when a packet changed or the next custody limit or local release passes. */
export function laneCounts(store: Store, now: string): LaneCounts {
  const at = String(store.revision('packets'));
  const found = store.memo.get('queue.counts');
  const known = found?.value as LaneCounts | undefined;
  if (known && found?.at === at && known.from <= now && now < known.until) return known;
  const { mask, limit, release, size } = queueColumns(store);
  const nowMs = Date.parse(now);
  const moved = [0, 0, 0, 0];
  // One histogram over (mask, passed), folded into splits after.
  const seen = new Uint32Array(256);
  let until = Number.POSITIVE_INFINITY;
  for (let n = 0; n < size; n += 1) {
    const bits = mask[n] as number;
    if (bits === 0) continue;
    const own = limit[n] as number;
    const isPassed = own <= nowMs;
    if (!isPassed) {
      const released = release[n] as number;
      if (released <= nowMs) moved[bits & 3] = (moved[bits & 3] as number) + 1;
      else if (released < until) until = released;
      if (own < until) until = own;
    }
    seen[isPassed ? bits | 128 : bits] = (seen[isPassed ? bits | 128 : bits] as number) + 1;
  }
  const [all, passed] = [new Map<Lane, Record<QueueSplit, number>>(), new Map<Lane, Record<QueueSplit, number>>()];
  for (const lane of LANES) {
    all.set(lane, none());
    passed.set(lane, none());
  }
  for (const [bits, count] of seen.entries()) {
    if (count === 0) continue;
    const lane = LANES[bits & 3] as Lane;
    for (const split of SPLITS) {
      if ((bits & BITS[split]) === 0) continue;
      (all.get(lane) as Record<QueueSplit, number>)[split] += count;
      if (bits & 128) (passed.get(lane) as Record<QueueSplit, number>)[split] += count;
    }
  }
  const value: LaneCounts = { all, passed, moved: new Map(LANES.map((lane, n) => [lane, moved[n] as number])), from: now, until: Number.isFinite(until) ? new Date(until).toISOString() : '~' };
  store.memo.set('queue.counts', { at, value });
  return value;
}

/** How many of these packets (by rowid) are in the split at `now`. */
export function countIn(store: Store, rowids: Iterable<number>, split: QueueSplit, now: string): number {
  const { mask, limit } = queueColumns(store);
  const nowMs = Date.parse(now);
  const bit = BITS[split];
  let count = 0;
  for (const rowid of rowids) {
    const bits = mask[rowid] ?? 0;
    const isDone = (bits & 3) === 3 && (limit[rowid] as number) > nowMs;
    if (bits !== 0 && isDone === (split === 'done') && (bits & bit) !== 0) count += 1;
  }
  return count;
}

/** Rowids of open packets whose next clock is still ahead of `now`, soonest first, `most` at the most: no index holds it. */
export function soonestNext(store: Store, now: string, most: number): readonly number[] {
  const { mask, next, size } = queueColumns(store);
  const nowMs = Date.parse(now);
  const kept: number[] = [];
  for (let n = 0; n < size; n += 1) {
    const at = next[n] as number;
    if (!(at > nowMs) || !Number.isFinite(at) || mask[n] === 0 || ((mask[n] as number) & 3) === 3) continue;
    if (kept.length === most && at >= (next[kept[most - 1] as number] as number)) continue;
    const place = kept.findIndex((k) => (next[k] as number) > at);
    kept.splice(place < 0 ? kept.length : place, 0, n);
    if (kept.length > most) kept.pop();
  }
  return kept;
}
