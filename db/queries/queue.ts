/**
 * The review queue: the exact order of `compareQueue`, from indexes. Tier 0 moves with the time (a custody limit passes); all other tiers
 * follow from lane and deadline alone, so that a lane in index order is already in queue order. Must use the expressions of migration 0002, word for word.
 */
import type { QueryIn, QueueItem, QueuePage, QueueSplit } from '../../shared/api.ts';
import { tierOf } from '../../shared/domain/queue.ts';
import type { PacketRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { decode } from '../rows.ts';
import { matchOf } from '../search.ts';
import { agencyCoverage } from './assignments.ts';
import { workOf } from './work.ts';

/** Lane with closed packets among the done ones; deadline with none last; detained first; custody limit that still counts. */
const LANE = `CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END`;
const DEADLINE = `coalesce("deadlineAt", '~')`;
const FREE = '1 - "isDetained"';
const LIMIT = `CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END`;
const BLOCKED = '("blockCount" > 0 OR "holdCount" > 0 OR "openHolds" > 0)';
const KEYS = `"id", ${DEADLINE} AS dl, ${FREE} AS free, "receivedAt"`;
const ORDER = `ORDER BY ${DEADLINE}, ${FREE}, "receivedAt", "id"`;
/** What each split keeps. `done` is a lane of its own. */
const KEEPS: Readonly<Record<QueueSplit, string>> = {
  all: '', clock_running: ` AND ${DEADLINE} < '~'`, resubmitted: ' AND "isResubmitted" = 1', blocked: ` AND ${BLOCKED}`, returned: ` AND "state" = 'returned'`, done: '',
};
const SPLITS = Object.keys(KEEPS) as readonly QueueSplit[];
const LANES = [0, 1, 5, 9] as const;
type Lane = (typeof LANES)[number];
/** Above this many passed limits in a lane they are found by walking the lane, below by their own index and kept. */
const MANY = 2000;
/** Above this many hits a search walks the queue and tests each packet; below, it sorts the hits. */
const MANY_HITS = 1500;

type Key = { readonly id: string; readonly dl: string; readonly free: number; readonly receivedAt: string };
const compareKeys = (a: Key, b: Key): number => {
  if (a.dl !== b.dl) return a.dl < b.dl ? -1 : 1;
  if (a.free !== b.free) return a.free - b.free;
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
};
type Counts = Readonly<Record<QueueSplit, number>>;
const COUNTED = `count(*) AS "all", coalesce(sum(${DEADLINE} < '~'), 0) AS clock_running, coalesce(sum("isResubmitted"), 0) AS resubmitted, coalesce(sum(${BLOCKED}), 0) AS blocked, coalesce(sum("state" = 'returned'), 0) AS returned, count(*) AS done`;
const NONE: Counts = { all: 0, clock_running: 0, resubmitted: 0, blocked: 0, returned: 0, done: 0 };

/** Packets per lane and split, whatever their custody limit. */
const laneCounts = (store: Store): ReadonlyMap<number, Counts> => memoised(store, 'queue.lanes', ['packets'], '', () =>
  new Map((store.prepare(`SELECT ${LANE} AS lane, ${COUNTED} FROM packets GROUP BY ${LANE}`).all() as (Counts & { readonly lane: number })[]).map((r) => [r.lane, r])));

/** Packets whose custody limit passed, per lane, as of `now`; computed again when a row changes or the next limit passes. */
type Passed = { readonly lanes: ReadonlyMap<number, Counts>; readonly from: string; readonly until: string };
function passedAt(store: Store, now: string): Passed {
  const at = String(store.revision('packets'));
  const found = store.memo.get('queue.passed');
  const known = found?.value as Passed | undefined;
  if (known && found?.at === at && known.from <= now && now < known.until) return known;
  const lanes = new Map<number, Counts>();
  let until = '~';
  for (const lane of LANES) {
    if (lane === 0) continue;
    lanes.set(lane, store.prepare(`SELECT ${COUNTED} FROM packets WHERE "custodyLimitAt" IS NOT NULL AND ${LANE} = ? AND ${LIMIT} <= ?`).get(lane, now) as Counts);
    const next = store.prepare(`SELECT min(${LIMIT}) FROM packets WHERE "custodyLimitAt" IS NOT NULL AND ${LANE} = ? AND ${LIMIT} > ?`).pluck().get(lane, now) as string | null;
    if (next !== null && next < until) until = next;
  }
  const value: Passed = { lanes, from: now, until };
  store.memo.set('queue.passed', { at, value });
  return value;
}

/** Rows of one lane and split in order. `passed`: only those past their limit, only those not, or all. */
function laneKeys(store: Store, lane: Lane, split: QueueSplit, passed: 'yes' | 'no' | 'any', now: string, offset: number, limit: number, match: string | null = null): readonly Key[] {
  const test = passed === 'yes' ? ` AND ${LIMIT} <= ?` : passed === 'no' ? ` AND (${LIMIT} IS NULL OR ${LIMIT} > ?)` : '';
  // `+rowid`: walk the lane in order and test each packet, instead of sorting all hits.
  const within = match === null ? '' : ' AND +rowid IN (SELECT rowid FROM packet_search WHERE packet_search MATCH ?)';
  const sql = `SELECT ${KEYS} FROM packets WHERE ${LANE} = ${lane}${KEEPS[split]}${test}${within} ${ORDER} LIMIT ? OFFSET ?`;
  return store.prepare(sql).all(...(passed === 'any' ? [] : [now]), ...(match === null ? [] : [match]), limit, offset) as Key[];
}
/** The first `limit` of a lane that are past their limit. */
function passedKeys(store: Store, lane: Lane, split: QueueSplit, now: string, limit: number): readonly Key[] {
  const passed = passedAt(store, now);
  const count = (passed.lanes.get(lane) ?? NONE)[split];
  if (count === 0) return [];
  if (count > MANY) return laneKeys(store, lane, split, 'yes', now, 0, limit);
  // `passed.from` and not `now`: the same rows until `passed.until`, so that the list is kept.
  return memoised(store, `queue.passed.${lane}.${split}`, ['packets'], passed.from, () =>
    (store.prepare(`SELECT ${KEYS} FROM packets WHERE "custodyLimitAt" IS NOT NULL AND ${LANE} = ? AND ${LIMIT} <= ?${KEEPS[split]}`).all(lane, passed.from) as Key[]).sort(compareKeys));
}

/** One part of the queue after another; `keys(offset, limit)` in order. */
type Part = { readonly count: number; readonly keys: (offset: number, limit: number) => readonly Key[] };
function partsOf(store: Store, split: QueueSplit, now: string): readonly Part[] {
  const lanes = laneCounts(store);
  const passed = passedAt(store, now).lanes;
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
  const key: Key = { id: packet.id, dl: packet.deadlineAt ?? '~', free: packet.isDetained ? 0 : 1, receivedAt: packet.receivedAt };
  const inside = own === 0 && !isDone ? inZero(store, parts[0] as Part, key, now) : inLaneOf(store, isDone ? 9 : own === 1 ? 1 : 5, key, now);
  const firstAfter = (): string | null => parts.slice(own + 1).find((p) => p.count > 0)?.keys(0, 1)[0]?.id ?? null;
  const lastBefore = (): string | null => {
    const part = parts.slice(0, own).reverse().find((p) => p.count > 0);
    return part?.keys(part.count - 1, 1)[0]?.id ?? null;
  };
  return { nextId: inside.nextId ?? firstAfter(), previousId: inside.previousId ?? lastBefore() };
}
function inZero(store: Store, zero: Part, key: Key, now: string): { readonly nextId: string | null; readonly previousId: string | null } {
  const keys = memoised(store, 'queue.zero', ['packets'], `${zero.count}|${passedAt(store, now).from}`, () => zero.keys(0, MANY));
  const n = keys.findIndex((k) => k.id === key.id);
  return n < 0 ? { nextId: null, previousId: null } : { nextId: keys[n + 1]?.id ?? null, previousId: keys[n - 1]?.id ?? null };
}
function inLaneOf(store: Store, lane: Lane, key: Key, now: string): { readonly nextId: string | null; readonly previousId: string | null } {
  const find = (isNext: boolean): string | null => {
    const [sign, way] = isNext ? ['>', ''] : ['<', ' DESC'];
    const sql = `SELECT "id" FROM packets WHERE ${LANE} = ${lane} AND (${LIMIT} IS NULL OR ${LIMIT} > ?) AND ${DEADLINE} ${sign}= ? AND (${DEADLINE}, ${FREE}, "receivedAt", "id") ${sign} (?, ?, ?, ?)
      ORDER BY ${DEADLINE}${way}, ${FREE}${way}, "receivedAt"${way}, "id"${way} LIMIT 1`;
    return (store.prepare(sql).pluck().get(now, key.dl, key.dl, key.free, key.receivedAt, key.id) as string | undefined) ?? null;
  };
  return { nextId: find(true), previousId: find(false) };
}

type Joined = Readonly<Record<string, unknown>> & { readonly subjectName: string | null; readonly aNumber: string | null; readonly agencyName: string | null; readonly zone: string | null; readonly preparerName: string | null; readonly isPreparerValid: number };
/** The queue rows of these packets, in this order. */
export function queueItems(store: Store, ids: readonly string[], now: string): readonly QueueItem[] {
  const find = store.prepare(`SELECT p.*, s."name" AS subjectName, s."aNumber" AS aNumber, a."name" AS agencyName, a."zone" AS zone, o."name" AS preparerName,
    (o."isSeparated" = 0 AND EXISTS (SELECT 1 FROM authority_intervals i WHERE i."officerId" = p."preparerId" AND i."startAt" <= ? AND (i."endAt" IS NULL OR i."endAt" > ?))) AS isPreparerValid
    FROM packets p LEFT JOIN subjects s ON s."id" = p."subjectId" LEFT JOIN agencies a ON a."id" = p."agencyId" LEFT JOIN officers o ON o."id" = p."preparerId" WHERE p."id" = ?`);
  return ids.flatMap((id) => {
    const found = find.get(now, now, id) as Joined | undefined;
    if (!found) return [];
    const { subjectName, aNumber, agencyName, zone, preparerName, isPreparerValid, ...raw } = found;
    const packet = decode('packets', raw);
    return [{
      packet, subjectName: subjectName ?? '', aNumber, agencyName: agencyName ?? packet.agencyId, zone: zone ?? 'UTC', preparerName: preparerName ?? packet.preparerId,
      isPreparerValid: isPreparerValid === 1, tier: tierOf(packet, now), work: workOf(store, id),
    }];
  });
}

/** Hits of a search within a split, in queue order. */
function searchKeys(store: Store, match: string, split: QueueSplit, now: string, offset: number, limit: number): { readonly keys: readonly Key[]; readonly total: number } {
  const keep = split === 'done' ? `${LANE} = 9 AND (${LIMIT} IS NULL OR ${LIMIT} > ?)` : `(${LANE} <> 9 OR ${LIMIT} <= ?)${KEEPS[split]}`;
  const hits = store.prepare('SELECT count(*) FROM (SELECT 1 FROM packet_search WHERE packet_search MATCH ? LIMIT ?)').pluck().get(match, MANY_HITS + 1) as number;
  const ofHits = `FROM packets WHERE rowid IN (SELECT rowid FROM packet_search WHERE packet_search MATCH ?) AND ${keep}`;
  if (hits <= MANY_HITS) {
    const found = store.prepare(`SELECT ${KEYS}, ${LANE} AS lane, coalesce(${LIMIT} <= ?, 0) AS isPast ${ofHits}`).all(now, match, now) as (Key & { readonly lane: number; readonly isPast: number })[];
    const rank = (k: { readonly lane: number; readonly isPast: number }): number => (k.lane === 0 || k.isPast === 1 ? 0 : k.lane);
    found.sort((a, b) => rank(a) - rank(b) || compareKeys(a, b));
    return { keys: found.slice(offset, offset + limit), total: found.length };
  }
  const total = memoised(store, `queue.hits.${split}`, ['packets', 'subjects', 'agencies', 'officers'], `${match}|${passedAt(store, now).from}`, () => store.prepare(`SELECT count(*) ${ofHits}`).pluck().get(match, now) as number);
  const need = offset + limit;
  const walk = (lane: Lane, passed: 'yes' | 'no' | 'any', most: number): readonly Key[] => laneKeys(store, lane, split, passed, now, 0, most, match);
  if (split === 'done') return { keys: walk(9, 'no', need).slice(offset), total };
  const keys = [...walk(0, 'any', need), ...([1, 5, 9] as const).flatMap((lane) => ((passedAt(store, now).lanes.get(lane) ?? NONE)[split] > 0 ? walk(lane, 'yes', need) : []))].sort(compareKeys).slice(0, need);
  for (const lane of [1, 5] as const) if (keys.length < need) keys.push(...walk(lane, 'no', need - keys.length));
  return { keys: keys.slice(offset, need), total };
}

/** One page of the queue, in the exact order of `compareQueue(now)`. `total` counts the split, or the hits of the search within it. */
export function listQueue(store: Store, { split, search, offset, limit }: QueryIn<'queue.list'>, { now, pmId }: ReadContext): QueuePage {
  const counts = queueCounts(store, now);
  const cover = agencyCoverage(store, pmId, now);
  const done = (keys: readonly Key[], total: number): QueuePage => ({ items: queueItems(store, keys.map((k) => k.id), now), total, counts, ...cover, now });
  if (search.trim() === '') return done(pageOf(partsOf(store, split, now), offset, limit), counts[split]);
  const match = matchOf(search);
  if (match === null) return done([], 0);
  const { keys, total } = searchKeys(store, match, split, now, offset, limit);
  return done(keys, total);
}
