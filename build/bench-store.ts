/**
 * The laptop's store at 100,000 packets, in a process of its own so that its memory can be told: queue, text search and the next packet, cold and warm,
 * and all checks of one packet. Prints one JSON line. Started by build/bench-queries.ts, first with `fill`, then with a part:
 * `node build/bench-store.ts fill|queue|search|next FOLDER COUNT KEYS`, the store's throw-away key in BENCH_KEY.
 */
import { join } from 'node:path';
import { openStore, type Store } from '../db/open.ts';
import { applyPage } from '../db/pull.ts';
import { read } from '../db/read.ts';
import { evaluate } from '../shared/domain/sufficiency.ts';
import { openContent, sealContent } from '../shared/domain/packet.ts';
import type { AgencyRow, AuthorityIntervalRow, MoaIntervalRow } from '../shared/rows.ts';
import type { PacketView, QueuePage } from '../shared/api.ts';
import { BENCH_AGENCIES, BENCH_NOW, benchPackets, benchProgramme, type BenchRow, rowsOfPacket } from './bench-seed.ts';
import { percentiles, type Spread } from './bench-figures.ts';
import { benchDocument } from './bench-documents.ts';
import { searchKinds } from './bench-searches.ts';

export type QueueFigures = { readonly cold: readonly number[]; readonly mainQueue: Spread; readonly everySplit: Spread; readonly rss: number; readonly rssBefore: number };
export type SearchFigures = { readonly kinds: readonly { readonly what: string; readonly hits: number; readonly took: Spread }[]; readonly cold: readonly { readonly what: string; readonly took: readonly number[] }[] };
export type NextFigures = { readonly next: Spread; readonly checks: Spread };

const [mode = '', folder = '.', countText = '100000', keysText = '1000'] = process.argv.slice(2);
const count = Number(countText);
const keys = Number(keysText);
const file = join(folder, 'bench-store.db');
const key = Buffer.from(process.env.BENCH_KEY ?? '', 'hex');
const context = { now: BENCH_NOW, pmId: 'pm-02', status: {} };

/** Fills the store page by page as a pull would; milliseconds for all. */
function fill(): number {
  const store = openStore({ file, key, isNew: true });
  const from = performance.now();
  const at = new Map<string, number>();
  const apply = (rows: readonly BenchRow[]): void => {
    for (const stream of new Set(rows.map((r) => r.row.stream))) {
      const cursor = at.get(stream) ?? 0;
      const own = rows.filter((r) => r.row.stream === stream);
      if (applyPage(store, { stream, from: cursor, to: cursor + 1, rows: own as never, receivedAt: BENCH_NOW }) !== 'applied') throw new Error('stale page');
      at.set(stream, cursor + 1);
    }
  };
  apply(benchProgramme());
  for (let n = 0; n < count; n += 2_500) apply(benchPackets(Math.min(2_500, count - n), n).flatMap(rowsOfPacket));
  store.close();
  return performance.now() - from;
}

const splits = ['all', 'clock_running', 'resubmitted', 'blocked', 'done'] as const;
const queue = (n: number): { readonly split: (typeof splits)[number]; readonly search: string; readonly offset: number; readonly limit: number } => ({ split: splits[n % splits.length] ?? 'all', search: '', offset: 0, limit: 50 });
const found = (typed: string) => ({ split: 'all' as const, search: typed, offset: 0, limit: 50 });
/** One page of the queue: milliseconds, and how many packets it counts. */
function listed(store: Store, input: ReturnType<typeof queue>): { readonly ms: number; readonly total: number } {
  const from = performance.now();
  const result = read(store, 'queue.list', input, context);
  const ms = performance.now() - from;
  if (!result.ok) throw new Error(`queue.list: ${JSON.stringify(result.problem)}`);
  return { ms, total: (result.value as QueuePage).total };
}
/** The first page in a newly opened store, three times: its page cache is empty, the system's own file cache stays, as after an unlock. `before` is not counted. */
function cold(input: (n: number) => ReturnType<typeof queue>, before: (store: Store) => void = () => undefined): readonly number[] {
  return [0, 1, 2].map((n) => {
    const store = openStore({ file, key });
    before(store);
    const { ms } = listed(store, input(n));
    store.close();
    return ms;
  });
}

