/**
 * The review queue: the exact order of `compareQueue`, from indexes. Two things move with the time: a custody limit passes (tier 0), and a local release
 * passes (the clock after it then heads the row: "moved", few at a time). All else follows from lane and deadline alone: a lane in index order, with the moved
 * merged in, is in queue order.
 */
import type { QueryIn, QueueItem, QueuePage, QueueSplit } from '../../shared/api.ts';
import type { QueueFilter } from '../../shared/domain/filters.ts';
import { headAt, tierOf } from '../../shared/domain/queue.ts';
import type { PacketRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { filterHits, keepsAll } from '../queue-filter.ts';
import { countIn, laneCounts, type Counts, type Lane } from '../queue-index.ts';
import { decode } from '../rows.ts';
import { SEARCHED_TABLES, searchPackets } from '../search.ts';
import { agencyCoverage } from './assignments.ts';
import { DEADLINE, FREE, HEAD, LANE, LIMIT, MOVED, NEXT, STAYS } from './head.ts';
import { workOf } from './work.ts';

const BLOCKED = '("blockCount" > 0 OR "holdCount" > 0 OR "openHolds" > 0)';
const keysOf = (deadline: string): string => `rowid AS n, "id", ${deadline} AS dl, ${FREE} AS free, "receivedAt"`;
const ORDER = 'ORDER BY dl, free, "receivedAt", "id"';
/** What each split keeps. `done` is a lane of its own. */
const KEEPS: Readonly<Record<QueueSplit, string>> = {
  all: '', clock_running: ` AND ${DEADLINE} < '~'`, resubmitted: ' AND "isResubmitted" = 1', blocked: ` AND ${BLOCKED}`, returned: ` AND "state" = 'returned'`, done: '',
};
const SPLITS = Object.keys(KEEPS) as readonly QueueSplit[];
/** Above this many passed limits in a lane they are found by walking the lane, below by their own index and kept. */
const MANY = 2000;
/** Above this many hits a search walks the queue and tests each packet; below, it sorts the hits. */
const MANY_HITS = 600;

type Key = { readonly n?: number; readonly id: string; readonly dl: string; readonly free: number; readonly receivedAt: string };
const compareKeys = (a: Key, b: Key): number => {
  if (a.dl !== b.dl) return a.dl < b.dl ? -1 : 1;
  if (a.free !== b.free) return a.free - b.free;
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
};
const NONE: Counts = { all: 0, clock_running: 0, resubmitted: 0, blocked: 0, returned: 0, done: 0 };

type Passed = 'yes' | 'no' | 'any';
/** Rows of one lane and split in order, as SQL with its values. `passed`: only those past their limit, only those not, or all. */
function laneSql(store: Store, lane: Lane, split: QueueSplit, passed: Passed, now: string): { readonly sql: string; readonly values: readonly string[] } {
  const test = passed === 'yes' ? ` AND ${LIMIT} <= ?` : passed === 'no' ? ` AND (${LIMIT} IS NULL OR ${LIMIT} > ?)` : '';
  const from = `FROM packets WHERE ${LANE} = ${lane}${KEEPS[split]}${test}`;
  const values = passed === 'any' ? [] : [now];
  const counts = laneCounts(store, now);
  const mayMove = (passed !== 'no' && (counts.passed.get(lane) ?? NONE).all > 0) || (passed !== 'yes' && (counts.moved.get(lane) ?? 0) > 0);
  if (!mayMove) return { sql: `SELECT ${keysOf(DEADLINE)} ${from} ${ORDER}`, values };
  // Two ordered halves that SQLite merges: those headed by their stored deadline from the index, the few moved ones sorted.
  // The moved are among the overdue, which are fewer than all that have a limit: the planner would walk those.
  const moved = passed === 'no' ? `${from.replace('packets', 'packets INDEXED BY packets_queue')} AND ${DEADLINE} <= ?` : from;
  return {
    sql: `SELECT ${keysOf(DEADLINE)} ${from} AND ${STAYS} UNION ALL SELECT ${keysOf(NEXT)} ${moved} AND ${MOVED} ${ORDER}`,
    values: [...values, now, ...values, ...(passed === 'no' ? [now] : []), now],
  };
}
function laneKeys(store: Store, lane: Lane, split: QueueSplit, passed: Passed, now: string, offset: number, limit: number): readonly Key[] {
  const { sql, values } = laneSql(store, lane, split, passed, now);
  return store.prepare(`${sql} LIMIT ? OFFSET ?`).all(...values, limit, offset) as Key[];
}
/** All of a lane that moved and are not past their limit, in order: kept until one more moves. */
function movedKeys(store: Store, lane: Lane, now: string): readonly Key[] {
  const { moved, from } = laneCounts(store, now);
  if ((moved.get(lane) ?? 0) === 0) return [];
  return memoised(store, `queue.moved.${lane}`, ['packets'], from, () => (store.prepare(`SELECT ${keysOf(NEXT)} FROM packets INDEXED BY packets_queue WHERE ${LANE} = ${lane} AND ${DEADLINE} <= ?
    AND ${LIMIT} > ? AND ${MOVED}`).all(from, from, from) as Key[]).sort(compareKeys));
}
/** The first `limit` of a lane that are past their limit. */
function passedKeys(store: Store, lane: Lane, split: QueueSplit, now: string, limit: number): readonly Key[] {
  const passed = laneCounts(store, now);
  const count = (passed.passed.get(lane) ?? NONE)[split];
  if (count === 0) return [];
  if (count > MANY) return laneKeys(store, lane, split, 'yes', now, 0, limit);
  // `passed.from` and not `now`: the same rows until `passed.until`, so that the list is kept.
  return memoised(store, `queue.passed.${lane}.${split}`, ['packets'], passed.from, () =>
    (store.prepare(`SELECT ${keysOf(HEAD)} FROM packets WHERE "custodyLimitAt" IS NOT NULL AND ${LANE} = ? AND ${LIMIT} <= ?${KEEPS[split]}`).all(passed.from, lane, passed.from) as Key[]).sort(compareKeys));
}

/** One part of the queue after another; `keys(offset, limit)` in order. */
type Part = { readonly count: number; readonly keys: (offset: number, limit: number) => readonly Key[] };
function partsOf(store: Store, split: QueueSplit, now: string): readonly Part[] {
  const { all: lanes, passed } = laneCounts(store, now);
  const inLane = (lane: Lane): number => (lanes.get(lane) ?? NONE)[split];
  const past = (lane: Lane): number => (passed.get(lane) ?? NONE)[split];
  const rest = (lane: Lane): Part => ({ count: inLane(lane) - past(lane), keys: (offset, limit) => laneKeys(store, lane, split, 'no', now, offset, limit) });
  if (split === 'done') return [rest(9)];
  const zero: Part = {
    count: inLane(0) + past(1) + past(5) + past(9),
    keys: (offset, limit) => [
      ...laneKeys(store, 0, split, 'any', now, 0, offset + limit), ...([1, 5, 9] as const).flatMap((lane) => passedKeys(store, lane, split, now, offset + limit).slice(0, offset + limit)),
    ].sort(compareKeys).slice(offset, offset + limit),
  };
  return [zero, rest(1), rest(5)];
}
function pageOf(parts: readonly Part[], offset: number, limit: number): readonly Key[] {
  const keys: Key[] = [];
  let skip = offset;
  for (const part of parts) {
    if (skip >= part.count) {
      skip -= part.count;
      continue;
    }
    keys.push(...part.keys(skip, limit - keys.length));
    skip = 0;
    if (keys.length >= limit) break;
  }
  return keys;
}

/** How many packets each split holds now. */
export function queueCounts(store: Store, now: string): Counts {
  return Object.fromEntries(SPLITS.map((split) => [split, partsOf(store, split, now).reduce((n, p) => n + p.count, 0)])) as unknown as Counts;
}

/** Ids of the packets before and after this one in the split that holds it: `all`, or `done`. */
export function neighboursOf(store: Store, packet: PacketRow, now: string): { readonly nextId: string | null; readonly previousId: string | null } {
  const tier = tierOf(packet, now);
  const isDone = tier === 5 && (packet.lane === 9 || packet.state === 'closed');
  const parts = partsOf(store, isDone ? 'done' : 'all', now);
  const own = isDone ? 0 : tier === 0 ? 0 : tier === 5 ? 2 : 1;
  const key: Key = { id: packet.id, dl: headAt(packet, now).deadlineAt ?? '~', free: packet.isDetained ? 0 : 1, receivedAt: packet.receivedAt };
  const inside = own === 0 && !isDone ? inZero(store, parts[0] as Part, key, now) : inLaneOf(store, isDone ? 9 : own === 1 ? 1 : 5, key, now);
  const firstAfter = (): string | null => parts.slice(own + 1).find((p) => p.count > 0)?.keys(0, 1)[0]?.id ?? null;
  const lastBefore = (): string | null => {
    const part = parts.slice(0, own).reverse().find((p) => p.count > 0);
    return part?.keys(part.count - 1, 1)[0]?.id ?? null;
  };
  return { nextId: inside.nextId ?? firstAfter(), previousId: inside.previousId ?? lastBefore() };
}
function inZero(store: Store, zero: Part, key: Key, now: string): { readonly nextId: string | null; readonly previousId: string | null } {
  const keys = memoised(store, 'queue.zero', ['packets'], `${zero.count}|${laneCounts(store, now).from}`, () => zero.keys(0, MANY));
  const n = keys.findIndex((k) => k.id === key.id);
  return n < 0 ? { nextId: null, previousId: null } : { nextId: keys[n + 1]?.id ?? null, previousId: keys[n - 1]?.id ?? null };
}
function inLaneOf(store: Store, lane: Lane, key: Key, now: string): { readonly nextId: string | null; readonly previousId: string | null } {
  const find = (isNext: boolean): string | null => {
    const [sign, way] = isNext ? ['>', ''] : ['<', ' DESC'];
    const sql = `SELECT ${keysOf(DEADLINE)} FROM packets WHERE ${LANE} = ${lane} AND (${LIMIT} IS NULL OR ${LIMIT} > ?) AND ${DEADLINE} ${sign}= ? AND (${DEADLINE}, ${FREE}, "receivedAt",
      "id") ${sign} (?, ?, ?, ?) AND ${STAYS} ORDER BY ${DEADLINE}${way}, ${FREE}${way}, "receivedAt"${way}, "id"${way} LIMIT 1`;
    const stays = store.prepare(sql).get(now, key.dl, key.dl, key.free, key.receivedAt, key.id, now) as Key | undefined;
    const keys = movedKeys(store, lane, now);
    const moved = isNext ? keys.find((k) => compareKeys(k, key) > 0) : keys.findLast((k) => compareKeys(k, key) < 0);
    if (!stays || !moved) return (stays ?? moved)?.id ?? null;
    return (compareKeys(stays, moved) < 0 === isNext ? stays : moved).id;
  };
  return { nextId: find(true), previousId: find(false) };
}

/** Agencies and officers by id, and who may act when: few, looked up for every row. */
const agencyNames = (store: Store): ReadonlyMap<string, { readonly name: string; readonly zone: string }> => memoised(store, 'queue.agencies', ['agencies'], '', () =>
  new Map((store.prepare('SELECT "id", "name", "zone" FROM agencies').all() as { id: string; name: string; zone: string }[]).map((a) => [a.id, a])));
type Officer = { readonly name: string; readonly isSeparated: number; readonly intervals: { readonly startAt: string; readonly endAt: string | null }[] };
const officersById = (store: Store): ReadonlyMap<string, Officer> => memoised(store, 'queue.officers', ['officers', 'authority_intervals'], '', () => {
  const officers = new Map((store.prepare('SELECT "id", "name", "isSeparated" FROM officers').all() as { id: string; name: string; isSeparated: number }[]).map((o): [string, Officer] =>
    [o.id, { ...o, intervals: [] }]));
  for (const i of store.prepare('SELECT "officerId", "startAt", "endAt" FROM authority_intervals').all() as { officerId: string; startAt: string;
    endAt: string | null }[]) officers.get(i.officerId)?.intervals.push(i);
  return officers;
});

/** The queue rows of these packets, in this order. `isPreparerValid`: not separated and with delegated authority at `now`. */
export function queueItems(store: Store, ids: readonly string[], now: string): readonly QueueItem[] {
  const find = store.prepare('SELECT p.*, s."name" AS subjectName, s."aNumber" AS aNumber FROM packets p LEFT JOIN subjects s ON s."id" = p."subjectId" WHERE p."id" = ?');
  const [agencies, officers] = [agencyNames(store), officersById(store)];
  return ids.flatMap((id) => {
    const found = find.get(id) as (Readonly<Record<string, unknown>> & { readonly subjectName: string | null; readonly aNumber: string | null }) | undefined;
    if (!found) return [];
    const { subjectName, aNumber, ...raw } = found;
    const packet = decode('packets', raw);
    const [agency, preparer] = [agencies.get(packet.agencyId), officers.get(packet.preparerId)];
    return [{
      // Screens show the head of this moment, not the stored one.
      packet: { ...packet, ...headAt(packet, now) }, subjectName: subjectName ?? '', aNumber, agencyName: agency?.name ?? packet.agencyId, zone: agency?.zone ?? 'UTC', preparerName: preparer?.name ?? packet.preparerId,
      isPreparerValid: preparer !== undefined && preparer.isSeparated === 0 && preparer.intervals.some((i) => i.startAt <= now && (i.endAt === null || i.endAt > now)),
      tier: tierOf(packet, now), work: workOf(store, id),
    }];
  });
}

/** Rowids of all hits, null when nothing searchable was typed; kept for the next page of the same search. */
const hitsOf = (store: Store, search: string): ReadonlySet<number> | null => memoised(store, 'queue.hits', SEARCHED_TABLES, search,
  () => searchPackets(store, search));

/** Rowids of all packets of one agency; kept for the next page. */
const agencyHits = (store: Store, agencyId: string): ReadonlySet<number> => memoised(store, 'queue.agency', ['packets'], agencyId, () =>
  new Set(store.prepare('SELECT rowid FROM packets WHERE "agencyId" = ?').pluck().all(agencyId) as number[]));
const both = (a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> => (a.size <= b.size ? new Set([...a].filter((n) => b.has(n))) : both(b, a));

/** Some packets (by rowid: hits of a search, one agency, or both) within a split, in queue order. */
function keysAmong(store: Store, hits: ReadonlySet<number>, split: QueueSplit, now: string, offset: number, limit: number): { readonly keys: readonly Key[]; readonly total: number } {
  if (hits.size <= MANY_HITS) {
    const keep = split === 'done' ? `${LANE} = 9 AND (${LIMIT} IS NULL OR ${LIMIT} > ?)` : `(${LANE} <> 9 OR ${LIMIT} <= ?)${KEEPS[split]}`;
    const find = store.prepare(`SELECT ${keysOf(HEAD)}, ${LANE} AS lane, coalesce(${LIMIT} <= ?, 0) AS isPast FROM packets WHERE rowid = ? AND ${keep}`);
    type Ranked = Key & { readonly lane: number; readonly isPast: number };
    const found = [...hits].flatMap((rowid) => (find.get(now, now, rowid, now) as Ranked | undefined) ?? []);
    const rank = (k: Ranked): number => (k.lane === 0 || k.isPast === 1 ? 0 : k.lane);
    found.sort((a, b) => rank(a) - rank(b) || compareKeys(a, b));
    return { keys: found.slice(offset, offset + limit), total: found.length };
  }
  const need = offset + limit;
  // Dense: walk each lane in order and keep the hits, instead of sorting them all.
  const walk = (lane: Lane, passed: Passed, most: number): readonly Key[] => {
    const keys: Key[] = [];
    if (most <= 0) return keys;
    const { sql, values } = laneSql(store, lane, split, passed, now);
    for (const row of store.prepare(sql).iterate(...values) as IterableIterator<Key>) {
      if (!hits.has(row.n as number)) continue;
      keys.push(row);
      if (keys.length >= most) break;
    }
    return keys;
  };
  const total = countIn(store, hits, split, now);
  if (split === 'done') return { keys: walk(9, 'no', need).slice(offset), total };
  const { passed } = laneCounts(store, now);
  const late = (lane: Lane): readonly Key[] => {
    const count = (passed.get(lane) ?? NONE)[split];
    return count > MANY ? walk(lane, 'yes', need) : passedKeys(store, lane, split, now, count).filter((k) => hits.has(k.n as number));
  };
  const keys = [...walk(0, 'any', need), ...late(1), ...late(5), ...late(9)].sort(compareKeys).slice(0, need);
  for (const lane of [1, 5] as const) keys.push(...walk(lane, 'no', need - keys.length));
  return { keys: keys.slice(offset, need), total };
}

/** Rowids of the packets that search, agency and filter leave, each null when it was not asked for; null: all packets. */
export function chosen(store: Store, search: ReadonlySet<number> | null, agencyId: string | undefined, filter: QueueFilter | undefined, now: string): ReadonlySet<number> | null {
  const sets = [search, agencyId === undefined ? null : agencyHits(store, agencyId), filter === undefined || keepsAll(filter) ? null : filterHits(store, filter, now)].filter((s) => s !== null);
  const [first, ...others] = sets;
  return first === undefined ? null : others.reduce(both, first);
}

/** One page of the queue, in the exact order of `compareQueue(now)`. `total` counts the split, or what of it search, agency and filter leave; the counts of the splits do not look at the search. */
export function listQueue(store: Store, { split, search, agencyId, filter, offset, limit }: QueryIn<'queue.list'>, { now, pmId }: ReadContext): QueuePage {
  const own = chosen(store, null, agencyId, filter, now);
  const counts = own === null ? queueCounts(store, now) : (Object.fromEntries(SPLITS.map((s) => [s, countIn(store, own, s, now)])) as unknown as Counts);
  const cover = agencyCoverage(store, pmId, now);
  const done = (keys: readonly Key[], total: number): QueuePage => ({ items: queueItems(store, keys.map((k) => k.id), now), total, counts, ...cover, now });
  const among = (hits: ReadonlySet<number>): QueuePage => {
    const { keys, total } = keysAmong(store, hits, split, now, offset, limit);
    return done(keys, total);
  };
  if (search.trim() === '') return own === null ? done(pageOf(partsOf(store, split, now), offset, limit), counts[split]) : among(own);
  const hits = hitsOf(store, search);
  if (hits === null) return done([], 0);
  return among(own === null ? hits : both(hits, own));
}
