/**
 * The laptop's store at 100,000 packets, in a process of its own so that its memory can be told: queue, text search and the next packet, cold and warm,
 * and all checks of one packet. Prints one JSON line. Started by build/bench.ts, first with `fill`, then with `measure`:
 * `node build/bench-store.ts fill|measure FOLDER COUNT KEYS`, the store's throw-away key in BENCH_KEY.
 */
import { join } from 'node:path';
import { openStore } from '../db/open.ts';
import { applyPage } from '../db/pull.ts';
import { read } from '../db/read.ts';
import { evaluate } from '../shared/domain/sufficiency.ts';
import { openContent, sealContent } from '../shared/domain/packet.ts';
import type { AgencyRow, AuthorityIntervalRow, MoaIntervalRow } from '../shared/rows.ts';
import type { PacketView, QueuePage } from '../shared/api.ts';
import { BENCH_AGENCIES, BENCH_NOW, benchPackets, benchProgramme, type BenchRow, rowsOfPacket } from './bench-seed.ts';
import { percentiles, type Spread } from './bench-figures.ts';
import { benchDocument } from './bench-documents.ts';

const [mode = 'measure', folder = '.', countText = '100000', keysText = '1000'] = process.argv.slice(2);
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

function timed(name: 'queue.list', input: unknown, store: Parameters<typeof read>[0]): number {
  const from = performance.now();
  const result = read(store, name, input, context);
  const ms = performance.now() - from;
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.problem)}`);
  return ms;
}

if (mode === 'fill') {
  console.log(JSON.stringify({ filled: fill() }));
  process.exit(0);
}
const rssBefore = process.memoryUsage().rss;
const some = benchPackets(keys, 0);
const words = some.map(({ subject }, n) => (n % 2 === 0 ? subject.name.split(',')[0] ?? '' : (subject.aNumber ?? '').slice(1)));
const splits = ['all', 'clock_running', 'resubmitted', 'blocked', 'done'] as const;
const queue = (n: number) => ({ split: splits[n % splits.length] ?? 'all', search: '', offset: 0, limit: 50 });
const search = (n: number) => ({ split: 'all' as const, search: words[n % words.length] ?? '', offset: 0, limit: 50 });

const cold: number[] = [];
const coldSearch: number[] = [];
for (let n = 0; n < 3; n += 1) {
  // A newly opened store has an empty page cache; the system's own file cache stays, as after an unlock.
  let store = openStore({ file, key });
  cold.push(timed('queue.list', queue(0), store));
  store.close();
  store = openStore({ file, key });
  coldSearch.push(timed('queue.list', search(n), store));
  store.close();
}
const store = openStore({ file, key });
for (let n = 0; n < 20; n += 1) { timed('queue.list', queue(n), store); timed('queue.list', search(n), store); }
const mainQueue: Spread = percentiles(Array.from({ length: keys }, () => timed('queue.list', queue(0), store)));
const everySplit: Spread = percentiles(Array.from({ length: keys }, (_, n) => timed('queue.list', queue(n), store)));
const found: Spread = percentiles(Array.from({ length: keys }, (_, n) => timed('queue.list', search(n), store)));
const rss = process.memoryUsage().rss;
// As a person walks: each packet names the one after it.
let at = (read(store, 'queue.list', queue(0), context) as { readonly value: QueuePage }).value.items[0]?.packet.id ?? '';
const next: Spread = percentiles(Array.from({ length: Math.min(keys, count - 1) }, () => {
  const from = performance.now();
  const found = read(store, 'packet.open', { packetId: at, number: null }, context);
  const took = performance.now() - from;
  if (!found.ok) throw new Error(`packet.open: ${JSON.stringify(found)}`);
  at = (found.value as PacketView).nextId ?? at;
  return took;
}));

const document = openContent(sealContent(benchDocument(1, BENCH_NOW)).content);
const programme = benchProgramme().filter((r) => r.row.stream === `agency:${BENCH_AGENCIES[0]}`);
const rowsOf = <T>(table: string): readonly T[] => programme.filter((r) => r.table === table).map((r) => r.row as unknown as T);
const agency = rowsOf<AgencyRow>('agencies')[0];
if (!agency) throw new Error('no agency');
const facts = { agency, moa: rowsOf<MoaIntervalRow>('moa_intervals'), intervals: rowsOf<AuthorityIntervalRow>('authority_intervals'), holds: [], statements: [], now: BENCH_NOW };
const checks: Spread = percentiles(Array.from({ length: keys + 50 }, () => {
  const from = performance.now();
  evaluate(document, facts);
  return performance.now() - from;
}).slice(50));
store.close();
console.log(JSON.stringify({ count, cold, coldSearch, mainQueue, everySplit, search: found, next, checks, rss, rssBefore }));