function queueFigures(): QueueFigures {
  const rssBefore = process.memoryUsage().rss;
  const first = cold(queue);
  const words = searchKinds(20).flatMap((k) => k.typed);
  const store = openStore({ file, key });
  for (let n = 0; n < 20; n += 1) listed(store, queue(n));
  const mainQueue = percentiles(Array.from({ length: keys }, () => listed(store, queue(0)).ms));
  const everySplit = percentiles(Array.from({ length: keys }, (_, n) => listed(store, queue(n)).ms));
  for (const typed of words) listed(store, found(typed));
  const rss = process.memoryUsage().rss;
  store.close();
  return { cold: first, mainQueue, everySplit, rss, rssBefore };
}

function searchFigures(): SearchFigures {
  const kinds = searchKinds(keys);
  const [name = '', word = ''] = [kinds[1]?.typed[0], kinds[4]?.typed[0]];
  const openQueue = (store: Store): void => { listed(store, queue(0)); };
  const first = [
    { what: 'a name', took: cold(() => found(name)) }, { what: 'a word in papers', took: cold(() => found(word)) }, { what: 'a word in papers, the queue being on screen', took: cold(() => found(word), openQueue) },
  ];
  const store = openStore({ file, key });
  const measured = kinds.map(({ what, typed }) => {
    for (const text of typed.slice(0, 20)) listed(store, found(text));
    const each = typed.map((text) => listed(store, found(text)));
    return { what, hits: each.reduce((sum, e) => sum + e.total, 0) / each.length, took: percentiles(each.map((e) => e.ms)) };
  });
  store.close();
  return { kinds: measured, cold: first };
}

function nextFigures(): NextFigures {
  const store = openStore({ file, key });
  // As a person walks: each packet names the one after it.
  let at = (read(store, 'queue.list', queue(0), context) as { readonly value: QueuePage }).value.items[0]?.packet.id ?? '';
  const next = percentiles(Array.from({ length: Math.min(keys, count - 1) }, () => {
    const from = performance.now();
    const opened = read(store, 'packet.open', { packetId: at, number: null }, context);
    const took = performance.now() - from;
    if (!opened.ok) throw new Error(`packet.open: ${JSON.stringify(opened)}`);
    at = (opened.value as PacketView).nextId ?? at;
    return took;
  }));
  store.close();
  const document = openContent(sealContent(benchDocument(1, BENCH_NOW)).content);
  const programme = benchProgramme().filter((r) => r.row.stream === `agency:${BENCH_AGENCIES[0]}`);
  const rowsOf = <T>(table: string): readonly T[] => programme.filter((r) => r.table === table).map((r) => r.row as unknown as T);
  const agency = rowsOf<AgencyRow>('agencies')[0];
  if (!agency) throw new Error('no agency');
  const facts = { agency, moa: rowsOf<MoaIntervalRow>('moa_intervals'), intervals: rowsOf<AuthorityIntervalRow>('authority_intervals'), holds: [], statements: [], now: BENCH_NOW };
  const checks = percentiles(Array.from({ length: keys + 50 }, () => {
    const from = performance.now();
    evaluate(document, facts);
    return performance.now() - from;
  }).slice(50));
  return { next, checks };
}

const MODES: Readonly<Record<string, () => unknown>> = { fill: () => ({ filled: fill() }), queue: queueFigures, search: searchFigures, next: nextFigures };
const measure = MODES[mode];
if (!measure) throw new Error(`no such part: ${mode}`);
console.log(JSON.stringify(measure()));
